"""How Canvas and Moodle call the files in a zip file of submissions: who handed in, in which attempt, whether late."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

CANVAS, MOODLE, OTHER = "canvas", "moodle", "other"

# lovelaceada_LATE_12345_67890_small-1.ipynb: name, Canvas's numbers of the user and of the file, the file's own name
_CANVAS = re.compile(r"(?P<who>.+?)(?P<late>_late)?_(?P<user>\d{1,20})_(?P<number>\d{1,20})_(?P<file>.+)", re.I | re.S)
# lovelaceada_12345_text.html: what was typed into Canvas, or a link
_CANVAS_TEXT = re.compile(r"(?P<who>.+?)(?P<late>_late)?_(?P<user>\d{1,20})_(?P<file>(?:text|link)\.html)", re.I)
# Ada Lovelace_123456_assignsubmission_file_/small.ipynb, or with the file's name in the place of the slash
_MOODLE = re.compile(
    r"(?P<who>.+?)_(?P<number>\d{1,20})_assignsubmission_(?P<kind>file|onlinetext)_?(?P<file>.*)", re.S
)


@dataclass(frozen=True)
class HandedIn:
    """A file of a zip file of submissions, as its name describes it.

    name: in the zip file.  system: which one has made it.  who: the student's name there; a whole path where no system
    has made it.  user: Canvas's number of the student, or "".  number: files of a later attempt have a larger one.
    late: whether Canvas marked it so.
    file: its path in the submission (where no system has made the zip file, in that).
    place: what a file for the same student is called there, before its own name.
    """

    name: str
    system: str
    who: str
    user: str = ""
    number: int = 0
    late: bool = False
    file: str = ""
    place: str = ""

    @property
    def base(self) -> str:
        """The file's name without what tells attempts apart: small.ipynb of `small-1.ipynb` and `small (1).ipynb`."""
        path = PurePosixPath(self.file)
        return (re.sub(r"(-\d+|\s*\(\d+\))$", "", path.stem) + path.suffix).lower()


def described(name: str) -> HandedIn:
    """What the name of a file in a zip file says. It may lie in a folder of the zip file's own."""
    parts = name.split("/")
    for position, part in enumerate(parts):
        if found := _MOODLE.fullmatch(part):
            inside, below = found["file"], parts[position + 1 :]
            is_folder = bool(below)
            file = "/".join(below) if is_folder else inside
            prefix = f"{found['who']}_{found['number']}_assignsubmission_{found['kind']}_"
            place = f"{prefix}/" if is_folder else prefix
            return HandedIn(name, MOODLE, found["who"], number=int(found["number"]), file=file or "file", place=place)
    last = parts[-1]
    for form in (_CANVAS, _CANVAS_TEXT):
        if found := form.fullmatch(last):
            number, place = int(found.groupdict().get("number") or 0), last.removesuffix(found["file"])
            late = bool(found["late"])
            return HandedIn(name, CANVAS, found["who"], found["user"], number, late, found["file"], place)
    return HandedIn(name, OTHER, name, file=name)
