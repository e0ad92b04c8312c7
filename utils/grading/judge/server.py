"""The judge: runs an instructor's test cells against what a student's process says that it computed.

The process `python -m utils.grading.judge.server FD FD MODULE...` has read the instructor's notebook and its cases from
these file descriptors and has imported the modules that the tests use. Each submission has a fork of it, which the
grader sends the code that was handed in; that is only read. Each test has a fork of this fork: a judge. It says its
number, gets a line of JSON, [the test, [tests above it that have failed], [tests below it], cells above it], waits for
the student's namespace server, runs the test cell of the instructor's notebook (never the submission's), and answers
with one line of JSON: {"outputs": [...], "failure": {...} or null}.

A test sees the names that the instructor's own cells define, and, for everything else, the student's.

An exercise may call another one that the student has not solved. When its test fails, it is tried once more with the
course's own solution of that other exercise in the place of the student's: so each exercise is judged by itself. The
course's solution stays in the judge's process; a function that asks the judge stands in for it in the student's.
"""

import ast
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
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from IPython.lib.pretty import pretty

from utils import runtime
from utils.checks import cases, static_analysis
from utils.checks.failure import CheckFailed, missing
from utils.grading.judge.namespace import CellNamespace
from utils.grading.judge.notebook import READ_SECONDS, CodeCell, code_cells, exercise_of, rests_on, students_cells
from utils.grading.judge.student_proxy import StudentGone, StudentProxy
from utils.isolation import forkserver
from utils.wire import LENGTH

IN_PLACE = "Tried with the course's own {} in the place of yours, which has not passed its own tests.\n"
MAX_OUTPUT, MAX_LINES = 20_000, 100  # characters that a test may print; pieces of a traceback
log = logging.getLogger(__name__)


def test_namespace(above: Sequence[CodeCell], student: StudentProxy) -> CellNamespace:
    """The names that a test sees: those of the instructor's given cells above it, then the student's.

    What a test rests on is the instructor's, whatever the student made of the given cells. The names of a cell that
    awaits something are taken from the student's process.
    """
    return CellNamespace([cell for cell in above if cell.kind == "given" and not cell.awaits], student.get)


def _nowhere(name: str) -> Any:
    raise NameError(f"name {name!r} is not defined", name=name)


@dataclass(frozen=True)
class Try:
    """What came of a test: what it printed, how it failed, and the text of its last line's value."""

    printed: str
    error: Exception | None = None
    result: str = ""

    @property
    def may_gain(self) -> bool:
        """Whether another try may give more points; a number is the points that this one gives."""
        return bool(self.error or self.result) and not isinstance(self.error, StudentGone)

    @property
    def worth(self) -> float:
        """Its points, as far as tries at the same test are compared: nothing says more than any number."""
        if self.error:
            return 0.0
        try:
            return float(self.result)
        except ValueError:
            return float("inf")


class Judge:
    """Runs the tests of one instructor's notebook."""

    def __init__(self, cells: Sequence[CodeCell]) -> None:
        self.cells = cells

    def run(
        self,
        grade_id: str,
        student: StudentProxy,
        seconds: float = 60,
        failed: Collection[str] = (),
        to_come: Collection[str] = (),
    ) -> dict[str, Any]:
        """The verdict of one test cell, which may take `seconds`. Raises KeyError when there is no such test.

        failed: the tests above that have not given all their points.  to_come: the tests below, where the submission
        has them: the course's own function is not lent out before its exercise is over.
        """
        position = next((n for n, c in enumerate(self.cells) if (c.kind, c.grade_id) == ("test", grade_id)), None)
        if position is None:
            raise KeyError(f"there is no test {grade_id!r}")
        found = None
        try:
            with _time_limit(seconds):
                found = self._tried(position, student)
                if failed and found.may_gain:
                    found = self._tried_with_ours(student, position, self._over(failed, to_come), found)
        except StudentGone as failure:  # the time was over between two lines of code
            found = found or Try("", failure)
        finally:
            student.done()
        return verdict(found.printed, found.error, found.result)

    def _over(self, failed: Collection[str], to_come: Collection[str]) -> set[int | None]:
        """The exercises that have failed a test and have no test to come."""
        of = {cell.grade_id: exercise_of(self.cells, n) for n, cell in enumerate(self.cells) if cell.kind == "test"}
        return {of.get(name) for name in failed} - {of.get(name) for name in to_come}

    def _tried_with_ours(
        self, student: StudentProxy, position: int, unsolved: Collection[int | None], first: Try
    ) -> Try:
        """Another try at a test, with the course's own functions; the first one where that gives less."""
        try:
            ours = self._ours(position, unsolved)
            if not ours:
                return first
            static_analysis.lent = frozenset(ours)
            with student.with_ours(ours):
                again = self._tried(position, student)
        except StudentGone:
            raise
        except Exception as problem:  # another try is a favour: it must not cost what the first one gave
            log.warning("the test could not be tried with the course's own functions (%s)", problem)
            return first
        finally:
            static_analysis.lent = frozenset()
        if again.worth < first.worth:
            return first
        note = IN_PLACE.format(" and ".join(f"`{name}`" for name in ours))
        return Try(note + again.printed, again.error, again.result)

    def _tried(self, position: int, student: StudentProxy) -> "Try":
        """What comes of the test cell at `position`."""
        static_analysis.by_hand = "", frozenset()
        names = test_namespace(self.cells[:position], student)
        printed = io.StringIO()
        error: Exception | None = None
        result = ""
        try:
            with redirect_stdout(printed):
                student.provide([cell.code for cell in students_cells(self.cells[:position])])
                result = _executed(self.cells[position], names)
        except NameError as failure:  # of a function that is to be tried
            error = CheckFailed(missing(failure))
        except Exception as failure:
            error = failure
        return Try(printed.getvalue(), error, result)

    def _ours(self, position: int, unsolved: Collection[int | None]) -> dict[str, Callable]:
        """The course's own functions that the exercise of this test calls, of those exercises that are unsolved."""
        exercise = exercise_of(self.cells, position)
        if exercise is None:
            return {}
        above = CellNamespace([cell for cell in self.cells[:exercise] if cell.kind in ("given", "solution")], _nowhere)
        names = [name for name, place in rests_on(self.cells, exercise).items() if place in unsolved]
        return {name: above[name] for name in names if callable(above[name])}


def _executed(cell: CodeCell, names: dict[str, Any]) -> str:
    """Run a test. Returns the text of its last line's value, as IPython shows it; "" where it shows none.

    nbgrader takes a number there for the points that the test gives.
    """
    tree, name = ast.parse(cell.code), f"<test {cell.grade_id}>"
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), names)
    if not isinstance(last, ast.Expr):
        return ""
    value = eval(compile(ast.Expression(last.value), name, "eval"), names)
    return "" if value is None or cell.silenced else _shown(value)


def _shown(value: Any) -> str:
    """A value as IPython shows it. A number of NumPy's, which would be shown with its type, as the number that it is:
    nbgrader gives full points for what it cannot read."""
    if isinstance(value, np.generic | np.ndarray) and value.ndim == 0:
        value = value.item()
    return pretty(value)[:MAX_OUTPUT]


def verdict(printed: str, error: Exception | None, result: str = "") -> dict[str, Any]:
    """What a test printed, and how it failed, as data: the outputs of its cell, and the failure's fields.

    result: the text of the value of its last line, if one is shown.
    """
    text = printed[:MAX_OUTPUT]
    outputs: list[dict[str, Any]] = [{"output_type": "stream", "name": "stdout", "text": text}] if text else []
    if error is None and result:
        data = {"text/plain": result}
        outputs.append({"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": data})
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
        "traceback": [line[:MAX_OUTPUT] for line in shown[-MAX_LINES:]],
    }
    return {"outputs": [*outputs, described], "failure": {k: text[:MAX_OUTPUT] for k, text in failure.items()} or None}


def serve(cells: Sequence[CodeCell], request: dict[str, Any], descriptors: list[int]) -> None:
    """Read the code of one submission, then fork a judge for each of its tests, until the grader has no more.

    request: {"seconds": that a test may take, "memory": bytes}.  descriptors: the socket to the grader, who sends null
    for code that nobody could read.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=descriptors[0]) as grader:
        head = grader.recv(LENGTH.size, socket.MSG_WAITALL)
        if len(head) < LENGTH.size:
            return
        submitted = json.loads(grader.recv(LENGTH.unpack(head)[0], socket.MSG_WAITALL))
        is_read = submitted is not None and _read(submitted, request["memory"], min(READ_SECONDS, request["seconds"]))
        static_analysis.submitted = submitted or []
        while True:
            word, given, _, _ = socket.recv_fds(grader, 1, 2)
            if not word:
                return
            if not forkserver.FORKS or os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _serve_test(Judge(cells), request, given, is_read)
                return
            for descriptor in given:
                os.close(descriptor)


def _read(submitted: list[str], memory: int, seconds: float) -> bool:
    """Parse the cells of a submission, from now on for all judges; False where that takes too much."""
    try:
        with _memory_limit(memory), _time_limit(seconds):
            static_analysis.Notebook(submitted)
    except (StudentGone, MemoryError) as problem:
        log.warning("the code of a submission cannot be read: %r", problem)
        return False
    except Exception as problem:
        log.info("it is for the checks to complain: %r", problem)
    return True


def _unreadable(student: StudentProxy, _: float) -> dict[str, Any]:
    """The verdict of any test of a submission that could not be read."""
    student.done()
    return verdict("", CheckFailed("this notebook's code takes too long to read: shorten its longest cells"))


def _serve_test(judge: Judge, request: dict[str, Any], descriptors: list[int], is_read: bool) -> None:
    """Judge one test, whose name the grader sends.

    descriptors: another socket to the grader; the one where the student's namespace server will come.
    is_read: whether the submission's code could be read; if not, no test is run.
    """
    _limit_memory(request["memory"])
    with socket.socket(fileno=descriptors[0]) as grader, socket.socket(fileno=descriptors[1]) as listener:
        grader.sendall(b"%d\n" % os.getpid())
        with grader.makefile("rb", buffering=0) as lines:  # so that `select` sees all that has not been read
            line = lines.readline().decode()
        if line:  # else there is no next test
            test, failed, to_come, above = json.loads(line)
            static_analysis.submitted = (static_analysis.submitted or [])[:above]  # those below have not run yet
            run = partial(judge.run, test, failed=failed, to_come=to_come)
            found = _judged(run if is_read else _unreadable, listener, grader, request["seconds"])
            grader.sendall(json.dumps(found).encode() + b"\n")


def _limit_memory(more: int) -> None:
    """What a student's process sends may make a test take memory without end."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # rather this one than what all judges are forked from
    _set_memory_limit(more)


@contextmanager
def _memory_limit(more: int) -> Iterator[None]:
    """Raise MemoryError in the code below when it takes more bytes than that."""
    before, _ = resource.getrlimit(resource.RLIMIT_AS)
    _set_memory_limit(more)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _set_memory_limit(more: int) -> None:
    """How many bytes this process may have, besides those that it has. (The hard limit stays: it cannot be raised.)"""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + more, hard))
    except (OSError, ValueError) as error:  # no such file on macOS; a lower limit was there before
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


def _judged(run: Callable, listener: socket.socket, grader: socket.socket, seconds: float) -> dict:
    """Wait for the student's namespace server, or an empty line that says it will not come; then `run` the test."""
    ready, _, _ = select.select([listener, grader], [], [], seconds)
    if listener not in ready:
        return verdict("", CheckFailed("your kernel did not answer when this test was to be run"))
    with listener.accept()[0] as connection:
        connection.setblocking(True)
        return run(StudentProxy(connection, seconds), seconds)


def main(tests: str, drawn: str, *modules: str) -> None:
    """Read the notebook and its cases from these file descriptors, then fork judges."""
    os.environ.update(runtime.GRADING)
    warnings.simplefilter("ignore", SyntaxWarning)  # about the students' code, on the instructor's terminal
    with open(int(tests), encoding="utf-8") as notebook:
        cells = code_cells(notebook.read())
    with open(int(drawn), "rb") as file:
        data = file.read()
        cases.graders = cases.unpacked(data) if data else None
    forkserver.serve(modules, partial(serve, cells))


if __name__ == "__main__":
    main(*sys.argv[1:])
