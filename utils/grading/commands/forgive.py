"""`course forgive`: a test turned out to be wrong, and everybody has its points."""

from dataclasses import replace
from typing import Annotated

import typer

from utils.errors import CourseError
from utils.grading.commands.grade import tell_adjusted
from utils.grading.course import find_root, lessons
from utils.grading.store.adjustments import forgiven
from utils.grading.store.course_folder import CourseFolder


def forgive(
    name: Annotated[str, typer.Argument(metavar="LESSON", help="the lesson, such as 01")],
    test: Annotated[str, typer.Argument(help="the test's grade_id, such as test_classify")],
    undo: Annotated[bool, typer.Option("--undo", help="let the test count again")] = False,
) -> None:
    """Give everybody the points of a withdrawn test, now and when they are graded again; marks by hand stay."""
    root = find_root()
    lesson = lessons(root, [name])[0]
    folder = CourseFolder(root, lesson)
    with folder.alone(), folder.ledger() as ledger:
        known = ledger.graded_cells(lesson.id, lesson.topic)
        if test not in known:
            raise CourseError(f"{lesson.id} has no test {test!r}; there are: {', '.join(sorted(known)) or 'none'}")
        if undo and test not in ledger.forgiven(lesson.id):
            raise CourseError(f"{test} was not forgiven: nothing is to be undone")
        taken = ledger.unforgive(lesson.id, lesson.topic, test) if undo else []
        if not undo:
            ledger.forgive(lesson.id, test)
        adjusted = folder.adjust(ledger)
    print(f"{lesson.id}: {test} counts again" if undo else f"{lesson.id}: {forgiven(test)}")
    tell_adjusted(lesson, replace(adjusted, scores=(*taken, *adjusted.scores)))
