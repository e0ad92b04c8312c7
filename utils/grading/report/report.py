"""What an instructor wants to see of a graded class: the points, what was misunderstood, and who needs help.

In the terminal, and as a page that opens from disk.
"""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from statistics import mean, median

from jinja2 import Environment, PackageLoader
from markupsafe import Markup, escape
from rich.table import Table

from utils.checks.failure import not_solved
from utils.grading.course import Lesson
from utils.grading.files import write_file
from utils.grading.python_code import parsed
from utils.grading.report.plain_table import PlainTable
from utils.grading.report.similar import Pair, similar_pairs
from utils.grading.store.course_folder import StudentResult
from utils.printable import counted, printable, printable_lines

HELP = 0.5  # of the points: whoever has fewer needs help
EXAMPLE_LINES = 25
BINS = 10
SLOWEST = 5
PAIRS = 10  # of submissions that are alike, in the terminal: those that share the most


@dataclass(frozen=True)
class Misconception:
    """What a check said, to how many students, and what one of them had written."""

    message: str
    students: int
    example: str


@dataclass(frozen=True)
class Exercise:
    """How an exercise went. solved: share (0 to 1) of the students with all its points. untried: who wrote nothing."""

    name: str
    max_points: float
    mean: float
    solved: float
    untried: int
    misconceptions: list[Misconception]


@dataclass(frozen=True)
class ClassReport:
    """A graded class.

    tests: exercise → its test cells.  max_score: all that can be had.  automatic: what the tests give.
    """

    lesson: Lesson
    tests: Mapping[str, list[str]]
    results: list[StudentResult]
    exercises: list[Exercise]
    max_score: float
    automatic: float
    similar: list[Pair]

    @classmethod
    def of(cls, lesson: Lesson, results: Sequence[StudentResult], max_score: float) -> "ClassReport":
        """Put together what there is to say. results: one or more."""
        tests = lesson.exercises()
        told = misconceptions(results, tests)
        exercises = [_exercise(name, own, results, told) for name, own in tests.items()]
        codes = {result.student: "\n\n".join(result.record.code.values()) for result in results}
        automatic = sum(one.max_points for one in exercises)
        return cls(lesson, tests, list(results), exercises, max_score, automatic, similar_pairs(codes))

    @property
    def scores(self) -> list[float]:
        return [result.score for result in self.results]

    @property
    def histogram(self) -> list[tuple[float, float, int]]:
        """From, to, and how many students; the last one includes its end."""
        width = max(1, round(self.max_score / BINS))
        bins = max(1, ceil(self.max_score / width))
        counts = Counter(min(int(score // width), bins - 1) for score in self.scores)
        return [(i * width, (i + 1) * width, counts[i]) for i in range(bins)]

    @property
    def in_need(self) -> list[tuple[StudentResult, list[str]]]:
        """Who has fewer than half of the tests' points, fewest first, and the exercises in which they have none."""
        found = sorted(self.results, key=lambda result: (result.record.points, result.student))
        return [(one, self._without_points(one)) for one in found if one.record.points < HELP * self.automatic]

    def _without_points(self, result: StudentResult) -> list[str]:
        return [name for name, tests in self.tests.items() if _points(result, tests)[0] == 0]

    @property
    def remarkable(self) -> list[tuple[StudentResult, list[str]]]:
        """Who should be looked at, and why: not gradable, ended, tests that were changed, or another file's name."""
        found = []
        for result in self.results:
            record = result.record
            ended = record.kernel_exit and f"its kernel was ended: {record.kernel_exit}"
            why = [record.problem, ended, *record.tampering, *record.remarks]
            if any(why):
                found.append((result, [reason for reason in why if reason]))
        return found

    @property
    def seconds(self) -> list[float]:
        return sorted(result.record.seconds for result in self.results)

    @property
    def machines(self) -> list[str]:
        return sorted({result.record.machine for result in self.results})

    def write(self, path: Path) -> None:
        """Write the page. It needs no network and no other file."""
        folder = PackageLoader("utils.grading.report")
        pages = Environment(loader=folder, autoescape=True, finalize=_shown, trim_blocks=True, lstrip_blocks=True)
        pages.filters["code"] = _with_code
        text = pages.get_template("report.html").render(
            report=self, made=datetime.now(UTC), mean=mean, median=median, points=_points, slowest=SLOWEST
        )
        write_file(path, text.encode())

    def tables(self) -> list[Table]:
        """For the terminal: the class, its exercises, and who to look at."""
        people = self._people()
        return [self._overview(), self._per_exercise(), *([people] if people.row_count else [])]

    def _overview(self) -> Table:
        scores, most = self.scores, max(count for _, _, count in self.histogram)
        title = f"{self.lesson.id}: {counted(len(scores), 'student')}, mean {mean(scores):.1f} of {self.max_score:g}"
        table = PlainTable("points", "students", "", title=title)
        for start, end, count in self.histogram:
            table.add_row(f"{start:g} to {end:g}", str(count), "█" * round(30 * count / most))
        return table

    def _per_exercise(self) -> Table:
        table = PlainTable("exercise", "solved", "not tried", "mean", "told most often", title="Exercises")
        for one in self.exercises:
            told = "\n".join(f"{m.students} × {m.message}" for m in one.misconceptions[:2])
            points = f"{one.mean:.1f}/{one.max_points:g}"
            table.add_row(one.name, f"{one.solved:.0%}", str(one.untried or ""), points, told)
        return table

    def _people(self) -> Table:
        table = PlainTable("who", "why", title="To look at")
        for result, without in self.in_need[:10]:
            table.add_row(result.student, f"{result.record.points:g} points; none for {', '.join(without)}")
        for result, why in self.remarkable:
            table.add_row(result.student, "; ".join(why))
        for pair in self.similar[:PAIRS]:
            table.add_row(f"{pair.one}, {pair.other}", f"{pair.share:.0%} of the code is alike")
        if (more := len(self.similar) - PAIRS) > 0:
            table.add_row(f"{more} more pairs", "are alike: the report page has all of them")
        return table


def _shown(value: object) -> object:
    """What a page says of a value: text without control characters."""
    return printable_lines(value) if type(value) is str else value


def _with_code(message: str) -> Markup:
    """A check's message for the page: what stands between backticks is code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(printable(message)))))


def _exercise(
    name: str, tests: list[str], results: Sequence[StudentResult], told: Mapping[tuple[str, str], list[str]]
) -> Exercise:
    points = [_points(result, tests) for result in results]
    by_student = {result.student: result for result in results}
    found = [
        Misconception(message, len(students), _example([by_student[student] for student in students], name))
        for (exercise, message), students in told.items()
        if exercise == name and message != not_solved(name)
    ]
    found.sort(key=lambda one: (-one.students, one.message))
    solved = sum(own == most for own, most in points) / len(points)
    untried = len(told.get((name, not_solved(name)), ()))
    return Exercise(name, max(most for _, most in points), mean(own for own, _ in points), solved, untried, found)


def _points(result: StudentResult, tests: Sequence[str]) -> tuple[float, float]:
    graded = result.record.outcomes(tests)
    return sum(test.points for test in graded), sum(test.max_points for test in graded)


def misconceptions(
    results: Sequence[StudentResult], exercises: Mapping[str, list[str]]
) -> dict[tuple[str, str], list[str]]:
    """(exercise, what the check said) → the students who were told it."""
    told: dict[tuple[str, str], list[str]] = defaultdict(list)
    for result in results:
        if result.record.problem:  # what all of its tests say is no misconception
            continue
        for exercise, tests in exercises.items():
            for misconception in {outcome.misconception for outcome in result.record.outcomes(tests)} - {""}:
                told[exercise, misconception].append(result.student)
    return told


def _example(results: Sequence[StudentResult], exercise: str) -> str:
    """The shortest of these students' answers: without comments and docstrings, in which a name may stand."""
    written = sorted((result.record.code.get(exercise, "") for result in results), key=lambda code: (len(code), code))
    found = (anonymous(code) for code in written if len(code.splitlines()) <= 2 * EXAMPLE_LINES)
    return next((code for code in found if code and len(code.splitlines()) <= EXAMPLE_LINES), "")


def anonymous(code: str) -> str:
    """Code without its comments and docstrings; "" where it is no Python."""
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        tree = parsed(code)
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):
                body[:] = [one for one in body if not _is_text(one)] or ([ast.Pass()] if body else [])
        return ast.unparse(tree)
    return ""


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def points_table(
    title: str,
    results: Sequence[StudentResult],
    exercises: Mapping[str, list[str]],
    notes: Mapping[str, str] | None = None,
) -> Table:
    """Student × exercise, for a small class. `exercises` maps each exercise to its test cells; `notes` a student to a
    remark."""
    table = PlainTable("student", title=title)
    for exercise in exercises:
        table.add_column(exercise.replace("_", "\n"), justify="right")
    table.add_column("points", justify="right")
    table.add_column("remarks")
    for result in results:
        late = f"{result.days_late:.1f} days late" if result.days_late > 0 else ""
        remarks = [result.record.problem, (notes or {}).get(result.student, ""), late]
        cells = ("{:g}/{:g}".format(*_points(result, tests)) for tests in exercises.values())
        table.add_row(result.student, *cells, f"{result.score:g}", ", ".join(filter(None, remarks)))
    return table
