"""Tables of grades that Canvas and Moodle import: `nbgrader export --exporter utils.grading.exports.Canvas --to FILE`.
`Exercises` is one for a spreadsheet, with the points of each exercise.

Whoever has handed nothing in has an empty cell, which both leave alone; nbgrader's own table says 0 there.
"""

import csv
import io
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student
from nbgrader.plugins import CsvExportPlugin, ExportPlugin

from utils.grading.course import find_root, lessons
from utils.grading.files import write_file
from utils.printable import printable, table_cell


class Grades(CsvExportPlugin):
    """nbgrader's own table, `nbgrader export`; no cell of it is a formula, and a comma in a name adds no column."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the table, in one move."""
        path = Path(self.to or "grades.csv")
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(GRADES)
        assignments, students = _chosen(self, gradebook)
        for assignment in assignments:
            for student in students:
                table.writerow(map(table_cell, _row(gradebook, assignment, student)))
        _write(self, path, text.getvalue())


def _chosen(plugin: ExportPlugin, gradebook: Gradebook) -> tuple[list[Assignment], list[Student]]:
    """What `--assignment` (a name, or its beginning such as 01) and `--student` choose; all where they name none."""
    assignments = {one.name: one for one in gradebook.assignments}
    students = {one.id: one for one in gradebook.students}
    wanted = [_named(str(name), assignments, "lesson") for name in plugin.assignment]
    who = [str(name) for name in plugin.student]
    if unknown := [name for name in who if name not in students]:
        _refuse(f"the gradebook knows no student called {', '.join(map(repr, unknown))}")
    return (
        [one for name, one in assignments.items() if not wanted or name in wanted],
        [one for name, one in students.items() if not who or name in who],
    )


def _named(name: str, known: Iterable[str], what: str) -> str:
    found = [one for one in known if one == name] or [one for one in known if one.startswith(name)]
    if len(found) != 1:
        _refuse(f"the gradebook knows no {what} called {name!r}; there are: {', '.join(known) or 'none'}")
    return found[0]


def _write(plugin: ExportPlugin, path: Path, text: str) -> None:
    try:
        write_file(path, text.encode())
    except OSError as problem:
        _refuse(f"{path} cannot be written ({problem.strerror})")
    plugin.log.info("Exported grades to %s", path)


def _refuse(why: str) -> NoReturn:
    """End nbgrader's command with one line; it would show any other error with its traceback."""
    raise SystemExit(f"nbgrader export: {printable(why)}")


GRADES = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)  # nbgrader's columns


def _row(gradebook: Gradebook, assignment: Assignment, student: Student) -> list[object]:
    timestamp: object = ""
    score = penalty = 0.0
    with suppress(MissingEntry):
        submission = gradebook.find_submission(assignment.name, student.id)
        timestamp, score = submission.timestamp, submission.score
        penalty = submission.late_submission_penalty or 0.0
    who = [student.id, student.last_name, student.first_name, student.email]
    marks = [score, penalty, max(0.0, score - penalty), assignment.max_score]
    row = [assignment.name, assignment.duedate, timestamp, *who, *marks]
    return ["" if value is None else value for value in row]


class LmsExport(ExportPlugin):
    """A table with a row for each student and a column for each lesson.

    `--assignment` and `--student` choose some; `--to` names the file.
    """

    default = ""

    def head(self, assignments: list[Assignment]) -> Iterable[list[str]]:
        """The rows above the students'."""
        raise NotImplementedError

    def who(self, student: Student) -> list[str]:
        """The columns that say who a student is."""
        raise NotImplementedError

    def scores(self, gradebook: Gradebook, assignment: Assignment, student: Student) -> list[str]:
        """The columns of a lesson: its score."""
        return [_score(gradebook, assignment, student)]

    def export(self, gradebook: Gradebook) -> None:
        """Write the table, in one move."""
        assignments, students = _chosen(self, gradebook)
        text = io.StringIO()
        table = csv.writer(text)
        table.writerows(map(table_cell, row) for row in self.head(assignments))
        for student in students:
            scores = (score for one in assignments for score in self.scores(gradebook, one, student))
            table.writerow(map(table_cell, [*self.who(student), *scores]))
        _write(self, Path(self.to or self.default), text.getvalue())


class Canvas(LmsExport):
    """For Canvas: Grades → Import. Students are found by SIS Login ID, which is the student's id here.

    Columns and the row of possible points as in the file that Canvas exports. A lesson that is no assignment of Canvas
    yet becomes one; to fill one that is there, name the column as Canvas does, with its number in brackets.
    """

    default = "canvas.csv"

    def head(self, assignments: list[Assignment]) -> Iterable[list[str]]:
        """The names of the columns, and what can be had."""
        columns = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
        yield [*columns, *(one.name for one in assignments)]
        yield ["    Points Possible", *[""] * (len(columns) - 1), *(f"{one.max_score:g}" for one in assignments)]

    def who(self, student: Student) -> list[str]:
        """Name, Canvas's number if nbgrader knows it, no number of the institution, login, no section."""
        name = ", ".join(filter(None, (student.last_name, student.first_name)))
        return [name or student.id, student.lms_user_id or "", "", student.id, ""]


class Moodle(LmsExport):
    """For Moodle: Grades → Import → CSV file; there map "ID number" or "Email address", and each lesson to its item."""

    default = "moodle.csv"

    def head(self, assignments: list[Assignment]) -> Iterable[list[str]]:
        """The names of the columns, those of the file that Moodle exports."""
        yield ["First name", "Last name", "ID number", "Email address", *(one.name for one in assignments)]

    def who(self, student: Student) -> list[str]:
        """First name, last name, id, address."""
        return [student.first_name or "", student.last_name or "", student.id, student.email or ""]


class Exercises(LmsExport):
    """For a spreadsheet: the points of each exercise and written answer, what being late costs, and the total."""

    default = "exercises.csv"

    def head(self, assignments: list[Assignment]) -> Iterable[list[str]]:
        """The names of the columns, and what can be had."""
        columns = [(one, *column) for one in assignments for column in self._columns(one)]
        yield ["student_id", "last_name", "first_name", *(f"{one.name}: {name}" for one, name, _, _ in columns)]
        yield ["points that can be had", "", "", *(most for _, _, _, most in columns)]

    def who(self, student: Student) -> list[str]:
        """Id, last name, first name."""
        return [student.id, student.last_name or "", student.first_name or ""]

    def scores(self, gradebook: Gradebook, assignment: Assignment, student: Student) -> list[str]:
        """The points of each exercise, as a human or a test gave them; the penalty; the total."""
        columns = self._columns(assignment)
        try:
            submission = gradebook.find_submission(assignment.name, student.id)
        except MissingEntry:
            return [""] * len(columns)
        given = {grade.name: grade.score for notebook in submission.notebooks for grade in notebook.grades}
        penalty = submission.late_submission_penalty
        last = [f"{penalty:g}", _score(gradebook, assignment, student)]
        return [*(f"{sum(given.get(cell, 0.0) for cell in cells):g}" for _, cells, _ in columns[:-2]), *last]

    def _columns(self, assignment: Assignment) -> list[tuple[str, list[str], str]]:
        """Name of a column, the cells whose points stand in it, and the most that it can be."""
        worth = {
            cell.name: cell.max_score
            for notebook in assignment.notebooks
            for cell in (*notebook.grade_cells, *notebook.task_cells)
        }
        groups = dict(_exercises(assignment.name, list(worth)))
        columns = [(name, cells, f"{sum(worth[cell] for cell in cells):g}") for name, cells in groups.items()]
        return [*columns, ("late", [], ""), ("total", [], f"{assignment.max_score:g}")]


def _exercises(assignment: str, graded: list[str]) -> Iterable[tuple[str, list[str]]]:
    """Exercise → its tests among the graded cells; any other cell stands by itself."""
    found = next((one for one in lessons(find_root()) if one.id == assignment), None)
    left = dict.fromkeys(graded)
    for exercise, tests in found.exercises().items() if found else ():
        if there := [test for test in tests if test in left]:
            yield exercise, there
        for test in there:
            del left[test]
    yield from ((cell, [cell]) for cell in left)


def _score(gradebook: Gradebook, assignment: Assignment, student: Student) -> str:
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return ""
    return f"{max(0.0, submission.score - submission.late_submission_penalty):g}"
