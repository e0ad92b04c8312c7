"""What was handed in may be no notebook, or one that was tampered with: nobody keeps an old score, no other waits."""

import csv
import json

import nbformat
import psutil
import pytest
from support.notebooks import GRADERS
from support.small_course import RIGHT, small_course

from utils.grading import cells
from utils.grading.pipeline import submission as handed_in
from utils.grading.pipeline.grader import Grader

pytestmark = pytest.mark.usefixtures("sandboxed")


def unknown_schema(notebook):
    for cell in notebook["cells"]:
        if claimed := cells.metadata_of(cell):
            claimed |= {"schema_version": 1, "points": "many", "locked": [], "cell_type": "raw"}


def no_metadata(notebook):
    del notebook["metadata"]
    for cell in notebook["cells"]:
        cell["id"] = "same"


def retyped(notebook):
    for cell in notebook["cells"]:
        if cells.is_solution(cell):
            cell["cell_type"] = "markdown"


def stripped(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def claims_to_be_ungradable(notebook):
    notebook["metadata"]["course"] = {"problem": "not my fault"}


def upside_down(notebook):
    notebook["cells"].reverse()


def each_twice(notebook):
    notebook["cells"] *= 2


def without_tests(notebook):
    notebook["cells"] = [c for c in notebook["cells"] if not cells.is_test(c)]


KEEP_THEIR_POINTS = [
    unknown_schema, no_metadata, retyped, stripped, claims_to_be_ungradable, upside_down, each_twice, without_tests
]  # fmt: skip
UNREADABLE = {
    "json": "{ no json",
    "list": "[1, 2]",
    "empty": "",
    "deep": "[" * 100_000,
    "format": '{"cells": [], "nbformat": 99, "nbformat_minor": 0, "metadata": {}}',
    "binary": b"\xff\xfe\0\0",
    "huge": b" " * (handed_in.MAX_NOTEBOOK + 1),
}


def test_each_gets_the_score_of_its_code_and_the_command_names_those_it_could_not_grade(tmp_path, run):
    classroom = small_course(tmp_path / "course")
    folder, lesson = classroom.folder, classroom.lesson
    right = nbformat.writes(classroom.filled_in(RIGHT))

    def hand_in(student, text):
        path = folder / "submitted" / student / lesson.id / f"{lesson.topic}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def grade(*more):
        done = run(folder, "nbgrader", "autograde", lesson.id, *more)
        assert run(folder, "nbgrader", "export").returncode == 0
        with (folder / "grades.csv").open() as table:
            return done, {row["student_id"]: float(row["score"]) for row in csv.DictReader(table)}

    for student in UNREADABLE:
        hand_in(student, right)
    for tamper in KEEP_THEIR_POINTS:
        notebook = json.loads(right)
        tamper(notebook)
        hand_in(tamper.__name__, json.dumps(notebook))
    done, scores = grade()
    assert done.returncode == 0, done.stderr
    assert scores == dict.fromkeys([*UNREADABLE, *(tamper.__name__ for tamper in KEEP_THEIR_POINTS)], 5)

    for student, text in UNREADABLE.items():
        hand_in(student, text)
    done, again = grade("--force")
    assert done.returncode == 1
    assert again == scores | dict.fromkeys(UNREADABLE, 0)
    told = done.stderr.partition("score of 0:")[2]
    assert all(f"{student}: the file" in told for student in UNREADABLE)
    assert not any(tamper.__name__ in told for tamper in KEEP_THEIR_POINTS)

    assert run(folder, "nbgrader", "generate_feedback", lesson.id).returncode == 0
    page = (folder / "feedback" / "json" / lesson.id / f"{lesson.topic}.html").read_text()
    assert "could not be graded" in page and "HIDDEN TESTS" not in page


def test_a_second_grading_changes_nothing_and_one_failure_of_the_grader_costs_one_score(tmp_path, monkeypatch):
    classroom = small_course(tmp_path / "course")
    classroom.put("ada", classroom.filled_in(RIGHT))
    GRADERS.close()  # of other tests: they get kernels ready in the background
    before = set(psutil.Process().children(recursive=True))
    first, second = classroom.autograde("ada"), classroom.autograde("ada")
    assert (first.score, first.record.tests) == (second.score, second.record.tests)
    assert set(psutil.Process().children(recursive=True)) <= before

    monkeypatch.setattr(Grader, "grade_notebook", lambda *_: 1 / 0)
    failed = classroom.autograde("ada")
    assert failed.score == 0 and "division by zero" in failed.record.problem
