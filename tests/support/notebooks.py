"""Small notebooks, and a grader to run them with."""

from contextlib import suppress

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from utils.grading.cells import nbgrader_metadata
from utils.grading.limits import Limits
from utils.grading.pipeline.assignment import Assignment
from utils.grading.pipeline.grader import Grader


def marked(code, name, kind="test", worth=1):
    """A code cell with nbgrader's metadata."""
    return new_code_cell(code, metadata=nbgrader_metadata(name, kind, worth))


def notebook(*cells):
    """A notebook of these cells; a text becomes a code cell without metadata."""
    return new_notebook(cells=[new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells])


def assignment(*cells):
    """An assignment whose instructor's notebook has these cells; it is released as it is."""
    text = nbformat.writes(notebook(*cells))
    return Assignment("00_test", "test", text, text)


class Graders:
    """The graders of a test session. A few are kept: to start one takes longer than to grade a small notebook."""

    KEPT = 4

    def __init__(self):
        self._graders = {}

    def of(self, wanted, limits=None, sandboxed=True):
        """The grader for an assignment."""
        limits = limits or Limits()
        key = wanted, limits.as_text(), sandboxed
        grader = self._graders.pop(key, None) or Grader(wanted, limits, sandboxed)
        self._graders[key] = grader  # the one that was used last stands last
        if len(self._graders) > self.KEPT:
            self._graders.pop(next(iter(self._graders))).close()
        return grader

    def close(self):
        """End the processes of all graders."""
        while self._graders:
            self._graders.popitem()[1].close()


GRADERS = Graders()


def executed(submission, wanted, limits=None, sandboxed=True):
    """Run a notebook as it is graded, tests included, and return it."""
    GRADERS.of(wanted, limits, sandboxed).run(submission)
    return submission


def printed(cell):
    """What a cell printed, its errors included."""
    return "".join(output.get("text") or output.get("evalue") or "" for output in cell.outputs)


def failure(cell):
    """What a cell's error says; "" when it ran."""
    with suppress(StopIteration):
        return next(output.evalue for output in cell.outputs if output.output_type == "error")
    return ""
