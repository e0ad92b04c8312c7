"""The processes for the next submission get ready while the grader writes down the last one's grades."""

import nbformat
import psutil
import pytest
from conftest import executed
from jupyter_client.utils import run_sync
from nbformat.v4 import new_code_cell, new_notebook

from utils.grading.seat import Seat

pytestmark = pytest.mark.usefixtures("sandboxed")


def with_points(source):
    mark = {"grade": True, "solution": False, "locked": True, "points": 1, "grade_id": "t", "schema_version": 3}
    return new_code_cell(source, metadata={"nbgrader": mark})


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "lesson.ipynb"
    nbformat.write(new_notebook(cells=[with_points("assert f(2) == 4, 'not four'")]), path)
    yield path
    Seat.stop()


def graded(source, code, more=False):
    """What the test said about `code`: "" is good."""
    notebook = executed(new_notebook(cells=[new_code_cell(code), with_points("")]), source, more=more)
    return " ".join(output.evalue for output in notebook.cells[-1].outputs if output.output_type == "error")


def test_the_next_submission_gets_what_was_laid_for_it(source):
    assert "not four" in graded(source, "def f(x):\n    return x", more=True)
    laid = Seat._next
    kernel = laid.kernel.provisioner.pid
    assert psutil.pid_exists(kernel)
    assert graded(source, "def f(x):\n    return 2 * x") == ""
    assert Seat._next is None and not laid.folder.exists() and not psutil.pid_exists(kernel)


def test_what_was_laid_for_other_tests_is_not_used(source):
    assert graded(source, "def f(x):\n    return 2 * x", more=True) == ""
    laid = Seat._next
    nbformat.write(new_notebook(cells=[with_points("assert f(2) == 6, 'not six'")]), source)
    assert "not six" in graded(source, "def f(x):\n    return 2 * x")
    assert not laid.folder.exists()


def test_a_kernel_that_died_while_it_waited_is_replaced(source):
    assert graded(source, "def f(x):\n    return 2 * x", more=True) == ""
    Seat._next.kernel.provisioner.process.kill()
    Seat._next.kernel.provisioner.process.wait(5)
    assert graded(source, "def f(x):\n    return 2 * x") == ""


def test_nothing_is_left_of_what_nobody_took(source):
    run_sync(Seat.lay)(source, True)
    laid = Seat._next
    kernel = laid.kernel.provisioner.pid
    Seat.stop()
    assert not laid.folder.exists() and not psutil.pid_exists(kernel)
