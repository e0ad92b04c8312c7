"""One submission in nbgrader's gradebook: what nbgrader's own methods do, without their commits in between."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from nbgrader import api
from nbgrader.api import BaseCell, Comment, Grade, GradeCell, Student, SubmittedAssignment, SubmittedNotebook, TaskCell
from nbgrader.plugins import BasePlugin
from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.orm import Session

from utils.cli import CourseError
from utils.grading.mark import Record

GRADED, WRITTEN = ("GradeCell", "TaskCell"), ("SolutionCell", "TaskCell")  # nbgrader's kinds of cells


@dataclass(frozen=True)
class Handed:
    """A submission: whose, to which lesson and notebook, a hash of it, and when (UTC) it was handed in, if known."""

    student: str
    assignment: str
    notebook: str
    digest: str
    timestamp: datetime | None = None


class Book:
    """The rows of one submission. Raises CourseError when the gradebook does not know the lesson."""

    def __init__(self, session: Session, handed: Handed) -> None:
        self._session, self._handed = session, handed
        lesson = session.execute(
            select(api.Assignment.id, api.Assignment.duedate, api.Notebook.id)
            .join(api.Notebook, api.Notebook.assignment_id == api.Assignment.id)
            .where(api.Assignment.name == handed.assignment, api.Notebook.name == handed.notebook)
        ).one_or_none()
        if lesson is None:
            raise CourseError(unknown(handed.assignment))
        self._lesson, self._due, self._notebook = lesson
        self._find()

    def _find(self) -> None:
        row = self._session.execute(
            select(SubmittedAssignment.id, SubmittedAssignment.extension, SubmittedNotebook.id)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .where(
                SubmittedAssignment.assignment_id == self._lesson,
                SubmittedAssignment.student_id == self._handed.student,
                SubmittedNotebook.notebook_id == self._notebook,
            )
        ).one_or_none()
        self._submission, self._extension, self._submitted = row or (None, None, None)

    def score(self) -> float | None:
        """All points, those that a human gave included, less the penalty; None when there is no submission yet."""
        return None if self._submitted is None else self._points() - (self._penalty() or 0.0)

    def max_score(self) -> float:
        """The most points that the lesson gives."""
        kinds = (
            self._session.scalar(select(func.sum(kind.max_score)).where(kind.notebook_id == self._notebook)) or 0.0
            for kind in (GradeCell, TaskCell)
        )
        return sum(kinds)

    def write(self, record: Record, previous: Mapping[str, str], late: BasePlugin | None) -> None:
        """Put in the points and nbgrader's comments.

        What a human wrote stays, and is to be looked at again where the text that it is about has changed: where
        `previous`, the answers that were graded last, differs. late: the plugin for penalties.
        """
        if self._submitted is None:
            self._add()
        if self._handed.timestamp is not None:
            row = update(SubmittedAssignment).where(SubmittedAssignment.id == self._submission)
            self._session.execute(row.values(timestamp=self._handed.timestamp))
        grades = self._rows(Grade, GRADED)
        if missing := record.scores.keys() - {name for name, _ in grades}:
            raise CourseError(f"{unknown(self._handed.assignment)} (not known: {', '.join(sorted(missing))})")
        self._session.execute(update(Grade), [self._grade(name, row, record, previous) for name, row in grades])
        comments = [
            {"id": row.id, "auto_comment": record.comments[name]}
            for name, row in self._rows(Comment, WRITTEN)
            if name in record.comments
        ]
        self._session.execute(update(Comment), comments)
        self._penalise(late)

    @staticmethod
    def _grade(name: str, row: Row, record: Record, previous: Mapping[str, str]) -> dict[str, object]:
        auto = record.scores.get(name)
        if row.manual_score is None:
            look = auto is None and not record.problem
        else:
            look = row.needs_manual_grade or record.answers.get(name) != previous.get(name)
        return {"id": row.id, "auto_score": auto, "needs_manual_grade": look}

    def _add(self) -> None:
        """A row for the student, the submission and each of the lesson's notebooks."""
        session, handed, submission = self._session, self._handed, api.new_uuid()
        if session.scalar(select(Student.id).where(Student.id == handed.student)) is None:
            session.execute(insert(Student), [{"id": handed.student}])
        row = {"id": submission, "assignment_id": self._lesson, "student_id": handed.student}
        session.execute(insert(SubmittedAssignment), [row])
        notebooks = session.scalars(select(api.Notebook.id).where(api.Notebook.assignment_id == self._lesson))
        session.execute(
            insert(SubmittedNotebook), [{"assignment_id": submission, "notebook_id": one} for one in notebooks]
        )
        self._find()

    def _rows(self, table: type[Grade] | type[Comment], kinds: tuple[str, ...]) -> list[tuple[str, Row]]:
        """The rows of the submission's cells of these kinds, each with the cell's name. A missing one is made."""
        cells = self._session.execute(
            select(BaseCell.id, BaseCell.name).where(BaseCell.notebook_id == self._notebook, BaseCell.type.in_(kinds))
        ).all()
        columns = table.__table__.columns
        query = select(*columns).where(table.notebook_id == self._submitted)
        rows = {row.cell_id: row for row in self._session.execute(query)}
        if missing := [{"cell_id": i, "notebook_id": self._submitted} for i, _ in cells if i not in rows]:
            self._session.execute(insert(table), missing)
            rows = {row.cell_id: row for row in self._session.execute(query)}
        return [(name, rows[i]) for i, name in cells]

    def _points(self) -> float:
        given = func.coalesce(Grade.manual_score, Grade.auto_score, 0.0)
        extra = func.coalesce(Grade.extra_credit, 0.0)
        # nbgrader counts extra credit only beside points
        counted = (Grade.manual_score.is_not(None)) | (Grade.auto_score.is_not(None))
        query = select(func.sum(given + extra)).where(Grade.notebook_id == self._submitted, counted)
        return self._session.scalar(query) or 0.0

    def _penalty(self) -> float | None:
        query = select(SubmittedNotebook.late_submission_penalty).where(SubmittedNotebook.id == self._submitted)
        return self._session.scalar(query)

    def _penalise(self, late: BasePlugin | None) -> None:
        """Take points for being late, as nbgrader does: by its plugin, never more than there are."""
        penalty = None
        seconds = self._seconds_late()
        if late is not None and seconds > 0:
            points = self._points()
            penalty = late.late_submission_penalty(self._handed.student, points, seconds)
            penalty = None if penalty is None else min(max(penalty, 0.0), points)
        row = update(SubmittedNotebook).where(SubmittedNotebook.id == self._submitted)
        self._session.execute(row.values(late_submission_penalty=penalty))

    def _seconds_late(self) -> float:
        if self._handed.timestamp is None or self._due is None:
            return 0.0
        return max(0.0, (self._handed.timestamp - self._due - (self._extension or timedelta())).total_seconds())


def unknown(assignment: str) -> str:
    """What to do about a lesson that the gradebook does not know, or knows otherwise."""
    remedy = f"run `nbgrader generate_assignment {assignment} --force`"
    return f"the gradebook does not know {assignment} as it is now: {remedy}"
