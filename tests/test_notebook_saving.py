"""What is put right when JupyterLab saves a notebook."""

import asyncio
import subprocess
import sys
from copy import deepcopy

import nbformat
import pytest
from jupyter_server.services.contents.filemanager import FileContentsManager
from support.course import LESSONS, ROOT

from utils.grading.cells import by_grade_id, grade_id, is_exercise
from utils.notebook_saving import tidy

HOOK = "utils.notebook_saving.tidy"


def split():
    """A released lesson with a solution cell that JupyterLab has split, and its place."""
    notebook = nbformat.read(LESSONS[0].release, as_version=4)
    place = next(n for n, cell in enumerate(notebook.cells) if is_exercise(cell))
    notebook.cells.insert(place + 1, deepcopy(notebook.cells[place]))
    notebook.cells[place].source, notebook.cells[place + 1].source = "one = 1", "two = 2"
    notebook.cells[place + 1].metadata.deletable = False
    return notebook, place


def test_the_first_of_split_cells_keeps_the_marks():
    notebook, place = split()
    name = grade_id(notebook.cells[place])
    tidy({"type": "notebook", "content": notebook})
    assert by_grade_id(notebook.cells)[name].source == "one = 1"
    second = notebook.cells[place + 1]
    assert second.source == "two = 2" and not {"nbgrader", "deletable"} & second.metadata.keys()


@pytest.mark.parametrize(
    "model",
    [
        {},
        {"type": "file", "content": "text"},
        {"type": "notebook", "content": None},
        {"type": "notebook", "content": {"cells": [{}, {"metadata": {"nbgrader": 3}}, {"metadata": {}}]}},
    ],
)
def test_anything_else_is_left_alone(model):
    before = deepcopy(model)
    tidy(model, path="x", contents_manager=None)
    assert model == before


@pytest.mark.processes
def test_what_jupyterlab_saved_can_be_validated(tmp_path):
    """As `make lab` sets it: nbgrader's Validate does not stumble over a split cell."""
    assert f"--ContentsManager.pre_save_hook={HOOK}" in (ROOT / "start.py").read_text()
    notebook, _ = split()
    notebook.cells = notebook.cells[:4]
    notebook.metadata.kernelspec = {"name": "conda-env-cnn-py", "display_name": "Python [conda]", "language": "python"}
    manager = FileContentsManager(root_dir=str(tmp_path), pre_save_hook=HOOK)
    saved = manager.save({"type": "notebook", "format": "json", "content": notebook}, "small.ipynb")
    if asyncio.iscoroutine(saved):
        asyncio.run(saved)
    command = [sys.executable, "-m", "nbgrader", "validate", str(tmp_path / "small.ipynb")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    assert "Success" in done.stdout + done.stderr
