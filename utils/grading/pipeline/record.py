"""What grading one submission gave, as plain data that goes from a worker to the gradebook."""

import hashlib
import json
import logging
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task

from utils.grading.cells import is_code, is_test, marked_id, points
from utils.grading.limits import Limits
from utils.grading.pipeline.assignment import Assignment
from utils.grading.pipeline.rebuild import rebuilt
from utils.grading.pipeline.sanitize import writable

log = logging.getLogger(__name__)

MOST_CODE = 20_000  # characters of a cell that a record keeps


@dataclass(frozen=True)
class Outcome:
    """What one test cell gave.

    points: of `max_points`.  case: what the check that failed was looking at; "" where none was named.
    misconception: what went wrong, in the student's terms; "" for a test that was passed.
    """

    points: float
    max_points: float
    misconception: str = ""
    case: str = ""

    @property
    def message(self) -> str:
        """What the student is told."""
        return f"{self.case}: {self.misconception}" if self.case else self.misconception


@dataclass(frozen=True)
class Record:
    """What grading one submission gave. Plain data, that JSON can hold.

    version, environment: what it was graded with (see utils.grading.pipeline.assignment).
    notebook: the graded notebook's text.
    tests: grade_id → outcome of each test cell.
    scores: grade_id → points, or None where a human has to give them.
    comments: grade_id of each of the student's cells → nbgrader's automatic comment, or None.
    answers: grade_id → a hash of the text that its points are for.
    problem: why it could not be graded, or "".
    kernel_exit: why its kernel was ended, or "".
    tampering: test cells that were changed or removed, for an instructor to look at.
    remarks: what else there is to say of what was handed in, such as which of its files was graded.
    failed_cells: first lines of the student's cells that raised an error.
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
    kernel_exit: str = ""
    tampering: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    failed_cells: tuple[str, ...] = ()
    code: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    machine: str = ""

    @property
    def points(self) -> float:
        """The points of all tests."""
        return sum(test.points for test in self.tests.values())

    def outcomes(self, tests: Sequence[str]) -> list[Outcome]:
        """The outcomes of these tests, as far as there are any."""
        return [self.tests[name] for name in tests if name in self.tests]

    def to_json(self) -> str:
        """This record as text."""
        return json.dumps(asdict(self))

    def with_remark(self, remark: str) -> "Record":
        """The record with another remark, if there is one."""
        return replace(self, remarks=(*self.remarks, remark)) if remark else self

    @classmethod
    def from_json(cls, text: str) -> "Record":
        """The record that `text` holds, also one that an earlier version of the course wrote."""
        data = json.loads(text)
        for old, new in FORMER_NAMES.items():
            if old in data:
                data[new] = data.pop(old)
        data["tests"] = {name: _outcome(**outcome) for name, outcome in data["tests"].items()}
        return cls(**data | {name: tuple(data.get(name, ())) for name in ("tampering", "remarks", "failed_cells")})


FORMER_NAMES = {"cause": "kernel_exit", "signs": "tampering", "broken": "failed_cells"}  # of a record's fields, to 0.1


def _outcome(points: float, max_points: float = 0.0, misconception: str = "", case: str = "", **former: Any) -> Outcome:
    """An outcome; until version 0.1 it had `of` and one `message`."""
    return Outcome(points, former.get("of", max_points), former.get("message", misconception), case)


def record_of(
    assignment: Assignment,
    limits: Limits,
    notebook: NotebookNode,
    failures: Mapping[str, Mapping[str, str]] | None = None,
    **more: Any,
) -> Record:
    """The record of a notebook whose tests have their outputs.

    failures: grade_id → case and misconception of a failed check.  more: other fields of the record.
    """
    marked = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    scores = {marked_id(cell): _score(cell) for cell in marked if is_grade(cell)}
    return Record(
        version=assignment.version,
        environment=assignment.environment(limits),
        notebook=writable(nbformat.writes(rebuilt(notebook))),
        tests={
            name: Outcome(scores[name] or 0.0, points(cell), **_failure(cell, (failures or {}).get(name)))
            for cell in notebook.cells
            if is_code(cell) and is_test(cell) and (name := marked_id(cell))
        },
        scores=scores,
        comments={marked_id(cell): _comment(cell) for cell in marked if is_solution(cell) or is_task(cell)},
        answers=_answers(notebook),
        code={marked_id(cell): cell.source[:MOST_CODE] for cell in filter(is_solution, marked) if is_code(cell)},
        machine=socket.gethostname(),
        **more,
    )


def _score(cell: NotebookNode) -> float | None:
    """The points of a cell, as nbgrader reads them from its outputs; None where a human has to give them."""
    try:
        return determine_grade(cell, log)[0]
    except ValueError:  # nbgrader refuses a number that is too large, and the student would have no score at all
        log.warning("the test %s gave more points than it has: it counts as all of them", marked_id(cell))
        return points(cell)


def error_message(cell: NotebookNode) -> str:
    """What a cell's failure says, or "" when it ran."""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            return writable(output.evalue if output.ename == "CheckFailed" else f"{output.ename}: {output.evalue}")
        if output.output_type == "stream" and output.name == "stderr":
            return f"stderr: {output.text.strip()}"
    return ""


def _failure(cell: NotebookNode, known: Mapping[str, str] | None) -> dict[str, str]:
    message = error_message(cell)
    if not message or known is None:
        return {"misconception": message}
    return {name: writable(text) for name, text in known.items()}


def _comment(cell: NotebookNode) -> str | None:
    untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell) and not is_task(cell)
    return "No response." if untouched else None


def _written(cell: NotebookNode) -> str:
    """What a student wrote in a cell, with the pictures that were dragged into it."""
    attached = cell.get("attachments")
    return cell.source + (json.dumps(attached, sort_keys=True) if attached else "")


def _answers(notebook: NotebookNode) -> dict[str, str]:
    """grade_id → a hash of what its points are for: the solution above a test, a cell's own text, or, for a task, all
    that the student may have written it in."""
    free = "\0".join(_written(cell) for cell in notebook.cells if "nbgrader" not in cell.metadata)
    found: dict[str, str] = {}
    solution = ""
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            solution = _written(cell) if is_solution(cell) else solution
            if is_grade(cell) or is_task(cell):
                text = free if is_task(cell) else solution
                found[marked_id(cell)] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return found
