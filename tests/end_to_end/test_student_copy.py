"""The students' zip file, unpacked somewhere else."""

import sys
import zipfile

import pytest
from support.course import LESSONS, solved

from utils import runtime

NOTEBOOK = "lessons/01_slash_classifier/slash_classifier.ipynb"


@pytest.fixture
def unpacked(course_copy, run, tmp_path):
    assert run(course_copy, "course", "bundle").returncode == 0
    with zipfile.ZipFile(next((course_copy / "dist").glob("*.zip"))) as archive:
        archive.extractall(tmp_path)
    return next(tmp_path.glob("slash-to-vgg-student-*"))


def test_the_lesson_validates_there_with_its_own_modules(unpacked, run):
    own = {"PYTHONPATH": str(unpacked), **runtime.GRADING}
    where = run(unpacked, sys.executable, "-c", "import utils; print(utils.__file__)", **own)
    assert str(unpacked) in where.stdout
    assert "VALIDATION FAILED ON 21" in run(unpacked, "nbgrader", "validate", NOTEBOOK, **own).stdout

    (unpacked / NOTEBOOK).write_text(solved(LESSONS[0]))
    assert "Success" in run(unpacked, "nbgrader", "validate", NOTEBOOK, **own).stdout


def test_the_pretrained_network_can_be_loaded_there(unpacked, run):
    code = "from utils.models import pretrained; pretrained.small_vgg(); print(pretrained.FOLDER)"
    assert run(unpacked, sys.executable, "-c", code, PYTHONPATH=str(unpacked)).stdout.startswith(str(unpacked))


def test_it_offers_what_a_student_needs(unpacked, run):
    done = run(unpacked, "make")
    assert done.returncode == 0
    assert "make lab" in done.stdout and "make grade" not in done.stdout
    assert not (unpacked / "utils" / "grading").exists()
    assert "utils.grading" not in (unpacked / "pyproject.toml").read_text()
    assert "playwright" not in (unpacked / "requirements.txt").read_text()


def test_without_a_fitting_python_one_line_says_what_to_install(unpacked, run):
    done = run(unpacked, "make", "lab", "PYTHON=/bin/false")
    assert done.returncode != 0
    assert "Python 3.11 to 3.14 is needed" in done.stdout
    assert not (unpacked / ".venv").exists()


def test_it_is_the_same_file_when_made_again(course_copy, run):
    made = []
    for _ in range(2):
        assert run(course_copy, "course", "bundle").returncode == 0
        made.append(next((course_copy / "dist").glob("*.zip")).read_bytes())
    assert made[0] == made[1]
