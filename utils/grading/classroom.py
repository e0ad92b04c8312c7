"""A class in a folder: hand in notebooks, grade them with nbgrader, read the results.

The folder is a course of its own (source, submissions, gradebook, exchange), so that a try-out never touches the data
of a real class.
"""

import fcntl
import logging
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.utils import find_all_files

from utils.cli import CourseError
from utils.grading.assignment import Assignment
from utils.grading.course import Lesson, nbgrader_config
from utils.grading.handed_in import Submission, submission, tidy
from utils.grading.ledger import Ledger, late_penalties
from utils.grading.mark import Record


@dataclass(frozen=True)
class Result:
    """One graded submission.

    record: what grading gave.  score: with what a human gave, and less what being late costs.
    """

    student: str
    record: Record
    score: float
    days_late: float = 0.0


@dataclass
class Classroom:
    """A course folder at `folder` that holds one lesson and its submissions. A new one has to be `set_up`."""

    folder: Path
    lesson: Lesson
    _api: NbGraderAPI = field(init=False, repr=False)

    def __post_init__(self) -> None:
        config = nbgrader_config(self.lesson.root)
        config.CourseDirectory.root = str(self.folder)
        if self.folder != self.lesson.root:  # a try-out must not reach the exchange of a real class
            config.Exchange.root = str(self.folder / "exchange")
            config.Exchange.cache = str(self.folder / "cache")
        self._api = NbGraderAPI(config=config)
        self._api.log.setLevel(logging.ERROR)
        self._api.log.propagate = False

    def set_up(self) -> "Classroom":
        """Make the folder: the lesson's solution, and the assignment that nbgrader generates from it."""
        if self.folder != self.lesson.root:
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

    def path(self, step: str, student: str = ".") -> Path:
        """A student's folder at one of nbgrader's steps: "source", "submitted", "autograded", "feedback"."""
        return Path(self._path(step, student))

    def _path(self, step: str, student: str, escape: bool = False) -> str:
        directory = self._api.coursedir
        return directory.format_path(getattr(directory, f"{step}_directory"), student, self.lesson.id, escape)

    def students(self) -> list[str]:
        """Who handed something in."""
        pattern = re.compile(self._path("submitted", "(?P<student>[^/]+)", escape=True))
        return sorted(found["student"] for path in glob(self._path("submitted", "*")) if (found := pattern.match(path)))

    def read(self, student: str) -> Submission:
        """What a student handed in."""
        return submission(self.path("submitted", student), student, self.lesson.id, self.lesson.topic)

    def tidy(self, student: str) -> list[str]:
        """Move what cannot be taken out of a submission. Returns what was done."""
        return tidy(self.path("submitted", student), self.folder / "refused" / student / self.lesson.id)

    def assignment(self) -> Assignment:
        """The lesson as it is graded here. Raises CourseError."""
        return Assignment.read(self.path("source") / f"{self.lesson.topic}.ipynb", self._api.config)

    def ledger(self) -> Ledger:
        """The gradebook and its ledger."""
        return Ledger(self._api.coursedir.db_url, self._api.coursedir.course_id, late_penalties(self._api.config))

    def place(self, student: str, record: Record) -> None:
        """Put a graded notebook, and what came with it, where nbgrader looks for it: all of it, or nothing."""
        directory, target, source = (
            self._api.coursedir,
            self.path("autograded", student),
            self.path("submitted", student),
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        for left in target.parent.glob(".grading-*"):  # by a run that was killed
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix=".grading-", dir=target.parent) as folder:
            made = Path(folder, "new")
            made.mkdir()
            for path in find_all_files(str(source), [*directory.ignore, "*.ipynb"]):
                copy = made / Path(path).relative_to(source)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy)
            (made / f"{self.lesson.topic}.ipynb").write_text(record.notebook, encoding="utf-8")
            for path in made.rglob("*"):
                if path.is_file():
                    path.chmod(0o664 if directory.groupshared else 0o444)
            if target.exists():
                target.rename(Path(folder, "old"))
            made.rename(target)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """See to it that nobody else grades here meanwhile. Raises CourseError."""
        with open(self.folder / ".course-grade.lock", "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise CourseError(
                    f"another `course grade` is at work in {self.folder}: wait until it is done"
                ) from None
            yield

    def autograde(self, student: str) -> Result:
        """Grade one submission, as `nbgrader autograde` does. Raises CourseError when that does not come to an end."""
        self._done(self._api.autograde(self.lesson.id, student), f"grade {student}")
        return self.results([student])[0]

    def results(self, students: Collection[str] | None = None) -> list[Result]:
        """What everyone who was graded has, or these students."""
        with self.ledger() as ledger:
            entries = {entry.student: entry for entry in ledger.entries(self.lesson.id, latest=True)}
        with self.gradebook() as gradebook:
            return [
                Result(
                    one.student_id,
                    entries[one.student_id].details,
                    one.score - one.late_submission_penalty,
                    one.total_seconds_late / 86400,
                )
                for one in gradebook.assignment_submissions(self.lesson.id)
                if one.student_id in entries and (students is None or one.student_id in students)
            ]

    def feedback(self, student: str) -> None:
        """Write the student's feedback page."""
        self._done(self._api.generate_feedback(self.lesson.id, student), f"write {student}'s feedback")

    def gradebook(self) -> Gradebook:
        """nbgrader's gradebook, to be used in a `with`."""
        return Gradebook(self._api.coursedir.db_url, self._api.coursedir.course_id)

    @staticmethod
    def _done(outcome: dict, what: str) -> None:
        if not outcome["success"]:
            raise CourseError(f"could not {what}: {reason(outcome)}")


def reason(outcome: dict) -> str:
    """What went wrong, from what nbgrader's API returned: the last exception named in its log or traceback."""
    text = outcome.get("log", "") + outcome.get("error", "")
    named = re.findall(r"^ *([\w.]*(?:Error|Exception|Died)\b.*)$", text, flags=re.MULTILINE)
    own = [line for line in named if "NbGraderException" not in line]
    return (own or named or ["nbgrader gave no reason"])[-1]
