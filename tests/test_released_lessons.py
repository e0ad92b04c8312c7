"""What students get: no outputs, no solutions, no hidden tests; unsolved it scores 0, solved it scores all points."""

import os
import re

import nbformat
import pytest
from conftest import LESSONS, ROOT, solved

from utils import checks
from utils.grading.assignment import Assignment
from utils.grading.course import nbgrader_config
from utils.grading.mark import mark

MARKS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS", "BEGIN MARK SCHEME")


@pytest.fixture(scope="module", params=LESSONS, ids=lambda le: le.id)
def lesson(request):
    return request.param


@pytest.fixture(scope="module")
def graded(lesson):
    """The records of the unsolved and of the solved lesson, graded as submissions."""
    os.environ["COURSE_FIGURES"] = "off"
    assignment = Assignment.read(lesson.solution, nbgrader_config(ROOT))
    yield mark(assignment, lesson.release.read_text(), more=True), mark(assignment, solved(lesson))
    del os.environ["COURSE_FIGURES"]


def test_no_outputs_and_nothing_of_the_instructors(lesson):
    notebook = nbformat.read(lesson.release, as_version=4)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
    text = lesson.release.read_text()
    assert [mark for mark in MARKS if mark in text] == []


def test_every_exercise_has_a_stub_a_docstring_and_tests(lesson):
    cells = {
        c.metadata.nbgrader.grade_id: c
        for c in nbformat.read(lesson.release, as_version=4).cells
        if "nbgrader" in c.metadata
    }
    for exercise, tests in lesson.exercises().items():
        assert "raise NotImplementedError" in cells[exercise].source
        assert '"""' in cells[exercise].source
        assert tests, f"{exercise} has no test"
        assert all(cells[test].metadata.nbgrader.points > 0 for test in tests)
        assert any("### " not in cells[test].source and "checks." in cells[test].source for test in tests)


def test_unsolved_it_scores_nothing_and_every_test_says_why(graded):
    unsolved, _ = graded
    assert unsolved.problem == ""
    assert unsolved.points == 0
    assert {test.message for test in unsolved.tests.values()} == {checks.NOT_SOLVED}


def test_solved_it_scores_all_points(graded):
    _, done = graded
    assert done.problem == ""
    assert {name: test.message for name, test in done.tests.items() if test.points < test.of} == {}


def test_given_cells_run_unless_they_need_an_exercise(graded):
    notebook = nbformat.reads(graded[0].notebook, as_version=4)
    broken_names, ran = set(), 0
    for cell in notebook.cells:
        if cell.cell_type != "code" or cell.metadata.get("nbgrader", {}).get("grade"):
            continue
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if not errors:
            ran += 1
            continue
        missing = re.match(r"name '(\w+)' is not defined", errors[0].evalue)
        assert errors[0].ename == "NotImplementedError" or (missing and missing[1] in broken_names), (
            f"a given cell fails by itself: {cell.source[:80]!r}: {errors[0].evalue}"
        )
        broken_names |= set(re.findall(r"^(\w+)(?:, \w+)* =", cell.source, re.M))
        broken_names |= set(re.findall(r"^\w+, (\w+) =", cell.source, re.M))
    assert ran > 5


def test_points_add_up_to_what_the_lesson_is_worth(graded):
    _, done = graded
    assert done.points == sum(test.of for test in done.tests.values()) >= 20
