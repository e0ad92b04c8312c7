"""What a student does with a lesson's notebook besides solving it: see the points so far, begin an exercise again."""

import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from utils.errors import CourseError
from utils.no_notebook import what_it_is
from utils.printable import printable
from utils.runtime import GRADING

COURSE = Path(__file__).resolve().parents[1]
CELL_SECONDS = 600
NOT_ALL = "Grading tries your functions on further inputs, and a human reads the written answer."
SESSION = "JPY_SESSION_NAME"  # in a kernel's environment: the notebook that it was started for
Notebook = Annotated[Path, typer.Argument(help="the lesson's notebook, as you saved it")]


@dataclass(frozen=True)
class Points:
    """What an exercise has so far: points, how many there are, and what the first test says that fails."""

    exercise: str
    got: float
    most: float
    said: str


def points(notebook: Notebook) -> None:
    """Run a lesson's notebook from the top and show the points that its tests give so far; nothing is changed."""
    table = Table("exercise", "points", "the first test that fails says")
    rows = points_so_far(notebook)
    for row in rows:
        table.add_row(row.exercise, of(row.got, row.most), row.said)
    table.add_section()
    table.add_row("together", together(rows), "")
    Console().print(table)
    print(NOT_ALL)


def points_so_far(notebook: Path) -> list[Points]:
    """What the tests of a saved notebook give, exercise by exercise, when it is run from the top."""
    mine = _read(notebook)
    lesson = _lesson_of(mine, notebook)
    if not any(_is_there(test, mine) for test in _tests(lesson)):
        raise CourseError(
            f"none of the lesson's tests are in {notebook.name} as they were: copy your answers into a new copy of the "
            "lesson"
        )
    return [
        Points(
            exercise,
            sum(got for got, _, _ in tests),
            sum(most for _, most, _ in tests),
            next((said for _, _, said in tests if said), ""),
        )
        for exercise, tests in exercises(lesson, _run(mine, notebook.name))
    ]


def together(rows: list[Points]) -> str:
    """The sum of all points."""
    return of(sum(row.got for row in rows), sum(row.most for row in rows))


def of(got: float, most: float) -> str:
    return f"{got:g} of {most:g}"


def revert(
    notebook: Notebook, exercise: Annotated[str, typer.Argument(help="the function's name, such as conv2d")]
) -> None:
    """Put an exercise's cell back to what it was; what you wrote is kept in a file beside the notebook."""
    print(begin_again(notebook, exercise))


def begin_again(notebook: Path, exercise: str) -> str:
    """Do what `revert` does, and say what was done."""
    mine, lesson = _read(notebook), _original(notebook)
    cell, first = _solution(mine, exercise, notebook), _solution(lesson, exercise, notebook)
    kept = notebook.with_name(f"{notebook.stem}.{exercise}.py")
    number = 1
    while kept.exists():
        number += 1
        kept = notebook.with_name(f"{notebook.stem}.{exercise}.{number}.py")
    written = "".join(cell["source"]) + "\n"
    cell.update(source=first["source"], outputs=[], execution_count=None)
    _revert_once(mine, exercise)
    try:
        kept.write_text(written, encoding="utf-8")
        _write(notebook, mine)
    except OSError as problem:
        with suppress(OSError):
            kept.unlink(missing_ok=True)
        where = notebook.resolve().parent
        raise CourseError(f"nothing can be written into {where} ({problem.strerror}): nothing was changed") from problem
    return f"`{exercise}` is as it was at first. What you had written is in {kept.name}."


def _revert_once(notebook: dict[str, Any], exercise: str) -> None:
    """Make a remark of each `%revert` of this exercise: *Run All Cells* must not do it again."""
    command = re.compile(rf"^([ \t]*)(%revert[ \t]+{re.escape(exercise)})[ \t]*$", re.MULTILINE)
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and command.search(source):
            cell["source"] = command.sub(r"\1# \2", source)


Cells = dict[str, Any]  # a notebook
Test = tuple[float, float, str]  # points, how many there are, what it says if it fails


def exercises(lesson: Cells, executed: Cells) -> Iterator[tuple[str, list[Test]]]:
    """For each exercise of a lesson its tests, each once, as they came out in an executed notebook of it."""
    name, tests = "", list[Test]()
    for cell in lesson["cells"]:
        marks = _marks(cell)
        if marks.get("solution") and not marks.get("grade"):
            if tests:
                yield name, tests
            name, tests = marks["grade_id"], []
        elif _is_test(cell):
            run = _is_there(cell, executed)
            missing = f"{marks['grade_id']} is missing or changed: copy it from a new copy of the lesson"
            most = float(marks["points"])
            tests.append(_outcome(run["outputs"], most) if run else (0, most, missing))
    if tests:
        yield name, tests


def _marks(cell: dict[str, Any]) -> dict[str, Any]:
    """nbgrader's metadata of a cell."""
    marks = cell.get("metadata", {}).get("nbgrader")
    return marks if isinstance(marks, dict) else {}


def _is_test(cell: dict[str, Any]) -> bool:
    marks = _marks(cell)
    return bool(marks.get("grade")) and not marks.get("solution") and cell["cell_type"] == "code"


def _tests(notebook: Cells) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if _is_test(cell)]


def _is_there(test: dict[str, Any], notebook: Cells) -> dict[str, Any] | None:
    """The last cell of a notebook that is this test, unchanged. (An editor may have dropped its metadata.)"""
    name, text = _marks(test)["grade_id"], _text(test)
    same = [
        cell
        for cell in notebook["cells"]
        if cell.get("cell_type") == "code" and _marks(cell).get("grade_id", name) == name and _text(cell) == text
    ]
    return same[-1] if same else None


def _text(cell: dict[str, Any]) -> list[str]:
    return [line.rstrip() for line in "".join(cell.get("source", "")).strip().splitlines()]


def _outcome(outputs: list[dict[str, Any]], most: float) -> Test:
    """What came of a test. One that ends with a number gives so many points, as with nbgrader."""
    for output in outputs:
        if output["output_type"] == "error":
            return 0, most, printable(str(output["evalue"]).partition("\n")[0]) or "it fails"
    for output in outputs:
        if output["output_type"] == "execute_result":
            with suppress(KeyError, ValueError):
                got = max(0.0, min(float("".join(output["data"]["text/plain"])), most))
                return got, most, "" if got == most else "a part of it is right"
    return most, most, ""


def _run(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    """The notebook after all of its cells have run, in a kernel of its own. Raises CourseError where one ends that."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    node = nbformat.reads(json.dumps(notebook), as_version=4)  # the source in one piece
    begun: list[str] = []  # the cells, up to the one that runs
    with tempfile.TemporaryDirectory(prefix="course-") as sockets:
        ipc = {} if os.name == "nt" else {"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}}
        client = NotebookClient(
            node,
            config=Config(ipc),
            timeout=CELL_SECONDS,
            kernel_name="python3",
            allow_errors=True,
            coalesce_streams=True,
            on_cell_execute=lambda cell, cell_index: begun.append(cell.source),
        )
        here = {
            name: value for name, value in os.environ.items() if name != SESSION
        }  # else its %points would run it, too
        try:
            client.execute(env=here | GRADING)
        except (CellTimeoutError, DeadKernelError) as problem:
            first = printable(begun[-1].strip().partition("\n")[0], 60) if begun else ""
            late = f"did not end within {CELL_SECONDS} seconds"
            what = late if isinstance(problem, CellTimeoutError) else "ended Python, and with it the notebook"
            raise CourseError(f"{name}: the cell that begins with `{first}` {what}: change that cell") from problem
        except KeyboardInterrupt:  # of %points: in a kernel, the client has a thread of its own, which would go on
            kernel = getattr(client.km, "provisioner", None)
            if kernel is not None and kernel.process is not None:
                kernel.process.kill()
            raise
    return node


def _read(path: Path) -> dict[str, Any]:
    """The notebook in a file. Raises CourseError when there is none."""
    try:
        notebook = json.loads(path.read_bytes())  # in UTF-8, 16 or 32
        if not isinstance(notebook["cells"], list):
            raise KeyError("cells")
    except FileNotFoundError as error:
        raise CourseError(
            f"{path} does not exist: name the notebook, as in lessons/02_convolution/convolution.ipynb"
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        said = what_it_is(path.read_text(errors="replace")) if isinstance(error, json.JSONDecodeError) else ""
        raise CourseError(f"{path} is no notebook: {said or 'save it in JupyterLab and try again'}") from error
    return notebook


def _lesson_of(mine: Cells, path: Path) -> Cells:
    """The lesson that a notebook is of, by its name or its tests; itself where it is of none. Raises CourseError."""
    with suppress(CourseError):
        return _original(path)
    names = {_marks(cell).get("grade_id") for cell in _tests(mine)}
    for found in _originals("*.ipynb"):
        lesson = _read(found)
        if names & {_marks(cell)["grade_id"] for cell in _tests(lesson)}:
            return lesson
    return mine


def _originals(name: str) -> list[Path]:
    return [path for folder in (COURSE / "originals", COURSE / "lessons") for path in sorted(folder.glob(f"*/{name}"))]


def _original(notebook: Path) -> dict[str, Any]:
    """The lesson as it was handed out. Raises CourseError when no lesson is called so."""
    found = [path for path in _originals("*.ipynb") if path.name == notebook.name]
    if not found:
        raise CourseError(f"no lesson's notebook is called {notebook.name}: give it its old name and try again")
    return _read(found[0])


def _solution(notebook: dict[str, Any], exercise: str, path: Path) -> dict[str, Any]:
    """The cell in which a student solves an exercise. Raises CourseError when there is none."""
    cells = {
        marks["grade_id"]: cell
        for cell in notebook["cells"]
        if (marks := cell["metadata"].get("nbgrader", {})).get("solution") and not marks.get("grade")
    }
    if exercise not in cells:
        raise CourseError(f"{path.name} has no exercise {exercise!r}; there are: {', '.join(cells)}")
    return cells[exercise]


def _write(path: Path, notebook: dict[str, Any]) -> None:
    """Write the notebook in one move, so that nobody finds half of one."""
    unfinished = path.with_name(f".{path.name}.tmp")
    try:
        unfinished.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
