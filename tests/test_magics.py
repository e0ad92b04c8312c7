"""%hint, %points, %revert and %desk, in a shell of IPython as a kernel has one."""

import json
import os

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient
from support.course import LESSONS

from utils import desk, hints, own_work, this_notebook
from utils.grading import cells
from utils.own_work import Points

LESSON = LESSONS[0]
CORNER = "def pixel_sum(image):\n    return image[0, 0]"


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """A shell that nothing has told which notebook it runs."""
    monkeypatch.delenv(own_work.SESSION, raising=False)
    monkeypatch.chdir(tmp_path)
    shell = InteractiveShell()
    shell.extension_manager.load_extension("utils.magics")
    yield shell
    shell.history_manager.end_session()


@pytest.fixture
def notebook(tmp_path, monkeypatch, shell):
    """The first lesson, half of one exercise solved, with cells of the student's own. The shell runs it."""
    path = tmp_path / "lesson" / LESSON.release.name
    path.parent.mkdir()
    node = nbformat.read(LESSON.release, as_version=4)
    cells.type_in(node.cells, {"pixel_sum": CORNER})
    node.cells += [nbformat.v4.new_code_cell(source) for source in ("%revert pixel_sum\nx = 1", "%points", "%desk")]
    nbformat.write(node, path)
    monkeypatch.setenv(own_work.SESSION, str(path))
    return path


def said(shell, capsys, cell):
    """What a cell prints; it must not fail."""
    result = shell.run_cell(cell, store_history=True)
    assert result.success, result.error_in_exec
    shown = capsys.readouterr()
    return shown.out + shown.err


def source(path, name):
    return "".join(cells.by_grade_id(json.loads(path.read_text())["cells"])[name]["source"])


def test_each_time_a_hint_says_more(shell, notebook, capsys):
    steps = hints.of_lesson(LESSON.id)["score"]
    for step in (0, 1, 2, 2):
        text = said(shell, capsys, "%hint score")
        assert [one for one in steps if one in text] == [steps[step]]
        assert ("%hint score again" in text) is (step < 2)
    assert hints.of_lesson(LESSON.id)["classify"][0] in said(shell, capsys, "%hint classify")


def test_without_a_file_the_lessons_first_cell_says_which_lesson_it_is(shell, capsys):
    assert "run the lesson's cells from the top first" in said(shell, capsys, "%hint score")
    shell.user_ns["cases"] = type("Cases", (), {"lesson": "02_convolution"})()
    assert hints.of_lesson("02_convolution")["pad"][0] in said(shell, capsys, "%hint pad")


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("%hint", "%hint: name an exercise, as in %hint pixel_sum"),
        ("%hint scor", "no exercise 'scor' in this lesson; there are: pixel_sum, score"),
        ("%revert", "%revert: name an exercise, as in %revert pixel_sum"),
        ("%revert score", "save it (Ctrl+S"),  # no cell of the file says this
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_and_changes_nothing(shell, notebook, capsys, cell, message):
    before = notebook.read_bytes()
    text = said(shell, capsys, cell)
    assert message in text and text.count("\n") == 1
    assert notebook.read_bytes() == before


@pytest.mark.parametrize("session", [None, "", "no/such.ipynb", "console-1"])
def test_where_nobody_says_which_notebook_it_is_the_command_is_named(shell, capsys, monkeypatch, session):
    if session is not None:
        monkeypatch.setenv(own_work.SESSION, session)
    assert "as in `course points NOTEBOOK`" in said(shell, capsys, "%points")
    assert "as in `course revert NOTEBOOK pad`" in said(shell, capsys, "%revert pad")


def test_a_file_in_the_kernels_folder_is_found_by_its_name(shell, notebook, monkeypatch):
    monkeypatch.setenv(own_work.SESSION, f"lessons/01/{notebook.name}")  # as the server's address has it
    monkeypatch.chdir(notebook.parent)
    assert this_notebook.ThisNotebook(shell).path("").samefile(notebook)


def test_vs_code_says_it_too(shell, notebook, monkeypatch):
    monkeypatch.delenv(own_work.SESSION)
    shell.user_ns["__vsc_ipynb_file__"] = str(notebook)
    assert this_notebook.ThisNotebook(shell).path("") == notebook


def test_an_exercise_begins_again_once(shell, notebook, capsys):
    text = said(shell, capsys, "%revert pixel_sum\nx = 1")
    assert "slash_classifier.pixel_sum.py" in text and "Reload Notebook from Disk" in text
    assert "NotImplementedError" in source(notebook, "pixel_sum")
    assert (notebook.parent / "slash_classifier.pixel_sum.py").read_text() == f"{CORNER}\n"
    own = [cell["source"] for cell in json.loads(notebook.read_text())["cells"]][-3:]
    assert ["".join(one) for one in own] == ["# %revert pixel_sum\nx = 1", "%points", "%desk"]
    assert "save it (Ctrl+S" in said(shell, capsys, "%revert pixel_sum\nx = 1")  # it was not reloaded
    nbformat.validate(nbformat.read(notebook, as_version=4))


@pytest.mark.processes
def test_points_in_a_kernel_are_those_of_the_command_and_the_notebook_does_not_run_itself_again(notebook):
    before = notebook.read_bytes()
    running = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, ("%load_ext utils.magics", "%points"))])
    NotebookClient(running, kernel_name="python3", timeout=120).execute(env=dict(os.environ))
    text = "".join(str(output) for output in running.cells[1].outputs)
    assert "0 of 21" in text and "pixel_sum" in text and own_work.NOT_ALL in text
    assert notebook.read_bytes() == before and sorted(os.listdir(notebook.parent)) == [notebook.name]


def test_points_want_the_notebook_to_be_saved(shell, notebook, capsys):
    assert "save it (Ctrl+S" in said(shell, capsys, "%points  # now")


@pytest.fixture
def panel(shell, notebook):
    """What `%desk` shows, when that cell ran last and is saved."""
    shell.run_cell("%desk", store_history=True)
    return desk.Desk(this_notebook.ThisNotebook(shell))


def test_the_desk_shows_hints(panel):
    assert panel.exercise.options == tuple(LESSON.exercises())
    panel.exercise.value = "score"
    steps = [desk.as_html(step) for step in hints.of_lesson(LESSON.id)["score"]]
    for shown in (1, 2, 3, 3):
        panel.hint.click()
        assert [step in panel.said.value for step in steps] == [number < shown for number in range(3)]


def test_the_desk_shows_points_as_a_table(panel, monkeypatch, notebook):
    rows = [Points("score", 2, 3, "`a` < b"), Points("classify", 2, 2, "")]
    monkeypatch.setattr(desk, "points_so_far", lambda path: rows if path == notebook else [])
    panel.points.click()
    assert panel.said.value.count("<tr>") == 4
    assert "2 of 3" in panel.said.value and "<code>a</code> &lt; b" in panel.said.value and "4 of 5" in panel.said.value
    assert not panel.points.disabled


def test_the_desk_asks_before_it_begins_again(panel, notebook):
    before = notebook.read_bytes()
    panel.exercise.value = "pixel_sum"
    assert panel.question.layout.display == "none"
    panel.again.click()
    assert panel.question.layout.display == "flex" and "<code>pixel_sum</code>" in panel.said.value
    panel.no.click()
    assert panel.question.layout.display == "none" and notebook.read_bytes() == before
    panel.again.click()
    panel.yes.click()
    assert panel.question.layout.display == "none" and "Reload Notebook" in panel.said.value
    assert "NotImplementedError" in source(notebook, "pixel_sum")
    assert (notebook.parent / "slash_classifier.pixel_sum.py").read_text() == f"{CORNER}\n"


def test_the_desk_says_what_is_wrong(panel, shell, notebook):
    shell.run_cell("y = 2  # not saved yet", store_history=True)
    before = notebook.read_bytes()
    panel.again.click()
    panel.yes.click()
    assert "older than what you ran last" in panel.said.value and notebook.read_bytes() == before
    notebook.unlink()
    panel.points.click()
    assert "<code>course points NOTEBOOK</code>" in panel.said.value


def test_without_widgets_a_line_names_the_magics(shell, notebook, capsys, monkeypatch):
    monkeypatch.setenv("COURSE_WIDGETS", "off")
    assert said(shell, capsys, "%desk").startswith("Type %hint, %points or %revert")


def test_the_desk_is_shown(shell, notebook, monkeypatch):
    shown = []
    monkeypatch.setattr(desk, "display", shown.append)
    shell.run_cell("%desk", store_history=True)
    assert len(shown) == 1 and len(shown[0].children) == 3
