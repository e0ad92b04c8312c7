"""What an instructor wants to see of a graded class: the points, and what was misunderstood most."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.table import Table

from utils.grading.classroom import Result


def points_table(
    title: str, results: Sequence[Result], exercises: Mapping[str, list[str]], notes: Mapping[str, str] | None = None
) -> Table:
    """Student × exercise. `exercises` maps each exercise to its test cells; `notes` a student to a remark."""
    table = Table("student", title=title)
    for exercise in exercises:
        table.add_column(exercise.replace("_", "\n"), justify="right")
    table.add_column("points", justify="right")
    table.add_column("remarks")
    for result in results:
        remarks = [
            result.problem,
            (notes or {}).get(result.student, ""),
            f"{result.days_late:.1f} days late" if result.days_late > 0 else "",
        ]
        table.add_row(
            result.student,
            *[_cell(result, tests) for tests in exercises.values()],
            f"{result.points:g}",
            ", ".join(remark for remark in remarks if remark),
        )
    return table


def _cell(result: Result, tests: list[str]) -> str:
    graded = [result.tests[name] for name in tests if name in result.tests]
    return f"{sum(test.points for test in graded):g}/{sum(test.of for test in graded):g}"


def misconceptions(results: Sequence[Result], exercises: Mapping[str, list[str]]) -> Counter[tuple[str, str]]:
    """(exercise, what the check said) → how many students were told it."""
    told: Counter[tuple[str, str]] = Counter()
    for result in results:
        for exercise, tests in exercises.items():
            messages = {diagnosis(result.tests[name].message) for name in tests if name in result.tests}
            told.update((exercise, message) for message in messages if message)
    return told


def diagnosis(message: str) -> str:
    """A check's message without the description of its case, so that equal misconceptions are counted together."""
    _, colon, rest = message.partition(": ")
    return rest if colon else message


def misconceptions_table(told: Counter[tuple[str, str]], most: int = 10) -> Table:
    """The misconceptions that most students had, most frequent first."""
    table = Table("students", "exercise", "what they were told", title="Most common misconceptions")
    for (exercise, message), count in told.most_common(most):
        table.add_row(str(count), exercise, message)
    return table
