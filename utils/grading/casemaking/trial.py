"""Trying code out: a solution, an answer or a mutant in the lesson's namespace, on drawn inputs, for a limited time."""

import ast
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any

from utils.checks.cases import Case, Drawn, Outcome, outcomes_of
from utils.checks.compare import parts
from utils.checks.draws import FRACTIONS, KINDS, WHOLE
from utils.errors import CourseError
from utils.grading.judge.namespace import CellNamespace, file_name
from utils.grading.judge.notebook import CodeCell
from utils.grading.python_code import bound_names

CALL_SECONDS = 5.0


@dataclass(frozen=True)
class DrawnTest:
    """A test cell that tries a function on drawn cases, as its code says.

    description: the key of its cases.  function: the expression for what is tried.  returns, take: see `Cases.test`.
    position: of its cell among the notebook's code cells.
    """

    name: str
    description: str
    function: str
    returns: str
    take: str
    position: int

    def taken(self, value: Any) -> Any:
        """What it looks at of what the function gave."""
        names = self.returns.split(", ")
        return parts(value, *names)[names.index(self.take)] if self.take else value


def drawn_tests(cells: Sequence[CodeCell]) -> dict[str, DrawnTest]:
    """Name of a test cell → the drawn test in it, for those that have one. Raises CourseError for a second one."""
    found: dict[str, DrawnTest] = {}
    for position, cell in enumerate(cells):
        for call in _test_calls(cell.code) if cell.kind == "test" else ():
            if cell.grade_id in found:
                raise CourseError(f"{cell.grade_id}: a test cell has one `with cases.test(…)`, this one has two")
            found[cell.grade_id] = _read(call, cell.grade_id, position)
    descriptions = [test.description for test in found.values()]
    if twice := {text for text in descriptions if descriptions.count(text) > 1}:
        raise CourseError(f"two tests are called {min(twice)!r}: each test of a lesson has a description of its own")
    return found


def _test_calls(code: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(code)):
        for item in node.items if isinstance(node, ast.With) else ():
            if isinstance(item.context_expr, ast.Call) and ast.unparse(item.context_expr.func) == "cases.test":
                yield item.context_expr


def _read(call: ast.Call, name: str, position: int) -> DrawnTest:
    texts = {keyword.arg: getattr(keyword.value, "value", "") for keyword in call.keywords}
    if len(call.args) != 2 or not isinstance(call.args[1], ast.Constant):
        raise CourseError(f'{name}: write `cases.test(function, "what is tried")`, the second as a plain text')
    return DrawnTest(
        name,
        str(call.args[1].value),
        ast.unparse(call.args[0]),
        str(texts.get("returns", "")),
        str(texts.get("take", "")),
        position,
    )


class Bench:
    """A lesson's code, in which any exercise's solution can be replaced."""

    def __init__(self, cells: Sequence[CodeCell]) -> None:
        self.cells = cells

    def function(self, test: DrawnTest, exercise: str = "", code: str = "") -> Callable:
        """What the test tries, with `code` in the place of the exercise's solution. Raises whatever the code raises."""
        above = [self._replaced(cell, exercise, code) for cell in self.cells[: test.position] if cell.kind != "test"]
        names = CellNamespace(above, _nowhere)
        own = ast.parse(self.cells[test.position].code)
        own.body = [node for node in own.body if isinstance(node, (ast.FunctionDef, ast.Import, ast.ImportFrom))]
        exec(compile(own, "<test cell>", "exec"), names)
        return eval(test.function, names)

    def passes(self, test: str, exercise: str, code: str) -> bool:
        """Whether the test cell of this name passes with `code` in the place of the exercise's solution."""
        position = next(n for n, cell in enumerate(self.cells) if cell.kind == "test" and cell.grade_id == test)
        try:
            above = [self._replaced(cell, exercise, code) for cell in self.cells[:position] if cell.kind != "test"]
            with _limit(10 * CALL_SECONDS):
                exec(compile(self.cells[position].code, "<test cell>", "exec"), CellNamespace(above, _nowhere))
        except (Exception, SystemExit):
            return False
        return True

    def draw(self, test: DrawnTest, draws: str) -> Callable:
        """The function that draws the arguments for a test. Raises CourseError where there is none."""
        names = CellNamespace([cell for cell in self.cells[: test.position] if cell.kind != "test"], _nowhere)
        names |= {"KINDS": KINDS, "WHOLE": WHOLE, "FRACTIONS": FRACTIONS}
        exec(compile(draws, "<draws>", "exec"), names)
        if test.name not in names:
            raise CourseError(f"no draw for {test.name}: define `{test.name}(d)` under `# %% draw`")
        return names[test.name]

    def raised(self, error: Exception) -> bool:
        """Whether a `raise` of a solution has raised it, and no library that the solution calls."""
        last = list(traceback.walk_tb(error.__traceback__))[-1]
        found = [
            cell for cell in self.cells if cell.kind == "solution" and file_name(cell) == last[0].f_code.co_filename
        ]
        return bool(found) and found[0].code.splitlines()[last[1] - 1].lstrip().startswith("raise")

    def _replaced(self, cell: CodeCell, exercise: str, code: str) -> CodeCell:
        if not code or cell.grade_id != exercise:
            return cell
        return replace(cell, code=code, names=frozenset(bound_names(code)))


def _nowhere(name: str) -> Any:
    raise NameError(f"name {name!r} is not defined", name=name)


def outcomes(
    function: Callable, cases: Sequence[Case], take: Callable[[Any], Any], again: bool = True
) -> list[tuple[Outcome, Outcome]]:
    """As `outcomes_of`; a call that takes too long ends with a TimeoutError, and so do those after it."""
    late = False

    def watched(*arguments: Any) -> Any:
        nonlocal late
        if late:
            raise TimeoutError("it took too long before")
        try:
            with _limit(CALL_SECONDS):
                return function(*arguments)
        except TimeoutError:
            late = True
            raise
        except (SystemExit, KeyboardInterrupt, RecursionError, MemoryError) as ended:
            raise RuntimeError(type(ended).__name__) from None

    with redirect_stdout(StringIO()):
        return outcomes_of(watched, cases, take, again)


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    def late(*_: Any) -> None:
        raise TimeoutError("it took too long")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def shown(bench: Bench, test: DrawnTest, drawn: Drawn, exercise: str, code: str) -> bool:
    """Whether something goes wrong with `code` as the exercise's solution; cases after the first such are left out."""
    singles = (Drawn.of(drawn, case) for case in drawn.cases)
    return any(any(sketches(bench, test, one, exercise, code, again=False)) for one in singles) or any(
        sketches(bench, test, drawn, exercise, code)
    )


def sketches(bench: Bench, test: DrawnTest, drawn: Drawn, exercise: str, code: str, again: bool = True) -> list:
    """What goes wrong with `code` as the exercise's solution: a sketch for each case, None where all is well."""
    with redirect_stdout(StringIO()):
        try:
            with _limit(10 * CALL_SECONDS):
                function = bench.function(test, exercise, code)
        except (Exception, SystemExit) as error:
            return [["stopped", type(error).__name__]] * len(drawn.cases)
    found = outcomes(function, drawn.cases, test.taken, again)
    return [drawn.sketch_of(case, pair) for case, pair in zip(drawn.cases, found, strict=True)]
