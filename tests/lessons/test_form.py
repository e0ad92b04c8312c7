"""How a lesson is laid out: figures stand alone, and a prediction is made before its answer can be read."""

import re

import pytest
from support.course import LESSONS

from utils.grading import cells
from utils.grading.python_code import bound_names, plain_python, used_names

MOVES = re.compile(r"\b(by_sliders|slash_playground|listen_through|walk)\(")
PARAMETERS = {"argvalues": LESSONS, "ids": [lesson.id for lesson in LESSONS]}


def code_of(cell):
    return plain_python(cell.source)


@pytest.mark.parametrize("lesson", **PARAMETERS)
def test_what_is_folded_away_is_needed_by_no_cell_that_can_be_seen(lesson):
    code = [cell for cell in lesson.read_source().cells if cells.is_code(cell)]
    assert any(map(cells.is_figure, code))
    for place, cell in enumerate(code):
        if cells.is_figure(cell):
            made = set(bound_names(code_of(cell)))
            needed = [later for later in code[place + 1 :] if not cells.is_figure(later)]
            shared = {name for later in needed for name in made & used_names(code_of(later))}
            assert not shared, f"{shared} stands in a cell that is folded away:\n{cell.source}"
            assert "print(" not in cell.source, f"this prints, and is folded away:\n{cell.source}"


@pytest.mark.parametrize("lesson", **PARAMETERS)
def test_a_prediction_is_made_before_anything_else_is_read(lesson):
    notebook = lesson.read_source().cells
    asked = [place for place, cell in enumerate(notebook) if "**Predict.**" in cell.source]
    assert asked
    for place in asked:
        *_, last = notebook[place].source.rstrip().split("\n\n")
        assert last.startswith("> **Predict.**"), f"text stands below the question:\n{notebook[place].source}"
        assert all(line.startswith(">") for line in last.splitlines())
        assert notebook[place + 1].source.startswith("predict("), f"nothing asks for it:\n{notebook[place].source}"


@pytest.mark.parametrize("lesson", **PARAMETERS)
def test_every_lesson_has_a_figure_that_moves(lesson):
    moved = [cell for cell in lesson.read_source().cells if cells.is_code(cell) and MOVES.search(cell.source)]
    assert moved


@pytest.mark.parametrize("lesson", **PARAMETERS)
def test_what_is_to_be_written_by_hand_says_so(lesson):
    """A student who reads the exercise knows that a library's routine is no answer."""
    source = lesson.read_source().cells
    text, statements = "", {}
    for cell in source:
        text = text if cells.is_code(cell) else cell.source
        statements[cells.grade_id(cell)] = text
    for exercise, tests in lesson.exercises().items():
        by_hand = [test for test in tests if f'by_hand("{exercise}"' in cells.by_grade_id(source)[test].source]
        assert not by_hand or re.search(r"\bby\s+hand\b", statements[exercise], re.I), f"{exercise} does not say it"
