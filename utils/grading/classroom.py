"""A class in a folder: hand in notebooks, grade them with nbgrader, read the results.

The folder is a course of its own (source, submissions, gradebook, exchange), so that a try-out never touches the data
of a real class.
"""

import logging
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI

from utils.cli import CourseError
from utils.grading.course import Lesson, nbgrader_config


@dataclass(frozen=True)
class Outcome:
    """What one test cell gave one student."""

    points: float
    of: float
    message: str = ""


@dataclass(frozen=True)
class Result:
    """One graded submission.

    tests: each test cell's grade_id and its outcome.  problem: why it could not be graded, or "".
    broken: first lines of the other cells that raised an error.
    """

    student: str
    tests: Mapping[str, Outcome]
    days_late: float = 0.0
    problem: str = ""
    broken: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        return sum(test.points for test in self.tests.values())


@dataclass
class Classroom:
    """A course folder at `folder` that holds one lesson and its submissions. A new one has to be `set_up`."""

    folder: Path
    lesson: Lesson
    _api: NbGraderAPI = field(init=False, repr=False)

    def __post_init__(self) -> None:
        config = nbgrader_config(self.lesson.root)
        config.CourseDirectory.root = str(self.folder)
        config.Exchange.root = str(self.folder / "exchange")
        config.Exchange.cache = str(self.folder / "cache")
        self._api = NbGraderAPI(config=config)
        self._api.log.setLevel(logging.ERROR)
        self._api.log.propagate = False

    def set_up(self) -> "Classroom":
        """Make the folder: the lesson's solution, and the assignment that nbgrader generates from it."""
        source = self.folder / "solutions" / self.lesson.id
        source.mkdir(parents=True)
        shutil.copy(self.lesson.solution, source)
        self._done(self._api.generate_assignment(self.lesson.id), "generate the assignment")
        return self

    @property
    def released(self) -> NotebookNode:
        """The lesson as students get it."""
        return nbformat.read(self.folder / "lessons" / self.lesson.id / f"{self.lesson.topic}.ipynb", as_version=4)

    def filled_in(self, answers: Mapping[str, str]) -> NotebookNode:
        """The released lesson with `answers` (grade_id → source) typed into its solution cells."""
        notebook = self.released
        for cell in notebook.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if grade_id in answers:
                cell.source = answers[grade_id]
        return notebook

    def release(self) -> None:
        """Put the lesson into this classroom's exchange."""
        self._done(self._api.release_assignment(self.lesson.id), "release the assignment")

    def submit(self, student: str, notebook: NotebookNode | str) -> None:
        """Hand in `notebook` (or any text in its place) through the exchange, as `nbgrader submit` does."""
        work = self.folder / "coursework" / student / self.lesson.id
        work.mkdir(parents=True, exist_ok=True)
        text = notebook if isinstance(notebook, str) else nbformat.writes(notebook)
        (work / f"{self.lesson.topic}.ipynb").write_text(text)
        config = self._api.config.copy()
        config.Exchange.assignment_dir = str(work.parent)
        config.CourseDirectory.student_id = student
        config.CourseDirectory.assignment_id = self.lesson.id
        api = NbGraderAPI(config=config)
        api.exchange.Submit(coursedir=api.coursedir, authenticator=api.authenticator, parent=api).start()

    def collect(self) -> None:
        """Fetch everything that was handed in."""
        self._done(self._api.collect(self.lesson.id), "collect the submissions")

    def put(self, student: str, notebook: NotebookNode) -> None:
        """Lay `notebook` among the collected submissions, without an exchange."""
        target = self.folder / "submitted" / student / self.lesson.id / f"{self.lesson.topic}.ipynb"
        target.parent.mkdir(parents=True)
        nbformat.write(notebook, target)

    def autograde(self, student: str) -> Result:
        """Grade one submission, as `nbgrader autograde` does."""
        outcome = self._api.autograde(self.lesson.id, student)
        problem = "" if outcome["success"] else reason(outcome)
        with self.gradebook() as gradebook:
            submission = gradebook.find_submission(self.lesson.id, student)
            scores = {
                g.name: (g.auto_score or 0.0, g.max_score)
                for nb in submission.notebooks
                for g in nb.grades
                if g.cell.cell_type == "code"
            }
            late = submission.total_seconds_late / 86400
        graded = self._graded(student)
        problem = problem or graded.metadata.get("course", {}).get("problem", "")
        cells = [cell for cell in graded.cells if cell.cell_type == "code"]
        messages = {cell.metadata.nbgrader.grade_id: error_message(cell) for cell in cells if _is_test(cell)}
        tests = {name: Outcome(points, of, messages.get(name, "")) for name, (points, of) in scores.items()}
        broken = tuple(cell.source.partition("\n")[0] for cell in cells if not _is_test(cell) and error_message(cell))
        return Result(student, tests, late, problem, broken)

    def feedback(self, student: str) -> None:
        """Write the student's feedback page."""
        self._done(self._api.generate_feedback(self.lesson.id, student), f"write {student}'s feedback")

    def gradebook(self) -> Gradebook:
        """nbgrader's gradebook, to be used in a `with`."""
        return Gradebook(self._api.coursedir.db_url, self._api.coursedir.course_id)

    def _graded(self, student: str) -> NotebookNode:
        """The autograded notebook; one without cells when there is none."""
        path = self.folder / "autograded" / student / self.lesson.id / f"{self.lesson.topic}.ipynb"
        return nbformat.read(path, as_version=4) if path.is_file() else nbformat.v4.new_notebook()

    @staticmethod
    def _done(outcome: dict, what: str) -> None:
        if not outcome["success"]:
            raise CourseError(f"could not {what}: {reason(outcome)}")


def _is_test(cell: NotebookNode) -> bool:
    return cell.metadata.get("nbgrader", {}).get("grade", False)


def error_message(cell: NotebookNode) -> str:
    """What a cell's failure says, or "" when it ran."""
    for output in cell.outputs:
        if output.output_type == "error":
            return output.evalue if output.ename == "CheckFailed" else f"{output.ename}: {output.evalue}"
        if output.output_type == "stream" and output.name == "stderr":
            return f"stderr: {output.text.strip()}"
    return ""


def reason(outcome: dict) -> str:
    """What went wrong, from what nbgrader's API returned: the last exception named in its log or traceback."""
    text = outcome.get("log", "") + outcome.get("error", "")
    named = re.findall(r"^ *([\w.]*(?:Error|Exception|Died)\b.*)$", text, flags=re.MULTILINE)
    own = [line for line in named if "NbGraderException" not in line]
    return (own or named or ["nbgrader gave no reason"])[-1]
