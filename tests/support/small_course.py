"""A course with one lesson of two exercises, for tests that grade many submissions."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import nbformat

from support.course import ROOT
from utils.grading import building
from utils.grading.course import Lesson
from utils.grading.simulated_class import SimulatedClass

RIGHT = {"double": "def double(x):\n    return x + x", "total": "def total(numbers):\n    return sum(numbers)"}
SCORES = (5, 3, 0, 2, 2, 5)  # what those of `a_class` get, one after the other
SQUARE = {"double": "def double(x):\n    return x * x"}


def small_course(folder: Path, settings: str = "") -> SimulatedClass:
    """A course in `folder`, its assignment generated. settings: lines to add to nbgrader_config.py."""
    shutil.copytree(_template(), folder, dirs_exist_ok=True)
    settings = f"c.Exchange.root = {str(folder / 'exchange')!r}\n{settings}\n"
    (folder / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text() + settings)
    return SimulatedClass(folder, Lesson(folder, "01_small", "small"))


@cache
def _template() -> Path:
    """A course that is copied: nbgrader takes seconds to make a gradebook."""
    folder = Path(tempfile.mkdtemp(prefix="course-small-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = f"c.Exchange.root = {str(folder / 'exchange')!r}\n"
    (folder / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text() + settings)
    lesson = Lesson(folder, "01_small", "small")
    lesson.source.parent.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("small_lesson.py"), lesson.source)
    nbformat.write(building.from_source(lesson), lesson.solution)
    SimulatedClass(folder, lesson).set_up()
    return folder


def hand_in(
    classroom: SimulatedClass, student: str, answers: dict[str, str], when: str = "2026-01-05 10:00:00 UTC"
) -> Path:
    """Lay a submission among those collected, or a new one in its place."""
    folder = classroom.path("submitted", student)
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(classroom.filled_in(answers), folder / f"{classroom.lesson.topic}.ipynb")
    (folder / "timestamp.txt").write_text(when)
    return folder


def a_class(classroom: SimulatedClass, size: int) -> list[str]:
    """Hand in for `size` students, of whom some are right, some wrong, one writes nothing and one ends its kernel."""
    kinds = [
        RIGHT,
        RIGHT | SQUARE,
        {},
        RIGHT | {"total": "import os\nos._exit(3)"},
        RIGHT | {"total": "def total(numbers):\n    return max(numbers)"},
        classroom.lesson.solutions(),
    ]
    students = [f"student{number:03}" for number in range(size)]
    for number, student in enumerate(students):
        hand_in(classroom, student, kinds[number % len(kinds)])
    return students


def scores(classroom: SimulatedClass) -> dict[str, tuple[float, float]]:
    """student → the gradebook's score, and the ledger's."""
    with classroom.ledger() as ledger:
        told = {entry.student: entry.new_score for entry in ledger.entries(classroom.lesson.id, latest=True)}
    return {result.student: (result.score, told[result.student]) for result in classroom.results()}


def course_grade(classroom: SimulatedClass, *options: str, **more) -> subprocess.Popen:
    """Start `course grade` there, with one worker if nothing else is said."""
    options = options if "--workers" in options or "--scheduler" in options else (*options, "--workers", "1")
    command = [sys.executable, "-c", "from utils.cli import main; main()", "grade", classroom.lesson.id, *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "160"}
    return subprocess.Popen(
        command,
        cwd=classroom.folder,
        env=environment,
        stderr=subprocess.STDOUT,
        text=True,
        **({"stdout": subprocess.PIPE} | more),
    )
