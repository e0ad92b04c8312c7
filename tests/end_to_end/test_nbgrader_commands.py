"""nbgrader's stock commands, run from the course's folder, take a lesson from release to feedback."""

import csv
import os
import shutil
import stat
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import notebook_hash
from support.course import ROOT
from support.small_course import small_course

from utils.grading import cells
from utils.grading.course import lessons

LESSON = "01_slash_classifier"


@pytest.fixture
def nbgrader(course_copy, run):
    """Run an nbgrader command in the copy; it must succeed."""

    def _nbgrader(*arguments, folder=course_copy):
        done = run(folder, "nbgrader", *arguments, COURSE_FIGURES="off")
        assert done.returncode == 0, done.stderr
        return done.stderr + done.stdout

    return _nbgrader


def solve(path, lesson):
    """Type the source's solutions into a released notebook; forget one test cell."""
    notebook = nbformat.read(path, as_version=4)
    cells.type_in(notebook.cells, lesson.solutions())
    notebook.cells = [cell for cell in notebook.cells if cells.grade_id(cell) != "test_score_shapes"]
    nbformat.write(notebook, path)


def others_can_write(folder):
    return [
        str(path)
        for path in [folder, *folder.rglob("*")]
        if not path.is_symlink() and path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    ]


def test_from_release_to_feedback(course_copy, nbgrader, tmp_path):
    released = (ROOT / "lessons" / LESSON / "slash_classifier.ipynb").read_bytes()
    nbgrader("generate_assignment", LESSON, "--force")
    made = course_copy / "lessons" / LESSON
    assert (made / "slash_classifier.ipynb").read_bytes().strip() == released.strip()
    assert [path.name for path in made.iterdir()] == ["slash_classifier.ipynb"]  # not its source
    nbgrader("release_assignment", LESSON)

    assert LESSON in nbgrader("list")
    nbgrader("fetch_assignment", LESSON)
    notebook = course_copy / "coursework" / LESSON / "slash_classifier.ipynb"
    assert notebook.is_file()
    assert "VALIDATION FAILED ON 21" in nbgrader("validate", str(notebook))
    solve(notebook, lessons(course_copy)[0])
    assert "Success" in nbgrader("validate", str(notebook))
    nbgrader("submit", LESSON)

    nbgrader("collect", LESSON)
    nbgrader("autograde", LESSON)
    nbgrader("generate_feedback", LESSON)
    nbgrader("release_feedback", LESSON)
    nbgrader("fetch_feedback", LESSON)
    assert list((course_copy / "coursework" / LESSON / "feedback").rglob("slash_classifier.html"))
    nbgrader("export")
    row = next(csv.DictReader((course_copy / "grades.csv").open()))
    assert (row["assignment"], float(row["score"])) == (LESSON, float(row["max_score"]) - 4)  # 4 are marked by hand

    student = next((course_copy / "autograded").iterdir()).name
    graded = (course_copy / "autograded" / student / LESSON / "slash_classifier.ipynb").read_text()
    assert "was missing from the submission" in graded  # the test cell that was left out is put back
    for folder in (
        tmp_path / "jupyter-data",
        course_copy / "submitted",
        course_copy / "autograded",
        course_copy / "feedback",
        course_copy / "coursework",
    ):
        assert others_can_write(folder) == []


def test_the_exchange_is_closed_to_others(course_copy, nbgrader, tmp_path):
    nbgrader("generate_assignment", LESSON, "--force")
    nbgrader("release_assignment", LESSON)
    exchange = tmp_path / "jupyter-data" / "nbgrader_exchange"
    assert stat.S_IMODE(exchange.stat().st_mode) == 0o700


def test_a_shared_exchange_keeps_nbgraders_own_rules(course_copy, run, tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    for command in (["generate_assignment", LESSON, "--force"], ["release_assignment", LESSON]):
        assert run(course_copy, "nbgrader", *command, COURSE_EXCHANGE=str(shared)).returncode == 0
    assert (shared / "slash_to_vgg" / "inbound").stat().st_mode & stat.S_IWOTH  # students can hand in there


def test_git_ignores_what_a_class_leaves(tmp_path):
    import subprocess

    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: there is nothing for git to ignore")
    for name in (
        "submitted/a/b",
        "autograded/a",
        "feedback/a",
        "gradebook.db",
        "grades.csv",
        "coursework/x",
        "sample_class/y",
        "dist/z.zip",
        ".venv/q",
    ):
        assert subprocess.run(["git", "check-ignore", "-q", name], cwd=ROOT, check=False).returncode == 0, name


@pytest.fixture
def graded(course_copy, run, tmp_path):
    """Grade one solved lesson where bubblewrap is there and is refused; returns the command, and the score."""
    lesson = lessons(course_copy)[0]
    refuses = tmp_path / "bin" / "bwrap"
    refuses.parent.mkdir()
    refuses.write_text("#!/bin/sh\necho no permission to make namespaces >&2; exit 1\n")
    refuses.chmod(0o755)
    path = course_copy / "submitted" / "ada" / LESSON / "slash_classifier.ipynb"
    path.parent.mkdir(parents=True)
    shutil.copy(ROOT / "lessons" / LESSON / "slash_classifier.ipynb", path)
    solve(path, lesson)
    where = f"{refuses.parent}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def _graded(*command):
        run(course_copy, "nbgrader", "generate_assignment", LESSON, "--force")
        done = run(course_copy, *command, PATH=where)
        assert run(course_copy, "nbgrader", "export").returncode == 0
        rows = list(csv.DictReader((course_copy / "grades.csv").open()))
        return done, float(rows[0]["score"]) if rows else None

    return _graded


def test_without_a_sandbox_nothing_is_graded(course_copy, graded):
    done, score = graded("nbgrader", "autograde", LESSON)
    assert done.returncode == 1 and score is None
    assert done.stderr.count("no permission to make namespaces") == 1 and "course doctor" in done.stderr
    assert "Traceback" not in done.stderr and not (course_copy / "autograded" / "ada").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["nbgrader", "autograde", LESSON, "--GradeSubmission.unsafe_no_sandbox=True"],
        ["course", "grade", "01", "--student", "ada", "--unsafe-no-sandbox"],
    ],
    ids=["nbgrader", "course"],
)
def test_a_teachers_own_code_can_be_graded_without_one(graded, command):
    done, score = graded(*command)
    assert done.returncode == 0, done.stderr
    assert score == 21 and "NO SANDBOX" in done.stderr


def test_course_grade_says_in_one_line_what_is_missing(graded, course_copy, run):
    done = run(course_copy, "course", "grade", "02")
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert "no submission to 02_convolution: run `nbgrader collect 02_convolution`" in done.stderr
    done = run(course_copy, "course", "grade", "01", "--student", "ada", "--student", "bob")
    assert done.returncode == 1 and "bob has no submission" in done.stderr
    done, score = graded("course", "grade", "01")
    assert done.returncode == 1 and score is None
    assert "no permission to make namespaces" in done.stderr and done.stderr.count("\n") == 1


@pytest.fixture
def feedback_of_a_small_class(tmp_path):
    """Three who have a feedback page: one by the exchange, one with a renamed notebook, one by mail."""
    classroom = small_course(tmp_path / "course")
    for student, name in (("ada", "small"), ("bob", "small (1)"), ("mia", "small")):
        handed, page = classroom.path("submitted", student), classroom.path("feedback", student)
        for folder in (handed, page):
            folder.mkdir(parents=True)
        (handed / f"{name}.ipynb").write_text("{}")
        (page / "small.html").write_text(f"<html>{student}</html>")
        if student != "mia":
            (page / "submission_secret.txt").write_text(f"secret of {student}")
    return classroom


@pytest.mark.parametrize("shared", [False, True], ids=["own", "shared"])
def test_feedback_of_whoever_handed_in_another_way(feedback_of_a_small_class, run, shared):
    folder = feedback_of_a_small_class.folder
    exchange = folder / "shared"
    (folder / "exchange" if not shared else exchange).mkdir()
    config = folder / "nbgrader_config.py"
    own = f"c.Exchange.root = {str(folder / 'exchange')!r}"
    config.write_text(config.read_text().replace(own, "") if shared else config.read_text())
    where = {"COURSE_EXCHANGE": str(exchange)} if shared else {}
    done = run(folder, "nbgrader", "release_feedback", "01_small", **where)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    assert "these did not hand in through the exchange: mia (send them" in done.stderr
    released = {path.stem: path.read_text() for path in folder.glob("*/slash_to_vgg/feedback/*.html")}
    for student, name in (("ada", "small"), ("bob", "small (1)")):
        assert released[notebook_hash(secret=f"secret of {student}", notebook_id=name)] == f"<html>{student}</html>"
    assert len(released) == 3  # that of bob also by the lesson's own name


@pytest.mark.parametrize("value", ["exchange2", "~/a file"])
def test_an_exchange_that_is_no_folder(tmp_path, run, value):
    (tmp_path / "a file").write_text("")
    classroom = small_course(tmp_path / "course")
    done = run(
        classroom.folder, "nbgrader", "release_assignment", "01_small", COURSE_EXCHANGE=value, HOME=str(tmp_path)
    )
    assert done.returncode != 0 and "Traceback" not in done.stderr
    assert "this is no folder's whole path, such as /srv/exchange" in done.stderr
