"""What students get: no outputs, no solutions, no hidden tests; unsolved it scores 0. (That solved it scores all points
is for `course bank`.) `make test` grades every fourth lesson, others with each commit; `make test-full` all."""

import re

import nbformat
import pytest
from support.course import LESSONS, ROOT, TAKEN
from support.notebooks import GRADERS

from utils.grading import cells
from utils.grading.course import nbgrader_config
from utils.grading.pipeline.assignment import Assignment
from utils.grading.python_code import bound_names, plain_python

MARKS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS", "BEGIN MARK SCHEME")


@pytest.fixture(scope="module", params=LESSONS, ids=lambda le: le.id)
def lesson(request):
    return request.param


@pytest.fixture(scope="module", params=TAKEN, ids=lambda le: le.id)
def unsolved(request, sandboxed):
    """The record of a lesson as it is released, handed in without an answer."""
    lesson = request.param
    return GRADERS.of(Assignment.read(lesson.solution, nbgrader_config(ROOT))).grade(lesson.release.read_text())


def test_no_outputs_and_nothing_of_the_instructors(lesson):
    notebook = nbformat.read(lesson.release, as_version=4)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
    text = lesson.release.read_text()
    assert [mark for mark in MARKS if mark in text] == []


def test_every_exercise_has_a_stub_a_docstring_and_tests(lesson):
    released = cells.by_grade_id(nbformat.read(lesson.release, as_version=4).cells)
    for exercise, tests in lesson.exercises().items():
        assert "raise NotImplementedError" in released[exercise].source
        assert '"""' in released[exercise].source
        assert tests, f"{exercise} has no test"
        assert all(cells.points(released[test]) > 0 for test in tests)
        assert any("### " not in released[test].source and "checks." in released[test].source for test in tests)


def test_unsolved_it_scores_nothing_and_every_test_says_why(unsolved):
    assert unsolved.problem == ""
    assert unsolved.points == 0
    assert all(re.fullmatch(r"`\w+` is not solved yet: .*", test.message) for test in unsolved.tests.values())


def test_given_cells_run_unless_they_need_an_exercise(unsolved):
    notebook = nbformat.reads(unsolved.notebook, as_version=4)
    broken_names, ran = set(), 0
    for cell in notebook.cells:
        if not cells.is_code(cell) or cells.is_test(cell):
            continue
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if not errors:
            ran += 1
            continue
        missing = re.match(r"name '(\w+)' is not defined", errors[0].evalue)
        assert errors[0].ename == "NotImplementedError" or (missing and missing[1] in broken_names), (
            f"a given cell fails by itself: {cell.source[:80]!r}: {errors[0].evalue}"
        )
        broken_names |= set(bound_names(plain_python(cell.source)))
    assert ran > 5
