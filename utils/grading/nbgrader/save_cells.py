"""Generating an assignment: nbgrader's step that writes its cells into the gradebook."""

from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import SaveCells as NbGraderSaveCells

from utils.grading.cells import metadata_of
from utils.grading.store.ledger import Ledger, late_penalties


class SaveCells(NbGraderSaveCells):
    """nbgrader's step, for a lesson too that has lost or got tests since it was generated.

    nbgrader refuses that as soon as somebody has handed in. Here the gradebook follows the lesson first, as
    `course grade` has it do: what was withdrawn counts no more, marks for it are set aside, and the ledger says whose
    score is another one.
    """

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Write the cells of the lesson's notebook into the gradebook."""
        names, coursedir = resources["nbgrader"], self.parent.parent.coursedir  # the exporter's converter's
        if self._is_known(coursedir.db_url, names["notebook"], names["assignment"]):
            cells = [cell for cell in nb.cells if metadata_of(cell)]
            with Ledger(coursedir.db_url, coursedir.course_id, late_penalties(self.config)) as ledger:
                done = ledger.adjust(names["assignment"], names["notebook"], cells)
            for line in done.cells.lines():
                self.log.warning("%s: %s", names["assignment"], line)
        return super().preprocess(nb, resources)

    @staticmethod
    def _is_known(url: str, notebook: str, assignment: str) -> bool:
        with Gradebook(url) as gradebook:
            try:
                return gradebook.find_notebook(notebook, assignment) is not None
            except MissingEntry:
                return False
