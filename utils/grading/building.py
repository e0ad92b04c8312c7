"""From a lesson's one source to its executed solution notebook and its released notebook."""

import ast
import hashlib
import os
import tempfile
from collections import Counter
from copy import deepcopy
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbgrader.preprocessors import CheckCellMetadata, ClearHiddenTests, ClearMarkScheme, ComputeChecksums
from nbgrader.utils import find_all_files
from rich.progress import Progress
from traitlets.config import Config

from utils.errors import CourseError
from utils.grading import cells, dependencies
from utils.grading.casemaking.lesson_cases import stale_cases
from utils.grading.course import Lesson, nbgrader_config
from utils.grading.hintmaking import stale_hints
from utils.grading.opened_alone import OpenedAlone
from utils.grading.pipeline.assignment import Assignment
from utils.grading.python_code import imports, plain_python
from utils.grading.run_all import GoOnBehindUnsolved

# What every build of a lesson runs under, wherever it is built.
ENVIRONMENT = {"COURSE_WIDGETS": "off", "COURSE_DEVICE": "cpu", "PYTHONHASHSEED": "0"}
CELL_SECONDS = 600
NO_STRANGERS = [".ipynb_checkpoints", "__pycache__", "*.pyc"]  # what programs put beside a source


def refuse_strangers(lesson: Lesson) -> None:
    """Raise CourseError when a file lies beside a lesson's source that nbgrader would give to students.

    Neither Validate in another folder nor grading would find it there: a lesson is one notebook.
    """
    own = {lesson.source, lesson.solution, lesson.hidden_cases}
    for path in map(Path, find_all_files(str(lesson.source.parent), NO_STRANGERS)):
        if path not in own and not path.name.startswith("."):
            raise CourseError(
                f"{path.relative_to(lesson.root)} lies beside a lesson, where grading does not find it: put it into "
                "data/ and have the lesson read it through a function in utils/datasets/"
            )


def stale_files(lesson: Lesson) -> list[Path]:
    """Which of the lesson's built files, cases and hints included, do not follow from its source and its answers."""
    notebooks = stale_notebooks(lesson)  # first, since it names a source that cannot be read
    return [*stale_cases(lesson), *notebooks, *([] if notebooks else stale_hints(lesson))]


def stale_notebooks(lesson: Lesson) -> list[Path]:
    """Which of the lesson's two notebooks do not follow from its source."""
    if not _follows(lesson):
        return [lesson.solution, lesson.release]
    if not lesson.release.is_file() or lesson.release.read_text() != as_text(release(lesson)):
        return [lesson.release]
    return []


def _follows(lesson: Lesson) -> bool:
    """Whether the solution notebook has the source's cells and was executed with what these import today."""
    if not lesson.solution.is_file():
        return False
    built, source = nbformat.read(lesson.solution, as_version=4), from_source(lesson)
    return built.metadata == source.metadata and [(c.cell_type, c.source, c.metadata) for c in built.cells] == [
        (c.cell_type, c.source, c.metadata) for c in source.cells
    ]


def from_source(lesson: Lesson) -> NotebookNode:
    """The source as a notebook with nothing left to chance: fixed cell ids, and what it depends on as a fingerprint."""
    notebook = lesson.read_source()
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        digest = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
        cell.id = digest if not seen[digest] else f"{digest}-{seen[digest]}"
        seen[digest] += 1
        if cells.is_figure(cell):
            cell.metadata["jupyter"] = {"source_hidden": True}  # JupyterLab folds it away until it is clicked
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "course": {"fingerprint": fingerprint(lesson, notebook)},
        }
    )
    return notebook


def fingerprint(lesson: Lesson, notebook: NotebookNode) -> str:
    """A hash over what the lesson's outputs depend on besides its cells: what they import, transitively."""
    codes = (plain_python(cell.source) for cell in notebook.cells if cell.cell_type == "code")
    roots, utils = imports(map(ast.parse, codes)), lesson.root / "utils"
    utils = utils if utils.is_dir() else dependencies.UTILS  # a course of a test or a benchmark has none of its own
    return dependencies.digest(roots, dependencies.packages(roots, utils), utils=utils)


def execute(lesson: Lesson) -> NotebookNode:
    """The notebook with its stored outputs. Raises CourseError, naming the cell, when one fails."""
    notebook = from_source(lesson)
    metadata = deepcopy(notebook.metadata)  # executing adds the versions of this machine
    with Progress(transient=True) as progress, tempfile.TemporaryDirectory(prefix="course-") as sockets:
        task = progress.add_task(lesson.id, total=len(notebook.cells))
        config = Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}})
        client = NotebookClient(
            notebook,
            config=config,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            record_timing=False,
            coalesce_streams=True,  # how output is cut into messages depends on timing
            resources={"metadata": {"path": str(lesson.source.parent)}},
            on_cell_complete=lambda cell, cell_index: progress.update(task, completed=cell_index + 1),
        )
        try:
            client.execute(env=os.environ | ENVIRONMENT)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            reason = f"{error.ename}: {error.evalue}" if isinstance(error, CellExecutionError) else str(error).strip()
            raise CourseError(
                f"{lesson.source.relative_to(lesson.root)}: {_failed_cell(notebook)} failed: {reason} "
                "(the old notebook is left in place)"
            ) from error
    notebook.metadata = metadata
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    return notebook


def _failed_cell(notebook: NotebookNode) -> str:
    run = [i for i, cell in enumerate(notebook.cells) if cell.get("outputs") or cell.get("execution_count")]
    position = run[-1] if run else 0
    first = next(iter(notebook.cells[position].source.splitlines()), "")
    return f"cell {position + 1} ({first!r})"


def release(lesson: Lesson) -> NotebookNode:
    """What nbgrader's generate_assignment makes of the solution notebook: no solutions, hidden tests or outputs.

    Without its steps that write into a gradebook, add a header or make tests from templates: there is nothing to do.
    """
    config = nbgrader_config(lesson.root)
    notebook = nbformat.reads(Assignment.read(lesson.solution, config).released, as_version=4)
    steps = (CheckCellMetadata, ClearHiddenTests, ClearMarkScheme, ComputeChecksums, CheckCellMetadata)
    for step in (*steps, GoOnBehindUnsolved, OpenedAlone):
        notebook, _ = step(config=config).preprocess(notebook, {})
    return notebook


def as_text(notebook: NotebookNode) -> str:
    return nbformat.writes(notebook) + "\n"
