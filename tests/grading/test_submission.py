"""A submission's folder may hold anything: links, pipes, heaps of files, no notebook. Nothing is followed or lost."""

import csv
import os
import signal
import subprocess
import sys
import time

import nbformat
import pytest
from support.course import LESSONS
from support.small_course import RIGHT, small_course

from utils.grading.pipeline import submission as handed_in
from utils.grading.simulated_class import SimulatedClass

LESSON = LESSONS[0]
NOTEBOOK = f"{LESSON.topic}.ipynb"
SMALL, TOPIC = "01_small", "small"


@pytest.fixture
def folder(tmp_path):
    """A submission's folder with a notebook and a picture."""
    path = tmp_path / "submitted"
    path.mkdir()
    (path / NOTEBOOK).write_text("{}")
    (path / "cat.png").write_bytes(b"png")
    return path


def test_ordinary_files_are_taken(folder):
    (folder / "notes").mkdir()
    (folder / "notes" / "a.txt").write_text("a")
    (folder / "timestamp.txt").write_text("2026-11-01 10:00:00.000000 UTC")
    assert handed_in.refused_files(folder) == {}


def many(folder):
    for number in range(handed_in.MAX_FILES + 1):
        (folder / "heap" / f"{number}").parent.mkdir(exist_ok=True)
        (folder / "heap" / f"{number}").write_text("")


def large(folder):
    with (folder / "big").open("wb") as file:
        file.truncate(handed_in.MAX_FILE + 1)


def large_together(folder):
    for number in range(6):
        with (folder / f"{number}").open("wb") as file:
            file.truncate(handed_in.MAX_FILE)


REFUSED = {
    "link": (lambda f: (f / "link").symlink_to("/etc/passwd"), {"link": "a link to another file"}),
    "link to nothing": (lambda f: (f / "link").symlink_to("/nowhere"), {"link": "a link"}),
    "link to a folder": (lambda f: (f / "link").symlink_to("/etc"), {"link": "a link"}),
    "pipe": (lambda f: os.mkfifo(f / "pipe"), {"pipe": "no ordinary file"}),
    "large": (large, {"big": "has 20 MB, at most 20 are taken"}),
    "many": (many, {"heap": "more than 200 files", "cat.png": "more than 200 files"}),
    "large together": (large_together, dict.fromkeys([*"012345", "cat.png"], "or 100 MB")),
    "no time": (lambda f: (f / "timestamp.txt").write_text("soon"), {"timestamp.txt": "no date"}),
    "time as a link": (lambda f: (f / "timestamp.txt").symlink_to("/etc/hostname"), {"timestamp.txt": "a link"}),
}


@pytest.mark.parametrize(("make", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(folder, make, expected):
    make(folder)
    found = {path.name: why for path, why in handed_in.refused_files(folder).items()}
    assert found.keys() == expected.keys()
    assert all(part in found[name] for name, part in expected.items())


def test_what_is_quarantine_is_not_lost(folder, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    for text in ("first", "second"):
        (folder / "sub").mkdir(exist_ok=True)
        (folder / "sub" / "x").write_text(text)
        handed_in.quarantine(folder / "sub" / "x", folder, tmp_path / "refused")
    (folder / "link").symlink_to(secret)
    moved = handed_in.quarantine(folder / "link", folder, tmp_path / "refused")
    assert moved.is_symlink() and secret.read_text() == "secret"
    aside = tmp_path / "refused" / "sub"
    assert [(aside / name).read_text() for name in ("x", "x.2")] == ["first", "second"]


@pytest.mark.parametrize(("text", "expected"), [
    ("2026-01-05 10:00:00.000000 UTC", "2026-01-05T10:00:00"), ("2026-01-05 10:00", "2026-01-05T10:00:00"),
    ("2026-01-05T11:00:00Z\n", "2026-01-05T11:00:00"), ("2026-01-05 13:00:00 +0200", "2026-01-05T11:00:00"),
    ("2026-01-06T00:30+01:00", "2026-01-05T23:30:00"), ("", None),
    ("\ufeff2026-01-05 11:00:00 UTC", "2026-01-05T11:00:00"),
])  # fmt: skip
def test_when_something_was_handed_in(folder, text, expected):
    (folder / "timestamp.txt").write_text(text, encoding="utf-8")
    assert handed_in.refused_files(folder) == {}
    found = handed_in.submission_time(folder)
    assert (found and found.isoformat()) == expected


@pytest.mark.parametrize("text", [
    "6.1.2026 14:00", "06/01/2026 14:00", "14:00", "Jan 6", "1767614400", "2026-01-05 23:59 PST", "2026-01-05",
    "2026-01-06 14:00 CET", "0001-01-01 00:00+10:00", "2026-01-05 25:00", "UTC",
])  # fmt: skip
def test_a_time_that_could_be_another_one_is_none(folder, text):
    (folder / "timestamp.txt").write_text(text)
    assert "no date and time" in handed_in.refused_files(folder)[folder / "timestamp.txt"]
    assert handed_in.submission_time(folder) is None


@pytest.mark.parametrize(("make", "said"), [
    (lambda p: p.symlink_to("/etc/passwd"), "a link to another file"),
    (lambda p: os.mkfifo(p), "no ordinary file"),
    (lambda p: p.mkdir(), "a folder"),
    (lambda p: None, "x.ipynb was not handed in"),
    (lambda p: p.write_bytes(b"\xff\xfe\xff"), "no text"),
])  # fmt: skip
def test_a_notebook_that_is_no_file(tmp_path, make, said):
    (tmp_path / "other.ipynb").write_text("{}")
    make(tmp_path / "x.ipynb")
    with pytest.raises(ValueError, match=said):
        handed_in.read_text(tmp_path / "x.ipynb")


@pytest.mark.processes  # nbgrader starts alembic for a new gradebook
def test_collecting_follows_no_link(tmp_path, caplog):
    classroom = SimulatedClass(tmp_path / "class", LESSON).set_up()
    classroom.release()
    classroom.submit("eve", classroom.released)
    handed = next((tmp_path / "class" / "exchange").glob("*/inbound/eve+*"))
    handed.chmod(0o700)
    (handed / NOTEBOOK).unlink()
    (handed / NOTEBOOK).symlink_to(LESSON.solution)
    (handed / "gradebook").symlink_to(tmp_path / "class" / "gradebook.db")
    (handed / "honest.txt").write_text("mine")
    classroom.collect()
    collected = tmp_path / "class" / "submitted" / "eve" / LESSON.id
    assert sorted(path.name for path in collected.iterdir()) == ["honest.txt", "submission_secret.txt", "timestamp.txt"]


@pytest.mark.processes
def test_collecting_again_keeps_what_an_instructor_has_laid_or_written_there(tmp_path):
    classroom = SimulatedClass(tmp_path / "class", LESSON).set_up()
    classroom.release()
    classroom.submit("ada", classroom.released)
    classroom.submit("bob", classroom.released)
    mailed = classroom.path("submitted", "bob") / NOTEBOOK
    mailed.parent.mkdir(parents=True)
    mailed.write_text("{}")
    classroom.collect()
    corrected = classroom.path("submitted", "ada") / "timestamp.txt"
    corrected.write_text("2026-01-05 10:00:00 UTC")
    classroom.collect()
    assert corrected.read_text() == "2026-01-05 10:00:00 UTC"
    assert mailed.read_text() == "{}"
    assert not (tmp_path / "class" / "attempts").exists()

    for student in ("ada", "bob"):  # a new one is taken, and what was there is kept
        time.sleep(1.1)  # in whole seconds
        changed = classroom.released
        changed.cells[0].source += "changed"
        classroom.submit(student, changed)
    classroom.collect()
    assert corrected.read_text() != "2026-01-05 10:00:00 UTC" and mailed.read_text() != "{}"
    assert len(list((tmp_path / "class" / "attempts").rglob(NOTEBOOK))) == 2


@pytest.fixture
def graded_class(tmp_path, run):
    """Grade what was put into submitted/; returns the finished command and each student's score."""

    classroom = small_course(tmp_path / "course")
    right, folder_ = nbformat.writes(classroom.filled_in(RIGHT)), classroom.folder

    class Class:
        folder = folder_

        def hand_in(self, student, text=None, name=f"{TOPIC}.ipynb"):
            path = folder_ / "submitted" / student / SMALL / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text if text is not None else right)
            return path

        def grade(self, *more):
            done = run(folder_, "nbgrader", "autograde", SMALL, *more)
            return done, self.scores()

        def scores(self):
            assert run(folder_, "nbgrader", "export").returncode == 0
            with (folder_ / "grades.csv").open() as table:
                return {row["student_id"]: float(row["score"] or 0) for row in csv.DictReader(table)}

    return Class()


@pytest.mark.usefixtures("sandboxed")
def test_nothing_is_followed_and_no_one_keeps_an_old_score(graded_class):
    students = ("ada", "link", "gone", "renamed", "undated", "heap")
    paths = {student: graded_class.hand_in(student) for student in students}
    done, scores = graded_class.grade()
    assert done.returncode == 0 and set(scores.values()) == {5}, done.stderr

    paths["link"].unlink()
    paths["link"].symlink_to(graded_class.folder / "gradebook.db")
    paths["gone"].unlink()
    paths["renamed"].rename(paths["renamed"].with_name("small(1).ipynb"))
    graded_class.hand_in("undated", "{}")
    graded_class.hand_in("undated", "yesterday", "timestamp.txt")
    many(paths["heap"].parent)
    (paths["heap"].parent / "secret").symlink_to(graded_class.folder / "gradebook.db")
    done, _ = graded_class.grade("--student", "undated")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    done, scores = graded_class.grade("--force")
    assert done.returncode == 1
    assert scores == {"ada": 5, "link": 0, "gone": 0, "renamed": 5, "undated": 0, "heap": 5}
    told = done.stderr.partition("score of 0:")[2]
    assert "link: the file is a link to another file" in told and "gone: the file small.ipynb was" in told
    assert "graded was small(1).ipynb" in done.stderr and "undated: the file is no notebook" in told
    assert "heap" not in told
    copied = {path.name for path in (graded_class.folder / "autograded" / "heap").rglob("*") if path.is_file()}
    assert copied == {f"{TOPIC}.ipynb"}
    assert (graded_class.folder / "refused" / "heap" / SMALL / "heap" / "7").is_file()


@pytest.mark.usefixtures("sandboxed")
def test_grading_that_was_killed_is_taken_up_again(graded_class):
    for student in ("ada", "bob", "cyd"):
        graded_class.hand_in(student)
    command = [sys.executable, "-m", "nbgrader", "autograde", SMALL]
    graded = graded_class.folder / "autograded"
    killed = subprocess.Popen(command, cwd=graded_class.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while killed.poll() is None and not (graded / "bob" / SMALL / f"{TOPIC}.ipynb").exists():
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert handed_in.is_unfinished(graded / "bob" / SMALL, f"{TOPIC}.ipynb")
    assert not handed_in.is_unfinished(graded / "ada" / SMALL, f"{TOPIC}.ipynb")
    before = (graded / "ada" / SMALL / f"{TOPIC}.ipynb").stat().st_mtime
    done, scores = graded_class.grade()
    assert done.returncode == 0, done.stderr
    assert scores == {"ada": 5, "bob": 5, "cyd": 5}
    assert (graded / "ada" / SMALL / f"{TOPIC}.ipynb").stat().st_mtime == before
