"""The judge: runs an instructor's test cells against what a student's process says that it computed.

Each submission has a judge of its own: a fork of the process `python -m utils.grading.judge MODULE...`, which has
imported the modules that the tests use. The grader sends it the code that was handed in, which is only read, then the
names of tests, one a line; for each it waits for the student's agent, runs the test cell of the instructor's notebook
(never the submission's), and answers with one line of JSON: the outputs that belong into the graded notebook.

A test sees the names that the instructor's own cells define, and, for everything else, the student's.
"""

import ast
import builtins
import io
import json
import os
import resource
import select
import signal
import socket
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from utils import by_hand, forkserver
from utils.checks import CheckFailed
from utils.grading.student import Student, StudentGone
from utils.wire import LENGTH

STUDENTS = "students-kernel"  # the tag of a given cell whose names are taken from the student's process
MAX_OUTPUT = 20_000  # characters that a test may print
MEMORY = 8 * 2**30  # bytes that judging one submission may take
TIMED = ("time", "timeit", "capture", "prun")  # magics that run the rest of their line or cell


@dataclass(frozen=True)
class Cell:
    """A code cell of the instructor's notebook. `kind` is "given", "students", "solution" or "test".

    What a cell tagged STUDENTS defines stays in the student's process: a network from there can be handed to a
    student's function, as one that the judge has made cannot.
    """

    kind: str
    grade_id: str
    code: str
    names: frozenset[str]

    @classmethod
    def read(cls, cell: dict) -> "Cell":
        mark = cell["metadata"].get("nbgrader", {})
        tagged = STUDENTS in cell["metadata"].get("tags", ())
        given = "students" if tagged else "given"
        kind = "solution" if mark.get("solution") else "test" if mark.get("grade") else given
        code = plain_python("".join(cell["source"]))
        return cls(kind, mark.get("grade_id", ""), code, frozenset(bound_names(code)))


def plain_python(source: str) -> str:
    """A cell's code without IPython's magics; what one of `TIMED` runs is run without it."""

    def plain(node: ast.stmt) -> list[ast.stmt]:
        call = getattr(node, "value", None)
        if not (isinstance(call, ast.Call) and ast.unparse(call.func).startswith("get_ipython().")):
            return [node]
        texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
        return ast.parse(plain_python(texts[-1])).body if texts and texts[0] in TIMED else []

    code = TransformerManager().transform_cell(source)
    if "get_ipython()" not in code:
        return code
    tree = ast.parse(code)
    tree.body = [kept for node in tree.body for kept in plain(node)]
    return ast.unparse(tree)


def bound_names(code: str) -> Iterator[str]:
    """The names that running `code` binds at its top level."""
    inner: set[ast.AST] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node not in inner:
            yield node.name
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.ListComp, ast.SetComp,
                             ast.DictComp, ast.GeneratorExp)):  # fmt: skip
            inner.update(child for child in ast.walk(node) if child is not node)
        elif node in inner:
            continue
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)


class Names(dict):
    """The namespace of the tests. A name is looked for in the instructor's given cells, then in the student's process.

    A given cell is run when a test first needs a name of it, so that what a test rests on is the instructor's, whatever
    the student made of that cell.
    """

    def __init__(self, given: Iterable[Cell]) -> None:
        super().__init__(__name__="__main__", __builtins__=builtins)
        self._cells = [cell for cell in given if cell.kind == "given" and not _awaits(cell.code)]
        self._run: set[int] = set()
        self.student: Student | None = None

    def __missing__(self, name: str) -> Any:
        for number in reversed(range(len(self._cells))):
            if name in self._cells[number].names and number not in self._run:
                self._run.add(number)
                with redirect_stdout(io.StringIO()):
                    exec(compile(self._cells[number].code, "<given cell>", "exec"), self)
                return self[name]
        if hasattr(builtins, name) or self.student is None:
            raise KeyError(name)
        try:
            value = self[name] = self.student.get(name)
        except NameError:
            raise KeyError(name) from None
        return value


def _awaits(code: str) -> bool:
    """Whether it awaits something outside of all functions: then its names are taken from the student's process."""
    inner = {n for f in ast.walk(ast.parse(code)) if isinstance(f, ast.AsyncFunctionDef) for n in ast.walk(f)}
    return any(isinstance(node, ast.Await) and node not in inner for node in ast.walk(ast.parse(code)))


class Judge:
    """Runs the tests of one instructor's notebook for one student."""

    def __init__(self, notebook: dict) -> None:
        self.cells = [Cell.read(cell) for cell in notebook["cells"] if cell["cell_type"] == "code"]

    def run(self, grade_id: str, student: Student, seconds: float = 60) -> list[dict]:
        """The outputs of one test cell, which may take `seconds`. Raises KeyError when there is no such test."""
        position = next((n for n, c in enumerate(self.cells) if (c.kind, c.grade_id) == ("test", grade_id)), None)
        if position is None:
            raise KeyError(f"there is no test {grade_id!r}")
        names = Names(self.cells[:position])
        names.student = student
        printed = io.StringIO()
        try:
            with redirect_stdout(printed), _time_limit(seconds):
                exec(compile(self.cells[position].code, f"<test {grade_id}>", "exec"), names)
            error = None
        except Exception as failure:
            error = failure
        finally:
            student.done()
        outputs = [{"output_type": "stream", "name": "stdout", "text": printed.getvalue()[:MAX_OUTPUT]}]
        return [output for output in outputs if output["text"]] + ([_as_output(error)] if error else [])


def _as_output(error: Exception) -> dict:
    named = isinstance(error, CheckFailed)
    shown = error._render_traceback_() if named else traceback.format_exception(error)
    return {
        "output_type": "error",
        "ename": type(error).__name__,
        "evalue": str(error)[:MAX_OUTPUT],
        "traceback": [line[:MAX_OUTPUT] for line in shown],
    }


@lru_cache
def imports(notebook: str, kinds: tuple[str, ...]) -> list[str]:
    """The modules that the cells of these kinds import, sorted. notebook: as it stands in its file."""
    found = set()
    for cell in json.loads(notebook)["cells"]:
        if cell["cell_type"] == "code" and (read := Cell.read(cell)).kind in kinds:
            for node in ast.walk(ast.parse(read.code)):
                if isinstance(node, ast.Import):
                    found.update(alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module)
    return sorted(found)


def serve(request: dict[str, Any], descriptors: list[int]) -> None:
    """Judge one submission, until the grader closes its end.

    request: {"notebook": the instructor's, "socket": where the student's agent will come, "seconds": for one test}.
    descriptors: the socket to the grader.
    """
    _limit_memory()
    judge = Judge(json.loads(Path(request["notebook"]).read_text(encoding="utf-8")))  # nbformat takes long to import
    with (
        socket.socket(fileno=descriptors[0]) as grader,
        grader.makefile("rwb", buffering=0) as lines,  # so that `select` sees all that has not been read
        socket.socket(socket.AF_UNIX) as listener,
    ):
        listener.bind(request["socket"])
        listener.listen()
        grader.sendall(b"ready\n")
        length = LENGTH.unpack(grader.recv(LENGTH.size, socket.MSG_WAITALL))[0]
        by_hand.submitted = json.loads(grader.recv(length, socket.MSG_WAITALL))
        while line := lines.readline().decode():
            if line.strip():
                outputs = _judged(judge, line.strip(), listener, grader, request["seconds"])
                grader.sendall(json.dumps(outputs).encode() + b"\n")


def _limit_memory() -> None:
    """What a student's process sends may make a test take memory without end."""
    with suppress(OSError):  # no such file on macOS
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY,) * 2)


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise StudentGone in the code below when it takes longer. Where Python cannot, the process ends a while later."""

    def late(*_: Any) -> None:
        raise StudentGone("your code did not finish in time: is there an endless loop?")

    signal.signal(signal.SIGALRM, late)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_PROF, seconds + 2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)


def _judged(judge: Judge, grade_id: str, listener: socket.socket, grader: socket.socket, seconds: float) -> list[dict]:
    """Wait for the student's agent, or for an empty line that says it will not come; then run the test."""
    ready, _, _ = select.select([listener, grader], [], [], seconds)
    if listener not in ready:
        return [_as_output(CheckFailed("your kernel did not answer when this test was to be run"))]
    with listener.accept()[0] as connection:
        return judge.run(grade_id, Student(connection, seconds), seconds)


if __name__ == "__main__":
    os.environ["COURSE_FIGURES"] = os.environ["COURSE_WIDGETS"] = "off"
    forkserver.serve(sys.argv[1:], serve)
