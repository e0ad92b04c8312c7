"""Mutants: copies of a solution with one small change each, as a slip of the pen makes it."""

import ast
import copy
import typing
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
}
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
CASTS = {"astype", "copy", "deepcopy", "int"}
ARRAYS_OF_ZEROS = {"zeros", "ones", "empty", "full"}


@dataclass(frozen=True)
class Mutant:
    """A solution with one change. `name` says which: "`a + b` → `a - b`"."""

    name: str
    code: str


def mutants(code: str) -> list[Mutant]:
    """All mutants of a solution, without those that are equal."""
    tree = _without_docstrings(ast.parse(code))
    nodes = list(ast.walk(tree))
    found: dict[str, Mutant] = {}
    seen: Counter[str] = Counter()
    for place, node in enumerate(nodes):
        for changed in _changes(node):
            text = _with(tree, place, changed)
            if text in found or text == ast.unparse(tree):
                continue
            name = f"`{_short(node)}` → `{_short(changed) if changed is not None else ''}`"
            seen[name] += 1
            found[text] = Mutant(f"{name} ({seen[name]})" if seen[name] > 1 else name, text)
    return list(found.values())


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) and len(node.body) > 1:
            node.body = node.body[1:]
    return tree


def _with(tree: ast.Module, place: int, changed: ast.AST | None) -> str:
    """The code of `tree` with the node at `place` replaced; without it, where `changed` is None."""
    copied = copy.deepcopy(tree)
    target = list(ast.walk(copied))[place]

    class Replace(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST | None:
            if node is target:
                return changed if changed is not None else ast.Pass()
            return self.generic_visit(node)

    return ast.unparse(ast.fix_missing_locations(typing.cast(ast.Module, Replace().visit(copied))))


def _changes(node: ast.AST) -> Iterator[ast.AST | None]:
    """What may stand in the place of a node. None: nothing."""
    if isinstance(node, ast.BinOp):
        for kind in OPERATORS.get(type(node.op), ()):
            yield ast.BinOp(node.left, kind(), node.right)
        if isinstance(node.op, (ast.Add, ast.Sub)):
            yield node.left
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        yield ast.Compare(node.left, [COMPARISONS[type(node.ops[0])](), *node.ops[1:]], node.comparators)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        yield ast.Constant(node.value + 1)
        if node.value >= 1:
            yield ast.Constant(node.value - 1)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        yield node.operand
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
    elif isinstance(node, ast.Call):
        yield from _changed_calls(node)
    elif isinstance(node, ast.AugAssign):
        other = {ast.Add: ast.Sub, ast.Sub: ast.Add}.get(type(node.op))
        if other:
            yield ast.AugAssign(node.target, other(), node.value)
        yield ast.Assign([node.target], node.value)
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and len(node.value.elts) > 1:
        first, second, *rest = node.value.elts
        yield ast.Return(ast.Tuple([second, first, *rest], ast.Load()))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield None


def _changed_calls(node: ast.Call) -> Iterator[ast.AST]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in CASTS:
        of_method = isinstance(node.func, ast.Attribute) and name in ("astype", "copy")
        if of_method:
            yield node.func.value  # type: ignore[attr-defined]
        elif node.args:
            yield node.args[0]
    if name in ARRAYS_OF_ZEROS and not any(keyword.arg == "dtype" for keyword in node.keywords):
        yield ast.Call(node.func, node.args, [*node.keywords, ast.keyword("dtype", ast.Name("int", ast.Load()))])
    if len(node.args) > 1 and not any(isinstance(arg, ast.Starred) for arg in node.args[:2]):
        yield ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)
    for place, keyword in enumerate(node.keywords):
        if keyword.arg == "keepdims":
            yield ast.Call(node.func, node.args, node.keywords[:place] + node.keywords[place + 1 :])
