"""What is done to a lesson when it is released, so that *Run All Cells* goes to its end."""

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from utils.grading import cells

GOES_ON = "raises-exception"  # JupyterLab, nbclient and others go on behind a cell with this tag, should it fail


class GoOnBehindUnsolved(NbGraderPreprocessor):
    """See to it that *Run All Cells* goes to the end of a lesson in which exercises are not solved yet."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Tag the tests, and the cells that rest on an exercise."""
        unsolved = cells.resting_on(nb.cells, cells.exercises(nb.cells))
        for cell in nb.cells:
            if (cells.is_test(cell) and cells.is_code(cell)) or any(cell is one for one in unsolved):
                tags = cell.metadata.setdefault("tags", [])
                cell.metadata.tags = [*tags, *({GOES_ON} - set(tags))]
        return nb, resources
