"""Which cell is what, told from nbgrader's metadata, in one place."""

import pytest
from support.notebooks import marked

from utils.grading import cells

KINDS = ("solution", "test", "written answer", "read-only")
LESSON = [
    marked("", "setup", "read-only"),
    marked("", "f", "solution"),
    marked("", "test_f", "test", 2),
    marked("", "test_f_again", "test", 1.5),
    marked("", "why", "written answer", 4),
    marked("", "g", "solution"),
]


@pytest.mark.parametrize(
    ("what", "kinds"),
    [
        (cells.is_solution, {"solution", "written answer"}),
        (cells.is_exercise, {"solution"}),
        (cells.is_graded_by_hand, {"written answer"}),
        (cells.is_test, {"test"}),
        (cells.is_instructors, {"test"}),
    ],
)
def test_the_kinds_of_cells(what, kinds):
    assert {kind for kind in KINDS if what(marked("", "name", kind))} == kinds


def test_a_task_is_the_instructors():
    task = {"cell_type": "markdown", "metadata": {"nbgrader": {"task": True, "grade": False, "solution": False}}}
    assert cells.is_instructors(task) and cells.is_graded_by_hand(task) and not cells.is_test(task)


@pytest.mark.parametrize("claimed", [None, "x", [], 3, {}])
def test_metadata_of_the_wrong_kind_are_none(claimed):
    cell = {"cell_type": "code", "metadata": {"nbgrader": claimed}}
    assert cells.grade_id(cell) is None and not cells.is_test(cell) and cells.points(cell) == 0


def test_a_test_belongs_to_the_exercise_above_it():
    assert cells.exercises(LESSON) == {"f": ["test_f", "test_f_again"], "g": []}
    assert [cells.points(cell) for cell in LESSON if cells.is_test(cell)] == [2, 1.5]


def test_answers_are_typed_into_their_cells_only():
    copies = [cell.copy() for cell in LESSON]
    cells.type_in(copies, {"f": "def f(): pass", "nobody": "x"})
    assert [cell["source"] for cell in copies] == ["", "def f(): pass", "", "", "", ""]
