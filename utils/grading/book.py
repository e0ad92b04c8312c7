"""One submission in nbgrader's gradebook: what nbgrader's own methods do, without their commits in between."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from nbgrader import api
from nbgrader.api import BaseCell, Comment, Grade, GradeCell, Student, SubmittedAssignment, SubmittedNotebook, TaskCell
from nbgrader.plugins import BasePlugin
from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from utils.cli import CourseError
from utils.grading.mark import Record

_GRADE, _TASK = GradeCell.__table__, TaskCell.__table__
GRADED, WRITTEN = ("GradeCell", "TaskCell"), ("SolutionCell", "TaskCell")  # nbgrader's kinds of cells


@dataclass(frozen=True)
class Handed:
    """A submission: whose, to which lesson and notebook, a hash of it, and when (UTC) it was handed in, if known."""

    student: str
    assignment: str
    notebook: str
    digest: str
    timestamp: datetime | None = None


# A notebook's cells: id, name, nbgrader's kind, points where there are any
_CELLS = (
    select(BaseCell.id, BaseCell.name, BaseCell.type, func.coalesce(_GRADE.c.max_score, _TASK.c.max_score))
    .outerjoin(_GRADE, _GRADE.c.id == BaseCell.id)
    .outerjoin(_TASK, _TASK.c.id == BaseCell.id)
    .where(BaseCell.notebook_id == bindparam("notebook"))
)
_PENALTY = SubmittedNotebook.__table__.c.late_submission_penalty


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
        self._cells = session.execute(_CELLS, {"notebook": self._notebook}).all()
        row = session.execute(
            select(SubmittedAssignment.id, SubmittedAssignment.extension, SubmittedNotebook.id, _PENALTY)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .where(
                SubmittedAssignment.assignment_id == self._lesson,
                SubmittedAssignment.student_id == handed.student,
                SubmittedNotebook.notebook_id == self._notebook,
            )
        ).one_or_none()
        self._submission, self._extension, self._submitted, self._penalty = row or (None, None, None, None)
        self._grades = self._rows(Grade, GRADED)

    def score(self) -> float | None:
        """All points, those that a human gave included, less the penalty; None when there is no submission yet."""
        return None if self._submitted is None else self._points() - (self._penalty or 0.0)

    def max_score(self) -> float:
        """The most points that the lesson gives."""
        return sum(most or 0.0 for _, _, _, most in self._cells)

    def write(self, record: Record, previous: Mapping[str, str], late: BasePlugin | None) -> None:
        """Put in the points and nbgrader's comments.

        What a human wrote stays, and is to be looked at again where the text that it is about has changed: where
        `previous`, the answers that were graded last, differs. late: the plugin for penalties.
        """
        if missing := record.scores.keys() - self._grades.keys():
            raise CourseError(f"{unknown(self._handed.assignment)} (not known: {', '.join(sorted(missing))})")
        if self._submitted is None:
            self._add()
        comments = self._rows(Comment, WRITTEN)
        for name, row in self._grades.items():
            row |= self._graded(name, row, record, previous)
        for name, row in comments.items():
            if name in record.comments:
                row["auto_comment"] = record.comments[name]
        self._save(Grade, self._grades)
        self._save(Comment, comments)
        self._penalise(late)
        if self._handed.timestamp is not None:
            row = update(SubmittedAssignment).where(SubmittedAssignment.id == self._submission)
            self._session.execute(row.values(timestamp=self._handed.timestamp))

    @staticmethod
    def _graded(name: str, row: Mapping[str, Any], record: Record, previous: Mapping[str, str]) -> dict[str, Any]:
        auto = record.scores.get(name)
        if row["manual_score"] is None:
            look = auto is None and not record.problem
        else:
            look = row["needs_manual_grade"] or record.answers.get(name) != previous.get(name)
        return {"auto_score": auto, "needs_manual_grade": look}

    def _add(self) -> None:
        """A row for the student, the submission and each of the lesson's notebooks."""
        session, handed, self._submission = self._session, self._handed, api.new_uuid()
        if session.scalar(select(Student.id).where(Student.id == handed.student)) is None:
            session.execute(insert(Student), [{"id": handed.student}])
        row = {"id": self._submission, "assignment_id": self._lesson, "student_id": handed.student}
        session.execute(insert(SubmittedAssignment), [row])
        notebooks = session.scalars(select(api.Notebook.id).where(api.Notebook.assignment_id == self._lesson))
        made = [{"id": api.new_uuid(), "assignment_id": self._submission, "notebook_id": one} for one in notebooks]
        session.execute(insert(SubmittedNotebook), made)
        self._submitted = next(row["id"] for row in made if row["notebook_id"] == self._notebook)

    def _rows(self, table: type[Grade] | type[Comment], kinds: tuple[str, ...]) -> dict[str, dict[str, Any]]:
        """Name of a cell of these kinds → its row; without an "id" where there is none yet."""
        names = {cell: name for cell, name, kind, _ in self._cells if kind in kinds}
        rows = {name: dict.fromkeys(table.__table__.columns.keys()) | {"cell_id": cell} for cell, name in names.items()}
        if self._submitted is not None:  # by the cells' ids too, for which there is an index
            query = select(*table.__table__.columns)
            query = query.where(table.cell_id.in_(names), table.notebook_id == self._submitted)
            rows |= {names[row["cell_id"]]: dict(row) for row in self._session.execute(query).mappings()}
        return rows

    def _save(self, table: type[Grade] | type[Comment], rows: Mapping[str, dict[str, Any]]) -> None:
        old = [row for row in rows.values() if row["id"]]
        new = [row | {"id": api.new_uuid(), "notebook_id": self._submitted} for row in rows.values() if not row["id"]]
        columns = table.__table__
        if old:
            query = update(columns).where(columns.c.id == bindparam("row")).values(_bound(columns))
            self._session.execute(query, [{"row": row["id"]} | row for row in old])
        if new:
            self._session.execute(insert(columns), new)

    def _points(self) -> float:
        """As nbgrader counts: what a human gave, else what the tests gave; extra credit only beside one of them."""
        total = 0.0
        for row in self._grades.values():
            given = row["auto_score"] if row["manual_score"] is None else row["manual_score"]
            total += 0.0 if given is None else given + (row["extra_credit"] or 0.0)
        return total

    def _penalise(self, late: BasePlugin | None) -> None:
        """Take points for being late, as nbgrader does: by its plugin, never more than there are."""
        penalty, seconds = None, self._seconds_late()
        if late is not None and seconds > 0:
            penalty = late.late_submission_penalty(self._handed.student, self._points(), seconds)
            penalty = None if penalty is None else min(max(penalty, 0.0), self._points())
        if penalty != self._penalty:
            row = update(SubmittedNotebook).where(SubmittedNotebook.id == self._submitted)
            self._session.execute(row.values(late_submission_penalty=penalty))
            self._penalty = penalty

    def _seconds_late(self) -> float:
        if self._handed.timestamp is None or self._due is None:
            return 0.0
        return max(0.0, (self._handed.timestamp - self._due - (self._extension or timedelta())).total_seconds())


def _bound(columns: Table) -> dict[str, Any]:
    """Values for an update of many rows: what grading changes."""
    changed = ("auto_score", "needs_manual_grade", "auto_comment")
    return {name: bindparam(name) for name in changed if name in columns.c}


def unknown(assignment: str) -> str:
    """What to do about a lesson that the gradebook does not know, or knows otherwise."""
    remedy = f"run `nbgrader generate_assignment {assignment} --force`"
    return f"the gradebook does not know {assignment} as it is now: {remedy}"
