"""A submission that an editor has saved in its own way is graded as if JupyterLab had saved it."""

import json
from copy import deepcopy

import nbformat
import pytest
from nbformat import NotebookNode
from support.course import LESSONS, ROOT, solved
from support.notebooks import GRADERS, assignment, marked, notebook

from utils.grading.cells import by_grade_id, grade_id, is_task, nbgrader_metadata
from utils.grading.course import nbgrader_config
from utils.grading.pipeline.assignment import Assignment
from utils.grading.pipeline.grader import prepare
from utils.grading.pipeline.lost_names import regain_names

LESSON = LESSONS[0]
ANSWER = "Because the error has no slope there.\n\n- It is flat.\n"


def as_colab(file):
    """Cell ids go into the metadata, lines become a list, what the file says about itself is Colab's."""
    file["metadata"] = {
        "colab": {"provenance": [{"file_id": "1aBcD", "timestamp": 1764150000000}], "toc_visible": True},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
        "accelerator": "GPU",
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}},
    }
    file["nbformat_minor"] = 0
    for number, cell in enumerate(file["cells"]):
        cell["metadata"] |= {"id": cell.pop("id"), "colab": {"base_uri": "https://localhost:8080/", "height": 52}}
        if cell["cell_type"] == "code":
            cell["metadata"]["outputId"] = f"6fd1a1f0-{number}"
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["✓\n"]}]


def as_kaggle(file):
    """Each cell has Kaggle's ids, when it ran and that it is trusted; there are no cell ids."""
    file["metadata"] = {
        "kernelspec": {"language": "python", "display_name": "Python 3", "name": "python3"},
        "language_info": {"name": "python", "version": "3.12.12", "mimetype": "text/x-python", "file_extension": ".py"},
        "kaggle": {"accelerator": "none", "dataSources": [], "isInternetEnabled": True, "language": "python"},
    }
    file["nbformat_minor"] = 4
    for cell in file["cells"]:
        del cell["id"]
        cell["metadata"] |= {"_uuid": "8f2839f2", "_cell_guid": "b1076dfc", "trusted": True}
        if cell["cell_type"] == "code":
            cell["metadata"]["execution"] = {"iopub.status.busy": "2026-11-26T10:00:00Z"}
            cell["outputs"], cell["execution_count"] = [], None


def as_vs_code(file):
    """The kernel is that of a folder; cell ids are VS Code's own; each cell names its language."""
    file["metadata"] = {
        "kernelspec": {"display_name": ".venv (3.12.3)", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.12.3", "codemirror_mode": {"name": "ipython", "version": 3}},
        "vscode": {"interpreter": {"hash": "31f2aee4e71d21fbe5cf8b01ff0e069b9275f58929596ceb00d14d90e3e16cd6"}},
        "orig_nbformat": 4,
    }
    file["nbformat_minor"] = 2
    for number, cell in enumerate(file["cells"]):
        cell["id"] = f"W{number}sZmlsZQ"
        cell["metadata"]["vscode"] = {"languageId": "python" if cell["cell_type"] == "code" else "markdown"}


def without_metadata(file):
    """As a converter leaves it that keeps the cells' text alone."""
    file["metadata"] = {}
    for cell in file["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)


EDITORS = [as_colab, as_kaggle, as_vs_code, without_metadata]


@pytest.fixture(scope="module")
def lesson():
    return Assignment.read(LESSON.solution, nbgrader_config(ROOT))


def saved(editor):
    """The solved lesson with a written answer in its own words, as an editor has saved it."""
    file = nbformat.reads(solved(LESSON), as_version=4)
    task = next(number for number, cell in enumerate(file.cells) if is_task(cell))
    file.cells.insert(task + 1, nbformat.v4.new_markdown_cell(ANSWER))
    file = json.loads(json.dumps(file))
    editor(file)
    for cell in file["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    return json.dumps(file)


@pytest.mark.parametrize("editor", EDITORS, ids=lambda editor: editor.__name__)
def test_it_gets_all_its_points_and_nobody_is_accused(editor, lesson, sandboxed):
    record = GRADERS.of(lesson).grade(saved(editor))
    assert record.problem == ""
    assert record.points == sum(test.max_points for test in record.tests.values()) > 0
    assert record.tampering == ()
    graded = nbformat.reads(record.notebook, as_version=4).cells
    below = [graded[number + 1].source for number, cell in enumerate(graded) if is_task(cell)]
    assert below == [ANSWER]


def text(source, name="", kind=""):
    metadata = nbgrader_metadata(name, kind, 4) if name else {}
    return nbformat.v4.new_markdown_cell(source, metadata=metadata)


QUESTION, WHY, NEXT = text("Why?"), text("*Write your answer here.*", "why", "written answer"), text("## Next")
STUB = marked("def f(x):\n    raise NotImplementedError", "f", "solution")
TEST = marked("print('f')\nassert f(2) == 2", "test_f")
THERE = assignment(STUB, TEST, QUESTION, WHY, NEXT)


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        (["def f(x): return x", TEST.source, QUESTION, text("Mine."), NEXT], ["f", "test_f", None, "why", None]),
        (["f = abs", QUESTION, text("Mine."), text("More."), NEXT], ["f", None, "why", None, None]),
        (["def f(x): return 1", "def f(x): return x", QUESTION, NEXT], [None, "f", None, None]),
        (["def f(x:", "x = f(2)", "# def f(x)"], ["f", None, None]),
        (["def ff(x): return x", "  def f(x): return x"], [None, None]),
        ([STUB, TEST, QUESTION, text("Mine.")], ["f", "test_f", None, "why"]),
        ([STUB, "def f(x): return x", TEST, QUESTION, WHY], ["f", None, "test_f", None, "why"]),
    ],
)
def test_what_a_cell_is_shows_in_what_it_says_or_where_it_stands(cells, names):
    submission = notebook(*(NotebookNode(deepcopy(cell)) if isinstance(cell, dict) else cell for cell in cells))
    regain_names(submission, THERE)
    assert [grade_id(cell) for cell in submission.cells] == names


def test_a_test_that_was_changed_is_put_back_whatever_it_is_called():
    submission = notebook("def f(x): return x", "print('f')\nassert True", QUESTION, text("Mine."), NEXT)
    prepare(THERE, submission)
    assert TEST.source in by_grade_id(submission.cells)["test_f"].source


def test_who_lost_all_names_of_an_earlier_version_has_removed_nothing():
    submission = notebook("def f(x): return x", "assert f(1) == 1  # as it was", QUESTION, text("Mine."), NEXT)
    assert prepare(THERE, submission) == []


def test_a_stub_that_defines_nothing_is_nowhere():
    lesson = assignment(marked("raise NotImplementedError", "any", "solution"), TEST)
    submission = notebook("x = 1", "print(x)")
    regain_names(submission, lesson)
    assert [grade_id(cell) for cell in submission.cells] == [None, None]
