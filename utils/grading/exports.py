"""Tables of grades that Canvas and Moodle import: `nbgrader export --exporter utils.grading.exports.Canvas --to FILE`.

Whoever has handed nothing in has an empty cell, which both leave alone; nbgrader's own table says 0 there.
"""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student
from nbgrader.plugins import ExportPlugin

from utils.grading.files import write_file


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

    def export(self, gradebook: Gradebook) -> None:
        """Write the table, in one move."""
        chosen, students = {str(name) for name in self.assignment}, {str(name) for name in self.student}
        assignments = [one for one in gradebook.assignments if not chosen or one.name in chosen]
        text = io.StringIO()
        table = csv.writer(text)
        table.writerows(self.head(assignments))
        for student in gradebook.students:
            if not students or student.id in students:
                table.writerow([*self.who(student), *(_score(gradebook, one, student) for one in assignments)])
        path = Path(self.to or self.default)
        write_file(path, text.getvalue().encode())
        self.log.info("Exported grades to %s", path)


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


def _score(gradebook: Gradebook, assignment: Assignment, student: Student) -> str:
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return ""
    return f"{max(0.0, submission.score - submission.late_submission_penalty):g}"
