"""Grading one submission, from its text to a record of plain data: no database, no course folder, no student's name."""

import asyncio
import hashlib
import json
import logging
import socket
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import LimitOutput
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task

from utils.grading import execute
from utils.grading.assignment import Assignment, environment
from utils.grading.execute import error, is_test
from utils.grading.sanitize import grade_id, parse, put_back_tests, take_marks, writable

log = logging.getLogger(__name__)

MOST_CODE, FIRST_LINE = 20_000, 200  # characters of a cell, and of its first line, that a record keeps


@dataclass(frozen=True)
class Outcome:
    """What one test cell gave: points, of how many, and what its failure said."""

    points: float
    of: float
    message: str = ""


@dataclass(frozen=True)
class Record:
    """What grading one submission gave. Plain data, that JSON can hold.

    version, environment: what it was graded with (see utils.grading.assignment).
    notebook: the graded notebook's text.
    tests: grade_id → outcome of each test cell.
    scores: grade_id → points, or None where a human has to give them.
    comments: grade_id of each of the student's cells → nbgrader's automatic comment, or None.
    answers: grade_id → a hash of the text that its points are for.
    problem: why it could not be graded, or "".
    cause: why its kernel was ended, or "".
    signs: what an instructor may want to look at: test cells that were changed or removed.
    broken: first lines of the student's cells that raised an error.
    code: grade_id → the text of each of the student's code cells.
    seconds: how long it ran.
    machine: where it was graded.
    """

    version: str
    environment: str
    notebook: str
    tests: Mapping[str, Outcome] = field(default_factory=dict)
    scores: Mapping[str, float | None] = field(default_factory=dict)
    comments: Mapping[str, str | None] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    cause: str = ""
    signs: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    code: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    machine: str = ""

    @property
    def points(self) -> float:
        return sum(test.points for test in self.tests.values())


def to_json(record: Record) -> str:
    """A record as text."""
    return json.dumps(vars(record) | {"tests": {name: vars(outcome) for name, outcome in record.tests.items()}})


def from_json(text: str) -> Record:
    """The record that `text` holds."""
    data = json.loads(text)
    data["tests"] = {name: Outcome(**outcome) for name, outcome in data["tests"].items()}
    return Record(**data | {name: tuple(data[name]) for name in ("signs", "broken")})


_busy = Lock()  # one submission at a time in a process: the processes that wait for the next one are kept


@cache
def _runner() -> asyncio.Runner:
    return asyncio.Runner()


def mark(assignment: Assignment, text: str, problem: str = "", confined: bool = True, more: bool = False) -> Record:
    """Grade a submission.

    text: what was handed in.  problem: why it could not be read, if so.
    confined: False runs it with the grader's own rights.
    more: whether another submission to this lesson comes next. Raises CourseError where there is no sandbox.
    """
    with _busy:
        return _runner().run(_mark(assignment, text, problem, confined, more))


async def _mark(assignment: Assignment, text: str, problem: str, confined: bool, more: bool) -> Record:
    notebook, signs = None, []
    if not problem:
        try:
            notebook, signs = prepare(assignment, parse(text))
        except ValueError as reason:
            problem = str(reason)
    if problem:
        return refusal(assignment, problem)
    return await graded(assignment, notebook, signs, confined, more)


def prepare(assignment: Assignment, notebook: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """A submission as it will be run, and what was done to its tests."""
    signs = take_marks(notebook, assignment)
    put_back_tests(notebook, assignment)
    return notebook, signs


async def graded(
    assignment: Assignment, notebook: NotebookNode, signs: Sequence[str] = (), confined: bool = True, more: bool = False
) -> Record:
    """Run a notebook that is prepared. Its cells get their outputs, in place."""
    started = time.monotonic()
    cause = await execute.run(notebook, _on_disk(assignment), confined, more)
    notebook, _ = LimitOutput().preprocess(notebook, {})
    failed = [cell.source[:FIRST_LINE] for cell in _code(notebook) if not is_test(cell) and message(cell)]
    return _record(
        assignment, notebook, cause=cause, signs=tuple(signs), seconds=time.monotonic() - started,
        broken=tuple(text.partition("\n")[0] for text in failed),
    )  # fmt: skip


def refusal(assignment: Assignment, problem: str, notebook: NotebookNode | None = None) -> Record:
    """The record of what could not be graded: every test is failed, and the notebook says why."""
    if notebook is None:
        notebook, _ = prepare(assignment, notice(problem))
    notebook.metadata["course"] = {"problem": problem}
    for cell in filter(is_test, notebook.cells):
        cell.outputs = [error("CheckFailed", f"this notebook could not be graded: {problem}")]
    return _record(assignment, notebook, problem=problem)


def notice(problem: str) -> NotebookNode:
    """A notebook that says only why there is no other."""
    cell = nbformat.v4.new_markdown_cell(f"**This notebook could not be graded:** {problem}.")
    return nbformat.v4.new_notebook(cells=[cell])


def _record(assignment: Assignment, notebook: NotebookNode, **more: Any) -> Record:
    marked = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    scores = {grade_id(cell): determine_grade(cell, log)[0] for cell in marked if is_grade(cell)}
    return Record(
        version=assignment.version, environment=environment(), notebook=writable(nbformat.writes(notebook)),
        tests={
            grade_id(cell): Outcome(scores[grade_id(cell)], float(cell.metadata.nbgrader.points), message(cell))
            for cell in filter(is_test, _code(notebook))
        },
        scores=scores,
        comments={grade_id(cell): _comment(cell) for cell in marked if is_solution(cell) or is_task(cell)},
        answers=_answers(notebook),
        code={grade_id(cell): cell.source[:MOST_CODE] for cell in filter(is_solution, marked) if "outputs" in cell},
        machine=socket.gethostname(), **more,
    )  # fmt: skip


def _code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _comment(cell: NotebookNode) -> str | None:
    untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell) and not is_task(cell)
    return "No response." if untouched else None


def _answers(notebook: NotebookNode) -> dict[str, str]:
    """grade_id → a hash of what its points are for: the solution above a test, a cell's own text, or, for a task, all
    that the student may have written it in."""
    free = "\0".join(cell.source for cell in notebook.cells if "nbgrader" not in cell.metadata)
    found, solution = {}, ""
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            solution = cell.source if is_solution(cell) else solution
            if is_grade(cell) or is_task(cell):
                text = free if is_task(cell) else solution
                found[grade_id(cell)] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return found


def message(cell: NotebookNode) -> str:
    """What a cell's failure says, or "" when it ran."""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            return writable(output.evalue if output.ename == "CheckFailed" else f"{output.ename}: {output.evalue}")
        if output.output_type == "stream" and output.name == "stderr":
            return f"stderr: {output.text.strip()}"
    return ""


@cache
def _kept() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="course-tests-")


@lru_cache(maxsize=16)
def _on_disk(assignment: Assignment) -> Path:
    """The instructor's notebook in a file, where the judge reads it."""
    path = Path(_kept().name, assignment.version, f"{assignment.topic}.ipynb")
    path.parent.mkdir()
    path.write_text(assignment.source, encoding="utf-8")
    return path
