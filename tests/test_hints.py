"""`course hint`, as a student types it, and the files that it reads."""

from pathlib import Path

import pytest
from support.course import LESSONS, ROOT

from utils import hints
from utils.errors import CourseError

NOTEBOOK = Path("lessons/02_convolution/convolution.ipynb")


@pytest.mark.parametrize(
    ("step", "begins", "more"),
    [
        (1, "Hint 1 of 3 for `pad`, a nudge: ", "More: --step 2 shows where to look.\n"),
        (2, "Hint 2 of 3 for `pad`, where to look: ", "More: --step 3 shows the idea.\n"),
        (3, "Hint 3 of 3 for `pad`, the idea: ", "\n"),
    ],
)
def test_each_step_is_shown_and_says_whether_there_are_more(step, begins, more, capsys):
    hints.hint(NOTEBOOK, "pad", step)
    said = capsys.readouterr().out
    assert said.startswith(begins) and said.endswith(more)
    assert hints.of_notebook(NOTEBOOK.name)["pad"][step - 1] in said
    assert ("More" in said) is (step < 3)


def test_the_first_step_is_shown_if_none_is_named(run):
    done = run(ROOT, "course", "hint", str(NOTEBOOK), "pad")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Hint 1 of 3 for `pad`, a nudge: ")


def test_there_is_no_fourth_step(run):
    assert run(ROOT, "course", "hint", str(NOTEBOOK), "pad", "--step", "4").returncode != 0


@pytest.mark.parametrize(
    ("notebook", "exercise", "said"),
    [
        ("convolution.ipynb", "pda", "no exercise 'pda' in this lesson; there are: window_product, correlate2d"),
        ("mine.ipynb", "pad", "no lesson's notebook is called mine.ipynb"),
    ],
)
def test_an_unknown_name_is_said(notebook, exercise, said):
    with pytest.raises(CourseError, match=said):
        hints.hint(Path(notebook), exercise)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda le: le.id)
def test_a_lesson_is_found_by_its_notebook_and_by_its_id(lesson):
    found = hints.of_lesson(lesson.id)
    assert found == hints.of_notebook(lesson.release.name)
    assert list(found) == list(lesson.exercises())
    assert all(len(steps) == len(hints.KINDS) for steps in found.values())


def test_an_unknown_lesson_is_said():
    with pytest.raises(CourseError, match="no hints for 10_more"):
        hints.of_lesson("10_more")
