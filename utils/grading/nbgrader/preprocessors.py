"""nbgrader's steps of grading and of feedback, done by the course's grader."""

import atexit
import logging
import os
import re
import shutil
import sys
import weakref
from fnmatch import fnmatch
from glob import glob
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps import AutogradeApp
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor
from traitlets import Bool

from utils.errors import CourseError
from utils.grading.cells import is_test
from utils.grading.limits import Limits
from utils.grading.pipeline.assignment import Assignment
from utils.grading.pipeline.execute import PRINTED
from utils.grading.pipeline.grader import Grader, notice, prepare
from utils.grading.pipeline.notebook_choice import GradeIds, choose_notebook, read_submission
from utils.grading.pipeline.record import Record
from utils.grading.pipeline.sanitize import first_line, parse
from utils.grading.pipeline.submission import (
    TIMESTAMP,
    is_student,
    is_unfinished,
    quarantine_refused,
)
from utils.grading.sandbox import bubblewrap
from utils.grading.store.gradebook import marks_digest
from utils.grading.store.ledger import GradedSubmission, Ledger, late_penalties
from utils.printable import printable

PROBLEM = "problem"  # where a graded notebook's metadata say why it could not be graded: metadata.course.problem


class SubmissionExporter(NotebookExporter):
    """Reads what was handed in, and owns the grader of a run of `nbgrader autograde`.

    What is no notebook becomes one without cells, and its metadata say why. (nbgrader would stop there and keep the
    score that the student had before.)
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ungraded: list[str] = []
        self._grader: Grader | None = None
        if isinstance(getattr(self.parent, "parent", None), AutogradeApp):  # not the formgrader, whose server lives on
            atexit.register(self._exit)
        if hasattr(self.parent, "assignments"):  # nbgrader has looked them up, and has not begun
            GradeSubmission(parent=self).need_sandbox()
            directory = self._converter.coursedir
            for folder in glob(self._path(directory.submitted_directory, directory.student_id)):
                try:
                    self._prepare(Path(folder))
                except (OSError, ValueError) as problem:  # it must not cost the others their grades
                    self._converter.assignments.pop(folder, None)
                    self.note(printable(f"{folder}: {problem}"))
            self._adjust()
        self._left = sum(map(len, getattr(self.parent, "assignments", {}).values()))  # notebooks to be graded, at most

    @property
    def _converter(self) -> BaseConverter:
        """The step of nbgrader's that this exporter works for."""
        if self.parent is None:
            raise RuntimeError("nbgrader's converter is missing")
        return self.parent

    def grader(self, assignment: Assignment, sandboxed: bool) -> Grader:
        """The grader for an assignment; of those that were asked for, only the last one is kept."""
        if self._grader is None or self._grader.assignment != assignment:
            self._close_grader()
            self._grader = Grader(assignment, Limits(config=self.config), sandboxed)
            weakref.finalize(self, self._grader.close)  # where nbgrader skips some, `graded` does not know the last one
        self._grader.prefetches = self._left > 1
        return self._grader

    def graded(self) -> None:
        """Take note that a notebook is done. After the last one the grader's processes end."""
        self._left -= 1
        if self._left <= 0:
            self._close_grader()

    def _close_grader(self) -> None:
        grader, self._grader = self._grader, None
        if grader is not None:
            grader.close()

    def _path(self, step: str, student: str, escape: bool = False) -> str:
        directory = self._converter.coursedir
        return directory.format_path(step, student, directory.assignment_id, escape)

    def _adjust(self) -> None:
        """Make the scores of the class follow the lesson and what was decided about it."""
        directory = self._converter.coursedir
        with Ledger(directory.db_url, directory.course_id, late_penalties(self.config)) as ledger:
            for path in Path(self._path(directory.source_directory, ".")).glob("*.ipynb"):
                cells = Assignment.read(path, self.config).marked_cells()
                try:
                    done = ledger.adjust(directory.assignment_id, path.stem, cells)
                except CourseError as unknown:
                    self.log.error("%s", unknown)
                    raise NbGraderException(str(unknown)) from None
                for line in done.cells.lines():
                    self.log.warning("%s: %s", directory.assignment_id, line)

    def _prepare(self, folder: Path) -> None:
        """See to it that a submission can be graded: nothing dangerous in it, its notebook named, no half-done work."""
        directory = self._converter.coursedir
        named = re.match(self._path(directory.submitted_directory, "(?P<student>.*)", True), str(folder))
        if named is None or not is_student(named["student"]):
            raise ValueError("the name of this folder can be no student's: rename it, or remove it")
        student = named["student"]
        done = Path(self._path(directory.autograded_directory, student))
        had_time = (folder / TIMESTAMP).exists()
        for line in quarantine_refused(folder, Path(directory.root, "refused", student, directory.assignment_id)):
            self.log.warning("%s: %s", student, line)
        if had_time and not (folder / TIMESTAMP).exists():
            shutil.rmtree(done, ignore_errors=True)  # when it was handed in is unknown: it counts as new
        submitted = []  # the lesson's own names, whatever lies there: `from_filename` finds the file
        for notebook in Path(self._path(directory.source_directory, ".")).glob("*.ipynb"):
            if fnmatch(notebook.stem, directory.notebook_id):
                submitted.append(str(folder / notebook.name))
                self._converter.assignments[str(folder)] = submitted
                if is_unfinished(done, notebook.name):
                    self.log.warning("%s: grading was not finished last time, and starts again", student)
                    shutil.rmtree(done)

    def from_filename(  # type: ignore[override]  # nbconvert's base class says that it returns a notebook
        self, filename: str, resources: dict | None = None, **kwargs: Any
    ) -> tuple[str, dict]:
        """Export `filename`, whatever it holds."""
        resources, path = {} if resources is None else resources, Path(filename)
        chosen = choose_notebook(path.parent, path.stem, self._grade_ids(path.stem))
        if chosen.remark:
            self.log.warning("%s: %s", path.parent, chosen.remark)
        problem = chosen.problem
        try:
            notebook = parse(chosen.text) if not problem else None
        except ValueError as reason:
            notebook, problem = None, str(reason)
        if notebook is None:
            resources[PROBLEM] = problem
            notebook = notice(problem)
        return self.from_notebook_node(notebook, resources, **kwargs)

    def _grade_ids(self, topic: str) -> GradeIds:
        """How to get the names of the lesson's cells."""
        source = Path(self._path(self._converter.coursedir.source_directory, "."), f"{topic}.ipynb")
        return lambda: Assignment.read(source, self.config).grade_ids()

    def note(self, line: str) -> None:
        """Remember a submission that could not be graded."""
        self.ungraded.append(line)
        self.log.error("could not be graded, score 0: %s", line)

    def _exit(self) -> None:
        """List what could not be graded; the command's status is then 1, for which nbgrader has no other place."""
        if self.ungraded:
            print("These could not be graded and have a score of 0:", *self.ungraded, sep="\n  ", file=sys.stderr)
            self._close_grader()  # nothing else that is to run at the end will
            logging.shutdown()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(1)


class SanitizeSubmission(NbGraderPreprocessor):
    """nbgrader's first step: from what was handed in to a notebook that can be graded."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Take nbgrader's metadata and the tests from the instructor's notebook."""
        tampering = prepare(assignment_of(self, resources), nb)
        problem = {PROBLEM: resources[PROBLEM]} if PROBLEM in resources else {}
        nb.metadata["course"] = {"unfinished": True, "tampering": tampering} | problem
        return nb, resources


class GradeSubmission(NbGraderPreprocessor):
    """nbgrader's second step: run a submission and write down its scores, as `course grade` does."""

    unsafe_no_sandbox = Bool(
        False, help="run the students' code with your own rights: only for code that you wrote yourself"
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Run the student's cells in the sandbox and the instructor's tests in the judge."""
        begun = nb.metadata.pop("course", {})
        grader = self.parent.grader(assignment_of(self, resources), not self.unsafe_no_sandbox)
        problem, record = begun.get(PROBLEM) or resources.get(PROBLEM), None
        if not problem:
            try:
                record = grader.grade_notebook(nb, begun.get("tampering", []))
            except Exception as failure:  # one submission must not cost the others their grades
                self.log.exception("while grading")
                problem = f"the grader failed ({first_line(failure)})"
        if record is None:
            record = grader.refuse(problem, nb)
            self.parent.note(printable(f"{resources['nbgrader']['student']}: {problem}"))
        self.parent.graded()
        self._write_down(record, resources)
        return nbformat.reads(record.notebook, as_version=4), resources

    def _write_down(self, record: Record, resources: dict) -> None:
        coursedir, names = self.parent.parent.coursedir, resources["nbgrader"]
        folder = Path(coursedir.format_path(coursedir.submitted_directory, names["student"], names["assignment"]))
        with Ledger(coursedir.db_url, coursedir.course_id, late_penalties(self.config)) as ledger:
            grade_ids = assignment_of(self, resources).grade_ids
            submission = read_submission(folder, names["student"], names["assignment"], names["notebook"], grade_ids)
            key = submission.key
            due = ledger.due([key], record.version, record.environment, regrade=True)[key]
            ledger.apply([GradedSubmission(key, record.with_remark(submission.remark), due)])

    def need_sandbox(self) -> None:
        """Refuse to begin where there is no sandbox, unless that is what was asked for."""
        if self.unsafe_no_sandbox:
            self.log.warning("NO SANDBOX: this runs the students' code with all your rights")
            return
        try:
            bubblewrap.require()
        except CourseError as missing:
            self.log.error("%s", missing)
            raise NbGraderException(str(missing)) from None


class NoteMarks(NbGraderPreprocessor):
    """For feedback: notes what the page shows, by which `course feedback` knows one that is out of date."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Leave the hash where the page's exporter finds it."""
        coursedir, names = self.parent.parent.coursedir, resources["nbgrader"]  # the exporter's converter's
        folder = coursedir.format_path(coursedir.autograded_directory, names["student"], names["assignment"])
        graded = Path(folder, f"{names['notebook']}.ipynb").read_bytes()
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            found = gradebook.find_submission_notebook(names["notebook"], names["assignment"], names["student"])
            names["marks"] = marks_digest(found, graded)
        return nb, resources


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
