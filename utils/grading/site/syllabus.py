"""The syllabus: weeks, hours, points, what each lesson needs, what can be left out, and a short course."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from utils.grading import cells
from utils.grading.course import Lesson, lessons
from utils.grading.lesson_table import hours
from utils.grading.site.markdown import link, number, table
from utils.grading.site.sections import EXTRA, Section, minutes, sections

HOURS_A_WEEK = 3.0
ENOUGH = 0.4  # hours that are worth beginning something


def syllabus(root: Path) -> str:
    """The page, in MyST."""
    every = lessons(root)
    weeks = [
        (str(week), ", ".join(f"{link(lesson)} ({number(spent)} h)" for lesson, spent in parts))
        for week, parts in enumerate(_weeks(every), 1)
    ]
    needs = [(link(lesson), f"{number(hours(lesson))} h", _points(lesson), _needs(lesson)) for lesson in every]
    free = [link(lesson) for lesson in every if not _needed(lesson, every)]
    total = number(sum(map(hours, every)))
    return "\n".join(
        [
            "# Syllabus\n",
            f"{total} hours of a student's own work, as the lessons state them. At {HOURS_A_WEEK:g} hours a week:",
            *table(["week", "lessons"], weeks),
            "## What depends on what",
            *table(["lesson", "time", "points by tests + by hand", "a student needs"], needs),
            "## What can be left out\n",
            *(f"- {link(lesson)}: {', '.join(found)}" for lesson in every if (found := _extras(lesson))),
            f"- As a whole, since no other lesson needs them: {', '.join(free)}\n",
            *_short_course(every),
            "## Section by section\n",
            "Minutes of a student in the second year who reads, predicts, writes the exercises and looks for mistakes,",
            "as the first readers of each lesson have reckoned them. ✓: in the short course.",
            *table(["lesson", "section", "minutes", "exercises", "short"], _by_section(every)),
        ]
    )


def _short_course(every: Sequence[Lesson]) -> Iterator[str]:
    """What a class does that has less time."""
    chosen = {lesson: [section for section in sections(lesson) if section.short] for lesson in every}
    total = sum(map(minutes, chosen.values())) / 60
    if not total:
        return
    yield "## A short course\n"
    yield f"About {total:.0f} hours: only these sections. All cells of the others run as well; what needs an exercise"
    yield "that is not solved says so in one line, and `checks.ours` goes on with the course's own, where it has one."
    yield "Tell your class which exercises count: `exercises.csv` has the points of each."
    rows = [
        (link(lesson), f"{number(minutes(some) / 60)} h", _titles(some), _exercises(some))
        for lesson, some in chosen.items()
    ]
    yield from table(["lesson", "time", "sections", "exercises"], rows)


def _by_section(every: Sequence[Lesson]) -> Iterator[tuple[str, ...]]:
    for lesson in every:
        for section in sections(lesson):
            told = "extra" if section.minutes is None else str(section.minutes)
            yield lesson.id[:2], section.title, told, _exercises([section]), "✓" if section.short else ""


def _titles(some: Iterable[Section]) -> str:
    return " · ".join(section.title for section in some)


def _exercises(some: Iterable[Section]) -> str:
    return ", ".join(f"`{name}`" for section in some for name in section.exercises)


def _weeks(every: Sequence[Lesson]) -> Iterator[list[tuple[Lesson, float]]]:
    """For each week the lessons that are worked on, and for how many hours."""
    week: list[tuple[Lesson, float]] = []
    left = HOURS_A_WEEK
    for lesson in every:
        rest = hours(lesson)
        while rest:
            spent = rest if rest < left + ENOUGH else left  # a lesson's last minutes do not go into the next week
            week.append((lesson, spent))
            rest, left = rest - spent, left - spent
            if left < ENOUGH:
                yield week
                week, left = [], HOURS_A_WEEK
    if week:
        yield week


def _points(lesson: Lesson) -> str:
    notebook = lesson.read_source().cells
    by_tests = sum(cells.points(cell) for cell in notebook if cells.is_test(cell))
    return f"{by_tests:g} + {sum(cells.points(cell) for cell in notebook if cells.is_graded_by_hand(cell)):g}"


def _needs(lesson: Lesson) -> str:
    found = re.search(r"\*\*You need\*\* (.+?)\s*\*\*About", lesson.read_source().cells[0].source, re.S)
    return " ".join(found[1].split()) if found else ""


def _needed(lesson: Lesson, every: Sequence[Lesson]) -> bool:
    """Whether another lesson names it among what a student needs."""
    return any(re.search(rf"lesson {lesson.id[:2]}\b", _needs(other)) for other in every if other != lesson)


def _extras(lesson: Lesson) -> list[str]:
    """The sections that say themselves that they can be left out."""
    return [section.title for section in sections(lesson) if EXTRA.match(section.title)]
