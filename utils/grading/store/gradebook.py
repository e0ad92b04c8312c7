"""One submission in nbgrader's gradebook: what nbgrader's own methods do, without their commits in between."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from nbgrader import api
from nbgrader.api import BaseCell, Comment, Grade, GradeCell, Student, SubmittedAssignment, SubmittedNotebook, TaskCell
from nbgrader.plugins import BasePlugin
from sqlalchemy import Connection, Row, Table, bindparam, func, insert, select, update

from utils.errors import CourseError
from utils.grading.pipeline.record import Record
from utils.grading.pipeline.submission import SubmissionKey
from utils.grading.store.tables import AddedLater, Extension, Forgiven

GRADED, WRITTEN = ("GradeCell", "TaskCell"), ("SolutionCell", "TaskCell")  # nbgrader's kinds of cells

# nbgrader's tables themselves, since to go through its classes takes twice as long
_ASSIGNMENTS, _NOTEBOOKS, _CELLS = api.Assignment.__table__, api.Notebook.__table__, BaseCell.__table__
_GRADE_CELLS, _TASK_CELLS = GradeCell.__table__, TaskCell.__table__
_STUDENTS, _SUBMISSIONS, _SUBMITTED = Student.__table__, SubmittedAssignment.__table__, SubmittedNotebook.__table__
_GRADES, _COMMENTS = Grade.__table__, Comment.__table__


@dataclass(frozen=True)
class GradebookAssignment:
    """A lesson as the gradebook knows it: the ids of its rows, and when it is due.

    name: the lesson's.  notebooks: all that it has; `notebook` is the one that is graded.
    cells: of that one: id, name, nbgrader's kind, points where there are any.
    forgiven: names of the tests whose points everybody has.
    added_later: names of the tests that it has got since it was first generated.
    """

    name: str
    assignment: str
    due: datetime | None
    notebook: str
    notebooks: tuple[str, ...]
    cells: tuple[Row, ...]
    forgiven: frozenset[str]
    added_later: frozenset[str]

    @classmethod
    def read(cls, connection: Connection, assignment: str, notebook: str) -> "GradebookAssignment":
        """Look it up by its names. Raises CourseError when it is not there."""
        rows = connection.execute(
            select(_ASSIGNMENTS.c.id, _ASSIGNMENTS.c.duedate, _NOTEBOOKS.c.id, _NOTEBOOKS.c.name)
            .join(_NOTEBOOKS, _NOTEBOOKS.c.assignment_id == _ASSIGNMENTS.c.id)
            .where(_ASSIGNMENTS.c.name == assignment)
        ).all()
        found = next((row for row in rows if row[3] == notebook), None)
        if found is None:
            raise CourseError(unknown(assignment))
        points = func.coalesce(_GRADE_CELLS.c.max_score, _TASK_CELLS.c.max_score)
        cells = connection.execute(
            select(_CELLS.c.id, _CELLS.c.name, _CELLS.c.type, points)
            .outerjoin(_GRADE_CELLS, _GRADE_CELLS.c.id == _CELLS.c.id)
            .outerjoin(_TASK_CELLS, _TASK_CELLS.c.id == _CELLS.c.id)
            .where(_CELLS.c.notebook_id == found[2])
        )
        forgiven = connection.scalars(select(Forgiven.cell).where(Forgiven.assignment == assignment))
        added = connection.scalars(select(AddedLater.cell).where(AddedLater.assignment == assignment))
        return cls(
            assignment,
            assignment=found[0],
            due=found[1],
            notebook=found[2],
            notebooks=tuple(row[2] for row in rows),
            cells=tuple(cells),
            forgiven=frozenset(forgiven),
            added_later=frozenset(added),
        )

    @property
    def max_score(self) -> float:
        """The most points that the notebook gives."""
        return sum(most or 0.0 for _, _, _, most in self.cells)

    def extension(self, until: datetime) -> timedelta | None:
        """How long after the lesson is due that is; None where it is never due."""
        return None if self.due is None else max(until - self.due, timedelta())

    def seconds_late(self, timestamp: datetime | None, extension: timedelta | None) -> float:
        """How late it is to hand in then (UTC)."""
        if timestamp is None or self.due is None:
            return 0.0
        return max(0.0, (timestamp - self.due - (extension or timedelta())).total_seconds())


class GradebookSubmission:
    """The rows of one submission to a lesson."""

    def __init__(self, connection: Connection, lesson: GradebookAssignment, key: SubmissionKey) -> None:
        self._connection, self._lesson, self._key = connection, lesson, key
        row = connection.execute(
            select(
                _SUBMISSIONS.c.id,
                _SUBMISSIONS.c.extension,
                _SUBMISSIONS.c.timestamp,
                _SUBMITTED.c.id,
                _SUBMITTED.c.late_submission_penalty,
            )
            .join(_SUBMITTED, _SUBMITTED.c.assignment_id == _SUBMISSIONS.c.id)
            .where(
                _SUBMISSIONS.c.assignment_id == lesson.assignment,
                _SUBMISSIONS.c.student_id == key.student,
                _SUBMITTED.c.notebook_id == lesson.notebook,
            )
        ).one_or_none()
        self._submission: str | None
        self._extension: timedelta | None
        self._timestamp: datetime | None
        self._submitted: str | None
        self._penalty: float | None
        self._submission, self._extension, self._timestamp, self._submitted, self._penalty = row or [None] * 5
        self._grades = self._rows(_GRADES, GRADED)
        self._tasks = {name for _, name, kind, _ in lesson.cells if kind == "TaskCell"}

    def score(self) -> float | None:
        """All points, those that a human gave included, less the penalty; None when there is no submission yet."""
        return None if self._submitted is None else self._points() - (self._penalty or 0.0)

    def write(self, record: Record, previous: Mapping[str, str], late: BasePlugin | None) -> None:
        """Put in the points and nbgrader's comments.

        What a human wrote stays, and is to be looked at again where the text that it is about has changed: where
        `previous`, the answers that were graded last, differs. late: the plugin for penalties.
        """
        if missing := record.scores.keys() - self._grades.keys():
            raise CourseError(f"{unknown(self._key.assignment)} (not known: {', '.join(sorted(missing))})")
        comments = self._rows(_COMMENTS, WRITTEN)
        if self._submitted is None:
            self._add()
        self._extend()
        for name, row in self._grades.items():
            row |= self._graded(name, row, record, previous)
        for name, row in comments.items():
            if name in record.comments:
                row["auto_comment"] = record.comments[name]
        self._save(_GRADES, self._grades)
        self._save(_COMMENTS, comments)
        self._penalise(late)
        if self._key.timestamp != self._timestamp:  # unknown where it is not known any more
            query = update(_SUBMISSIONS).where(_SUBMISSIONS.c.id == self._submission)
            self._connection.execute(query.values(timestamp=self._key.timestamp))

    def restore(self, name: str, record: Record) -> None:
        """Give a cell the points again that grading gave."""
        row = self._grades.get(name)
        if row is not None and row["id"]:
            row |= self._graded(name, row, record, record.answers)
            self._save(_GRADES, {name: row})

    def _graded(self, name: str, row: Mapping[str, Any], record: Record, previous: Mapping[str, str]) -> dict[str, Any]:
        auto = record.scores.get(name)
        if name in self._lesson.forgiven:
            auto = next(most for _, known, kind, most in self._lesson.cells if known == name and kind in GRADED)
        if name not in record.scores and name not in self._tasks:
            look = False  # on no page
        elif row["manual_score"] is None:
            look = auto is None and not record.problem
        else:
            look = row["needs_manual_grade"] or record.answers.get(name) != previous.get(name)
        return {"auto_score": auto, "needs_manual_grade": look}

    def _extend(self) -> None:
        """Write down the extension that the student was given for this lesson."""
        chosen = select(Extension.until).filter_by(assignment=self._lesson.name, student=self._key.student)
        until = self._connection.scalar(chosen)
        if until is not None and self._lesson.due is not None:
            self._extension = self._lesson.extension(until)
            query = update(_SUBMISSIONS).where(_SUBMISSIONS.c.id == self._submission)
            self._connection.execute(query.values(extension=self._extension))

    def _add(self) -> None:
        """A row for the student, the submission and each of the lesson's notebooks."""
        student, self._submission, self._timestamp = self._key.student, api.new_uuid(), self._key.timestamp
        if self._connection.scalar(select(_STUDENTS.c.id).where(_STUDENTS.c.id == student)) is None:
            self._connection.execute(insert(_STUDENTS), [{"id": student}])
        row = {"id": self._submission, "assignment_id": self._lesson.assignment, "student_id": student}
        self._connection.execute(insert(_SUBMISSIONS), [row | {"timestamp": self._timestamp}])
        made = {notebook: api.new_uuid() for notebook in self._lesson.notebooks}
        rows = [{"id": new, "assignment_id": self._submission, "notebook_id": one} for one, new in made.items()]
        self._connection.execute(insert(_SUBMITTED), rows)
        self._submitted = made[self._lesson.notebook]

    def _rows(self, table: Table, kinds: tuple[str, ...]) -> dict[str, dict[str, Any]]:
        """Name of a cell of these kinds → its row; without an "id" where there is none yet."""
        names = {cell: name for cell, name, kind, _ in self._lesson.cells if kind in kinds}
        rows = {name: dict.fromkeys(table.columns.keys()) | {"cell_id": cell} for cell, name in names.items()}
        if self._submitted is not None:  # by the cells' ids too, for which there is an index
            query = select(table).where(table.c.cell_id.in_(names), table.c.notebook_id == self._submitted)
            rows |= {names[row["cell_id"]]: dict(row) for row in self._connection.execute(query).mappings()}
        return rows

    def _save(self, table: Table, rows: Mapping[str, dict[str, Any]]) -> None:
        old = [row for row in rows.values() if row["id"]]
        new = [row | {"id": api.new_uuid(), "notebook_id": self._submitted} for row in rows.values() if not row["id"]]
        if old:
            query = update(table).where(table.c.id == bindparam("row")).values(_bound(table))
            self._connection.execute(query, [{"row": row["id"]} | row for row in old])
        if new:
            self._connection.execute(insert(table), new)

    def _points(self) -> float:
        """As nbgrader counts: what a human gave, else what the tests gave; extra credit only beside one of them."""
        total = 0.0
        for row in self._grades.values():
            given = row["auto_score"] if row["manual_score"] is None else row["manual_score"]
            total += 0.0 if given is None else given + (row["extra_credit"] or 0.0)
        return total

    def _penalise(self, late: BasePlugin | None) -> None:
        """Take points for being late."""
        seconds = self._lesson.seconds_late(self._key.timestamp, self._extension)
        penalty = penalty_of(late, self._key.student, self._points(), seconds)
        if penalty != self._penalty:
            row = update(_SUBMITTED).where(_SUBMITTED.c.id == self._submitted)
            self._connection.execute(row.values(late_submission_penalty=penalty))
            self._penalty = penalty


def marks_digest(submitted: SubmittedNotebook, graded: bytes) -> str:
    """A hash over what a feedback page shows: the graded notebook's file, points, comments, what being late costs."""
    grades = sorted((one.name, one.score) for one in submitted.grades)
    comments = sorted((one.name, one.comment or "") for one in submitted.comments)
    text = repr((grades, comments, submitted.late_submission_penalty or 0.0))
    return hashlib.sha256(graded + text.encode()).hexdigest()[:16]


def penalty_of(late: BasePlugin | None, student: str, points: float, seconds: float) -> float | None:
    """What being so late costs, as nbgrader's plugin says: never more than there is. Raises CourseError."""
    if late is None or seconds <= 0:
        return None
    try:
        penalty = late.late_submission_penalty(student, points, seconds)
    except Exception as problem:  # it is the instructor's own code
        name = f"{type(late).__name__} of nbgrader_config.py"
        raise CourseError(
            f"the late policy {name} failed for {student}: {type(problem).__name__}: {problem}"
        ) from problem
    return None if penalty is None else min(max(penalty, 0.0), max(points, 0.0))


def _bound(columns: Table) -> dict[str, Any]:
    """Values for an update of many rows: what grading changes."""
    changed = ("auto_score", "needs_manual_grade", "auto_comment")
    return {name: bindparam(name) for name in changed if name in columns.c}


def unknown(assignment: str) -> str:
    """What to do about a lesson that the gradebook does not know, or knows otherwise."""
    remedy = f"run `nbgrader generate_assignment {assignment} --force`"
    return f"the gradebook does not know {assignment} as it is now: {remedy}"
