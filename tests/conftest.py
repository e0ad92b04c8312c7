"""What several tests use: the course's folder, a copy of it to change, and commands run as a user runs them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client.utils import run_sync

from utils.cli import CourseError
from utils.grading import bank, cluster, execute, sandbox
from utils.grading.course import lessons

ROOT = Path(__file__).parent.parent
LESSONS = lessons(ROOT)
COURSE_FILES = (
    "nbgrader_config.py",
    "jupyterlab_overrides.json",
    "coursework/README.md",
    "coursework/nbgrader_config.py",
    "pyproject.toml",
    "requirements.txt",
    "constraints.txt",
    "setup.mk",
    "Makefile",
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
    notebook, answers = nbformat.read(lesson.release, as_version=4), bank.solutions(lesson)
    for cell in notebook.cells:
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    return nbformat.writes(notebook)


def executed(notebook, source, **options):
    """Run a notebook as it is graded, tests included, and return it."""
    run_sync(execute.run)(notebook, source, **options)
    return notebook


@pytest.fixture(scope="session")
def sandboxed():
    """Skip, with the reason, what needs the sandbox where there is none."""
    try:
        sandbox.require()
    except CourseError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def client():
    """A cluster of one worker, which tests share: to start one takes longer than to grade a small notebook."""
    with cluster.connected(workers=1) as client:
        yield client


@pytest.fixture
def course_copy(tmp_path):
    """A copy of the course's files in a temporary folder."""
    copy = tmp_path / "course"
    for name in COURSE_FILES:
        source, target = ROOT / name, copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
        else:
            shutil.copy2(source, target)
    return copy


@pytest.fixture
def run(tmp_path):
    """Run a command of this environment in a folder, with the user's own data folders kept out of it."""

    def _run(folder, *command, **environment):
        own = {
            "JUPYTER_DATA_DIR": str(tmp_path / "jupyter-data"),
            "JUPYTER_CONFIG_DIR": str(tmp_path / "jupyter-config"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "COLUMNS": "160",
        }
        return subprocess.run(
            command, cwd=folder, env=os.environ | own | environment, capture_output=True, text=True, check=False
        )

    return _run
