"""The course's folder and its lessons."""

import os
from pathlib import Path

import nbformat

from utils.grading import cells
from utils.grading.commands.bank import having_their_turn
from utils.grading.course import lessons

ROOT = Path(__file__).resolve().parents[2]
LESSONS = lessons(ROOT)
ONE_IN = int(os.environ.get("COURSE_ONE_IN", "1"))  # what `make test` takes of the answers
TAKEN = having_their_turn(LESSONS, 4 if ONE_IN > 1 else 1)  # every fourth lesson, others with each commit
COURSE_FILES = (
    "nbgrader_config.py",
    "jupyterlab_overrides.json",
    "jupyter_server_config.json",
    "coursework/README.md",
    "coursework/nbgrader_config.py",
    "pyproject.toml",
    "start.py",
    "requirements.txt",
    "requirements-networks.txt",
    "constraints.txt",
    "setup.mk",
    "Makefile",
    "README.md",
    "LICENSE",
    "solutions",
    "lessons",
    "utils",
    "data",
    "student",
    "tests/answers",
)


def solved(lesson):
    """The text of the released notebook with the source's solutions typed in."""
    notebook = nbformat.read(lesson.release, as_version=4)
    cells.type_in(notebook.cells, lesson.solutions())
    return nbformat.writes(notebook)
