"""`course points` and `course revert`, as a student types them."""

import json
import re
import shutil
from pathlib import Path

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
    marks = {"grade": True, "points": 3, "grade_id": "test_double"}
    test = {"cell_type": "code", "metadata": {"nbgrader": marks}, "source": "double(3)", "outputs": outputs}
    solution = {"cell_type": "code", "metadata": {"nbgrader": {"solution": True, "grade_id": "double"}}, "source": ""}
    ((_, tests),) = own_work.exercises({"cells": [solution, test]}, {"cells": [solution, test]})
    assert [points for points, _, _ in tests] == [got]


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A small lesson in a folder of its own, which it was handed out from: both exercises right. And how to save it."""
    lesson, names = tmp_path / "lessons" / "01_small" / "small.ipynb", {"double": "solution", "total": "solution"}
    names |= {"test_double": "test", "test_total": "test"}
    sources = ("double = lambda x: 2 * x", "total = sum", "assert double(3) == 6", "assert total([1, 2]) == 3")
    made = [
        nbformat.v4.new_code_cell(text, metadata=cells.nbgrader_metadata(name, kind, 2))
        for text, (name, kind) in zip(sources, names.items(), strict=True)
    ]
    made = [made[0], made[2], made[1], made[3]]
    lesson.parent.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=made), lesson)
    monkeypatch.setattr(own_work, "COURSE", tmp_path)

    def saved(change, name="small.ipynb"):
        node = nbformat.read(lesson, as_version=4)
        change(node.cells)
        nbformat.write(node, tmp_path / name)
        return tmp_path / name

    return saved


def overwritten(own):
    own[1].source = "pass"


def without_metadata(own):
    for cell in own:
        cell.metadata = {}


MISSING = "test_double is missing or changed: copy it from a new copy of the lesson"
CHANGED = {
    "a test twice": (lambda own: own.insert(1, own[1].copy()), [(2, ""), (2, "")]),
    "an answer twice": (lambda own: own.insert(0, own[0].copy()), [(2, ""), (2, "")]),
    "a test is gone": (lambda own: own.pop(1), [(0, MISSING), (2, "")]),
    "a test was overwritten": (overwritten, [(0, MISSING), (2, "")]),
    "a test is text": (lambda own: own[1].update(cell_type="markdown"), [(0, MISSING), (2, "")]),
    "no metadata": (without_metadata, [(2, ""), (2, "")]),
    "the tests change places": (lambda own: own.insert(3, own.pop(1)), [(2, ""), (2, "")]),
}


@pytest.mark.processes
@pytest.mark.parametrize(("change", "expected"), CHANGED.values(), ids=CHANGED)
def test_the_points_are_those_of_the_lessons_tests(small, change, expected):
    name = "small (1).ipynb" if change is not without_metadata else "small.ipynb"
    rows = own_work.points_so_far(small(change, name))
    assert [(row.exercise, row.most) for row in rows] == [("double", 2), ("total", 2)]
    assert [(row.got, row.said) for row in rows] == expected


def test_a_notebook_without_tests_has_no_points(small):
    with pytest.raises(CourseError, match=r"none of the lesson's tests are in small.ipynb as they were"):
        own_work.points_so_far(small(list.clear))


@pytest.mark.processes
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; os._exit(1)", "begins with `import os; os._exit(1)` ended Python, and with it the notebook"),
        ("while True:\n    pass", "begins with `while True:` did not end within 1 seconds"),
    ],
)
def test_a_cell_that_ends_its_kernel_or_never_ends_is_named(small, monkeypatch, code, said):
    monkeypatch.setattr(own_work, "CELL_SECONDS", 1)
    notebook = small(lambda own: own.insert(0, nbformat.v4.new_code_cell(code)))
    with pytest.raises(CourseError, match=re.escape(said)):
        own_work.points_so_far(notebook)


@pytest.mark.parametrize("fails", ["small.double.py", ".small.ipynb.tmp"])
def test_where_nothing_can_be_written_nothing_is_left(small, monkeypatch, fails):
    notebook, write = small(lambda own: None), Path.write_text

    def full(path, text, **more):
        write(path, "" if path.name == fails else text, **more)
        if path.name == fails:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    before = notebook.read_bytes()
    with pytest.raises(CourseError, match=r"No space left on device.: nothing was changed"):
        own_work.revert(notebook, "double")
    assert notebook.read_bytes() == before and {path.name for path in notebook.parent.iterdir()} == {
        "lessons",
        "small.ipynb",
    }


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
        ("<html>sign in</html>", "score", "is no notebook: it is a web page"),
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
