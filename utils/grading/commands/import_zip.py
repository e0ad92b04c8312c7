"""`course import`: submissions as Canvas and Moodle download them, matched with the class's list."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer

from utils.errors import CourseError
from utils.grading.course import Lesson, find_root, lessons
from utils.grading.files import write_file
from utils.grading.late_policy import LatePolicy
from utils.grading.lms.archive import Archive, opened, writable_name
from utils.grading.lms.class_list import ClassList, Listed, without_group
from utils.grading.lms.names import CANVAS, MOODLE, OTHER, HandedIn, described
from utils.grading.store.attempts import digest
from utils.grading.store.course_folder import CourseFolder
from utils.grading.store.ledger import late_penalties
from utils.grading.store.tables import Imported, LmsPlace
from utils.printable import counted, printable

TIMESTAMP = "timestamp.txt"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
NOTEBOOK = ".ipynb"


def import_zip(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="what Canvas or Moodle has downloaded")],
    name: Annotated[str, typer.Argument(metavar="LESSON", help="the lesson that it is for, such as 01")],
    times: Annotated[
        bool, typer.Option("--times", help="take the files' times (UTC) for the times when they were handed in")
    ] = False,
) -> None:
    """Lay the submissions in a zip file of Canvas or Moodle into submitted/; exit 1 when one is nobody's."""
    if name.lower().endswith(".zip"):
        raise CourseError(f"the zip file comes first: `course import {name} {file}`")
    root = find_root()
    lesson = lessons(root, [name])[0]
    folder = CourseFolder(root, lesson)
    with folder.alone(), opened(file) as archive:
        known = class_list(folder)
        run = Import(folder, archive, folder.due(), times)
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
        return min(self.files, key=lambda one: (not _is_notebook(one.file), one.file))


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
    imported: dict[str, Imported] = field(default_factory=dict)
    notebooks: int = 0
    foreign: list[bytes] = field(default_factory=list)  # those without a cell of the lesson

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
            self.imported = ledger.imported(self.folder.lesson.id)
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
            ledger.note_imported([*self.imported.values()])
        self._note_numbers()

    def _lay(self, student: str, files: Sequence[HandedIn], there: LmsPlace | None) -> list[LmsPlace]:
        """Lay one student's attempts down. Returns what the last one is called in Canvas or Moodle."""
        *earlier, last = attempts(files, self._base)
        for attempt in earlier:
            self.folder.keep_attempt(student, self._content(attempt))
        if earlier:
            names = ", ".join(printable(one.file) for one in last.files)
            self.said.append(f"{student}: {len(earlier) + 1} attempts; the last one is taken: {names}")
        content = self._content(last)
        if stays := self._stays(student, last, content, there):
            self.folder.keep_attempt(student, content)
            self.said.append(f"{student}: {stays}")
            return []
        if self._was_changed_by_hand(student, last, content):
            self.said.append(f"{student}: changed by hand in submitted/ since it was imported, and kept so")
            return self._place(student, last)
        if not any(map(_is_notebook, content)):
            self.said.append(f"{student}: no notebook in {', '.join(printable(one.file) for one in last.files)}")
        if last.late:
            self.said.append(f"{student}: late, as Canvas says{self._how_late()}")
        self.new += self.folder.lay(student, content)
        lesson, came = self.folder.lesson.id, self._digest(last, content)
        laid = digest(self.folder.collected(student))
        self.imported[student] = Imported(assignment=lesson, student=student, attempt=came, laid=laid)
        return self._place(student, last)

    def _stays(self, student: str, attempt: Attempt, content: Mapping[str, bytes], there: LmsPlace | None) -> str:
        """Why what lies in submitted/ is not replaced by an attempt; "" where it is."""
        lies, comes = self._is_of_lesson(self.folder.collected(student)), self._is_of_lesson(content)
        own = [text for name, text in content.items() if _is_notebook(name)]
        self.notebooks += bool(own)
        if own and not comes:
            self.foreign.append(own[0])
        if lies and not comes:
            what = printable(attempt.first.file)
            return f"none of the lesson's cells are in {what}: what lies in submitted/ stays, and this is in attempts/"
        if there is not None and self._is_older(attempt, there) and lies >= comes:
            return "a later attempt lies in submitted/ already, and stays"
        return ""

    def _is_of_lesson(self, content: Mapping[str, bytes]) -> bool:
        return any(self.folder.is_of_lesson(text) for name, text in content.items() if _is_notebook(name))

    def _was_changed_by_hand(self, student: str, attempt: Attempt, content: Mapping[str, bytes]) -> bool:
        """Whether what was laid down of this same attempt is not what lies there now."""
        before = self.imported.get(student)
        if before is None or before.attempt != self._digest(attempt, content) or not self._lies_there(student):
            return False
        return digest(self.folder.collected(student)) not in (before.laid, digest(content))

    def _digest(self, attempt: Attempt, content: Mapping[str, bytes]) -> str:
        """By which an attempt is known again, whatever time it is said to have been handed in."""
        number = {"": str(sorted(one.number for one in attempt.files)).encode()}
        return digest({name: text for name, text in content.items() if name != TIMESTAMP} | number)

    def _base(self, one: HandedIn) -> str:
        """What one has in common with other attempts at the same: all notebooks of the lesson are that."""
        if _is_notebook(one.file) and self.folder.is_of_lesson(self.archive.read(one.name)):
            return NOTEBOOK
        return one.base

    def _is_older(self, attempt: Attempt, there: LmsPlace) -> bool:
        """Whether Canvas has numbered an attempt before the one that was laid into submitted/."""
        place = described(there.place + there.file)
        numbered = attempt.first.system == place.system == CANVAS
        return numbered and 0 < attempt.first.number < place.number and self._lies_there(there.student)

    def _lies_there(self, student: str) -> bool:
        return self.folder.path("submitted", student).exists()

    def _how_late(self) -> str:
        if self.due is None:
            return f", but {self.folder.lesson.id} has no due date: nothing is late"
        if self.times:
            return ""
        after = f" after the {self._grace / MINUTE:g} minutes of grace" if self._grace else ""
        return f", but not how late: it counts as one second{after}, unless timestamp.txt says otherwise"

    @cached_property
    def _grace(self) -> timedelta:
        """How long after the due date being late costs nothing, by the course's own policy."""
        policy = late_penalties(self.folder.api.config)
        return MINUTE * policy.grace if isinstance(policy, LatePolicy) else timedelta()

    def _content(self, attempt: Attempt) -> dict[str, bytes]:
        """The files of a submission's folder."""
        graded = f"{self.folder.lesson.topic}.ipynb"
        names = [writable_name(one.file) for one in attempt.files]
        files: dict[str, bytes] = {}
        for name, one in zip(names, attempt.files, strict=True):
            if name != TIMESTAMP:  # the student's own says nothing
                files[_free(name, {graded, TIMESTAMP, *names}, files)] = self.archive.read(one.name)
        notebooks = [name for name in files if _is_notebook(name)]
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
            return self.due + self._grace + SECOND
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
        print(f"{lesson}: submissions of {counted(len(self.by_student), 'student')}, {self.new} of them new")
        for line in self.said:
            print(f"  {line}")
        for name, why in (self.failed | self.nobodys).items():
            print(f"  {printable(name)}: {why}")
        if self.foreign:
            print(f"  {self._other_lesson()}")
        if self.failed:
            failed = counted(len(self.failed), "submission")
            raise CourseError(f"{failed} could not be laid down: nothing was changed there, see above")
        if self.nobodys:
            nobodys = counted(len(self.nobodys), "file is", "files are")
            raise CourseError(
                f"{nobodys} nobody's and in unmatched/{lesson}/: complete the class list and import again, or lay them "
                f"into submitted/STUDENT/{lesson}/"
            )
        if self.foreign and len(self.foreign) == self.notebooks:
            raise CourseError(f"{self.archive.path.name} holds nothing of {lesson}, see above")

    def _other_lesson(self) -> str:
        """What to say of notebooks that have no cell of the lesson."""
        others = [one for one in lessons(self.folder.lesson.root) if one.id != self.folder.lesson.id]
        named = next((one.id for one in others if _is_of(one, self.foreign[0])), "")
        count = f"none of the lesson's cells in {len(self.foreign)} of {counted(self.notebooks, 'notebook')}"
        return f"{count}: is it the zip file of {named or 'another lesson'}?"


def _is_of(lesson: Lesson, notebook: bytes) -> bool:
    try:
        return CourseFolder(lesson.root, lesson).is_of_lesson(notebook)
    except CourseError:  # it was not built
        return False


def _is_notebook(name: str) -> bool:
    return name.lower().endswith(NOTEBOOK)


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
