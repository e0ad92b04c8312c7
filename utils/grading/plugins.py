"""What nbgrader is told to use in place of its own parts, through nbgrader_config.py."""

import atexit
import json
import logging
import os
import re
import shutil
import sys
from copy import deepcopy
from fnmatch import fnmatch
from glob import glob
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.apps import AutogradeApp
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor
from traitlets import Bool

from utils.cli import CourseError
from utils.grading import sandbox
from utils.grading.execute import PRINTED, error, grade, is_test
from utils.grading.handed_in import TIMESTAMP, put_aside, read, refused, unfinished
from utils.grading.seat import Seat

PROBLEM = "problem"  # where a graded notebook's metadata say why it could not be graded: metadata.course.problem


class SubmissionExporter(NotebookExporter):
    """Reads what was handed in. What is no notebook becomes one without cells, and its metadata say why.

    nbgrader would stop there and keep the score that the student had before.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ungraded: list[str] = []
        if isinstance(getattr(self.parent, "parent", None), AutogradeApp):  # not the formgrader, whose server lives on
            atexit.register(self._end)
        if hasattr(self.parent, "assignments"):  # nbgrader has looked them up, and has not begun
            JudgePreprocessor(parent=self).need_sandbox()
            directory = self.parent.coursedir
            for folder in glob(self._path(directory.submitted_directory, directory.student_id)):
                self._prepare(Path(folder))
        self.left = sum(map(len, getattr(self.parent, "assignments", {}).values()))  # notebooks that are not graded yet

    def _path(self, step: str, student: str, escape: bool = False) -> str:
        directory = self.parent.coursedir
        return directory.format_path(step, student, directory.assignment_id, escape)

    def _prepare(self, folder: Path) -> None:
        """See to it that a submission can be graded: nothing dangerous in it, its notebook named, no half-done work."""
        directory = self.parent.coursedir
        student = re.match(self._path(directory.submitted_directory, "(?P<student>.*)", True), str(folder))["student"]
        done = Path(self._path(directory.autograded_directory, student))
        for path, why in refused(folder).items():
            if path.suffix != ".ipynb" or path.parent != folder:  # notebooks are read, never copied
                target = put_aside(path, folder, Path(directory.root, "refused", student, directory.assignment_id))
                self.log.warning("%s: %s %s: put aside into %s", student, path.name, why, target)
            if path.name == TIMESTAMP:
                shutil.rmtree(done, ignore_errors=True)  # when it was handed in is unknown: it counts as new
        for notebook in Path(self._path(directory.source_directory, ".")).glob("*.ipynb"):
            if fnmatch(notebook.stem, directory.notebook_id):
                submitted = self.parent.assignments.setdefault(str(folder), [])
                submitted.extend({str(folder / notebook.name)} - set(submitted))
                if unfinished(done, notebook.name):
                    self.log.warning("%s: grading was not finished last time, and starts again", student)
                    shutil.rmtree(done)

    def from_filename(self, filename: str, resources: dict | None = None, **kwargs: Any) -> tuple[str, dict]:
        """Export `filename`, whatever it holds."""
        try:
            notebook = parse(read(Path(filename)))
        except ValueError as problem:
            resources[PROBLEM] = str(problem)
            notice = nbformat.v4.new_markdown_cell(f"**This notebook could not be graded:** {problem}.")
            notebook = nbformat.v4.new_notebook(cells=[notice])
        return self.from_notebook_node(notebook, resources, **kwargs)

    def note(self, line: str) -> None:
        """Remember a submission that could not be graded."""
        self.ungraded.append(line)
        self.log.error("could not be graded, score 0: %s", line)

    def _end(self) -> None:
        """List what could not be graded; the command's status is then 1, for which nbgrader has no other place."""
        if self.ungraded:
            print("These could not be graded and have a score of 0:", *self.ungraded, sep="\n  ", file=sys.stderr)
            Seat.stop()  # what is registered to run at the end, later than this, will not
            logging.shutdown()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(1)


def parse(text: str) -> NotebookNode:
    """The notebook that `text` holds. Raises ValueError with the reason, in the student's terms, when it is none."""
    try:
        data = json.loads(text)
        if data["nbformat"] != 4:
            data = nbformat.reads(text, as_version=4)
        cells = [_cell(cell) for cell in data["cells"]]
    except Exception as problem:  # whatever it was that was stumbled over, this is no notebook
        raise ValueError(f"the file is no notebook ({_first_line(problem)})") from None
    return nbformat.v4.new_notebook(cells=cells, metadata=nbformat.from_dict(data.get("metadata", {})))


def _cell(cell: dict) -> NotebookNode:
    """What counts of a cell, whatever else stands in it."""
    source, metadata = cell.get("source", ""), cell.get("metadata", {})
    made = nbformat.from_dict({
        "cell_type": cell["cell_type"], "source": source if isinstance(source, str) else "".join(source),
        "metadata": metadata if isinstance(metadata, dict) else {}, "id": nbformat.v4.nbbase.random_cell_id(),
    })  # fmt: skip
    if made.cell_type == "code":
        made |= {"outputs": [nbformat.from_dict(output) for output in cell.get("outputs", [])], "execution_count": None}
    elif "attachments" in cell:
        made.attachments = nbformat.from_dict(cell["attachments"])
    nbformat.validate(made, ref=f"{made.cell_type}_cell", version=4, version_minor=5)
    return made


def _first_line(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}".splitlines()[0][:200]


class TakeMarks(NbGraderPreprocessor):
    """Of what a submission says about itself, takes only which cell is which; all else is the source's to say."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Replace nbgrader's metadata by the source's, remove those of cells that it does not know."""
        source = nbformat.read(source_notebook(self, resources), as_version=4)
        marks = {c.metadata.nbgrader.grade_id: c.metadata.nbgrader for c in source.cells if "nbgrader" in c.metadata}
        for cell in nb.cells:
            claimed = cell.metadata.pop("nbgrader", None)
            grade_id = claimed.get("grade_id") if isinstance(claimed, dict) else None
            if isinstance(grade_id, str) and grade_id in marks:
                cell.metadata["nbgrader"] = marks.pop(grade_id)  # a second cell of that name has none
        nb.metadata = deepcopy(source.metadata)
        nb.metadata["course"] = {"unfinished": True} | {k: v for k, v in resources.items() if k == PROBLEM}
        return nb, resources


class JudgePreprocessor(NbGraderPreprocessor):
    """nbgrader's step that runs a submission, in place of its own `Execute`."""

    unsafe_no_sandbox = Bool(
        False, help="run the students' code with your own rights: only for code that you wrote yourself"
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Run the student's cells in the sandbox and the instructor's tests in the judge."""
        problem = nb.metadata.pop("course", {}).get(PROBLEM) or resources.get(PROBLEM)
        self.parent.left -= 1
        if not problem:
            try:
                source, more = source_notebook(self, resources), self.parent.left > 0
                return grade(nb, source, not self.unsafe_no_sandbox, more), resources
            except Exception as failure:  # one submission must not cost the others their grades
                self.log.exception("while grading")
                problem = f"the grader failed ({_first_line(failure)})"
        nb.metadata["course"] = {PROBLEM: problem}
        self.parent.note(f"{resources['nbgrader']['student']}: {problem}")
        for cell in filter(is_test, nb.cells):
            cell.outputs = [error("CheckFailed", f"this notebook could not be graded: {problem}")]
        return nb, resources

    def need_sandbox(self) -> None:
        """Refuse to begin where there is no sandbox, unless that is what was asked for."""
        if self.unsafe_no_sandbox:
            self.log.warning("NO SANDBOX: this runs the students' code with all your rights")
            return
        try:
            sandbox.require()
        except CourseError as missing:
            self.log.error("%s", missing)
            raise NbGraderException(str(missing)) from None


class PutBackTests(NbGraderPreprocessor):
    """Puts each test and task of the source below the cells that stand above it in the source.

    So a notebook whose cells were moved or removed is graded by what its code does. A test that is missing together
    with a cell above it (from a notebook that lost its cells' ids, say) comes last, when all that was written has run.
    """

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Insert what is missing, move down what stands too high."""
        source = nbformat.read(source_notebook(self, resources), as_version=4)
        marked = [cell for cell in source.cells if "nbgrader" in cell.metadata]
        present = {_id(cell) for cell in nb.cells}
        needs: dict[str, set[str]] = {}  # test or task → the cells that come before it
        waiting: dict[str, NotebookNode] = {}
        for number, cell in enumerate(marked):
            if _is_the_graders(cell):
                above = {_id(other) for other in marked[:number] if not _is_the_graders(other)}
                needs[_id(cell)] = above & present if _id(cell) in present else above
                if _id(cell) not in present:
                    waiting[_id(cell)] = self.back(cell)
        ordered, placed = [], set()
        for cell in nb.cells:
            if needs.get(_id(cell), set()) <= placed:
                ordered.append(cell)
                placed.add(_id(cell))
            else:
                waiting[_id(cell)] = cell
            ordered += [
                waiting.pop(grade_id) for grade_id in needs if grade_id in waiting and needs[grade_id] <= placed
            ]
        nb.cells = ordered + list(waiting.values())
        return nb, resources

    def back(self, cell: NotebookNode) -> NotebookNode:
        """A copy of the source's cell, without outputs, that says where it comes from."""
        cell = deepcopy(cell)
        note = "This cell was missing from the submission. It was put back for grading."
        cell.source = f"# {note}\n{cell.source}" if cell.cell_type == "code" else f"*{note}*\n\n{cell.source}"
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        return cell


class HideTests(NbGraderPreprocessor):
    """For feedback: of a test's failure only the message is left, no traceback; of a hidden one, nothing it printed.

    What the student's code printed there would show the inputs. nbgrader removes the source of hidden tests, later.
    """

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        """Cut the outputs of a test cell."""
        if is_test(cell):
            hidden = ClearHiddenTests(parent=self).begin_test_delimeter in cell.source
            cell.outputs = [out for out in cell.outputs if not (hidden and out.get("text", "").startswith(PRINTED))]
            for output in cell.outputs:
                if output.output_type == "error":
                    output.traceback = [f"✗ {output.evalue}"]
        return cell, resources


def _id(cell: NotebookNode) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _is_the_graders(cell: NotebookNode) -> bool:
    mark = cell.metadata["nbgrader"]
    return bool(mark.get("task") or (mark.get("grade") and not mark.get("solution")))


def source_notebook(preprocessor: NbGraderPreprocessor, resources: dict) -> Path:
    """The instructor's notebook for the submission that is being converted."""
    converter = preprocessor.parent.parent  # the exporter's
    names = resources["nbgrader"]
    folder = converter.coursedir.format_path(converter.coursedir.source_directory, ".", names["assignment"])
    return Path(folder) / f"{names['notebook']}.ipynb"
