"""`course bank`: grade every answer of the answer bank, and see that each gets the points and the message it should.

The bank (tests/answers/<lesson>/<exercise>.py) holds answers as students write them, in percent format:

    # %% wrong: adds the first row only | points 0 of 2 | "first row"
    # %% right: with NumPy
"""

import ast
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from itertools import chain
from symtable import SymbolTable, symtable
from typing import Annotated

import nbformat
import typer
from distributed import Client
from nbformat import NotebookNode
from rich.console import Console
from rich.progress import track
from rich.table import Table

from utils.cli import CourseError
from utils.grading import sandbox
from utils.grading.assignment import Assignment
from utils.grading.build import stale_files
from utils.grading.cluster import as_many_as_fit, connected, graded
from utils.grading.course import Lesson, find_root, lessons, nbgrader_config
from utils.grading.execute import is_test
from utils.grading.handed_in import Handed, Submission
from utils.grading.judge import bound_names, plain_python
from utils.grading.mark import Record
from utils.grading.sanitize import grade_id

LEAST_WRONG, LEAST_RIGHT = 8, 2
HEADER = re.compile(
    r"^# %% (?:right: (?P<right>.+)|wrong: (?P<wrong>.+?) \| points (?P<points>[\d.]+) of (?P<of>[\d.]+)"
    r' \| "(?P<message>.+)")$'
)


@dataclass(frozen=True)
class Answer:
    """One answer to one exercise. `message` is a piece of what a wrong one must be told; a right one has none."""

    exercise: str
    name: str
    code: str
    points: float | None = None
    of: float | None = None
    message: str = ""

    @property
    def right(self) -> bool:
        return not self.message


def bank(
    names: Annotated[list[str] | None, typer.Argument(metavar="LESSON...", help="lessons; all if none")] = None,
    workers: Annotated[int, typer.Option(help="graders that run side by side")] = as_many_as_fit(),
) -> None:
    """Grade the answer bank; exit 1 when an answer gets other points or another message than it should."""
    sandbox.require()
    chosen = lessons(find_root(), names)
    for lesson in chosen:
        if stale_files(lesson):
            raise CourseError(f"{lesson.id} is stale: run `make build` first, since it is the built lesson that grades")
    answers = {lesson: read(lesson) for lesson in chosen}
    with connected(workers) as client:
        deviations = [line for lesson in chosen for line in _try(client, lesson, answers[lesson])]
    if deviations:
        print(*deviations, sep="\n")
        raise CourseError(
            f"{len(deviations)} deviation{'s' if len(deviations) > 1 else ''} in the answer bank, listed above"
        )


def _try(client: Client, lesson: Lesson, answers: Mapping[str, list[Answer]]) -> list[str]:
    """Grade a lesson's answers and print its table. Returns what is not as it should be."""
    results = grade(client, lesson, [answer for group in answers.values() for answer in group])
    wrong = {exercise: deviating(lesson, group, results) for exercise, group in answers.items()}
    Console().print(_table(lesson, answers, wrong))
    return [f"{lesson.id}, {exercise}: {line}" for exercise, lines in wrong.items() for line in lines]


def read(lesson: Lesson) -> dict[str, list[Answer]]:
    """Exercise → its answers. Raises CourseError when an exercise has no full set, or a header cannot be read."""
    folder = lesson.root / "tests" / "answers" / lesson.id
    answers = {}
    for exercise in lesson.exercises():
        path = folder / f"{exercise}.py"
        if not path.is_file():
            raise CourseError(f"{path.relative_to(lesson.root)} is missing: every exercise needs its answers")
        answers[exercise] = group = list(parse(path.read_text(), exercise))
        right = sum(answer.right for answer in group)
        if right < LEAST_RIGHT or len(group) - right < LEAST_WRONG:
            raise CourseError(
                f"{path.relative_to(lesson.root)} has {len(group) - right} wrong and {right} right answers: "
                f"it needs at least {LEAST_WRONG} and {LEAST_RIGHT}"
            )
    if strangers := {path.stem for path in folder.glob("*.py")} - answers.keys():
        raise CourseError(f"tests/answers/{lesson.id}: no exercise is called {', '.join(sorted(strangers))}")
    return answers


def parse(text: str, exercise: str) -> Iterable[Answer]:
    """The answers in one file of the bank. Raises CourseError at a header that it cannot read."""
    for part in re.split(r"^(?=# %%)", text, flags=re.MULTILINE)[1:]:
        header, _, code = part.partition("\n")
        found = HEADER.match(header.rstrip())
        if not found:
            raise CourseError(
                f"{exercise}: cannot read {header!r}; write `# %% right: how` or "
                '`# %% wrong: what | points 1 of 3 | "a piece of its message"`'
            )
        if found["right"]:
            yield Answer(exercise, found["right"], code.strip())
        else:
            yield Answer(
                exercise, found["wrong"], code.strip(), float(found["points"]), float(found["of"]), found["message"]
            )


def grade(client: Client, lesson: Lesson, answers: list[Answer]) -> dict[Answer, Record]:
    """Grade each answer in a notebook in which all exercises but those of `together` are solved as in the source.

    What is not as it should be is graded once more, by itself: what stays so is no neighbour's doing.
    """
    results = _grade_groups(client, lesson, together(lesson, answers))
    tests = lesson.exercises()
    doubtful = [[answer] for answer in answers if faults(answer, results[answer], tests[answer.exercise])]
    return results | _grade_groups(client, lesson, doubtful)


def together(lesson: Lesson, answers: list[Answer]) -> list[list[Answer]]:
    """What is handed in in one notebook: answers to different exercises, either right ones, or wrong ones of which none
    calls another, nor do its tests.
    """
    called = _called(lesson, answers)

    def fits(answer: Answer, other: Answer) -> bool:
        apart = answer.exercise not in called[other] and other.exercise not in called[answer]
        return answer.right == other.right and answer.exercise != other.exercise and (answer.right or apart)

    groups: list[list[Answer]] = []
    for answer in answers:
        home = next((group for group in groups if all(fits(answer, other) for other in group)), None)
        if home is None:
            groups.append(home := [])
        home.append(answer)
    return groups


def _called(lesson: Lesson, answers: list[Answer]) -> dict[Answer, set[str]]:
    """Answer → the exercises whose solutions it or its tests call, in the end."""
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source for cell in lesson.read_source().cells}
    exercises = lesson.exercises()
    calls: dict[str, set[str]] = {}  # what the solutions call; a solution calls only what stands above it
    for exercise in exercises:
        names = set(_used(cells[exercise]) & calls.keys())
        calls[exercise] = names.union(*(calls[name] for name in names))
    found = {}
    for answer in answers:
        names = _used(answer.code).union(*(_used(cells[test]) for test in exercises[answer.exercise])) & calls.keys()
        found[answer] = names.union(*(calls[name] for name in names - {answer.exercise}))
    return found


@cache
def _used(source: str) -> frozenset[str]:
    try:
        return frozenset(used_names(plain_python(source)))
    except SyntaxError:  # some wrong answers are no Python
        return frozenset()


def _grade_groups(client: Client, lesson: Lesson, groups: list[list[Answer]]) -> dict[Answer, Record]:
    if not groups:
        return {}
    assignment = Assignment.read(lesson.solution, nbgrader_config(lesson.root))
    handed = {Handed(str(n), lesson.id, lesson.topic, ""): group for n, group in enumerate(groups)}
    fill, found = _Filler(lesson), {}
    submissions = (Submission(one, fill(group)) for one, group in handed.items())
    done = chain.from_iterable(graded(client, assignment, submissions))
    for one, record, why in track(done, f"{lesson.id}: grading", total=len(groups), transient=True):
        if record is None:
            raise CourseError(f"{lesson.id}: the grader failed: {why}")
        found |= dict.fromkeys(handed[one.handed], record)
    return found


class _Filler:
    """Types answers into the released lesson, and the source's solutions to all other exercises."""

    def __init__(self, lesson: Lesson) -> None:
        self._released = nbformat.read(lesson.release, as_version=4)
        self._solutions, self._exercises = solutions(lesson), lesson.exercises()

    def __call__(self, group: list[Answer]) -> str:
        notebook, answers = deepcopy(self._released), self._solutions | {one.exercise: one.code for one in group}
        for cell in notebook.cells:
            cell.source = answers.get(grade_id(cell), cell.source)
        if not group[0].right:  # whether the lesson's own cells run with it is asked of right ones only
            notebook.cells = needed(notebook.cells, [test for one in group for test in self._exercises[one.exercise]])
        return nbformat.writes(notebook)


def needed(cells: list[NotebookNode], tests: list[str]) -> list[NotebookNode]:
    """Of a notebook, the code cells that `tests` rest on: they bind a name that a needed cell uses. And the tests."""
    kept: list[NotebookNode] = []
    used: set[str] = set()
    for cell in reversed([cell for cell in cells if cell.cell_type == "code"]):
        wanted = cell.metadata.get("nbgrader", {}).get("grade_id") in tests
        with suppress(SyntaxError):  # some wrong answers are no Python
            wanted = wanted or (not is_test(cell) and bool(used & set(bound_names(plain_python(cell.source)))))
        if wanted:
            used |= _used(cell.source)
            kept.append(cell)
    return kept[::-1]


def used_names(code: str) -> set[str]:
    """The names that `code` finds bound, or its functions do when they are called later."""
    used: set[str] = set()
    bound: set[str] = set()
    for statement in ast.parse(code).body:
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


def solutions(lesson: Lesson) -> dict[str, str]:
    """Exercise → the code of its solution in the source."""
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source for cell in lesson.read_source().cells}
    return {exercise: cells[exercise] for exercise in lesson.exercises()}


def deviating(lesson: Lesson, group: list[Answer], results: Mapping[Answer, Record]) -> list[str]:
    """What is not as it should be with the answers to one exercise, a line each."""
    lines, tests = [], lesson.exercises()[group[0].exercise]
    for answer in group:
        found = faults(answer, results[answer], tests)
        if not answer.right and not results[answer].problem:
            found += [
                f"its message {answer.message!r} is also told to {other.name!r}"
                for other in group
                if other is not answer and not other.right and answer.message in _told(results[other], tests)
            ]
        lines += [f"{'right' if answer.right else 'wrong'}: {answer.name}: {fault}" for fault in found]
    return lines


def faults(answer: Answer, result: Record, tests: list[str]) -> list[str]:
    """In what the outcome of `tests`, those of the answer's exercise, differs from what it should be."""
    if result.problem:
        return [f"could not be graded: {result.problem}"]
    if answer.right and result.broken:
        return [f"with it these cells of the lesson fail: {', '.join(result.broken)}"]
    outcomes, messages = [result.tests[name] for name in tests if name in result.tests], _told(result, tests)
    points, of = sum(outcome.points for outcome in outcomes), sum(outcome.of for outcome in outcomes)
    if answer.right:
        return [f"got {points:g} of {of:g}: {messages}"] if points < of else []
    found = []
    if (points, of) != (answer.points, answer.of):
        found.append(f"got {points:g} of {of:g}, expected {answer.points:g} of {answer.of:g}: {messages}")
    if answer.message not in messages:
        found.append(f"its message {answer.message!r} is not in: {messages}")
    return found


def _told(result: Record, tests: list[str]) -> str:
    return " / ".join(
        result.tests[name].message for name in tests if name in result.tests and result.tests[name].message
    )


def _table(lesson: Lesson, answers: Mapping[str, list[Answer]], deviations: Mapping[str, list[str]]) -> Table:
    table = Table("exercise", "wrong: own points and message", "right: full points", "deviations", title=lesson.id)
    for exercise, group in answers.items():
        bad = {line.split(": ")[1] for line in deviations[exercise]}
        wrong, right = [a for a in group if not a.right], [a for a in group if a.right]
        table.add_row(
            exercise,
            f"{sum(a.name not in bad for a in wrong)} of {len(wrong)}",
            f"{sum(a.name not in bad for a in right)} of {len(right)}",
            str(len(deviations[exercise]) or "none"),
        )
    return table
