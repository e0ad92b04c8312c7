"""`course ledger`: what was graded, when and why; and, for one student, why the score is what it is."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from utils.errors import CourseError
from utils.grading.course import find_root, lessons
from utils.grading.lms.class_list import alike
from utils.grading.report.plain_table import PlainTable
from utils.grading.store.adjustments import forgiven
from utils.grading.store.course_folder import CourseFolder
from utils.grading.store.ledger import Entry


def ledger(
    student: Annotated[str | None, typer.Argument(help="one student; everyone if none")] = None,
    lesson: Annotated[str | None, typer.Option(help="one lesson, such as 01; all if none")] = None,
) -> None:
    """Print the history of the scores; for one student also what each test said the last time."""
    root = find_root()
    chosen = lessons(root, [lesson])[0] if lesson else None
    folder = CourseFolder(root, chosen or lessons(root)[0])
    with folder.ledger() as history:
        entries = history.entries(chosen.id if chosen else None, student)
        withdrawn = {name: history.forgiven(name) for name in {entry.assignment for entry in entries}}
    if not entries:
        with folder.gradebook() as gradebook:
            known = sorted(one.id for one in gradebook.students)
        if student and student not in known:
            meant = alike(student, known)
            raise CourseError(f"no student is called {student!r}{f': is it {meant!r}?' if meant else ''}")
        raise CourseError("nothing of that was graded yet: see `course grade --help`")
    console = Console()
    console.print(_history(entries))
    if student:
        for entry in {entry.assignment: entry for entry in entries}.values():
            console.print(_explained(entry, withdrawn[entry.assignment]))


def _history(entries: list[Entry]) -> PlainTable:
    table = PlainTable(
        "when (UTC)", "student", "lesson", "why it was graded", "score", "submission", "lesson as", "environment"
    )
    for one in entries:
        old = "" if one.old_score is None else f"{one.old_score:g} → "
        table.add_row(
            f"{one.at:%Y-%m-%d %H:%M:%S}",
            one.student,
            one.assignment,
            one.reason,
            f"{old}{one.new_score:g} of {one.max_score:g}",
            one.submission[:8],
            one.version[:8],
            one.environment[:8],
        )
    return table


def _explained(entry: Entry, withdrawn: Sequence[str] = ()) -> PlainTable:
    record = entry.details
    table = PlainTable("test", "points", "what it said", title=f"{entry.student}, {entry.assignment}: the last grading")
    for name, outcome in record.tests.items():
        table.add_row(name, f"{outcome.points:g}/{outcome.max_points:g}", outcome.message)
    by_hand = [name for name, score in record.scores.items() if score is None]
    if by_hand:
        table.add_row(", ".join(by_hand), "", "marked by hand: see the formgrader")
    for remark in filter(
        None, (record.problem, record.kernel_exit, *record.tampering, *record.remarks, *map(forgiven, withdrawn))
    ):
        table.add_row("", "", remark)
    return table
