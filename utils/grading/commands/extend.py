"""`course extend`: more time for one student, which takes effect on what was graded already."""

from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Annotated

import typer

from utils.errors import CourseError
from utils.grading.commands.grade import tell_adjusted
from utils.grading.course import find_root, lessons
from utils.grading.lms.class_list import alike
from utils.grading.store.course_folder import CourseFolder

END_OF_DAY = time(23, 59, 59)


def extend(
    student: Annotated[str, typer.Argument(help="the student's id")],
    name: Annotated[str, typer.Argument(metavar="LESSON", help="the lesson, such as 01")],
    date: Annotated[
        str, typer.Argument(help="until when: 2026-01-12 (to its end) or 2026-01-12T18:00+01:00; UTC without a zone")
    ] = "",
    remove: Annotated[bool, typer.Option("--remove", help="take the extension back")] = False,
) -> None:
    """Let a student hand in until DATE. What was graded is not run again: only what being late costs changes."""
    if bool(date) == remove:
        raise CourseError("say until when, such as 2026-01-12, or --remove to take an extension back")
    root = find_root()
    lesson = lessons(root, [name])[0]
    folder, until = CourseFolder(root, lesson), None if remove else until_when(date)
    with folder.alone():
        with folder.gradebook() as gradebook:
            known = {one.id for one in gradebook.students} | set(folder.students())
        due = folder.due()
        if student not in known:
            if meant := alike(student, sorted(known)):
                raise CourseError(f"no student is called {student!r}: is it {meant!r}?")
            raise CourseError(
                f"no student is called {student!r}: `course roster FILE.csv` reads a class list, and "
                f"`nbgrader db student add {student}` adds one"
            )
        with folder.ledger() as ledger:
            ledger.extend(lesson.id, student, until)
            adjusted = folder.adjust(ledger)
    if until is None:
        print(f"{student} has no extension for {lesson.id} any more")
    else:
        print(f"{student} may hand in {lesson.id} until {until:%Y-%m-%d %H:%M:%S} UTC")
        if due is None:
            print(f"(but {lesson.id} has no due date, so nothing is late: set one in the formgrader)")
        elif until <= due:
            print(f"(but {lesson.id} is due later than that for everyone, at {due:%Y-%m-%d %H:%M:%S} UTC)")
    tell_adjusted(lesson, adjusted)


def until_when(text: str) -> datetime:
    """A date, to its end, or a date and time; in UTC, without a zone. Raises CourseError."""
    try:
        with suppress(ValueError):
            return datetime.combine(date.fromisoformat(text.strip()), END_OF_DAY)
        found = datetime.fromisoformat(text.strip())
        return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    except (ValueError, OverflowError):
        raise CourseError(f"{text!r} is no date: write 2026-01-12, or 2026-01-12T18:00+01:00 with a time") from None
