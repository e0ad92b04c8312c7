"""Cells of a notebook as nbgrader marks them: the one place that reads its metadata.

A cell is a dict as it stands in a notebook's file, or nbformat's NotebookNode, which is one too. A marked cell is a
*solution* (the student's to write), a *test* (it has points and is not the student's to write), a *task* (an answer in
cells of the student's own, with points that a human gives) or read-only. A solution with points of its own is a
*written answer*, which a human grades.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Cell = dict[str, Any]


def metadata_of(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """nbgrader's metadata of a cell; empty where there is none, or where it is none."""
    found = cell["metadata"].get("nbgrader")
    return found if isinstance(found, dict) else {}


def grade_id(cell: Mapping[str, Any]) -> str | None:
    """The name that nbgrader knows a cell by; None for one without metadata."""
    return metadata_of(cell).get("grade_id")


def marked_id(cell: Mapping[str, Any]) -> str:
    """The name of a marked cell. Raises KeyError for one that has none."""
    return metadata_of(cell)["grade_id"]


def points(cell: Mapping[str, Any]) -> float:
    """How many points a cell is worth."""
    return float(metadata_of(cell).get("points", 0))


def is_solution(cell: Mapping[str, Any]) -> bool:
    """Whether the student writes it."""
    return bool(metadata_of(cell).get("solution"))


def is_exercise(cell: Mapping[str, Any]) -> bool:
    """Whether the student writes it and tests below it give the points."""
    return is_solution(cell) and not metadata_of(cell).get("grade")


def is_task(cell: Mapping[str, Any]) -> bool:
    """Whether it asks for something that the student writes in cells of their own, and a human gives its points."""
    return bool(metadata_of(cell).get("task"))


def is_graded_by_hand(cell: Mapping[str, Any]) -> bool:
    """Whether a human gives its points: a task, or a written answer."""
    return is_task(cell) or (is_solution(cell) and bool(metadata_of(cell).get("grade")))


def is_test(cell: Mapping[str, Any]) -> bool:
    """Whether the judge runs it: it has points and is not the student's to write."""
    return bool(metadata_of(cell).get("grade")) and not is_solution(cell)


def is_instructors(cell: Mapping[str, Any]) -> bool:
    """Whether it is the instructor's: a test or a task."""
    return is_test(cell) or is_task(cell)


def is_code(cell: Mapping[str, Any]) -> bool:
    """Whether it holds code."""
    return cell["cell_type"] == "code"


def is_figure(cell: Mapping[str, Any]) -> bool:
    """Whether it is a given cell that makes a figure: one that gives alternative text."""
    return is_code(cell) and not is_solution(cell) and not is_test(cell) and "alt=" in cell["source"]


def by_grade_id(cells: Iterable[Cell]) -> dict[str, Cell]:
    """grade_id → cell, for the cells that have one."""
    return {name: cell for cell in cells if (name := grade_id(cell)) is not None}


def exercises(cells: Iterable[Cell]) -> dict[str, list[str]]:
    """Exercise → the grade_ids of its tests, in order. A test belongs to the last exercise above it."""
    found: dict[str, list[str]] = {}
    current = None
    for cell in cells:
        if is_exercise(cell):
            current = marked_id(cell)
            found[current] = []
        elif is_test(cell) and current:
            found[current].append(marked_id(cell))
    return found


def type_in(cells: Iterable[Cell], answers: Mapping[str, str]) -> None:
    """Put `answers` (grade_id → source) into their cells, as a student does."""
    for name, cell in by_grade_id(cells).items():
        if name in answers:
            cell["source"] = answers[name]


def nbgrader_metadata(name: str, kind: str, worth: float = 1) -> dict[str, Any]:
    """Metadata of a cell called `name`: a "solution", "test", "written answer", "task" or "read-only" cell."""
    solution, grade = kind in ("solution", "written answer"), kind in ("test", "written answer")
    found = {"grade_id": name, "solution": solution, "grade": grade, "locked": not solution, "schema_version": 3}
    task = kind == "task"
    return {"nbgrader": found | {"task": task} | ({"points": worth} if grade or task else {})}
