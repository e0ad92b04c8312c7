"""What changes scores without running anything: tests that come, go or are forgiven; due dates, extensions, policies.

It is done for a whole class at once, in one transaction with the ledger's entries of it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nbformat import NotebookNode
from nbgrader import api
from nbgrader.api import Grade
from nbgrader.plugins import BasePlugin
from sqlalchemy import Connection, case, func, or_, select, update

from utils.grading.store.gradebook import GRADED, GradebookAssignment, penalty_of
from utils.grading.store.lesson_cells import CellChanges, follow_lesson, withdrawn
from utils.grading.store.tables import Extension

_SUBMISSIONS, _SUBMITTED = api.SubmittedAssignment.__table__, api.SubmittedNotebook.__table__
_GRADES = Grade.__table__
NEARLY = 1e-9  # points by which two scores may differ and be the same

CELLS = "the lesson has other tests or written answers than before"
LATE = "the due date, an extension, a mark by hand or the late policy was changed"


@dataclass(frozen=True)
class Standing:
    """What a student has for a lesson before an adjustment, or after it.  submitted: id of the notebook's row."""

    submitted: str
    timestamp: datetime | None
    extension: timedelta | None
    penalty: float | None
    points: float

    @property
    def score(self) -> float:
        """The points, less what being late costs."""
        return self.points - (self.penalty or 0.0)


@dataclass(frozen=True)
class Adjustment:
    """A student's score that has changed, and why."""

    student: str
    old: float
    new: float
    reason: str


@dataclass(frozen=True)
class Adjusted:
    """What an adjustment has done to a class."""

    cells: CellChanges
    scores: tuple[Adjustment, ...] = ()


def adjust(
    connection: Connection, assignment: str, notebook: str, cells: Sequence[NotebookNode], late: BasePlugin | None
) -> Adjusted:
    """Make the scores of a lesson follow its cells, its forgiven tests, its due date and the late policy.

    cells: the marked cells of the lesson.  late: the plugin for penalties. Raises CourseError where the gradebook does
    not know the lesson.
    """
    lesson = GradebookAssignment.read(connection, assignment, notebook)
    before = _standings(connection, lesson)
    reasons: dict[str, list[str]] = defaultdict(list)
    for student, name in _with_points_of(connection, withdrawn(lesson, cells)):
        reasons[student].append(f"{name} was taken out of the lesson")
    changes = follow_lesson(connection, lesson, cells)
    lesson = GradebookAssignment.read(connection, assignment, notebook)
    for student, name in _forgive(connection, lesson):
        reasons[student].append(forgiven(name))
    _extend(connection, lesson)
    after = _standings(connection, lesson)
    for student in _penalise(connection, lesson, after, late):
        reasons[student].append(LATE)
    return Adjusted(changes, tuple(_differences(before, _standings(connection, lesson), reasons)))


def forgiven(name: str) -> str:
    """Why everybody has the points of a test."""
    return f"{name} was withdrawn: everybody has its points, except where a human gave a mark"


def _standings(connection: Connection, lesson: GradebookAssignment) -> dict[str, Standing]:
    given = func.coalesce(_GRADES.c.manual_score, _GRADES.c.auto_score)
    worth = case((given.is_(None), 0.0), else_=given + func.coalesce(_GRADES.c.extra_credit, 0.0))
    totals = (
        select(_GRADES.c.notebook_id, func.sum(worth).label("points"))
        .join(_SUBMITTED, _SUBMITTED.c.id == _GRADES.c.notebook_id)
        .where(_SUBMITTED.c.notebook_id == lesson.notebook)
        .group_by(_GRADES.c.notebook_id)
        .subquery()
    )
    query = (
        select(
            _SUBMISSIONS.c.student_id,
            _SUBMITTED.c.id,
            _SUBMISSIONS.c.timestamp,
            _SUBMISSIONS.c.extension,
            _SUBMITTED.c.late_submission_penalty,
            func.coalesce(totals.c.points, 0.0),
        )
        .join(_SUBMITTED, _SUBMITTED.c.assignment_id == _SUBMISSIONS.c.id)
        .outerjoin(totals, totals.c.notebook_id == _SUBMITTED.c.id)
        .where(_SUBMISSIONS.c.assignment_id == lesson.assignment, _SUBMITTED.c.notebook_id == lesson.notebook)
    )
    return {student: Standing(*rest) for student, *rest in connection.execute(query)}


def _with_points_of(connection: Connection, cells: Mapping[str, str]) -> list[tuple[str, str]]:
    """Who has been graded for one of these cells (id → name), and for which."""
    query = (
        select(_SUBMISSIONS.c.student_id, _GRADES.c.cell_id)
        .join(_SUBMITTED, _SUBMITTED.c.assignment_id == _SUBMISSIONS.c.id)
        .join(_GRADES, _GRADES.c.notebook_id == _SUBMITTED.c.id)
        .where(_GRADES.c.cell_id.in_(cells))
    )
    return [(student, cells[cell]) for student, cell in connection.execute(query)] if cells else []


def _forgive(connection: Connection, lesson: GradebookAssignment) -> list[tuple[str, str]]:
    """Give everyone the points of forgiven tests. Returns student and test of those that had not."""
    done = []
    for cell, name, kind, most in lesson.cells:
        if kind not in GRADED or name not in lesson.forgiven:
            continue
        lacks = (_GRADES.c.cell_id == cell) & or_(_GRADES.c.auto_score.is_(None), _GRADES.c.auto_score != most)
        waits = (_GRADES.c.cell_id == cell) & _GRADES.c.needs_manual_grade & _GRADES.c.manual_score.is_(None)
        query = select(_SUBMISSIONS.c.student_id).join(_SUBMITTED, _SUBMITTED.c.assignment_id == _SUBMISSIONS.c.id)
        query = query.join(_GRADES, _GRADES.c.notebook_id == _SUBMITTED.c.id).where(lacks)
        done += [(student, name) for student in connection.scalars(query)]
        connection.execute(update(_GRADES).where(lacks).values(auto_score=most))
        connection.execute(update(_GRADES).where(waits).values(needs_manual_grade=False))
    return done


def _extend(connection: Connection, lesson: GradebookAssignment) -> None:
    """Write down the extensions as nbgrader does: as a time after the lesson is due."""
    if lesson.due is None:  # nbgrader cannot add an extension to no date; ours are written again when there is one
        mine = _SUBMISSIONS.c.assignment_id == lesson.assignment
        connection.execute(update(_SUBMISSIONS).where(mine).values(extension=None))
        return
    chosen = select(Extension.student, Extension.until).where(Extension.assignment == lesson.name)
    for student, until in connection.execute(chosen).all():
        this = (_SUBMISSIONS.c.assignment_id == lesson.assignment) & (_SUBMISSIONS.c.student_id == student)
        connection.execute(update(_SUBMISSIONS).where(this).values(extension=lesson.extension(until)))


def _penalise(
    connection: Connection, lesson: GradebookAssignment, standings: Mapping[str, Standing], late: BasePlugin | None
) -> list[str]:
    """Take points for being late. Returns the students for whom that is now another number."""
    changed = []
    for student, one in standings.items():
        seconds = lesson.seconds_late(one.timestamp, one.extension)
        penalty = penalty_of(late, student, one.points, seconds)
        if abs((penalty or 0.0) - (one.penalty or 0.0)) > NEARLY:
            query = update(_SUBMITTED).where(_SUBMITTED.c.id == one.submitted)
            connection.execute(query.values(late_submission_penalty=penalty))
            changed.append(student)
    return changed


def _differences(
    before: Mapping[str, Standing], after: Mapping[str, Standing], reasons: Mapping[str, Sequence[str]]
) -> list[Adjustment]:
    return [
        Adjustment(student, before[student].score, one.score, "; ".join(reasons[student]) or CELLS)
        for student, one in after.items()
        if abs(one.score - before[student].score) > NEARLY
    ]
