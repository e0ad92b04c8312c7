"""The sections of a lesson: the minutes that each takes, its exercises, and whether a short course has it."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from utils.errors import CourseError
from utils.grading.course import Lesson

EXTRA = re.compile(r"(?:Extra|Optional)\b")  # sections that say themselves that they can be left out


@dataclass(frozen=True)
class Section:
    """A part of a lesson under one heading.

    minutes: that a student takes; None where nobody has counted, as for extras.  short: whether a short course has it.
    """

    title: str
    exercises: tuple[str, ...]
    minutes: int | None
    short: bool


def sections(lesson: Lesson) -> list[Section]:
    """A lesson's sections in their order; minutes and the short course come from data/minutes.toml, where there is one.

    Raises CourseError when that file has the lesson, and names other sections than it has, extras aside.
    """
    counted, found = _counted(lesson.root).get(lesson.id), _headings(lesson)
    if counted is None:
        return [Section(title, tuple(exercises), None, False) for title, exercises in found]
    missing = [title for title, _ in found if not EXTRA.match(title) and title not in counted["minutes"]]
    unknown = ({*counted["minutes"], *counted["short"]}) - {title for title, _ in found}
    if wrong := [*missing, *sorted(unknown)]:
        raise CourseError(f"data/minutes.toml: {lesson.id} and the file differ in the section {wrong[0]!r}")
    return [
        Section(title, tuple(exercises), counted["minutes"].get(title), title in counted["short"])
        for title, exercises in found
    ]


def minutes(some: Sequence[Section]) -> int:
    """What these sections take together."""
    return sum(section.minutes or 0 for section in some)


def _counted(root: Path) -> dict:
    file = root / "data" / "minutes.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _headings(lesson: Lesson) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for cell in lesson.read_source().cells:
        if cell.cell_type != "markdown":
            continue
        for title, exercise in re.findall(r"^## (.+)$|^### Exercise \d+ · `(\w+)`", cell.source, re.M):
            if title:
                found.append((title, []))
            elif found:
                found[-1][1].append(exercise)
    return found
