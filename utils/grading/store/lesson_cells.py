"""The gradebook's cells of a lesson, made to follow the lesson when tests come and go after it was graded.

nbgrader refuses such a lesson as soon as somebody has handed in. Here a cell that is gone takes its points with it, and
what a human gave for it is set aside; a new one has no points until it is graded.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbgrader import api
from nbgrader.api import BaseCell, Comment, Grade, GradeCell, SolutionCell, SourceCell, TaskCell
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from sqlalchemy import Connection, Row, Select, Table, delete, insert, select, update

from utils.grading.cells import marked_id, points
from utils.grading.store.gradebook import GRADED, GradebookAssignment
from utils.grading.store.tables import AddedLater, SetAside

_CELLS, _SOURCES, _GRADES, _COMMENTS = (one.__table__ for one in (BaseCell, SourceCell, Grade, Comment))
_KINDS: Mapping[str, Table] = {kind.__name__: kind.__table__ for kind in (GradeCell, SolutionCell, TaskCell)}
_SUBMITTED, _SUBMISSIONS = api.SubmittedNotebook.__table__, api.SubmittedAssignment.__table__
_ASIDE: Any = SetAside.__table__


@dataclass(frozen=True)
class CellChanges:
    """What has become of a lesson's graded cells.

    withdrawn: names of those that are gone.  added: of those that are new.  worth: of those with other points.
    above: marks given by hand that are more than a cell is worth now: student, cell, mark, points.
    """

    withdrawn: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    worth: tuple[str, ...] = ()
    above: tuple[tuple[str, str, float, float], ...] = ()

    def lines(self) -> Iterator[str]:
        """What there is to say of it."""
        for names, what in ((self.withdrawn, "no longer in the lesson, and counts no more"), (self.added, "new")):
            for name in names:
                yield f"the test {name} is {what}"
        for name in self.worth:
            yield f"the test {name} has other points than before"
        for student, name, mark, most in self.above:
            yield f"{student} has {mark:g} points by hand for {name}, which is worth {most:g} now: mark it again"


def follow_lesson(connection: Connection, lesson: GradebookAssignment, cells: Sequence[NotebookNode]) -> CellChanges:
    """Make the gradebook's cells those of the lesson; forgiven ones stay.

    lesson: as the gradebook knows it now.  cells: the lesson's marked cells.
    """
    there = {(row[1], row[2]): row for row in lesson.cells}
    wanted = {(marked_id(cell), kind): cell for cell in cells for kind in _kinds(cell)}
    gone = _gone(lesson, cells)
    new = {key: wanted[key] for key in wanted.keys() - there.keys()}
    worth = {
        there[key][0]: cell
        for key, cell in wanted.items()
        if key in there and there[key][3] not in (None, points(cell))
    }
    for row in gone:
        _remove(connection, lesson, row)
    for (name, kind), cell in new.items():
        _add(connection, lesson, name, kind, cell)
    for name in {name for name, kind in new if kind in GRADED and lesson.cells} - lesson.added_later:
        connection.execute(insert(AddedLater).values(assignment=lesson.name, cell=name))
    for cell_id, cell in worth.items():
        for table in (_KINDS[kind] for kind in GRADED):
            values = {"max_score": points(cell), "cell_type": cell.cell_type}
            connection.execute(update(table).where(table.c.id == cell_id).values(**values))
    _follow_sources(connection, lesson, cells)
    return CellChanges(
        tuple(sorted(row[1] for row in gone if row[2] in GRADED)),
        tuple(sorted(name for name, kind in new if kind in GRADED)),
        tuple(sorted(map(marked_id, worth.values()))),
        tuple(sorted(_above(connection, worth))),
    )


def withdrawn(lesson: GradebookAssignment, cells: Sequence[NotebookNode]) -> dict[str, str]:
    """The graded cells that `follow_lesson` would take out: id → name."""
    return {row[0]: row[1] for row in _gone(lesson, cells) if row[2] in GRADED}


def _gone(lesson: GradebookAssignment, cells: Sequence[NotebookNode]) -> list[Row]:
    wanted = {(marked_id(cell), kind) for cell in cells for kind in _kinds(cell)}
    return [row for row in lesson.cells if (row[1], row[2]) not in wanted and row[1] not in lesson.forgiven]


def _above(connection: Connection, worth: Mapping[str, NotebookNode]) -> Iterator[tuple[str, str, float, float]]:
    """Marks given by hand that are more than what these cells (id → cell) are worth."""
    for cell_id, cell in worth.items():
        query = _of_submissions(select(_SUBMISSIONS.c.student_id, _GRADES.c.manual_score), _GRADES)
        above = (_GRADES.c.cell_id == cell_id) & (_GRADES.c.manual_score > points(cell))
        for student, mark in connection.execute(query.where(above)):
            yield student, marked_id(cell), mark, points(cell)


def _kinds(cell: NotebookNode) -> list[str]:
    """nbgrader's kinds of a marked cell."""
    kinds = {"GradeCell": is_grade(cell), "SolutionCell": is_solution(cell), "TaskCell": is_task(cell)}
    return [kind for kind, holds in kinds.items() if holds]


def _remove(connection: Connection, lesson: GradebookAssignment, gone: Row) -> None:
    """Take a cell out. What a human gave for it is set aside."""
    cell, name, kind, _ = gone
    given: dict[str, dict[str, Any]] = {}
    for table, columns in ((_GRADES, ("manual_score", "extra_credit")), (_COMMENTS, ("manual_comment",))):
        chosen = [table.c[column] for column in columns]
        query = _of_submissions(select(_SUBMISSIONS.c.student_id, *chosen).where(table.c.cell_id == cell), table)
        for student, *values in connection.execute(query):
            marks = {column: value for column, value in zip(columns, values, strict=True) if value is not None}
            if marks:
                given.setdefault(student, {}).update(marks)
        connection.execute(delete(table).where(table.c.cell_id == cell))
    for student, marks in given.items():
        key = {"assignment": lesson.name, "student": student, "cell": name}
        old = connection.execute(select(_ASIDE).filter_by(**key)).mappings().one_or_none()
        connection.execute(delete(_ASIDE).filter_by(**key))
        connection.execute(insert(_ASIDE).values({**(old or {}), **key, **marks}))
    connection.execute(delete(_KINDS[kind]).where(_KINDS[kind].c.id == cell))
    connection.execute(delete(_CELLS).where(_CELLS.c.id == cell))


def _add(connection: Connection, lesson: GradebookAssignment, name: str, kind: str, cell: NotebookNode) -> None:
    """Put a cell in, for those too who have handed in already; with the marks that were set aside when it went."""
    made = api.new_uuid()
    connection.execute(insert(_CELLS).values(id=made, name=name, notebook_id=lesson.notebook, type=kind))
    worth = {"max_score": points(cell), "cell_type": cell.cell_type} if kind in GRADED else {}
    connection.execute(insert(_KINDS[kind]).values(id=made, **worth))
    aside = connection.execute(select(_ASIDE).filter_by(assignment=lesson.name, cell=name)).mappings()
    given = {row["student"]: dict(row) for row in aside}
    query = select(_SUBMITTED.c.id, _SUBMISSIONS.c.student_id).where(_SUBMITTED.c.notebook_id == lesson.notebook)
    query = query.join(_SUBMISSIONS, _SUBMISSIONS.c.id == _SUBMITTED.c.assignment_id)
    for submitted, student in connection.execute(query).all():
        marks: dict[str, Any] = given.get(student, {})
        row = {"id": api.new_uuid(), "cell_id": made, "notebook_id": submitted}
        if kind in GRADED:
            scores = {column: marks.get(column) for column in ("manual_score", "extra_credit")}
            connection.execute(insert(_GRADES).values(**row, **scores, needs_manual_grade=False))
        if kind != "GradeCell" and (comment := marks.get("manual_comment")):
            row["id"] = api.new_uuid()
            connection.execute(insert(_COMMENTS).values(**row, manual_comment=comment))


def _of_submissions(query: Select, table: Table) -> Select:
    """A query of rows of a submission's cells, with the submission."""
    joined = query.join(_SUBMITTED, _SUBMITTED.c.id == table.c.notebook_id)
    return joined.join(_SUBMISSIONS, _SUBMISSIONS.c.id == _SUBMITTED.c.assignment_id)


def _follow_sources(connection: Connection, lesson: GradebookAssignment, cells: Sequence[NotebookNode]) -> None:
    """nbgrader's copies of the cells' texts."""
    ours = _SOURCES.c.notebook_id == lesson.notebook
    there = set(connection.scalars(select(_SOURCES.c.name).where(ours)))
    wanted = {marked_id(cell): cell for cell in cells if _kinds(cell) or is_locked(cell)}
    for name in there - wanted.keys() - lesson.forgiven:
        connection.execute(delete(_SOURCES).where(ours, _SOURCES.c.name == name))
    for name in wanted.keys() - there:
        cell = wanted[name]
        row = {"id": api.new_uuid(), "name": name, "notebook_id": lesson.notebook, "source": cell.source}
        row |= {"cell_type": cell.cell_type, "locked": is_locked(cell)}
        connection.execute(insert(_SOURCES).values(**row, checksum=cell.metadata.nbgrader.get("checksum")))
