"""From what was handed in to a notebook that can be graded: its cells and the instructor's tests, nothing it claims."""

import json
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum, is_locked

from utils.grading.cells import grade_id, is_graded_by_hand, is_instructors, is_task, marked_id
from utils.grading.pipeline.assignment import Assignment
from utils.no_notebook import what_it_is
from utils.printable import printable

MOST_PARTS = 3_000_000  # brackets, braces and commas of a file: what it takes to read it grows with these
HEADINGS = range(1, 7)  # levels of a heading
MOST_CELLS, MOST_SOURCE = 1000, 2_000_000  # of one notebook: cells, and characters in all of them


def parse(text: str) -> NotebookNode:
    """The notebook that `text` holds. Raises ValueError with the reason, in the student's terms, when it is none.

    Of a cell only its type, its text, its attachments and what it says about itself to nbgrader are taken.
    """
    if sum(map(text.count, "[{,")) > MOST_PARTS:
        raise ValueError("the file has too many parts to be a notebook: clear the outputs and submit again")
    try:
        data = json.loads(text)
        if data["nbformat"] != 4:
            old = [cell for sheet in data.get("worksheets", ()) for cell in sheet["cells"]]
            _limit_cells(old)
            for cell in old:
                if "level" in cell and cell["level"] not in HEADINGS:  # a heading's: it becomes as many signs
                    cell["level"] = 1
            data = nbformat.reads(json.dumps(data), as_version=4)
        _limit_cells(data["cells"])
        notebook = nbformat.v4.new_notebook(cells=[_cell(cell) for cell in data["cells"]])
        nbformat.validate(notebook)
        own = data.get("metadata")
        if isinstance(own, dict) and "course" in own:  # of what it says about itself only ours is read
            notebook.metadata["course"] = nbformat.from_dict(own["course"])
    except TooMuch as problem:
        raise ValueError(str(problem)) from None
    except Exception as problem:  # whatever it was that was stumbled over, this is no notebook
        said = what_it_is(text) if isinstance(problem, json.JSONDecodeError) else ""
        raise ValueError(f"the file is no notebook{f': {said}' if said else f' ({first_line(problem)})'}") from None
    return notebook


class TooMuch(Exception):
    """A notebook that is larger than any honest one. The message is for its student."""


def _limit_cells(cells: Sequence[Any]) -> None:
    if len(cells) > MOST_CELLS:
        raise TooMuch(f"the notebook has {len(cells):,} cells, at most {MOST_CELLS:,} are read")
    written = sum(len(part) for cell in cells for part in _source(cell))
    if written > MOST_SOURCE:
        raise TooMuch(f"the notebook has {written:,} characters of code and text, at most {MOST_SOURCE:,} are read")


def _source(cell: dict) -> list[str]:
    source = cell.get("source", "")
    return [source] if isinstance(source, str) else source


def _cell(cell: dict) -> NotebookNode:
    """What counts of a cell, whatever else stands in it."""
    metadata = cell.get("metadata")
    claimed = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if isinstance(claimed, dict):
        claimed = {name: value for name, value in claimed.items() if isinstance(value, (str, int, float, bool))}
    made = nbformat.from_dict(
        {
            "cell_type": cell["cell_type"],
            "source": writable("".join(_source(cell))),
            "metadata": {"nbgrader": claimed} if claimed else {},
            "id": nbformat.v4.nbbase.random_cell_id(),
        }
    )
    if made.cell_type == "code":
        made |= {"outputs": [], "execution_count": None}
    elif isinstance(given := cell.get("attachments"), dict):
        made.attachments = NotebookNode(
            {name: NotebookNode(_texts(one)) for name, one in given.items() if isinstance(one, dict)}
        )
    return made


def _texts(forms: dict) -> dict[str, str]:
    return {kind: content for kind, content in forms.items() if isinstance(content, str)}


def writable(text: str) -> str:
    """`text` without halves of characters, which JSON can name and no file can hold."""
    return text.encode(errors="replace").decode()


def first_line(problem: Exception) -> str:
    """What an error says, in one line."""
    return printable(f"{type(problem).__name__}: {problem}".splitlines()[0], 200)


def restore_metadata(notebook: NotebookNode, assignment: Assignment, nameless: bool = False) -> list[str]:
    """Of what a submission says about itself, take only which cell is which; all else is the instructor's to say.

    A marked cell gets the metadata and the type that were released, a locked one its text; a cell that claims an
    unknown grade_id, or one that is taken, gets none. Returns what was done to test cells, for the instructor to see:
    not of cells that are as an earlier version of the lesson had them.

    nameless: whether the submission came without a single name. Then none of its cells is said to be missing.
    """
    given = {marked_id(cell): cell for cell in assignment.marked_cells()}
    known, tampering, earlier = set(given), [], nameless
    cells, notebook.cells = notebook.cells, []
    for cell in cells:
        notebook.cells.append(cell)
        untouched = _is_untouched(cell)
        claimed = cell.metadata.pop("nbgrader", None)
        name = claimed.get("grade_id") if isinstance(claimed, dict) else None
        if not isinstance(name, str) or name not in given:
            earlier = earlier or (untouched and name not in known)  # the lesson had it once
            continue
        original = given.pop(name)  # a second cell of that name has none
        cell.metadata = NotebookNode(nbgrader=original.metadata.nbgrader)
        _change_type(cell, original.cell_type)
        if original.metadata.nbgrader.get("locked") and cell.source != original.source:
            if is_task(original) and not untouched:
                notebook.cells += _answer_in(cell.source, original.source)
            elif is_instructors(original) and not _as_released(cell.source, original.source):
                earlier = earlier or untouched
                tampering += [] if untouched else [f"the cell {name} was changed"]
            cell.source = original.source
    if not earlier:
        tampering += [removed(name) for name, cell in given.items() if is_instructors(cell)]
    notebook.metadata = deepcopy(nbformat.reads(assignment.source, as_version=4).metadata)
    return tampering


def _answer_in(text: str, question: str) -> list[NotebookNode]:
    """What was written into a question's own cell, as a cell below it: not every editor keeps such a cell closed."""
    answer = text.replace(question, "").strip()
    return [nbformat.v4.new_markdown_cell(answer)] if answer and not _as_released(text, question) else []


def removed(name: str) -> str:
    """What is said of a test that is not in a submission."""
    return f"the cell {name} was removed"


def _is_untouched(cell: NotebookNode) -> bool:
    """Whether a locked cell is as it was when nbgrader released it, by the checksum that nbgrader has left in it.

    (Whoever forges that is not named for what they did to a test. It changes no score: no test of theirs is run.)
    """
    try:
        return is_locked(cell) and cell.metadata.nbgrader["checksum"] == compute_checksum(cell)
    except Exception:  # nbgrader expects its own metadata there, and this may be anything
        return False


def _change_type(cell: NotebookNode, kind: str) -> None:
    if cell.cell_type != kind:
        cell.cell_type = kind
        cell.pop("attachments", None)
        cell.pop("outputs", None)
        cell.pop("execution_count", None)
        if kind == "code":
            cell.outputs, cell.execution_count = [], None


def _as_released(text: str, original: str) -> bool:
    """Whether `text` is `original` with lines left out, as hidden tests are, and nothing put in."""
    lines = iter(original.splitlines())
    return all(any(line.strip() == other.strip() for other in lines) for line in text.splitlines())


def restore_tests(notebook: NotebookNode, assignment: Assignment) -> None:
    """Put each test and task below the cells that stand above it in the lesson; put back a written answer's cell.

    A notebook whose cells were moved or removed is graded by what its code does. A test that is missing together
    with a cell above it (from a notebook that lost its cells' ids, say) comes last, when all that was written has run.
    """
    marked = assignment.marked_cells()
    present = {grade_id(cell) for cell in notebook.cells}
    needs: dict[str, set[str]] = {}  # test or task → the cells that come before it
    waiting: dict[str, NotebookNode] = {}
    for number, cell in enumerate(marked):
        name, is_lost = marked_id(cell), marked_id(cell) not in present
        if is_instructors(cell) or (is_graded_by_hand(cell) and is_lost):
            to_write = not is_instructors(cell)
            others = [other for other in marked[:number] if not is_graded_by_hand(other)]
            above = {marked_id(other) for other in others if to_write or not is_instructors(other)}
            needs[name] = above & present if name in present else above
            if name not in present:
                waiting[name] = _restored(cell)
    ordered: list[NotebookNode] = []
    placed: set[str | None] = set()
    for cell in notebook.cells:
        own = grade_id(cell)
        if own is not None and not needs.get(own, set()) <= placed:
            waiting[own] = cell
        else:
            ordered.append(cell)
            placed.add(own)
        ordered += [waiting.pop(name) for name in needs if name in waiting and needs[name] <= placed]
    notebook.cells = ordered + list(waiting.values())


def _restored(cell: NotebookNode) -> NotebookNode:
    """The cell, with a line that says where it comes from."""
    note = "This cell was missing from the submission. It was put back for grading."
    cell.source = f"# {note}\n{cell.source}" if cell.cell_type == "code" else f"*{note}*\n\n{cell.source}"
    return cell
