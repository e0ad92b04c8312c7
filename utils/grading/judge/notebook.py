"""The code cells of an instructor's notebook, as the judge reads them."""

import ast
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from utils.grading import cells
from utils.grading.python_code import bound_names, imports, is_silenced, plain_python, used_names

STUDENTS = "students-kernel"  # the tag of a given cell whose names are taken from the student's process
KINDS = ("given", "students", "solution", "test")


@dataclass(frozen=True)
class CodeCell:
    """A code cell. `kind` is one of `KINDS`; `code` is without IPython's magics; `names` are those that it binds.

    silenced: whether it ends with a semicolon, so that the value of its last line is not shown.
    awaits: whether it awaits something outside of all functions.

    What a "students" cell, one tagged STUDENTS, defines stays in the student's process: a network from there can be
    handed to a student's function, as one that the judge has made cannot. It is run there anew for each test, so that
    it is the instructor's.
    """

    kind: str
    grade_id: str
    code: str
    names: frozenset[str]
    silenced: bool = False
    awaits: bool = False

    @classmethod
    def read(cls, cell: Mapping[str, Any]) -> "CodeCell":
        """The cell of a notebook's file."""
        given = "students" if STUDENTS in cell["metadata"].get("tags", ()) else "given"
        kind = "solution" if cells.is_solution(cell) else "test" if cells.is_test(cell) else given
        source = "".join(cell["source"])
        code = plain_python(source)
        names, silenced = frozenset(bound_names(code)), is_silenced(source)
        return cls(kind, cells.grade_id(cell) or "", code, names, silenced, _awaits(code))


def _awaits(code: str) -> bool:
    tree = ast.parse(code)
    inner = {n for f in ast.walk(tree) if isinstance(f, ast.AsyncFunctionDef) for n in ast.walk(f)}
    return any(isinstance(node, ast.Await) and node not in inner for node in ast.walk(tree))


MOST_READ, MOST_OF_A_CELL = 300_000, 100_000  # characters of a submission's code that are read; of one cell
MOST_MAGIC = 1_000_000  # a cell's characters times its magics: IPython reads it anew for each of them
READ_SECONDS = 20  # for all cells of a submission; an honest one takes less than a second
MAGIC = re.compile(r"^[%!?,;/]|\?$|=\s*[%!]")  # in a line without the space around it
TOO_MUCH = 'exec("this cell was too long to be read")'  # so that what a check asks of it is not granted


def readable(sources: Iterable[str]) -> list[str]:
    """Code cells of a submission, as judges read them; in the place of one that would take too long, `TOO_MUCH`."""
    found: list[str] = []
    left = MOST_READ
    for source in sources:
        slow = len(source) > min(left, MOST_OF_A_CELL) or len(source) * _magics(source) > MOST_MAGIC
        found.append(TOO_MUCH if slow else source)
        left -= 0 if slow else len(source)
    return found


def _magics(source: str) -> int:
    """How many magics IPython may see. (It takes a form feed for the end of a line, as `splitlines` does.)"""
    return sum(len(MAGIC.findall(line.strip())) for line in source.splitlines())


@lru_cache(maxsize=16)
def code_cells(notebook: str) -> tuple[CodeCell, ...]:
    """The code cells of a notebook, in order. notebook: the text of its file. (nbformat takes long to import.)"""
    return tuple(CodeCell.read(cell) for cell in json.loads(notebook)["cells"] if cells.is_code(cell))


def students_cells(above: Sequence[CodeCell]) -> list[CodeCell]:
    """The "students" cells among these, and the given ones that they rest on, in order."""
    found: list[CodeCell] = []
    used: set[str] = set()
    for cell in reversed(above):
        if cell.kind == "students" or (cell.kind == "given" and cell.names & used):
            found.append(cell)
            used |= used_names(cell.code)
    return found[::-1]


def exercise_of(cells_: Sequence[CodeCell], position: int) -> int | None:
    """The position of the exercise that the test cell at `position` belongs to: the nearest solution above it."""
    return next((n for n in reversed(range(position)) if cells_[n].kind == "solution"), None)


def rests_on(cells_: Sequence[CodeCell], position: int) -> dict[str, int]:
    """The exercises that the solution at `position` calls, directly or through another: name → position of its cell."""
    found: dict[str, int] = {}
    waiting = [position]
    while waiting:
        place = waiting.pop()
        used = used_names(cells_[place].code)
        for above, cell in enumerate(cells_[:place]):
            if cell.kind == "solution":
                names = {name: above for name in cell.names & used if name not in found}
                found |= names
                waiting += set(names.values())
    return found


@lru_cache(maxsize=64)
def imported_modules(notebook: str, kinds: Collection[str] = KINDS) -> frozenset[str]:
    """What the cells of these kinds import (see `python_code.imports`). notebook: the text of its file."""
    return frozenset(imports(ast.parse(cell.code) for cell in code_cells(notebook) if cell.kind in kinds))
