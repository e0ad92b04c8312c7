"""The instructor's folder of one lesson: its submissions, its gradebook, and what was graded."""

import fcntl
import logging
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from glob import escape, glob
from pathlib import Path
from typing import IO

from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.utils import is_ignored
from sqlalchemy.exc import DBAPIError

from utils.errors import CourseError
from utils.grading.attempts import BEFORE_DUE, BEST, LAST, Attempts
from utils.grading.course import Lesson, nbgrader_config
from utils.grading.files import decoded
from utils.grading.limits import Limits
from utils.grading.pipeline.assignment import Assignment
from utils.grading.pipeline.lost_names import is_of_lesson, names_in, regain_names
from utils.grading.pipeline.notebook_choice import read_submission
from utils.grading.pipeline.record import Record
from utils.grading.pipeline.sanitize import parse
from utils.grading.pipeline.submission import (
    Submission,
    accepted_files,
    is_student,
    quarantine_refused,
    refused_files,
    submission_time,
)
from utils.grading.store.adjustments import Adjusted
from utils.grading.store.attempts import FOLDER as ATTEMPTS
from utils.grading.store.attempts import content, earlier_attempts, keep_attempt
from utils.grading.store.ledger import Ledger, late_penalties, unusable
from utils.printable import printable

log = logging.getLogger(__name__)
LOCK = ".course-grade.lock"
GRADE_ID = re.compile(rb'"grade_id"\s*:\s*"([^"]*)"')


@dataclass(frozen=True)
class StudentResult:
    """What one student has.

    record: what grading gave.  score: with what a human gave, and less what being late costs.
    """

    student: str
    record: Record
    score: float
    days_late: float = 0.0


@dataclass
class CourseFolder:
    """A course's folder, with nbgrader's layout, as far as it concerns one lesson."""

    folder: Path
    lesson: Lesson
    api: NbGraderAPI = field(init=False, repr=False)

    def __post_init__(self) -> None:
        config = nbgrader_config(self.lesson.root)
        config.CourseDirectory.root = str(self.folder)
        if self.folder != self.lesson.root:  # a try-out must not reach the exchange of a real class
            config.Exchange.root = str(self.folder / "exchange")
            config.Exchange.cache = str(self.folder / "cache")
        self.api = NbGraderAPI(config=config)
        self.api.log.setLevel(logging.ERROR)
        self.api.log.propagate = False

    def path(self, step: str, student: str = ".") -> Path:
        """A student's folder at one of nbgrader's steps: "source", "submitted", "autograded", "feedback"."""
        return Path(self._path(step, student))

    def _path(self, step: str, student: str, escape: bool = False) -> str:
        directory = self.api.coursedir
        return directory.format_path(getattr(directory, f"{step}_directory"), student, self.lesson.id, escape)

    def students(self) -> list[str]:
        """Who handed something in. (What lies there under a name that can be no student's: see `strangers`.)"""
        return sorted(filter(is_student, self._submitted()))

    def strangers(self) -> list[str]:
        """Names of folders among the submissions that can be no student's."""
        return sorted(name for name in self._submitted() if not is_student(name))

    def _submitted(self) -> set[str]:
        pattern = re.compile(self._path("submitted", "(?P<student>[^/]+)", escape=True))
        every = glob(escape(self._path("submitted", "*")).replace("[*]", "*"))  # the course's own path may have a [
        return {found["student"] for path in every if (found := pattern.match(path))}

    def read(self, student: str, folder: Path | None = None) -> Submission:
        """What a student handed in.  folder: where that lies, if it is not the last attempt."""
        folder = folder or self.path("submitted", student)
        return read_submission(folder, student, self.lesson.id, self.lesson.topic, self.grade_ids)

    def counting(self, students: Collection[str], ledger: Ledger) -> dict[str, list[Path]]:
        """The folders of each student's attempts that may count, the last one last."""
        counts = Attempts(config=self.api.config).counts
        last = {student: self.path("submitted", student) for student in students}
        if counts == LAST:
            return {student: [path] for student, path in last.items()}
        every = {student: [*earlier_attempts(self.attempts(student)), path] for student, path in last.items()}
        if counts == BEST:
            return every
        due = ledger.due_dates(self.lesson.id, self.lesson.topic)
        return {student: _in_time(paths, due(student))[-1:] or [last[student]] for student, paths in every.items()}

    def early_counts(self) -> bool:
        """Whether what was handed in last may count for nothing, since it came late."""
        return Attempts(config=self.api.config).counts == BEFORE_DUE

    def best_counts(self) -> bool:
        """Whether it is the best attempt that counts."""
        return Attempts(config=self.api.config).counts == BEST

    def grade_ids(self) -> frozenset[str]:
        """The names of the lesson's cells, by which a notebook of it is known. Raises CourseError."""
        return self.assignment().grade_ids()

    def is_of_lesson(self, notebook: bytes) -> bool:
        """Whether a notebook's file has cells of the lesson: by their names, or by their text where it has none."""
        found = GRADE_ID.findall(notebook.replace(b"\0", b""))  # which UTF-16 puts between the letters
        names = {name.decode(errors="replace") for name in found}
        if not names:
            try:
                node = parse(decoded(notebook))
            except ValueError:
                return False
            regain_names(node, self.assignment())
            names = names_in(node)
        return is_of_lesson(names, self.assignment())

    def collected(self, student: str) -> dict[str, bytes]:
        """The files of a student's submission that are taken: path → bytes."""
        return content(self.path("submitted", student))

    def quarantine(self, student: str) -> list[str]:
        """Move what is refused out of a submission, into refused/. Returns what was done."""
        return quarantine_refused(self.path("submitted", student), self.folder / "refused" / student / self.lesson.id)

    def assignment(self) -> Assignment:
        """The lesson as it is graded here. Raises CourseError."""
        return Assignment.read(self.path("source") / f"{self.lesson.topic}.ipynb", self.api.config)

    def limits(self) -> Limits:
        """What a submission may use here."""
        return Limits(config=self.api.config)

    def ledger(self) -> Ledger:
        """The gradebook and its ledger, to be used in a `with`."""
        return Ledger(self.api.coursedir.db_url, self.api.coursedir.course_id, late_penalties(self.api.config))

    @contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """nbgrader's gradebook, to be used in a `with`. Raises CourseError where it cannot be used."""
        try:
            with Gradebook(self.api.coursedir.db_url, self.api.coursedir.course_id) as gradebook:
                yield gradebook
        except DBAPIError as problem:
            raise CourseError(unusable(problem)) from problem

    def due(self) -> datetime | None:
        """When the lesson is due (UTC), if it is."""
        with self.gradebook() as gradebook:
            return next((one.duedate for one in gradebook.assignments if one.name == self.lesson.id), None)

    def adjust(self, ledger: Ledger) -> Adjusted:
        """Make the scores follow the lesson and what was decided about it. Raises CourseError."""
        return ledger.adjust(self.lesson.id, self.lesson.topic, self.assignment().marked_cells())

    def attempts(self, student: str) -> Path:
        """Where a student's attempts are kept that were handed in before the one in `submitted`."""
        return self.folder / ATTEMPTS / student / self.lesson.id

    def lay(self, student: str, files: Mapping[str, bytes]) -> bool:
        """Lay a submission among those collected; the one that is there becomes an earlier attempt.

        Returns whether it is another one than before.
        """
        target = self.path("submitted", student)
        if self.collected(student) == files:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".laying-", dir=self.folder) as folder:
            _write(Path(folder, "new"), files)
            if os.path.lexists(target):
                keep_attempt(target, self.attempts(student))
            Path(folder, "new").rename(target)
        return True

    def keep_attempt(self, student: str, files: Mapping[str, bytes]) -> None:
        """Keep an earlier attempt, once."""
        with tempfile.TemporaryDirectory(prefix=".laying-", dir=self.folder) as folder:
            _write(Path(folder, "new"), files)
            keep_attempt(Path(folder, "new"), self.attempts(student))

    def publish(self, student: str, record: Record, source: Path | None = None) -> None:
        """Put a graded notebook, and what came with it, where nbgrader looks for it: all of it, or nothing.

        source: the folder of the attempt that was graded, if it is not the last one.
        """
        target, source = self.path("autograded", student), source or self.path("submitted", student)
        target.parent.mkdir(parents=True, exist_ok=True)
        for left in target.parent.glob(".grading-*"):  # by a run that was killed
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix=".grading-", dir=target.parent) as folder:
            made = Path(folder, "new")
            made.mkdir()
            self._copy_files(source, made)
            (made / f"{self.lesson.topic}.ipynb").write_text(record.notebook, encoding="utf-8")
            for path in made.rglob("*"):
                if path.is_file():
                    path.chmod(0o664 if self.api.coursedir.groupshared else 0o444)
            if target.exists():
                target.rename(Path(folder, "old"))
            made.rename(target)

    def _copy_files(self, source: Path, target: Path) -> None:
        """Copy what came with a notebook. (Few files: what is too much was put aside before.)"""
        graded = f"{self.lesson.topic}.ipynb"
        for path in accepted_files(source, refused_files(source)):
            ignored = is_ignored(str(path), [*self.api.coursedir.ignore, "*.ipynb"])
            if ignored or path.relative_to(source).parts[0] == graded:  # a folder of that name would be in its place
                continue
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copy(path, copy)
            except (PermissionError, FileNotFoundError) as problem:
                log.warning("not copied: %s (%s)", path, problem.strerror)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """See to it that nobody else grades here meanwhile. Raises CourseError."""
        path = self.folder / LOCK
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o664)
        except OSError as problem:
            others = isinstance(problem, PermissionError) and path.exists()
            what = f"its owner has to `chmod g+w {LOCK}`" if others else "see to it that you can write there"
            raise CourseError(f"{path} cannot be written ({problem.strerror}): {what}") from problem
        with open(descriptor, "r+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                other = lock.readline(100).strip() or "another command"
                raise CourseError(f"{other} is at work in {self.folder}: wait until it is done") from None
            self._note_who(lock)
            yield

    def _note_who(self, lock: IO[str]) -> None:
        """Write into the lock which command has it, and let others of the group have it later."""
        lock.truncate()
        lock.write(f"`course {printable(sys.argv[1])}`\n" if sys.argv[1:] else "")
        lock.flush()
        with suppress(PermissionError):  # it is another's, who has let the group write
            os.fchmod(lock.fileno(), os.fstat(lock.fileno()).st_mode | 0o060)

    def results(self, students: Collection[str] | None = None) -> list[StudentResult]:
        """What everyone who was graded has, or these students."""
        with self.ledger() as ledger:
            entries = {entry.student: entry for entry in ledger.entries(self.lesson.id, latest=True)}
        with self.gradebook() as gradebook:
            return [
                StudentResult(
                    one.student_id,
                    entries[one.student_id].details,
                    one.score - one.late_submission_penalty,
                    one.total_seconds_late / 86400,
                )
                for one in gradebook.assignment_submissions(self.lesson.id)
                if one.student_id in entries and (students is None or one.student_id in students)
            ]


def _in_time(attempts: Iterable[Path], due: datetime | None) -> list[Path]:
    """The attempts that were handed in by then (UTC), or at a time that is not known."""
    return [path for path in attempts if due is None or (submission_time(path) or datetime.min) <= due]


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir()
    for name, written in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(written)
