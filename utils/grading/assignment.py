"""What grading needs of a lesson, wherever it is done: the instructor's notebook, and what students were given."""

import hashlib
import json
import platform
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions, ComputeChecksums, LockCells
from traitlets.config import Config

from utils.cli import CourseError


@dataclass(frozen=True)
class Assignment:
    """A lesson as graders need it; plain text, to be sent to another machine.

    id: its folder's name.  topic: its notebook's name.  source: the instructor's notebook, without outputs.
    handed_out: the same with its solutions cleared and its cells marked, hidden tests still in it.
    """

    id: str
    topic: str
    source: str
    handed_out: str

    @classmethod
    def read(cls, source: Path, config: Config) -> "Assignment":
        """The lesson whose instructor's notebook is `source`, under nbgrader's settings. Raises CourseError."""
        try:
            text = source.read_text(encoding="utf-8")
        except OSError as problem:
            raise CourseError(f"{source} cannot be read ({problem.strerror}): run `course build`") from problem
        return _prepared(source.parent.name, source.stem, text, json.dumps(config.get("ClearSolutions", {})))

    @property
    def version(self) -> str:
        """A hash over everything in it that a score depends on."""
        return hashlib.sha256(f"{self.id}\0{self.topic}\0{self.source}\0{self.handed_out}".encode()).hexdigest()[:16]

    def marked(self) -> list[NotebookNode]:
        """The cells with nbgrader's marks, in order, as they were handed out: copies, to be changed."""
        return deepcopy(_marked(self.handed_out))


@lru_cache(maxsize=16)
def _prepared(assignment: str, topic: str, text: str, stubs: str) -> Assignment:
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    source = nbformat.writes(notebook)
    config = Config(ClearSolutions=json.loads(stubs))
    for step in (LockCells, ClearSolutions, ComputeChecksums):
        notebook, _ = step(config=config).preprocess(notebook, {})
    return Assignment(assignment, topic, source, nbformat.writes(notebook))


@lru_cache(maxsize=16)
def _marked(handed_out: str) -> list[NotebookNode]:
    return [cell for cell in nbformat.reads(handed_out, as_version=4).cells if "nbgrader" in cell.metadata]


# What a score can depend on besides the notebooks: these packages, what lessons import of `utils`, and these modules.
PACKAGES = (
    "ipykernel", "ipython", "keras", "matplotlib", "nbclient", "nbgrader", "numpy", "pillow", "scikit-image",
    "scikit-learn", "scipy", "tensorflow", "torch",
)  # fmt: skip
MODULES = (
    "assignment",
    "execute",
    "judge",
    "judges",
    "kernel",
    "mark",
    "sandbox",
    "sanitize",
    "seat",
    "student",
    "watch",
)


@cache
def environment() -> str:
    """A name for what a score depends on besides the notebooks: two machines that have the same give the same score."""
    utils = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256(platform.python_version().encode())
    for package in PACKAGES:
        digest.update(f"{package}=={version(package)}\0".encode())
    modules = [utils / "grading" / f"{name}.py" for name in MODULES]
    for path in sorted([*utils.glob("*.py"), *utils.glob("hints/*.toml"), *modules]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
