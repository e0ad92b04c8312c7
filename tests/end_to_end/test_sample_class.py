"""`make grade`: the instructor's whole job on a small class."""

import csv

import pytest
from support.course import LESSONS

from utils.grading.commands.sample_class import BROKEN, EMPTY, LATE, WRONG, choose_answers, students
from utils.grading.pipeline.record import Outcome, Record
from utils.grading.report import report
from utils.grading.store.course_folder import StudentResult


@pytest.fixture(scope="module")
def printed_and_folder(tmp_path_factory):
    """What the command printed, and the folder it left, for a class that was graded once."""
    import os
    import shutil
    import subprocess
    import sys
    from pathlib import Path

    from support.course import COURSE_FILES, ROOT

    copy = tmp_path_factory.mktemp("sample") / "course"
    for name in COURSE_FILES:
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, target)
    command = Path(sys.executable).parent / "course"
    done = subprocess.run(
        [command, "sample-class"],
        cwd=copy,
        env=os.environ | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    return done.stdout, copy / "sample_class"


def test_everyone_is_in_the_table_with_what_they_should_get(printed_and_folder):
    printed, _ = printed_and_folder
    rows = {
        cells[1].strip(): [cell.strip() for cell in cells]
        for line in printed.splitlines()
        if len(cells := line.split("│")) > 10
    }
    points = {student: float(rows[student][-3]) for student in students()}
    best = points[LATE]
    assert best >= 20
    assert {student for student in WRONG if points[student] == best} == {s for s, n in WRONG.items() if n == 0}
    assert all(0 < points[student] < best for student, mistakes in WRONG.items() if mistakes)
    assert points[EMPTY] == points[BROKEN] == 0
    assert "days late" in rows[LATE][-2]
    assert "handed in empty" in rows[EMPTY][-2] and "does not run" in rows[BROKEN][-2]
    assert "told most often" in printed


def test_grades_and_a_feedback_page_for_everyone(printed_and_folder):
    _, folder = printed_and_folder
    with (folder / "grades.csv").open() as file:
        grades = {row["student_id"]: row for row in csv.DictReader(file)}
    assert sorted(grades) == sorted(students())
    assert all(float(row["max_score"]) == 25 for row in grades.values())
    for student in students():
        page = folder / "feedback" / student / "01_slash_classifier" / "slash_classifier.html"
        assert f"{float(grades[student]['score'])} / 25.0" in page.read_text()


def test_the_class_is_the_same_every_time():
    assert choose_answers(LESSONS[0]) == choose_answers(LESSONS[0])
    assert len(students()) == len(set(students())) >= 12


def result(student, *failures):
    tests = {f"t{k}": Outcome(0 if failure[0] else 1, 1, *failure) for k, failure in enumerate(failures)}
    return StudentResult(student, Record("", "", "", tests), 0.0)


def test_misconceptions_are_counted_once_for_each_student():
    exercises = {"f": ["t0", "t1"], "g": ["t2"]}
    told = report.misconceptions(
        [
            result("a", ("too large", "small"), ("too large", "big"), ("",)),
            result("b", ("",), ("too large", "big"), ("two: three",)),
        ],
        exercises,
    )
    assert told == {("f", "too large"): ["a", "b"], ("g", "two: three"): ["b"]}
