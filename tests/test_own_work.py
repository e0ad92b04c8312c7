"""`course points` and `course revert`, as a student types them."""

import json
import shutil

import nbformat
import pytest
from support.course import LESSONS, ROOT

from utils import own_work
from utils.errors import CourseError
from utils.grading import cells

LESSON = LESSONS[0]


@pytest.fixture
def notebook(tmp_path):
    """The first lesson in a folder of its own, with two of its exercises solved, one of them half."""
    path = tmp_path / LESSON.release.name
    node = nbformat.read(LESSON.release, as_version=4)
    corner = "def pixel_sum(image):\n    return image[0, 0] + image[0, 1] + image[1, 0] + image[1, 1]"
    cells.type_in(node.cells, {"score": LESSON.solutions()["score"], "pixel_sum": corner})
    nbformat.write(node, path)
    return path


def source(path, name):
    return cells.by_grade_id(json.loads(path.read_text())["cells"])[name]["source"]


@pytest.mark.parametrize(("shown", "got"), [("0", 0), ("1.5", 1.5), ("9", 3), ("-1", 0), ("'text'", 3), (None, 3)])
def test_a_test_that_ends_with_a_number_gives_so_many_points(shown, got):
    result = {"output_type": "execute_result", "data": {"text/plain": shown}}
    outputs = [{"output_type": "stream", "text": "✓"}] + [result] * (shown is not None)
    test = {"metadata": {"nbgrader": {"grade": True, "points": 3}}, "outputs": outputs}
    solution = {"metadata": {"nbgrader": {"solution": True, "grade_id": "double"}}}
    ((_, tests),) = own_work.exercises({"cells": [solution, test]})
    assert [points for points, _, _ in tests] == [got]


def test_points_so_far(notebook, run):
    before = notebook.read_bytes()
    done = run(ROOT, "course", "points", str(notebook))
    assert done.returncode == 0, done.stderr
    rows = {line.split("│")[1].strip(): line for line in done.stdout.splitlines() if line.count("│") == 4}
    assert "1 of 2" in rows["pixel_sum"] and "top left 2×2" in rows["pixel_sum"]
    assert "3 of 3" in rows["score"]
    assert "0 of " in rows["gradient_descent"] and "not solved yet" in rows["gradient_descent"]
    assert "4 of 21" in rows["together"]
    assert notebook.read_bytes() == before


def test_an_exercise_begins_again_and_nothing_is_lost(notebook, capsys):
    written = "".join(source(notebook, "pixel_sum"))
    for name in ("slash_classifier.pixel_sum.py", "slash_classifier.pixel_sum.2.py"):
        own_work.revert(notebook, "pixel_sum")
        assert name in capsys.readouterr().out
    assert "raise NotImplementedError" in "".join(source(notebook, "pixel_sum"))
    assert notebook.with_name("slash_classifier.pixel_sum.py").read_text() == written + "\n"
    assert "NotImplementedError" not in "".join(source(notebook, "score"))
    nbformat.validate(nbformat.read(notebook, as_version=4))


@pytest.mark.parametrize(
    ("content", "exercise", "said"),
    [
        (None, "score", "does not exist"),
        ("not json", "score", "is no notebook"),
        ("[]", "score", "is no notebook"),
        ("", "scor", "has no exercise 'scor'; there are: pixel_sum, score"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(notebook, content, exercise, said):
    if content is None:
        notebook.unlink()
    elif content:
        notebook.write_text(content)
    before = notebook.read_bytes() if content is not None else None
    with pytest.raises(CourseError, match=said):
        own_work.revert(notebook, exercise)
    assert before is None or notebook.read_bytes() == before


def test_a_notebook_of_another_name_has_no_original(notebook):
    other = notebook.with_name("mine.ipynb")
    shutil.copy(notebook, other)
    with pytest.raises(CourseError, match="no lesson's notebook is called mine"):
        own_work.revert(other, "score")
