"""Whether a function is written by hand: which library routines it rests on, read from a notebook's code.

Nothing is run. From the function on, every name is followed to all that the notebook binds to it, so that an alias, a
helper, a table of functions or a patched module hides nothing. What cannot be followed, such as `eval`, is a finding
too. This reads honest code and the usual tricks; it is no proof.
"""

import ast
import builtins
import importlib
import linecache
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from types import ModuleType

from IPython.core.inputtransformer2 import TransformerManager

MODULES = {
    "numpy",
    "math",
    "cmath",
    "itertools",
    "functools",
    "operator",
    "collections",
    "typing",
    "dataclasses",
    "abc",
    "copy",
    "numbers",
    "fractions",
    "bisect",
    "enum",
    "heapq",
    "logging",
    "pprint",
    "statistics",
    "textwrap",
    "decimal",
    "random",
    "string",
    "time",
    "types",
    "warnings",
    "__future__",
    "utils",
}
DO_THE_WORK = {
    "numpy.convolve",
    "numpy.correlate",
    "numpy.fft",
    "numpy.polymul",
    "numpy.poly1d",
    "numpy.polynomial",
}
LEAD_ELSEWHERE = {
    "numpy.core",
    "numpy._core",
    "numpy.ctypeslib",
    "numpy.f2py",
    "numpy.load",
    "numpy.lib.format",
    "numpy.testing._private",
    "utils.checks.ours",
    "utils.models.measure",
    "operator.attrgetter",
    "operator.methodcaller",
    "typing.get_type_hints",
    "typing.ForwardRef",
    "logging.config",
    "logging.handlers",
}
ROUTINES = DO_THE_WORK | LEAD_ELSEWHERE
LIBRARIES = {"scipy", "torch", "tensorflow", "keras", "skimage", "sklearn", "cv2", "PIL", "pandas", "jax", "sys"}
# What can put other code in a function's place, wherever it stands in the notebook …
REPLACES = {
    "exec",
    "eval",
    "compile",
    "globals",
    "__import__",
    "builtins",
    "__main__",
    "ctypes",
    "gc",
    "runpy",
    "sys.modules",
    "sys._getframe",
    "unittest.mock",
    "pickle.load",
    "pickle.loads",
    "marshal",
    "%code_wrap",
    "%run",
    "%rerun",
    "%macro",
    "%load_ext",
    "%reload_ext",
    "%alias_magic",
}
REPLACES_AS_MEMBER = {
    "import_module",
    "exec_module",
    "load_module",
    "module_from_spec",
    "spec_from_loader",
    "spec_from_file_location",
    "run_cell",
    "run_cell_async",
    "run_code",
    "ex",
    "ev",
    "user_ns",
    "user_global_ns",
    "ast_transformers",
    "f_globals",
    "input_transformers_post",
    "input_transformers_cleanup",
    "register_magic_function",
    "extension_manager",
    "safe_execfile",
    "__globals__",
    "__builtins__",
    "__subclasses__",
}
# … and what hides a routine in the function itself.
HIDES = {"locals", "vars", "getattr", "setattr", "open", "get_ipython", "breakpoint"}
HIDES_AS_MEMBER = {"__dict__", "__getattribute__", "__loader__", "__code__", "__base__", "__bases__", "__mro__"}
EXTENSIONS = {"autoreload", "tensorboard", "line_profiler", "memory_profiler"}  # of IPython, which replace nothing
PUTS_IN = {"append", "update", "extend", "insert", "add", "appendleft", "extendleft", "setdefault", "push"}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
FUNCTIONS_ONLY = {"numpy", "operator"}  # modules whose own `add`, `append` and `insert` put nothing into them
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
IMPORTS = (ast.Import, ast.ImportFrom)
PATTERNS = (ast.MatchAs, ast.MatchStar, ast.MatchMapping)
RUN_AS_IT_IS = ("%%time", "%%capture", "%%prun")  # magics of a cell whose code runs like any other
RUN_THEIR_LINE = {"time", "timeit", "prun", "lprun", "mprun", "memit"}  # magics of a line that is code
PYLAB = re.compile(r"^get_ipython\(\)\.run_line_magic\('pylab'.*", re.M)  # a magic that binds all of NumPy's names
SOMETHING = "…"  # stands for what is no name, as in `f(x).member`

submitted: list[str] | None = None  # in the judge, the submission's code cells; elsewhere this kernel's are read
by_hand: tuple[str, frozenset[str]] = ("", frozenset())  # in this test: what is to be written by hand, without what
lent: frozenset[str] = frozenset()  # in the judge: functions in whose places the course's own stand


def finding(name: str, without: Iterable[str] = (), cells: Sequence[str] | None = None) -> str:
    """What the function `name` uses that it may not, as a dotted name; "" when it is written by hand.

    It may use Python itself, `MODULES` but for `ROUTINES`, and whatever else the notebook defines by these means.
    without: more routines that would do the work, such as "numpy.pad".
    cells: the notebook's code cells, in order.  Raises LookupError when none of them defines `name`.
    """
    notebook = Notebook(_own_cells() if cells is None else cells)
    if name not in notebook.bound:
        raise LookupError(name)
    notebook.let_go_on(name)
    notebook.forget(lent - {name})
    refused = ROUTINES | set(without)
    replacing = (use for use in notebook.all_uses() if _replaces(use))
    doing = (use for use in notebook.uses_of(name) if _replaces(use) or _hides(use) or notebook.does(use, refused))
    return next(replacing, "") or next(doing, "").removeprefix(f"{SOMETHING}.")


class Notebook:
    """The code of a notebook.

    bound: for each global name, the pieces of code that say what it is.  place: of each piece, by its `id`, in order.
    anew: for each global name, the places where it is bound anew for certain: for code below, what it stood for above
    is over.  at_any_time: for each global name, those of its pieces that are in functions.
    patched: for each member that is set on a function's own name, what it is set to: the name may stand for a module.
    members: the names of the members that the notebook's own classes and objects have.
    starred: the modules of which it imports everything.
    """

    def __init__(self, cells: Iterable[str]) -> None:
        self.trees = [tree for tree in map(_parsed, cells) if tree is not None]
        self.bound: dict[str, list[ast.AST]] = defaultdict(list)
        self.place: dict[int, int] = {}
        self.anew: dict[str, list[int]] = defaultdict(list)
        self.at_any_time: dict[str, list[ast.AST]] = defaultdict(list)
        self.patched: dict[str, list[ast.AST]] = defaultdict(list)
        for tree in self.trees:
            anew = _bound_anew(tree)
            for node, local, in_function in _scoped(tree):
                for name, piece in _bindings(node):
                    if name not in local:  # a function's own names are read with the function
                        place = self.place.setdefault(id(piece), len(self.place))
                        if (id(node), name) in anew:
                            self.anew[name].append(place)
                        if in_function:
                            self.at_any_time[name].append(piece)
                        self.bound[name].append(piece)
                    else:
                        for member in _members(node, name):
                            self.patched[member].append(piece)
        self.members = {name for tree in self.trees for node in ast.walk(tree) for name in _own_members(node)}
        imports = [piece for pieces in self.bound.values() for piece in pieces if isinstance(piece, IMPORTS)]
        self.imported = {name: target for piece in imports for name, target in _imported(piece)}
        everything = (target for piece in imports for name, target in _imported(piece) if name == "*")
        self.starred = {target.removesuffix(".*") for target in everything}
        for name, pieces in self.bound.items():
            others = [piece for piece in pieces if not _is_call_of(piece, name)]
            if self.imported.get(name) in FUNCTIONS_ONLY and all(isinstance(piece, IMPORTS) for piece in others):
                self.bound[name] = others
                self.at_any_time[name] = [piece for piece in self.at_any_time[name] if piece in others]

    def let_go_on(self, name: str) -> None:
        """Forget what other exercises than `name` are taken from: `pad = checks.ours("pad")` is no answer to `name`."""
        if not all(isinstance(piece, IMPORTS) for piece in self.bound.get("checks", ())):
            return  # the notebook has a `checks` of its own
        for other in self.bound.keys() - {name}:
            self.bound[other] = [piece for piece in self.bound[other] if not _is_ours(piece, other)]

    def forget(self, names: Iterable[str]) -> None:
        """Forget what these names are bound to: something else stands in their places."""
        for name in names:
            for bound in (self.bound, self.at_any_time):
                bound.pop(name, None)

    def uses_of(self, name: str) -> Iterator[str]:
        """The dotted names that `name` rests on, through everything that the notebook binds to them."""
        waiting, begun = [(name, len(self.place))], dict[str, int]()
        while waiting:
            name, place = waiting.pop()
            begins = max((anew for anew in self.anew.get(name, ()) if anew < place), default=0)
            if begins >= begun.get(name, len(self.place) + 1):
                continue
            begun[name] = begins
            for piece, stands in self._pieces(name, begins):
                for use in _uses(piece, frozenset()):
                    yield self._resolved(use)
                    root, *members = use.split(".")
                    parts = [part for part in (root, *members) if part in self.patched]
                    parts += [root] if root in self.bound else []  # a member of the same name is another thing
                    known = {*self.bound, SOMETHING, *vars(builtins)}
                    if root not in known and not use.startswith("import "):
                        parts.append("*")  # it comes from an import of everything
                        yield from (f"import {module}.{use}" for module in self.starred)
                    waiting += [(part, stands) for part in parts]

    def _pieces(self, name: str, begins: int) -> Iterator[tuple[ast.AST, int]]:
        """What says what a name is, from this place on, each with its place. Those in functions run at any time."""
        for piece in self.bound.get(name, ()):
            if self.place[id(piece)] >= begins:
                yield piece, self.place[id(piece)]
        for piece in (*self.at_any_time.get(name, ()), *self.patched.get(name, ())):
            yield piece, 0

    def all_uses(self) -> Iterator[str]:
        """Every dotted name in the notebook."""
        return (self._resolved(use) for tree in self.trees for use in _uses(tree, frozenset()))

    def does(self, use: str, refused: set[str]) -> bool:
        """Whether `use` is a routine that does the work, or belongs to a package that may not be used."""
        root, *members = use.split(".")
        if root == "import utils" and "np" in members:  # the course's modules import NumPy, too
            return self.does(".".join(["import numpy", *members[members.index("np") + 1 :]]), refused)
        if root.startswith("import "):
            root = root.removeprefix("import ")
            use = use.removeprefix("import ")
            if root not in MODULES or _leads_out(root, members):
                return True
        if any(use == routine or use.startswith(f"{routine}.") for routine in refused):
            return True
        others = {routine.rpartition(".")[2] for routine in refused} | _linked()
        names = LIBRARIES if root == "numpy" else LIBRARIES | others
        return any(member in names and member not in self.bound.keys() | self.members for member in members)

    def _resolved(self, use: str) -> str:
        """`use` with the name of an import replaced by what was imported."""
        root, dot, rest = use.partition(".")
        return f"import {self.imported[root]}{dot}{rest}" if root in self.imported else use


def _own_cells() -> list[str]:
    """The submission's cells, or what was run in this kernel: of a cell that was run again, the last version."""
    if submitted is not None:
        return submitted
    from IPython import get_ipython

    shell = get_ipython()
    run = shell.user_ns["In"] if shell else []
    if shell and not any(run):  # nbval runs cells without a history: what is kept for tracebacks tells them
        run = ["".join(linecache.getlines(name)) for name in shell.compile._filename_map]
    kept: list[str] = []
    later: set[str] = set()
    for cell in reversed(run):
        tree = _parsed(cell)
        names = {name for node in tree.body for name, _ in _bindings(node)} if tree else set()
        if not names or not names <= later:
            kept.append(cell)
        later |= names
    return kept[::-1]


@lru_cache(maxsize=1000)
def _parsed(cell: str) -> ast.Module | None:
    """The code of a cell; None when it has none that could run."""
    lines: list[str] = []
    while cell.lstrip().startswith(RUN_AS_IT_IS):
        line, _, cell = cell.lstrip().partition("\n")
        lines.append(line.partition(" ")[2])
    try:
        tree = ast.parse(PYLAB.sub("from numpy import *", TransformerManager().transform_cell(cell)))
    except (SyntaxError, ValueError, RuntimeError):  # the last of IPython, for very many magics
        return None
    lines += [line for node in ast.walk(tree) for line in _lines_of_code(node)]
    tree.body += [statement for line in lines for statement in _statements(line)]
    return tree


def _lines_of_code(node: ast.AST) -> Iterator[str]:
    """The code in the line of a magic that runs it, such as `%time`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.endswith("magic"):
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if node.func.attr == "magic" and texts:  # an old way: the name and the line are one text
            texts = texts[0].lstrip("%").split(" ", 1)
        if texts and texts[0] in RUN_THEIR_LINE:
            yield from texts[1:2]


def _statements(line: str) -> list[ast.stmt]:
    """The code of such a line, behind its options and their values; none where it could not run."""
    words = 20 if line.lstrip().startswith("-") else 1
    for _ in range(words):
        try:
            return ast.parse(line.strip()).body
        except (SyntaxError, ValueError):
            line = " ".join(line.split(None, 1)[1:])
    return []


@lru_cache(maxsize=1)
def _linked() -> frozenset[str]:
    """The names under which Python's modules in `MODULES` have other modules, such as `_sys` in `collections`."""
    modules = [importlib.import_module(name) for name in sorted(MODULES - {"numpy", "utils"})]
    found = {name: value for module in modules for name, value in vars(module).items() if isinstance(value, ModuleType)}
    return frozenset(name for name, value in found.items() if value.__name__.partition(".")[0] not in MODULES)


def _leads_out(root: str, members: Sequence[str]) -> bool:
    """Whether these members of a module lead to a module that is not in `MODULES`."""
    if root == "utils":  # its modules belong to the course, and import what they need
        return False
    reached: object = importlib.import_module(root)
    for member in members:
        reached = getattr(reached, member, None)
        if isinstance(reached, ModuleType) and reached.__name__.partition(".")[0] not in MODULES:
            return True
    return False


def _scoped(
    node: ast.AST, local: frozenset[str] = frozenset(), in_function: bool = False
) -> Iterator[tuple[ast.AST, frozenset[str], bool]]:
    """Every node below `node`, with the names that are local to the functions and comprehensions around it, and whether
    it is in a function."""
    for child in ast.iter_child_nodes(node):
        yield child, local, in_function
        inner = local | _locals(child) if isinstance(child, FUNCTIONS) else local
        if isinstance(child, COMPREHENSIONS):
            inner |= {name for part in child.generators for name in _roots(part.target)}
        yield from _scoped(child, inner, in_function or isinstance(child, FUNCTIONS))


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The names that this statement or expression binds, changes or patches, each with the code that says to what."""
    if isinstance(node, IMPORTS):
        for alone in _alone(node):  # the others are none of its business
            yield from ((name, alone) for name, _ in _imported(alone))
    elif isinstance(node, DEFINITIONS):
        yield node.name, node
    elif isinstance(node, ast.Assign):
        yield from ((name, node.value) for target in node.targets for name in _roots(target))
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
        yield from ((name, node.value) for name in _roots(node.target))
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        yield from ((name, node.iter) for name in _roots(node.target))
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield from ((name, node.context_expr) for name in _roots(node.optional_vars))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PUTS_IN:
        tables = (arg.keys for arg in node.args if isinstance(arg, ast.Dict))
        keys = (key.value for table in tables for key in table if isinstance(key, ast.Constant))
        pushed = [key for key in keys if isinstance(key, str)]  # into the notebook's namespace, it may be
        yield from ((name, node) for name in (*_roots(node.func.value), *pushed))
    elif isinstance(node, ast.Match):
        patterns = (pattern for case in node.cases for pattern in ast.walk(case.pattern))
        yield from ((name, node.subject) for pattern in patterns for name in _captured(pattern))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr" and node.args:
        yield from ((name, node) for name in _roots(node.args[0]))


def _bound_anew(cell: ast.Module) -> set[tuple[int, str]]:
    """For each statement, by its `id`, the names that it binds anew for certain: what they stood for is over.

    An error ends a cell, and what stands below it never runs. So only the statements that begin a cell count, as long
    as none of them can fail: imports of what exists, and plain `def`.
    """
    anew = set()
    for statement in cell.body:
        if isinstance(statement, IMPORTS) and all(map(_exists, _alone(statement))):
            anew |= {(id(statement), name) for name, _ in _imported(statement)}
        elif isinstance(statement, ast.FunctionDef) and _cannot_fail(statement):
            anew.add((id(statement), statement.name))
        else:
            break
    return anew


def _exists(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether this import of one name cannot fail, wherever the notebook runs."""
    (alias,) = node.names
    module = node.module or "" if isinstance(node, ast.ImportFrom) else alias.name
    known = module in MODULES or module in sys.modules  # one that is loaded here exists, and others may warn
    if getattr(node, "level", 0) or module.partition(".")[0] not in MODULES - {"utils"} or not known:
        return False
    return isinstance(node, ast.Import) or hasattr(importlib.import_module(module), alias.name)


def _cannot_fail(definition: ast.FunctionDef) -> bool:
    """Whether nothing is computed when the function is made: no decorator, no default value, no annotation."""
    arguments = definition.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    annotations = [definition.returns, *(argument.annotation for argument in every if argument)]
    computed = [*definition.decorator_list, *arguments.defaults, *arguments.kw_defaults, *annotations]
    return not any(computed)


def _alone(node: ast.Import | ast.ImportFrom) -> Iterator[ast.Import | ast.ImportFrom]:
    """The import, name by name."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield ast.ImportFrom(node.module, [alias], node.level)
        else:
            yield ast.Import([alias])


def _captured(pattern: ast.AST) -> list[str]:
    """The name that a pattern of a `match` statement gives to what it fits."""
    name = pattern.rest if isinstance(pattern, ast.MatchMapping) else getattr(pattern, "name", None)
    return [name] if isinstance(name, str) and isinstance(pattern, PATTERNS) else []


def _is_ours(piece: ast.AST, name: str) -> bool:
    """Whether it says `checks.ours("name")`."""
    return ast.unparse(piece) == f"checks.ours({name!r})"


def _is_call_of(piece: ast.AST, name: str) -> bool:
    """Whether it is a call of a member of `name` itself, such as `np.add(a, b)`."""
    called = piece.func if isinstance(piece, ast.Call) else None
    return isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == name


def _roots(target: ast.AST) -> Iterator[str]:
    """`a`, `b` and `c` of the target `a, b[0], c.d`."""
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, (ast.Attribute, ast.Subscript, ast.Starred)):
        yield from _roots(target.value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for item in target.elts:
            yield from _roots(item)


def _members(node: ast.AST, root: str) -> Iterator[str]:
    """The members of `root` that this statement sets: `b` in `a.b = c` and in `setattr(a, "b", c)`."""
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    yield from (t.attr for t in targets if isinstance(t, ast.Attribute) and root in _roots(t))
    if isinstance(node, ast.Call):
        yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def _own_members(node: ast.AST) -> Iterator[str]:
    """The members that a notebook's own class or object has: `a` and `b` of a class, `c` in `d.c = e` and `F(c=e)`."""
    if isinstance(node, ast.ClassDef):
        yield from (name for statement in node.body for name, _ in _bindings(statement))
        yield from (s.target.id for s in node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name))
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield node.attr
    elif isinstance(node, ast.keyword) and node.arg:
        yield node.arg


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names that an import binds, and what they stand for."""
    for alias in node.names:
        package = alias.name.partition(".")[0]
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, f"{node.module or ''}.{alias.name}"
        else:
            yield alias.asname or package, alias.name if alias.asname else package


def _uses(node: ast.AST, local: frozenset[str]) -> Iterator[str]:
    """The dotted names in `node`; a local name of a function stands for something."""
    if isinstance(node, IMPORTS):
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (f"import {target}" for target in [*modules, *(target for _, target in _imported(node))])
        return
    if isinstance(node, FUNCTIONS):
        outside = [*node.args.defaults, *filter(None, node.args.kw_defaults), *getattr(node, "decorator_list", [])]
        for part in outside:  # what is read when the function is made: its own names are not there yet
            yield from _uses(part, local)
        local |= _locals(node)
    constant = _named_by_text(node)
    if constant:
        yield constant
    if isinstance(node, (ast.Name, ast.Attribute)):
        root: ast.expr = node
        members: list[str] = []
        while isinstance(root, ast.Attribute):
            members.insert(0, root.attr)
            root = root.value
        yield ".".join([root.id if isinstance(root, ast.Name) and root.id not in local else SOMETHING, *members])
        if not isinstance(root, ast.Name):
            yield from _uses(root, local)
        return
    named = node.func if constant and isinstance(node, ast.Call) else None
    for child in ast.iter_child_nodes(node):
        if child is not named:
            yield from _uses(child, local)


def _named_by_text(node: ast.AST) -> str:
    """The name in `getattr(module, "name")`, and "%run" for that magic, as IPython writes it."""
    if isinstance(node, ast.Call) and node.args:
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if isinstance(node.func, ast.Name) and node.func.id == "getattr" and len(node.args) > 1 and texts:
            return f"{SOMETHING}.{texts[0]}"
        harmless = texts[:1] in (["load_ext"], ["reload_ext"]) and set(texts[1:]) <= EXTENSIONS
        if isinstance(node.func, ast.Attribute) and node.func.attr.endswith("_magic") and texts and not harmless:
            return f"%{texts[0]}"
    return ""


def _locals(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> frozenset[str]:
    """The names that are local to a function."""
    arguments = function.args
    names = {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    names |= {a.arg for a in (arguments.vararg, arguments.kwarg) if a}
    outer: set[str] = set()
    body: Sequence[ast.AST] = function.body if isinstance(function.body, list) else [function.body]
    for node in (inner for statement in body for inner in ast.walk(statement)):
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            outer.update(node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, DEFINITIONS):
            names.add(node.name)
        elif isinstance(node, PATTERNS):
            names.update(_captured(node))
        elif isinstance(node, IMPORTS):
            names.update(name for name, _ in _imported(node))
    return frozenset(names - outer)


def _replaces(use: str) -> bool:
    plain = use.removeprefix("import ")
    named = any(plain == name or plain.startswith(f"{name}.") for name in REPLACES)
    return named or any(member in REPLACES_AS_MEMBER for member in plain.split(".")[1:])


def _hides(use: str) -> bool:
    return use in HIDES or any(member in HIDES_AS_MEMBER for member in use.split(".")[1:])
