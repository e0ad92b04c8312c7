"""A cell that needs an unsolved exercise says so in one line."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from utils.checks import unsolved

STUB = "def {}(x):\n    raise NotImplementedError('not solved yet: put your code here instead')"


@pytest.fixture
def run(monkeypatch):
    """Run cells in a shell of their own; returns what the last one shows of its error."""
    shell = InteractiveShell()
    shown = []
    monkeypatch.setattr(shell, "_showtraceback", lambda kind, error, lines: shown.append("\n".join(lines)))
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    monkeypatch.setattr(unsolved, "_needed", {})
    unsolved.explain_in_notebook()

    def run(*cells):
        shown.clear()
        for cell in cells:
            shell.run_cell(cell, store_history=True)
        return shown[-1] if shown else ""

    return run


def test_it_names_the_exercise_and_what_the_cell_would_show(run):
    said = run(STUB.format("correlate2d"), 'face = correlate2d(1)\nshow(face, title="Where is the face?")')
    assert said.splitlines() == [
        "✗ `correlate2d` is not solved yet: write your code in its cell and run that cell. With it this cell shows "
        "“Where is the face?”. For a hint: `%hint correlate2d`. To go on with the course's own for now: "
        '`correlate2d = checks.ours("correlate2d")`'
    ]


def test_cells_behind_it_name_the_same_exercise(run):
    run(
        STUB.format("flip_search"),
        "best, history = flip_search(1)",
        "def steps():\n    return len(history)\ncount = steps()",
    )
    said = run("count + 1")
    unsolved = "✗ `flip_search` is not solved yet: write your code in its cell and run that cell."
    assert said == f"{unsolved} For a hint: `%hint flip_search`."


def test_through_another_function_it_names_the_one_that_is_missing(run):
    said = run(STUB.format("pad"), "def conv2d(x):\n    return pad(x) + 1", "conv2d(3)")
    assert said.startswith("✗ `pad` is not solved yet")


def test_what_comes_from_elsewhere_is_shown_as_it_is(run):
    assert "Traceback" in run("1 + nothing_of_that_name")
    assert "Traceback" in run("raise NotImplementedError('of my own')")


def test_a_test_whose_function_was_never_run_says_so_in_one_line(run):
    said = run("with cases.test(pad, 'a picture'):\n    pass")
    assert said.startswith("✗ the name 'cases' does not exist") and "have you run the cell" in said
