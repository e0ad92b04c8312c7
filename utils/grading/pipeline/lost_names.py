"""Cells that an editor saved without nbgrader's metadata: which cell of the lesson each of them is.

Colab, Kaggle and VS Code keep the metadata; converters, other editors and copying by hand do not. Tests need no names:
they are put back from the lesson. An answer that a human marks is found by what stands around it.
"""

import re
from collections.abc import Callable, Collection, Sequence
from difflib import SequenceMatcher

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme

from utils.grading.cells import Cell, grade_id, is_code, is_exercise, is_solution, is_test, marked_id
from utils.grading.pipeline.assignment import Assignment
from utils.grading.python_code import bound_names, plain_python


def regain_names(notebook: NotebookNode, assignment: Assignment) -> None:
    """Give cells without metadata those of the lesson's cells that they are, where nothing else claims to be these."""
    claimed = {grade_id(cell) for cell in notebook.cells}
    if assignment.grade_ids() <= claimed:
        return
    lesson = _as_students_have_it(assignment)
    lost = [cell for cell in lesson if grade_id(cell) and grade_id(cell) not in claimed]
    partner = _partners(lesson, notebook.cells)
    for cell in lost:
        found = partner(cell)
        if found is not None and not found.metadata.get("nbgrader"):
            found.metadata["nbgrader"] = nbformat.from_dict(cell.metadata.nbgrader)


def names_in(notebook: NotebookNode) -> set[str]:
    """What the cells of a submission say that they are."""
    return {name for cell in notebook.cells if isinstance(name := grade_id(cell), str)}


def is_of_lesson(names: Collection[str], assignment: Assignment) -> bool:
    """Whether a notebook whose cells have these names is one of the lesson.

    Lessons share names (each has a "setup"), so one of its tests is asked for; or, where tests were removed, one of its
    exercises and no cell of another lesson.
    """
    own = assignment.marked_cells()
    if {marked_id(cell) for cell in own if is_test(cell)} & set(names):
        return True
    exercises = {marked_id(cell) for cell in own if is_exercise(cell)}
    return bool(exercises & set(names)) and set(names) <= assignment.grade_ids()


def _as_students_have_it(assignment: Assignment) -> list[NotebookNode]:
    notebook = nbformat.reads(assignment.released, as_version=4)
    for step in (ClearHiddenTests, ClearMarkScheme):
        notebook, _ = step().preprocess(notebook, {})
    return notebook.cells


def _partners(lesson: Sequence[NotebookNode], submitted: Sequence[NotebookNode]) -> Callable:
    """A function that gives the submission's cell for one of the lesson's, or None."""
    blocks = SequenceMatcher(None, list(map(_key, lesson)), list(map(_key, submitted)), autojunk=False).get_opcodes()
    place = {id(cell): number for number, cell in enumerate(lesson)}

    def partner(cell: NotebookNode) -> NotebookNode | None:
        if is_solution(cell) and is_code(cell):
            names = set(bound_names(plain_python(cell.source)))
            return next((one for one in reversed(submitted) if names and is_code(one) and _defines(one, names)), None)
        number = place[id(cell)]
        kind, first, _, begin, end = next(block for block in blocks if block[1] <= number < block[2])
        if kind == "equal":
            return submitted[begin + number - first]
        if not is_solution(cell):
            return None
        between = [one for one in submitted[begin:end] if one.cell_type == cell.cell_type and not grade_id(one)]
        return between[0] if between else None

    return partner


def _key(cell: Cell) -> tuple[str, str]:
    return cell["cell_type"], cell["source"].strip()


def _defines(cell: Cell, names: Collection[str]) -> bool:
    """Whether a cell seems to define these names. (It is a student's: nothing is read that could take long to read.)"""
    defined = r"^(?:(?:async[ \t]+)?def|class)[ \t]+{0}\b|^{0}[ \t]*="
    return all(re.search(defined.format(re.escape(name)), cell["source"], re.MULTILINE) for name in names)
