"""What nbgrader does before and after the judge: tests in their places, nothing hidden in the feedback."""

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from support.course import ROOT
from support.notebooks import marked, notebook

from utils.grading.course import nbgrader_config
from utils.grading.nbgrader import preprocessors
from utils.grading.pipeline import sanitize
from utils.grading.pipeline.assignment import Assignment
from utils.grading.pipeline.execute import PRINTED

KINDS = {"s": "solution", "g": "read-only", "t": "test"}


def named(names):
    """A cell for each word: its first letter is its kind; "x" is a cell that nbgrader does not know."""
    return notebook(*(marked(name, name, KINDS[name[0]]) if name[0] in KINDS else name for name in names.split()))


@pytest.mark.parametrize(("submitted", "graded"), [
    ("g1 s1 t1 s2 t2a t2b", "g1 s1 t1 s2 t2a t2b"),
    ("g1 x s1 x t1 x s2 t2b t2a x", "g1 x s1 x t1 x s2 t2b t2a x"),
    ("g1 s1 s2", "g1 s1 t1 s2 t2a t2b"),
    ("g1 s1 s2 t2b", "g1 s1 t1 s2 t2a t2b"),
    ("t1 t2a g1 s1 s2 t2b", "g1 s1 t1 s2 t2a t2b"),
    ("t2b t2a s2 t1 s1 g1", "s2 s1 g1 t1 t2a t2b"),
    ("x x x", "x x x t1 t2a t2b"),
    ("t1 g1 x s2 t2a t2b", "g1 t1 x s2 t2a t2b"),
    ("", "t1 t2a t2b"),
])  # fmt: skip
def test_a_test_comes_after_what_it_rests_on(submitted, graded):
    text = nbformat.writes(named("g1 s1 t1 s2 t2a t2b"))
    done = named(submitted)
    sanitize.restore_tests(done, Assignment("lesson", "source", text, text))
    assert " ".join(cell.source.split()[-1] for cell in done.cells) == graded


@pytest.mark.parametrize("hidden", [True, False])
def test_what_a_hidden_test_made_the_student_print_stays_hidden(hidden):
    cell = named("t1").cells[0]
    cell.source = "### BEGIN HIDDEN TESTS\nassert f(271828)\n### END HIDDEN TESTS" if hidden else "assert f(3)"
    failure = new_output("error", ename="CheckFailed", evalue="too small", traceback=["assert f(271828)"])
    cell.outputs = [new_output("stream", text=f"{PRINTED}271828"), new_output("stream", text="✓ three"), failure]
    done, _ = preprocessors.HideTests().preprocess_cell(cell, {}, 0)
    assert ("271828" in str(done.outputs)) is not hidden
    assert "✓ three" in str(done.outputs) and done.outputs[-1].traceback == ["✗ too small"]


def test_no_script_of_a_student_runs_in_the_pages_that_an_instructor_opens():
    page = '<img src="x" onerror="alert(1)"><script>alert(2)</script><b>bold</b>'
    output = new_output("display_data", data={"text/html": page, "application/javascript": "alert(3)"})
    handed_in = new_notebook(cells=[new_markdown_cell(page), new_code_cell("1", outputs=[output])])
    shown, _ = HTMLExporter(config=nbgrader_config(ROOT)).from_notebook_node(handed_in)
    assert "<script>alert" not in shown and '<img src="x" onerror' not in shown and "alert(3)" not in shown
    assert "<b>bold</b>" in shown
