"""What is done to a lesson when it is released, so that *Run All Cells* goes to its end."""

from collections.abc import Collection, Sequence
from functools import cache

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from utils.grading import cells
from utils.grading.python_code import bound_names, plain_python, used_names

GOES_ON = "raises-exception"  # JupyterLab, nbclient and others go on behind a cell with this tag, should it fail


class GoOnBehindUnsolved(NbGraderPreprocessor):
    """See to it that *Run All Cells* goes to the end of a lesson in which exercises are not solved yet."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Tag the tests, and the cells that rest on an exercise."""
        unsolved = resting_on(nb.cells, cells.exercises(nb.cells))
        for cell in nb.cells:
            if (cells.is_test(cell) and cells.is_code(cell)) or any(cell is one for one in unsolved):
                tags = cell.metadata.setdefault("tags", [])
                cell.metadata.tags = [*tags, *({GOES_ON} - set(tags))]
        return nb, resources


def resting_on(notebook: Sequence[cells.Cell], exercises: Collection[str]) -> list[cells.Cell]:
    """The code cells, tests excepted, that use what these exercises define, directly or through another cell."""
    found: list[cells.Cell] = []
    bound: set[str] = set()
    for cell in filter(cells.is_code, notebook):
        if not cells.is_test(cell) and (cells.grade_id(cell) in exercises or bound & names_used(cell["source"])):
            found.append(cell)
            bound |= set(bound_names(plain_python(cell["source"])))
    return found


@cache
def names_used(source: str) -> frozenset[str]:
    """The names that a cell's code finds bound; none where it is no Python."""
    try:
        return frozenset(used_names(plain_python(source)))
    except SyntaxError:  # some wrong answers are no Python
        return frozenset()
