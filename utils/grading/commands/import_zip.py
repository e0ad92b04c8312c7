"""`course import`: submissions as Canvas and Moodle download them, matched with the class's list."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer

from utils.errors import CourseError
from utils.grading.course import find_root, lessons
from utils.grading.files import write_file
from utils.grading.lms.archive import Archive, opened, writable_name
from utils.grading.lms.class_list import ClassList, Listed, without_group
from utils.grading.lms.names import CANVAS, MOODLE, OTHER, HandedIn, described
from utils.grading.store.course_folder import CourseFolder
from utils.grading.store.tables import LmsPlace
from utils.printable import printable

TIMESTAMP = "timestamp.txt"
SECOND = timedelta(seconds=1)
GRADE_ID = re.compile(rb'"grade_id"\s*:\s*"([^"]*)"')


def import_zip(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="what Canvas or Moodle has downloaded")],
    name: Annotated[str, typer.Argument(metavar="LESSON", help="the lesson that it is for, such as 01")],
    times: Annotated[
        bool, typer.Option("--times", help="take the files' times (UTC) for the times when they were handed in")
    ] = False,
) -> None:
    """Lay the submissions in a zip file of Canvas or Moodle into submitted/; exit 1 when one is nobody's."""
    root = find_root()
    lesson = lessons(root, [name])[0]
    folder = CourseFolder(root, lesson)
    with folder.alone(), opened(file) as archive:
        known = class_list(folder)
        with folder.gradebook() as gradebook:
            due = next((one.duedate for one in gradebook.assignments if one.name == lesson.id), None)
        run = Import(folder, archive, due, times)
        run.sort(known)
        run.lay()
    run.tell()


def class_list(folder: CourseFolder) -> ClassList:
    """The students that the gradebook knows. Raises CourseError when it knows none."""
    with folder.gradebook() as gradebook:
        students = [
            Listed(one.id, one.first_name or "", one.last_name or "", one.email or "", one.lms_user_id or "")
            for one in gradebook.students
        ]
    if not students:
        raise CourseError(
            "there is no class list yet: `course roster FILE.csv` reads the one that Canvas (Grades → Export) or "
            "Moodle (Participants, or Grades → Export) writes"
        )
    return ClassList(students)


@dataclass
class Attempt:
    """One attempt of one student: the newest file of each name, and what belongs to it."""

    files: list[HandedIn] = field(default_factory=list)

    @property
    def late(self) -> bool:
        """Whether Canvas has marked it as late."""
        return any(one.late for one in self.files)

    @property
    def first(self) -> HandedIn:
        """Its notebook, or else the first of its files."""
        return min(self.files, key=lambda one: (not one.file.lower().endswith(".ipynb"), one.file))


@dataclass
class Import:
    """What is in a zip file, and what has become of it.  due: when the lesson is.  times: see `import_zip`."""

    folder: CourseFolder
    archive: Archive
    due: datetime | None
    times: bool
    by_student: dict[str, list[HandedIn]] = field(default_factory=lambda: defaultdict(list))
    nobodys: dict[str, str] = field(default_factory=dict)  # name → why
    said: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)  # student → why
    new: int = 0

    def sort(self, known: ClassList) -> None:
        """Find out whose the files are."""
        files = [described(name) for name in self.archive.names]
        names = {file.who for file in files if file.system == MOODLE}
        grouped = bool(names) and all("-" in name for name in names)  # else it may be a hyphen of a name's own
        for file in files:
            student, why = known.find(file)
            if not student and grouped and file.system == MOODLE:
                student, _ = known.find(without_group(file))
            if student:
                self.by_student[student].append(known.within(file, student) if file.system == OTHER else file)
            else:
                self.nobodys[file.name] = why

    def lay(self) -> None:
        """Lay each student's last attempt into submitted/, keep earlier ones, and put aside what is nobody's."""
        places = []
        with self.folder.ledger() as ledger:
            there = {one.student: one for one in ledger.places(self.folder.lesson.id)}
        for student, files in sorted(self.by_student.items()):
            try:
                places += self._lay(student, files, there.get(student))
            except OSError as problem:  # one student's files must not keep the others' from being laid down
                self.failed[student] = f"cannot be laid down ({problem.strerror})"
            except CourseError as problem:
                self.failed[student] = str(problem)
        for name in self.nobodys:
            write_file(self._aside() / writable_name(name), self.archive.read(name))
        with self.folder.ledger() as ledger:
            ledger.note_places(places)
        self._note_numbers()

    def _lay(self, student: str, files: Sequence[HandedIn], there: LmsPlace | None) -> list[LmsPlace]:
        """Lay one student's attempts down. Returns what the last one is called in Canvas or Moodle."""
        *earlier, last = attempts(files, self._base)
        for attempt in earlier:
            self.folder.keep_attempt(student, self._content(attempt))
        if earlier:
            names = ", ".join(printable(one.file) for one in last.files)
            self.said.append(f"{student}: {len(earlier) + 1} attempts; the last one is taken: {names}")
        if there is not None and self._is_older(last, there):
            self.folder.keep_attempt(student, self._content(last))
            self.said.append(f"{student}: a later attempt lies in submitted/ already, and stays")
            return []
        if last.late:
            self.said.append(f"{student}: late, as Canvas says{self._how_late()}")
        self.new += self.folder.lay(student, self._content(last))
        return self._place(student, last)

    def _base(self, one: HandedIn) -> str:
        """What one has in common with other attempts at the same: all notebooks of the lesson are that."""
        if one.file.lower().endswith(".ipynb"):
            content = self.archive.read(one.name).replace(b"\0", b"")  # which UTF-16 puts between the letters
            names = {name.decode(errors="replace") for name in GRADE_ID.findall(content)}
            if names & self._grade_ids:
                return ".ipynb"
        return one.base

    @cached_property
    def _grade_ids(self) -> frozenset[str]:
        return self.folder.grade_ids()

    def _is_older(self, attempt: Attempt, there: LmsPlace) -> bool:
        """Whether Canvas has numbered an attempt before the one that was laid into submitted/."""
        place = described(there.place + there.file)
        return place.system == CANVAS and 0 < attempt.first.number < place.number and self._lies_there(there.student)

    def _lies_there(self, student: str) -> bool:
        return self.folder.path("submitted", student).exists()

    def _how_late(self) -> str:
        if self.due is None:
            return f", but {self.folder.lesson.id} has no due date: nothing is late"
        return "" if self.times else ", but not how late: it counts as one second, unless timestamp.txt says otherwise"

    def _content(self, attempt: Attempt) -> dict[str, bytes]:
        """The files of a submission's folder."""
        graded = f"{self.folder.lesson.topic}.ipynb"
        names = [writable_name(one.file) for one in attempt.files]
        files: dict[str, bytes] = {}
        for name, one in zip(names, attempt.files, strict=True):
            if name != TIMESTAMP:  # the student's own says nothing
                files[_free(name, {graded, TIMESTAMP, *names}, files)] = self.archive.read(one.name)
        notebooks = [name for name in files if name.lower().endswith(".ipynb")]
        if len(notebooks) == 1:  # whatever a browser has called it
            files[graded] = files.pop(notebooks[0])
        if when := self._when(attempt):
            files[TIMESTAMP] = f"{when:%Y-%m-%d %H:%M:%S} UTC".encode()
        return files

    def _when(self, attempt: Attempt) -> datetime | None:
        """When it was handed in, as far as that is known."""
        known = [time for one in attempt.files if (time := self.archive.time(one.name))]
        when = max(known) if self.times and known else None
        if self.due is not None and attempt.late and (when is None or when <= self.due):
            return self.due + SECOND
        return when

    def _place(self, student: str, attempt: Attempt) -> list[LmsPlace]:
        """What the submission is called there, for feedback to go back; nothing where a zip file was made by hand."""
        first = attempt.first
        if first.system == OTHER:
            return []
        lesson, file = self.folder.lesson.id, PurePosixPath(first.file).name
        return [LmsPlace(assignment=lesson, student=student, system=first.system, place=first.place, file=file)]

    def _note_numbers(self) -> None:
        """Write down Canvas's numbers of students, by which its grades find them again."""
        with self.folder.gradebook() as gradebook:
            for student, files in self.by_student.items():
                number = next((one.user for one in files if one.user), "")
                found = gradebook.find_student(student)
                if number and not found.lms_user_id:
                    found.lms_user_id = number
            gradebook.db.commit()

    def _aside(self) -> Path:
        return self.folder.folder / "unmatched" / self.folder.lesson.id

    def tell(self) -> None:
        """Print what was done. Raises CourseError when some files are nobody's, or there were none."""
        lesson = self.folder.lesson.id
        if not self.archive.names:
            raise CourseError(f"{self.archive.path.name} holds no files")
        print(f"{lesson}: submissions of {len(self.by_student)} students, {self.new} of them new")
        for line in self.said:
            print(f"  {line}")
        for name, why in (self.failed | self.nobodys).items():
            print(f"  {printable(name)}: {why}")
        if self.failed:
            raise CourseError(f"{len(self.failed)} submissions could not be laid down (see above) and are as they were")
        if self.nobodys:
            raise CourseError(
                f"{len(self.nobodys)} files are nobody's and lie in unmatched/{lesson}/: complete the class list and "
                f"import again, or lay them into submitted/STUDENT/{lesson}/"
            )


def _free(name: str, taken: Collection[str], files: Collection[str]) -> str:
    """`name`, or one like it: a folder cannot be where another file is, and no file takes the place of another."""
    if any(str(folder) in taken for folder in PurePosixPath(name).parents):
        name = name.replace("/", "_")
    path, number = PurePosixPath(name), 1
    while name in files:
        number += 1
        name = str(path.with_name(f"{path.stem}-{number}{path.suffix}"))
    return name


def attempts(files: Sequence[HandedIn], base: Callable[[HandedIn], str] = lambda one: one.base) -> list[Attempt]:
    """The attempts of one student, the earliest first.

    base: what files have in common that are attempts at the same. In Canvas these are told apart by their numbers, and
    other files belong to the last attempt. In Moodle, folders with other numbers are attempts.
    """
    by_attempt: dict[int, list[HandedIn]] = defaultdict(list)
    by_base: dict[str, list[HandedIn]] = defaultdict(list)
    for one in sorted(files, key=lambda one: (one.number, one.name)):
        by_attempt[one.number].append(one)
        by_base[base(one)].append(one)
    if any(one.system != CANVAS for one in files):
        return [Attempt(same) for same in by_attempt.values()]
    most = max(map(len, by_base.values()))
    return [Attempt([same[-n] for same in by_base.values() if len(same) >= n]) for n in range(most, 0, -1)]
