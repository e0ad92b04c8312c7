"""The judge: runs an instructor's test cells against what a student's process says that it computed.

Each submission has a judge of its own: a fork of the process `python -m utils.grading.judge.server FD MODULE...`, which
has read the instructor's notebook from the file descriptor FD and has imported the modules that the tests use. The
grader sends a judge the code that was handed in, which is only read, then the names of tests, one a line. For each, the
judge waits for the student's namespace server, runs the test cell of the instructor's notebook (never the
submission's), and answers with one line of JSON: {"outputs": [...], "failure": {...} or null}.

A test sees the names that the instructor's own cells define, and, for everything else, the student's.
"""

import ast
import builtins
import io
import json
import logging
import os
import resource
import select
import signal
import socket
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any

from utils import runtime
from utils.checks import static_analysis
from utils.checks.failure import CheckFailed
from utils.grading.judge.notebook import CodeCell, code_cells
from utils.grading.judge.student_proxy import StudentGone, StudentProxy
from utils.isolation import forkserver
from utils.isolation.wire import LENGTH

MAX_OUTPUT = 20_000  # characters that a test may print
log = logging.getLogger(__name__)


class TestNamespace(dict):
    """The namespace of the tests. A name is looked for in the instructor's given cells, then in the student's process.

    A given cell is run when a test first needs a name of it, so that what a test rests on is the instructor's, whatever
    the student made of that cell.
    """

    __test__ = False  # nothing for pytest

    def __init__(self, above: Sequence[CodeCell], student: StudentProxy) -> None:
        super().__init__(__name__="__main__", __builtins__=builtins)
        self._cells = [cell for cell in above if cell.kind == "given" and not _awaits(cell.code)]
        self._run: set[int] = set()
        self._student = student

    def __missing__(self, name: str) -> Any:
        for number in reversed(range(len(self._cells))):
            if name in self._cells[number].names and number not in self._run:
                self._run.add(number)
                with redirect_stdout(io.StringIO()):
                    exec(compile(self._cells[number].code, "<given cell>", "exec"), self)
                return self[name]
        if hasattr(builtins, name):
            raise KeyError(name)
        try:
            value = self[name] = self._student.get(name)
        except NameError:
            raise KeyError(name) from None
        return value


def _awaits(code: str) -> bool:
    """Whether it awaits something outside of all functions: then its names are taken from the student's process."""
    inner = {n for f in ast.walk(ast.parse(code)) if isinstance(f, ast.AsyncFunctionDef) for n in ast.walk(f)}
    return any(isinstance(node, ast.Await) and node not in inner for node in ast.walk(ast.parse(code)))


class Judge:
    """Runs the tests of one instructor's notebook."""

    def __init__(self, cells: Sequence[CodeCell]) -> None:
        self.cells = cells

    def run(self, grade_id: str, student: StudentProxy, seconds: float = 60) -> dict[str, Any]:
        """The verdict of one test cell, which may take `seconds`. Raises KeyError when there is no such test."""
        position = next((n for n, c in enumerate(self.cells) if (c.kind, c.grade_id) == ("test", grade_id)), None)
        if position is None:
            raise KeyError(f"there is no test {grade_id!r}")
        names = TestNamespace(self.cells[:position], student)
        printed, error = io.StringIO(), None
        try:
            with redirect_stdout(printed), _time_limit(seconds):
                exec(compile(self.cells[position].code, f"<test {grade_id}>", "exec"), names)
        except Exception as failure:
            error = failure
        finally:
            student.done()
        return verdict(printed.getvalue(), error)


def verdict(printed: str, error: Exception | None) -> dict[str, Any]:
    """What a test printed, and how it failed, as data: the outputs of its cell, and the failure's fields."""
    text = printed[:MAX_OUTPUT]
    outputs = [{"output_type": "stream", "name": "stdout", "text": text}] if text else []
    if error is None:
        return {"outputs": outputs, "failure": None}
    if isinstance(error, CheckFailed):
        shown, failure = error._render_traceback_(), {"case": error.case, "misconception": error.misconception}
    else:
        shown, failure = traceback.format_exception(error), {}
    described = {
        "output_type": "error",
        "ename": type(error).__name__,
        "evalue": str(error)[:MAX_OUTPUT],
        "traceback": [line[:MAX_OUTPUT] for line in shown],
    }
    return {"outputs": [*outputs, described], "failure": {k: text[:MAX_OUTPUT] for k, text in failure.items()} or None}


def serve(cells: Sequence[CodeCell], request: dict[str, Any], descriptors: list[int]) -> None:
    """Judge one submission, until the grader closes its end.

    request: {"socket": where the student's namespace server will come, "seconds": for one test, "memory": bytes}.
    descriptors: the socket to the grader.
    """
    _limit_memory(request["memory"])
    judge = Judge(cells)
    with (
        socket.socket(fileno=descriptors[0]) as grader,
        grader.makefile("rwb", buffering=0) as lines,  # so that `select` sees all that has not been read
        socket.socket(socket.AF_UNIX) as listener,
    ):
        listener.bind(request["socket"])
        listener.listen()
        grader.sendall(b"ready\n")
        length = LENGTH.unpack(grader.recv(LENGTH.size, socket.MSG_WAITALL))[0]
        static_analysis.submitted = json.loads(grader.recv(length, socket.MSG_WAITALL))
        while line := lines.readline().decode():
            if line.strip():
                found = _judged(judge, line.strip(), listener, grader, request["seconds"])
                grader.sendall(json.dumps(found).encode() + b"\n")


def _limit_memory(more: int) -> None:
    """What a student's process sends may make a test take memory without end."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + more,) * 2)
    except OSError as error:  # no such file on macOS
        log.info("the judge's memory is not limited: %s", error)


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


def _judged(judge: Judge, grade_id: str, listener: socket.socket, grader: socket.socket, seconds: float) -> dict:
    """Wait for the student's namespace server, or an empty line that says it will not come; then run the test."""
    ready, _, _ = select.select([listener, grader], [], [], seconds)
    if listener not in ready:
        return verdict("", CheckFailed("your kernel did not answer when this test was to be run"))
    with listener.accept()[0] as connection:
        return judge.run(grade_id, StudentProxy(connection, seconds), seconds)


def main(descriptor: str, *modules: str) -> None:
    """Read the notebook, then fork judges."""
    os.environ.update(runtime.GRADING)
    with open(int(descriptor), encoding="utf-8") as notebook:
        cells = code_cells(notebook.read())
    forkserver.serve(modules, partial(serve, cells))


if __name__ == "__main__":
    main(*sys.argv[1:])
