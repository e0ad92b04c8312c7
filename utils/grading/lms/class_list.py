"""The class's list, to find students in by what a learning management system calls them."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from utils.grading.lms.names import CANVAS, OTHER, HandedIn


@dataclass(frozen=True)
class Listed:
    """A student of the class's list.  lms_id: the number that Canvas has for them, if it is known."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""

    @property
    def keys(self) -> set[str]:
        """What they may be called, without spaces, accents and capitals."""
        names = {f"{self.last_name} {self.first_name}", f"{self.first_name} {self.last_name}", self.id, self.email}
        return {folded(name) for name in names} - {""}


class ClassList:
    """Finds the students of a list."""

    def __init__(self, students: Iterable[Listed]) -> None:
        self.students = {student.id: student for student in students}
        self._by_key: dict[str, set[str]] = defaultdict(set)
        for student in self.students.values():
            for key in student.keys:
                self._by_key[key].add(student.id)

    def within(self, file: HandedIn, student: str) -> HandedIn:
        """The same file, with its path in the submission of the student whose it is."""
        paths = (path for name, path in _names(file) if student in self._by_key.get(folded(name), ()))
        return replace(file, file=next(paths, file.file))

    def find(self, file: HandedIn) -> tuple[str, str]:
        """The id of the student who handed a file in, or "" and why it cannot be said."""
        if file.user:
            known = [student.id for student in self.students.values() if student.lms_id == file.user]
            if len(known) == 1:
                return known[0], ""
        for name, _ in _names(file):
            found = self._by_key.get(folded(name), set())
            if file.system == CANVAS:  # of the same name, but with another number
                found = {one for one in found if self.students[one].lms_id in ("", file.user)}
            if len(found) == 1:
                return next(iter(found)), ""
            if found:
                return "", f"{len(found)} students are called that: {', '.join(sorted(found))}"
        return "", "nobody in the class list is called that"


def _names(file: HandedIn) -> Iterator[tuple[str, str]]:
    """What the student may be called, and what the file is called then in the submission.

    In a zip file that no system has made, that may be any folder, the nearest first, or else the file's own name.
    """
    if file.system != OTHER:
        yield file.who, file.file
        return
    *folders, last = file.who.split("/")
    for number in reversed(range(len(folders))):
        yield folders[number], "/".join([*folders[number + 1 :], last])
    yield PurePosixPath(last).stem, last


def without_group(file: HandedIn) -> HandedIn:
    """The same without the name of a group, which Moodle may put before the student's: `Monday-Ada Lovelace`."""
    return replace(file, who=file.who.partition("-")[2])


def alike(name: str, known: Iterable[str]) -> str:
    """The one of these names that differs by accents, capitals or spaces only; "" where there is none."""
    return next((one for one in known if folded(one) == folded(name)), "")


def folded(name: str) -> str:
    """A name with its letters and digits only, without accents and capitals."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    return "".join(character for character in plain if character.isalnum())
