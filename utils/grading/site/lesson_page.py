"""A lesson as a page to read: what students get, with the outputs of its given cells."""

import nbformat
from nbformat import NotebookNode

from utils.grading import cells
from utils.grading.building import release
from utils.grading.course import Lesson

FOLDED = "hide-input"  # what MyST-NB calls it


def lesson_page(lesson: Lesson) -> NotebookNode:
    """The released notebook with the outputs of given cells: exercises are unsolved, and no hidden test is in it."""
    executed = {cell.id: cell for cell in nbformat.read(lesson.solution, as_version=4).cells}
    notebook = release(lesson)
    notebook.cells = [cell for cell in notebook.cells if cell.id in executed]  # not what fetches the course elsewhere
    for cell in notebook.cells:
        if cells.is_code(cell) and not cells.is_solution(cell) and not cells.is_test(cell):
            cell.outputs = executed[cell.id].outputs
            cell.execution_count = executed[cell.id].execution_count
        if cells.is_figure(cell):
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), FOLDED]
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(_downloads(lesson)))
    return notebook


def _downloads(lesson: Lesson) -> str:
    return f"{{download}}`The notebook, to solve in JupyterLab <download/{lesson.topic}.ipynb>`"
