"""What grading needs of a lesson, wherever it is done: the instructor's notebook, and what students were given."""

import hashlib
import json
import platform
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions, ComputeChecksums, LockCells
from traitlets.config import Config

from utils.errors import CourseError
from utils.grading import dependencies
from utils.grading.cells import marked_id
from utils.grading.course import HIDDEN_CASES
from utils.grading.judge.notebook import imported_modules
from utils.grading.limits import Limits

# A score depends on the modules under these roots, and on these packages, whatever the lesson.
ROOTS = (
    "utils.grading.pipeline.grader",
    "utils.grading.judge.server",
    "utils.isolation.kernel_server",
    "utils.isolation.namespace_server",
)
PACKAGES = ("ipykernel", "ipython", "nbclient", "nbgrader", "numpy")


@dataclass(frozen=True)
class Assignment:
    """A lesson as graders need it; plain text, to be sent to another machine.

    id: its folder's name.  topic: its notebook's name.  source: the instructor's notebook, without outputs.
    released: the same with its solutions cleared and its cells locked, hidden tests still in it.
    cases: the file of the cases that functions are tried on; empty where no test has any.
    """

    id: str
    topic: str
    source: str
    released: str
    cases: bytes = b""

    @classmethod
    def read(cls, source: Path, config: Config) -> "Assignment":
        """The lesson whose instructor's notebook is `source`, under nbgrader's settings. Raises CourseError."""
        try:
            text = source.read_text(encoding="utf-8")
            file = source.with_name(HIDDEN_CASES)
            cases = file.read_bytes() if file.is_file() else b""
        except OSError as problem:
            raise CourseError(f"{source} cannot be read ({problem.strerror}): run `course build`") from problem
        return _prepared(source.parent.name, source.stem, text, json.dumps(config.get("ClearSolutions", {})), cases)

    @property
    def version(self) -> str:
        """A hash over everything in it that a score depends on."""
        text = f"{self.id}\0{self.topic}\0{self.source}\0{self.released}"
        return hashlib.sha256(text.encode() + self.cases).hexdigest()[:16]

    def environment(self, limits: Limits) -> str:
        """A hash over what else a score depends on: two machines that have the same give the same score."""
        return _environment(self.source, limits.as_text())

    def grade_ids(self) -> frozenset[str]:
        """The names of all its marked cells."""
        return frozenset(map(marked_id, _marked_cells(self.released)))

    def marked_cells(self) -> list[NotebookNode]:
        """The cells with nbgrader's metadata, in order, as they were released: copies, to be changed."""
        return deepcopy(_marked_cells(self.released))


@lru_cache(maxsize=16)
def _environment(source: str, limits: str) -> str:
    own = imported_modules(source)
    versions = dependencies.packages(own) | {name: dependencies.installed(name) for name in PACKAGES}
    return dependencies.digest([*own, *ROOTS], versions, platform.python_version(), limits)


@lru_cache(maxsize=16)
def _prepared(assignment: str, topic: str, text: str, stubs: str, cases: bytes) -> Assignment:
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    source = nbformat.writes(notebook)
    config = Config(ClearSolutions=json.loads(stubs))
    for step in (LockCells, ClearSolutions, ComputeChecksums):
        notebook, _ = step(config=config).preprocess(notebook, {})
    return Assignment(assignment, topic, source, nbformat.writes(notebook), cases)


@lru_cache(maxsize=16)
def _marked_cells(released: str) -> list[NotebookNode]:
    return [cell for cell in nbformat.reads(released, as_version=4).cells if "nbgrader" in cell.metadata]
