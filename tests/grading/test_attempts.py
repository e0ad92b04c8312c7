"""Which attempt counts is a setting: the last, the best, or the last before the due date."""

from contextlib import nullcontext
from datetime import datetime

import nbformat
import pytest
from support.small_course import RIGHT, SQUARE, scores, small_course

from utils.grading.cells import by_grade_id
from utils.grading.commands import extend, grade
from utils.grading.store.ledger import KEPT, NEW, NEW_TEXT

pytestmark = pytest.mark.usefixtures("sandboxed")

NOTHING: dict = {}
DUE = datetime(2026, 1, 5, 12)


@pytest.fixture
def course(tmp_path, client, monkeypatch):
    """Make a course in which this attempt counts."""
    monkeypatch.setattr(grade, "connected", lambda *_: nullcontext(client))

    def make(counts, more=""):
        classroom = small_course(tmp_path / "course", f"c.Attempts.counts = {counts!r}\n{more}")
        monkeypatch.chdir(classroom.folder)
        with classroom.gradebook() as gradebook:
            gradebook.update_or_create_assignment("01_small", duedate=DUE)
        return classroom

    return make


def hand_in(classroom, answers, day, student="ada"):
    text = nbformat.writes(classroom.filled_in(answers))
    classroom.lay(student, {"small.ipynb": text.encode(), "timestamp.txt": f"2026-01-0{day} 10:00:00 UTC".encode()})


def code(classroom):
    notebook = nbformat.read(classroom.path("autograded", "ada") / "small.ipynb", as_version=4)
    return by_grade_id(notebook.cells)["double"].source


@pytest.mark.parametrize(("counts", "score"), [("last", 2), ("best", 5), ("last before due", 3)])
@pytest.mark.parametrize("one_by_one", [True, False])
def test_which_attempt_counts(course, counts, score, one_by_one):
    classroom = course(counts)
    days = {3: RIGHT, 4: RIGHT | SQUARE, 6: RIGHT | {"total": "def total(numbers):\n    return 0"}}
    for day, answers in days.items():
        hand_in(classroom, answers, day)
        if one_by_one:
            grade.run(classroom)
    grade.run(classroom)
    assert scores(classroom) == {"ada": (score, score)}
    assert ("x * x" in code(classroom)) == (score == 3)
    assert grade.run(classroom).done == 0
    grade.run(classroom, grade.Options(regrade=True))
    assert scores(classroom) == {"ada": (score, score)}


def test_the_ledger_says_that_an_earlier_attempt_counts(course):
    classroom = course("best")
    for day, answers in {3: RIGHT, 4: NOTHING}.items():
        hand_in(classroom, answers, day)
        grade.run(classroom)
    with classroom.ledger() as book:
        told = [(one.reason, one.old_score, one.new_score) for one in book.entries("01_small", "ada")]
    assert told == [(NEW, None, 5), (f"{NEW_TEXT}{KEPT}", 5, 5)]
    assert classroom.results()[0].record.points == 5


def test_a_better_attempt_that_is_too_late_may_be_worth_less(course):
    classroom = course("best", "c.LatePolicy.percent_per_day = 50")
    hand_in(classroom, RIGHT | SQUARE, 4)
    hand_in(classroom, RIGHT, 6)
    grade.run(classroom)
    assert scores(classroom) == {"ada": (3, 3)}


def test_a_changed_lesson_is_graded_anew_in_all_attempts(course):
    classroom = course("best")
    hand_in(classroom, RIGHT | SQUARE, 3)
    hand_in(classroom, {"total": RIGHT["total"]}, 4)
    grade.run(classroom)
    notebook = classroom.lesson.solution.read_text()
    classroom.lesson.solution.write_text(notebook.replace("checks.close(double(3), 6", "checks.close(double(3), 9"))
    assert grade.run(classroom).done == 2
    assert grade.run(classroom).done == 0
    assert scores(classroom)["ada"][0] == 3


def test_an_extension_makes_a_later_attempt_count(course):
    classroom = course("last before due")
    hand_in(classroom, RIGHT | SQUARE, 4)
    hand_in(classroom, RIGHT, 6)
    grade.run(classroom)
    assert scores(classroom)["ada"] == (3, 3)
    extend.extend("ada", "01", "2026-01-06")
    grade.run(classroom)
    assert scores(classroom)["ada"] == (5, 5)


def test_without_an_attempt_in_time_the_last_one_counts(course):
    classroom = course("last before due")
    hand_in(classroom, NOTHING, 6)
    hand_in(classroom, RIGHT, 7)
    grade.run(classroom)
    assert scores(classroom)["ada"] == (5, 5)
