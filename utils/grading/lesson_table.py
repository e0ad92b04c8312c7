"""The README's table of lessons, which `course build` writes from their sources."""

import re
from functools import lru_cache
from pathlib import Path

from utils.errors import CourseError
from utils.grading import cells
from utils.grading.course import Lesson, lessons
from utils.grading.files import write_file

BEGIN, END = "<!-- lessons: written by `course build` -->", "<!-- end of lessons -->"
HEAD = ["| lesson | exercises | points | all of it | the short way |", "| --- | --- | --- | --- | --- |"]


def table(root: Path) -> str:
    """A row for each lesson: its title with a link, exercises, points (by tests + by hand), and times."""
    return "\n".join([*HEAD, *map(_row, lessons(root))])


def stale_table(root: Path) -> list[Path]:
    """README.md, where its table is not the one that the sources give; nothing where it has no table."""
    readme = root / "README.md"
    return [readme] if readme.is_file() and _with_table(readme, root) != readme.read_text(encoding="utf-8") else []


def write_table(root: Path) -> None:
    """Put the table into the README."""
    for readme in stale_table(root):
        write_file(readme, _with_table(readme, root).encode())


def _with_table(readme: Path, root: Path) -> str:
    before, begin, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table(root)}\n{END}{after}" if begin and end else before + begin + rest


def _row(lesson: Lesson) -> str:
    notebook = lesson.read_source().cells
    tests = sum(cells.points(cell) for cell in notebook if cells.is_test(cell))
    by_hand = [cells.points(cell) for cell in notebook if cells.is_graded_by_hand(cell)]
    exercises = f"{len(cells.exercises(notebook))} and {len(by_hand)} written"
    link = f"[{lesson.id[:2]} {title(lesson)}]({lesson.release.relative_to(lesson.root).as_posix()})"
    return f"| {link} | {exercises} | {tests:g} + {sum(by_hand):g} | {time(lesson)} | {short_time(lesson)} |"


def title(lesson: Lesson) -> str:
    """The lesson's title, without its number."""
    return _find(lesson, r"^# \d+ · (.+)$")


def hours(lesson: Lesson) -> float:
    """How many hours the lesson says that it takes."""
    said = time(lesson)
    number = re.match(r"(\d*)(½?) (minutes|hours?)$", said)
    if number is None:
        raise CourseError(f"{lesson.source.name}: cannot read the time {said!r}; write `**About 90 minutes**` or hours")
    return (int(number[1] or 0) + 0.5 * bool(number[2])) / (60 if number[3] == "minutes" else 1)


def aims(lesson: Lesson) -> str:
    """What a student will be able to do."""
    return _find(lesson, r"\*\*You will be able to\*\* ((?:.+\n?)+)")


def time(lesson: Lesson) -> str:
    """The time for a student, as the lesson says it."""
    return _find(lesson, r"\*\*About ([^*]+?)\.?\*\*")


def short_time(lesson: Lesson) -> str:
    """The time for the sections without which the next lessons cannot be followed, as the lesson says it."""
    return _find(lesson, r"\*\*The short way\*\* takes about ([^:]+):")


@lru_cache
def _first_cell(lesson: Lesson, _changed: int) -> str:
    """What the lesson's first cell says; a source takes a tenth of a second to read."""
    return lesson.read_source().cells[0].source


def _find(lesson: Lesson, pattern: str) -> str:
    """What the lesson's first cell says there."""
    found = re.search(pattern, _first_cell(lesson, lesson.source.stat().st_mtime_ns), flags=re.MULTILINE)
    if found is None:
        raise CourseError(f"{lesson.source.name}: its first cell has nothing like {pattern!r}, which the README shows")
    return " ".join(found[1].split())
