"""`course bank`: grade every answer of the answer bank, and see that each gets the points and the message it should.

The bank (tests/answers/<lesson>/<exercise>.py) holds answers as students write them, in percent format:

    # %% wrong: adds the first row only | points 0 of 2 | "first row"
    # %% right: with NumPy
"""

import ast
import os
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import typer
from nbformat import NotebookNode
from rich.console import Console
from rich.progress import track
from rich.table import Table

from utils.cli import CourseError
from utils.grading import sandbox
from utils.grading.build import stale_files
from utils.grading.classroom import Classroom, Result
from utils.grading.course import Lesson, find_root, lessons
from utils.grading.execute import is_test
from utils.grading.judge import bound_names, plain_python

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
    workers: Annotated[int, typer.Option(help="graders that run side by side")] = os.cpu_count() or 1,
) -> None:
    """Grade the answer bank; exit 1 when an answer gets other points or another message than it should."""
    sandbox.require()
    deviations = []
    for lesson in lessons(find_root(), names):
        if stale_files(lesson):
            raise CourseError(f"{lesson.id} is stale: run `make build` first, since it is the built lesson that grades")
        answers = read(lesson)
        results = grade(lesson, [answer for group in answers.values() for answer in group], workers)
        wrong = {exercise: deviating(lesson, group, results) for exercise, group in answers.items()}
        Console().print(_table(lesson, answers, wrong))
        deviations += [f"{lesson.id}, {exercise}: {line}" for exercise, lines in wrong.items() for line in lines]
    if deviations:
        print(*deviations, sep="\n")
        raise CourseError(
            f"{len(deviations)} deviation{'s' if len(deviations) > 1 else ''} in the answer bank, listed above"
        )


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


def grade(lesson: Lesson, answers: list[Answer], workers: int = 1) -> dict[Answer, Result]:
    """Grade each answer (see `together`) in a notebook in which all other exercises are solved as in the source."""
    groups = together(answers)
    workers = max(1, min(workers, len(groups)))
    shares = [groups[k::workers] for k in range(workers)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(_grade_share, [lesson] * workers, shares, range(workers)))
    return {answer: result for share in results for answer, result in share.items()}


def together(answers: list[Answer]) -> list[list[Answer]]:
    """What is handed in in one notebook: each wrong answer, the first right answers of all exercises, the second …"""
    right: dict[int, list[Answer]] = defaultdict(list)
    seen: Counter[str] = Counter()
    for answer in answers:
        if answer.right:
            right[seen[answer.exercise]].append(answer)
            seen[answer.exercise] += 1
    return [*right.values(), *([answer] for answer in answers if not answer.right)]


def _grade_share(lesson: Lesson, groups: list[list[Answer]], share: int) -> dict[Answer, Result]:
    with tempfile.TemporaryDirectory(prefix="course-bank-") as folder:
        classroom = Classroom(Path(folder) / "class", lesson).set_up()
        solved, exercises = solutions(lesson), lesson.exercises()
        graded = {}
        for number, group in enumerate(track(groups, f"{lesson.id}: grading", disable=share > 0, transient=True)):
            student = f"answers{number}"
            notebook = classroom.filled_in(solved | {answer.exercise: answer.code for answer in group})
            if not group[0].right:  # whether the lesson's own cells run with it is asked of right ones only
                notebook.cells = needed(notebook.cells, exercises[group[0].exercise])
            classroom.put(student, notebook)
            graded |= dict.fromkeys(group, classroom.autograde(student))
        return graded


def needed(cells: list[NotebookNode], tests: list[str]) -> list[NotebookNode]:
    """Of a notebook, the code cells that `tests` rest on: they bind a name that a needed cell uses. And the tests."""
    kept: list[NotebookNode] = []
    used: set[str] = set()
    for cell in reversed([cell for cell in cells if cell.cell_type == "code"]):
        wanted = cell.metadata.get("nbgrader", {}).get("grade_id") in tests
        with suppress(SyntaxError):  # some wrong answers are no Python
            code = plain_python(cell.source)
            wanted = wanted or (not is_test(cell) and bool(used & set(bound_names(code))))
            if wanted:
                used |= {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
        kept += [cell] * wanted
    return kept[::-1]


def solutions(lesson: Lesson) -> dict[str, str]:
    """Exercise → the code of its solution in the source."""
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source for cell in lesson.read_source().cells}
    return {exercise: cells[exercise] for exercise in lesson.exercises()}


def deviating(lesson: Lesson, group: list[Answer], results: Mapping[Answer, Result]) -> list[str]:
    """What is not as it should be with the answers to one exercise, a line each."""
    lines, exercises = [], lesson.exercises()
    for answer in group:
        result = results[answer]
        tests = {name: result.tests[name] for name in exercises[answer.exercise] if name in result.tests}
        points, of = sum(test.points for test in tests.values()), sum(test.of for test in tests.values())
        messages = " / ".join(test.message for test in tests.values() if test.message)
        label = f"{'right' if answer.right else 'wrong'}: {answer.name}"
        if result.problem:
            lines.append(f"{label}: could not be graded: {result.problem}")
        elif answer.right and result.broken:
            lines.append(f"{label}: with it these cells of the lesson fail: {', '.join(result.broken)}")
        elif answer.right and points < of:
            lines.append(f"{label}: got {points:g} of {of:g}: {messages}")
        elif not answer.right:
            if (points, of) != (answer.points, answer.of):
                lines.append(
                    f"{label}: got {points:g} of {of:g}, expected {answer.points:g} of {answer.of:g}: {messages}"
                )
            if answer.message not in messages:
                lines.append(f"{label}: its message {answer.message!r} is not in: {messages}")
            lines += [
                f"{label}: its message {answer.message!r} is also told to {other.name!r}"
                for other in group
                if other is not answer
                and not other.right
                and any(answer.message in results[other].tests[name].message for name in tests)
            ]
    return lines


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
