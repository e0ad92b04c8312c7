"""What a notebook's code binds, uses and imports: read, never run."""

import ast
import warnings
from collections.abc import Iterable, Iterator
from symtable import SymbolTable, symtable
from tokenize import TokenError

from IPython.core.displayhook import DisplayHook
from IPython.core.inputtransformer2 import TransformerManager

TIMED = ("time", "timeit", "capture", "prun")  # magics that run the rest of their line or cell
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
SCOPES = (*DEFINITIONS, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def parsed(code: str) -> ast.Module:
    """What `ast.parse` gives, without Python's warnings: they are for whoever wrote it. Raises SyntaxError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def plain_python(source: str) -> str:
    """A cell's code without IPython's magics; what one of `TIMED` runs is run without it. Raises SyntaxError."""

    def plain(node: ast.stmt) -> list[ast.stmt]:
        call = getattr(node, "value", None)
        if not (isinstance(call, ast.Call) and ast.unparse(call.func).startswith("get_ipython().")):
            return [node]
        constants = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
        texts = [value for value in constants if isinstance(value, str)]  # all of them, where IPython wrote the call
        return parsed(plain_python(texts[-1])).body if texts and texts[0] in TIMED else []

    code = TransformerManager().transform_cell(source)
    if "get_ipython()" not in code:
        return code
    tree = parsed(code)
    tree.body = [kept for node in tree.body for kept in plain(node)]
    return ast.unparse(tree)


def is_silenced(source: str) -> bool:
    """Whether a cell ends with a semicolon, after which IPython does not show the value of the last line."""
    try:
        return DisplayHook.semicolon_at_end_of_expression(source)
    except (TokenError, SyntaxError):  # not Python, since it has magics: these show what they run
        return source.rstrip().endswith(";")


def bound_names(code: str) -> Iterator[str]:
    """The names that running `code` binds at its top level. Raises SyntaxError."""
    inner: set[ast.AST] = set()
    for node in ast.walk(parsed(code)):
        if isinstance(node, DEFINITIONS) and node not in inner:
            yield node.name
        if isinstance(node, SCOPES):
            inner.update(child for child in ast.walk(node) if child is not node)
        elif node in inner:
            continue
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)


def used_names(code: str) -> set[str]:
    """The names that `code` finds bound, or its functions do when they are called later. Raises SyntaxError."""
    used: set[str] = set()
    bound: set[str] = set()
    for statement in parsed(code).body:
        text = ast.unparse(statement)
        used |= _global_references(symtable(text, "cell", "exec")) - bound
        bound |= set(bound_names(text))
    return used


def _global_references(table: SymbolTable) -> set[str]:
    own = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module")
    }
    return own.union(*map(_global_references, table.get_children()))


def imports(trees: Iterable[ast.AST]) -> set[str]:
    """What is imported: "a.b" for `import a.b`; both "a" and "a.b", which may be a module, for `from a import b`."""
    found: set[str] = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found
