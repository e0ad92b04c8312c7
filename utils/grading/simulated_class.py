"""A class that hands in, is graded and gets feedback through nbgrader: for samples, tests and benchmarks.

Its folder is a course of its own (source, submissions, gradebook, exchange), so that a try-out never touches the data
of a real class.
"""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode
from nbgrader.apps.api import NbGraderAPI

from utils.errors import CourseError
from utils.grading import cells
from utils.grading.store.course_folder import CourseFolder, StudentResult


@dataclass
class SimulatedClass(CourseFolder):
    """A course's folder whose students are simulated. A new one has to be `set_up`."""

    def set_up(self) -> "SimulatedClass":
        """Make the folder: the lesson's solution, and the assignment that nbgrader generates from it."""
        if self.folder != self.lesson.root:
            source = self.folder / "solutions" / self.lesson.id
            source.mkdir(parents=True)
            for path in (self.lesson.solution, self.lesson.hidden_cases):
                if path.is_file():
                    shutil.copy(path, source)
        _done(self.api.generate_assignment(self.lesson.id), "generate the assignment")
        return self

    @property
    def released(self) -> NotebookNode:
        """The lesson as students get it."""
        return nbformat.read(self.folder / "lessons" / self.lesson.id / f"{self.lesson.topic}.ipynb", as_version=4)

    def filled_in(self, answers: Mapping[str, str]) -> NotebookNode:
        """The released lesson with `answers` (grade_id → source) typed into its solution cells."""
        notebook = self.released
        cells.type_in(notebook.cells, answers)
        return notebook

    def release(self) -> None:
        """Put the lesson into this class's exchange."""
        _done(self.api.release_assignment(self.lesson.id), "release the assignment")

    def submit(self, student: str, notebook: NotebookNode | str) -> None:
        """Hand in `notebook` (or any text in its place) through the exchange, as `nbgrader submit` does."""
        work = self.folder / "coursework" / student / self.lesson.id
        work.mkdir(parents=True, exist_ok=True)
        text = notebook if isinstance(notebook, str) else nbformat.writes(notebook)
        (work / f"{self.lesson.topic}.ipynb").write_text(text)
        config = self.api.config.copy()
        config.Exchange.assignment_dir = str(work.parent)
        config.CourseDirectory.student_id = student
        config.CourseDirectory.assignment_id = self.lesson.id
        api = NbGraderAPI(config=config)
        api.exchange.Submit(coursedir=api.coursedir, authenticator=api.authenticator, parent=api).start()

    def collect(self) -> None:
        """Fetch everything that was handed in."""
        _done(self.api.collect(self.lesson.id), "collect the submissions")

    def put(self, student: str, notebook: NotebookNode) -> None:
        """Lay `notebook` among the collected submissions, without an exchange."""
        target = self.path("submitted", student) / f"{self.lesson.topic}.ipynb"
        target.parent.mkdir(parents=True)
        nbformat.write(notebook, target)

    def autograde(self, student: str) -> StudentResult:
        """Grade one submission, as `nbgrader autograde` does. Raises CourseError when that does not come to an end."""
        _done(self.api.autograde(self.lesson.id, student), f"grade {student}")
        return self.results([student])[0]

    def feedback(self, student: str) -> None:
        """Write the student's feedback page."""
        _done(self.api.generate_feedback(self.lesson.id, student), f"write {student}'s feedback")


def _done(outcome: dict, what: str) -> None:
    if not outcome["success"]:
        raise CourseError(f"could not {what}: {reason(outcome)}")


def reason(outcome: dict) -> str:
    """What went wrong, from what nbgrader's API returned: the last exception named in its log or traceback."""
    text = outcome.get("log", "") + outcome.get("error", "")
    named = re.findall(r"^ *([\w.]*(?:Error|Exception|Died)\b.*)$", text, flags=re.MULTILINE)
    own = [line for line in named if "NbGraderException" not in line]
    return (own or named or ["nbgrader gave no reason"])[-1]
