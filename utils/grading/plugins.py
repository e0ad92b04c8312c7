"""What nbgrader is told to use in place of its own parts, through nbgrader_config.py."""

import atexit
import logging
import os
import re
import shutil
import sys
from fnmatch import fnmatch
from glob import glob
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.utils import run_sync
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.apps import AutogradeApp
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor
from traitlets import Bool

from utils.cli import CourseError
from utils.grading import sandbox
from utils.grading.assignment import Assignment
from utils.grading.execute import PRINTED, is_test
from utils.grading.handed_in import TIMESTAMP, read, submission, tidy, unfinished
from utils.grading.ledger import Graded, Ledger, late_penalties
from utils.grading.mark import Record, graded, notice, prepare, refusal
from utils.grading.sanitize import first_line, parse
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
            Judge(parent=self).need_sandbox()
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
        had_time = (folder / TIMESTAMP).exists()
        for line in tidy(folder, Path(directory.root, "refused", student, directory.assignment_id)):
            self.log.warning("%s: %s", student, line)
        if had_time and not (folder / TIMESTAMP).exists():
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
            notebook = notice(str(problem))
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


class Sanitize(NbGraderPreprocessor):
    """nbgrader's first step: from what was handed in to a notebook that can be graded."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Take the marks and the tests from the instructor's notebook."""
        nb, signs = prepare(assignment_of(self, resources), nb)
        nb.metadata["course"] = {"unfinished": True, "signs": signs} | {
            k: v for k, v in resources.items() if k == PROBLEM
        }
        return nb, resources


class Judge(NbGraderPreprocessor):
    """nbgrader's second step: run a submission and write down its scores, as `course grade` does."""

    unsafe_no_sandbox = Bool(
        False, help="run the students' code with your own rights: only for code that you wrote yourself"
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Run the student's cells in the sandbox and the instructor's tests in the judge."""
        assignment, begun = assignment_of(self, resources), nb.metadata.pop("course", {})
        problem, record = begun.get(PROBLEM) or resources.get(PROBLEM), None
        self.parent.left -= 1
        if not problem:
            try:
                more = self.parent.left > 0
                record = run_sync(graded)(assignment, nb, begun.get("signs", []), not self.unsafe_no_sandbox, more)
            except Exception as failure:  # one submission must not cost the others their grades
                self.log.exception("while grading")
                problem = f"the grader failed ({first_line(failure)})"
        if record is None:
            record = refusal(assignment, problem, nb)
            self.parent.note(f"{resources['nbgrader']['student']}: {problem}")
        self._write_down(record, resources)
        return nbformat.reads(record.notebook, as_version=4), resources

    def _write_down(self, record: Record, resources: dict) -> None:
        coursedir, names = self.parent.parent.coursedir, resources["nbgrader"]
        folder = Path(coursedir.format_path(coursedir.submitted_directory, names["student"], names["assignment"]))
        with Ledger(coursedir.db_url, coursedir.course_id, late_penalties(self.config)) as ledger:
            handed = submission(folder, names["student"], names["assignment"], names["notebook"]).handed
            due = ledger.due([handed], record.version, record.environment, regrade=True)[handed]
            ledger.apply([Graded(handed, record, due)])

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


def assignment_of(preprocessor: NbGraderPreprocessor, resources: dict) -> Assignment:
    """The assignment of the submission that is being converted."""
    coursedir, names = preprocessor.parent.parent.coursedir, resources["nbgrader"]  # the exporter's converter's
    folder = coursedir.format_path(coursedir.source_directory, ".", names["assignment"])
    return Assignment.read(Path(folder) / f"{names['notebook']}.ipynb", preprocessor.config)
