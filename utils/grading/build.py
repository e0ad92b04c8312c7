"""`course build`: from a lesson's one source to its executed solution notebook and its released notebook."""

import hashlib
import os
import tempfile
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Annotated

import nbformat
import typer
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbgrader.preprocessors import CheckCellMetadata, ClearHiddenTests, ClearMarkScheme, ComputeChecksums
from rich.progress import Progress
from traitlets.config import Config

from utils.cli import CourseError
from utils.grading.assignment import Assignment
from utils.grading.course import Lesson, find_root, lessons, nbgrader_config
from utils.grading.files import write_file

# What every build of a lesson runs under, wherever it is built.
ENVIRONMENT = {"COURSE_WIDGETS": "off", "COURSE_DEVICE": "cpu", "PYTHONHASHSEED": "0"}
CELL_SECONDS = 600


def build(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="LESSON...", help="lessons to build; all if none")
    ] = None,
    check: Annotated[bool, typer.Option(help="build nothing; exit 1 and name what is stale")] = False,
    force: Annotated[bool, typer.Option(help="build also what is up to date")] = False,
) -> None:
    """Make the solution notebooks (executed) and the released lessons from their sources."""
    chosen = lessons(find_root(), names)
    stale = {lesson: [lesson.solution, lesson.release] if force else stale_files(lesson) for lesson in chosen}
    if check:
        files = [str(path.relative_to(lesson.root)) for lesson, paths in stale.items() for path in paths]
        if files:
            raise CourseError(f"stale: {', '.join(files)}; run `make build`")
        print(f"{len(chosen)} lesson{'s are' if len(chosen) > 1 else ' is'} up to date")
        return
    for lesson, paths in stale.items():
        if not paths:
            print(f"{lesson.id}: up to date")
            continue
        if lesson.solution in paths:
            write_file(lesson.solution, _text(execute(lesson)).encode())
        write_file(lesson.release, _text(release(lesson)).encode())
        print(f"{lesson.id}: built")


def stale_files(lesson: Lesson) -> list[Path]:
    """Which of the lesson's two built files do not follow from its source."""
    if not _follows(lesson):
        return [lesson.solution, lesson.release]
    if not lesson.release.is_file() or lesson.release.read_text() != _text(release(lesson)):
        return [lesson.release]
    return []


def _follows(lesson: Lesson) -> bool:
    """Whether the solution notebook has the source's cells and was executed with today's `utils`."""
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
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "course": {"fingerprint": fingerprint(lesson)},
        }
    )
    return notebook


def fingerprint(lesson: Lesson) -> str:
    """A hash over the source and the modules that lessons import (not the instructor's)."""
    digest = hashlib.sha256()
    for path in [
        lesson.source,
        *sorted((lesson.root / "utils").glob("*.py")),
        *sorted((lesson.root / "utils" / "hints").glob("*")),
    ]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


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

    The same steps, but for the one that writes into a gradebook, of which there is none here.
    """
    config = nbgrader_config(lesson.root)
    notebook = nbformat.reads(Assignment.read(lesson.solution, config).handed_out, as_version=4)
    for step in (CheckCellMetadata, ClearHiddenTests, ClearMarkScheme, ComputeChecksums, CheckCellMetadata):
        notebook, _ = step(config=config).preprocess(notebook, {})
    return notebook


def _text(notebook: NotebookNode) -> str:
    return nbformat.writes(notebook) + "\n"
