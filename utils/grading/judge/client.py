"""The grader's end of the judges: the process that they are forked from, and the connection to one of them."""

import asyncio
import json
import logging
import os
import signal
import sys
import tempfile
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from socket import AF_UNIX, send_fds, socket, socketpair
from typing import Any

from utils.grading.judge.notebook import READ_SECONDS, imported_modules
from utils.grading.limits import Limits
from utils.isolation.forkserver import ForkServer
from utils.wire import LENGTH

LONGEST_READING = 3 * READ_SECONDS  # what keeps to no limit of its own is not waited for any longer
MOST_UNREAD = 2  # times that reading comes to nothing, after which it is not tried again
MOST_WAITING = 1000  # connections of a student's process that nobody has taken
log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[3]  # the folder that holds `utils`


class JudgeForkServer(ForkServer):
    """A process that has read the instructor's notebook and imported what its tests use; judges are forked from it.

    notebook: the text of the instructor's notebook.  cases: the file of its tests' cases. Both reach the process in
    files without a name, so that no copy of the tests is left in any folder.
    """

    def __init__(self, notebook: str, cases: bytes = b"") -> None:
        modules = sorted(imported_modules(notebook, ("given", "test")))
        environment = {"PYTHONPATH": str(ROOT), "COURSE_DEVICE": "cpu", "CUDA_VISIBLE_DEVICES": "-1"}
        with tempfile.TemporaryFile() as tests, tempfile.TemporaryFile() as drawn:
            for file, content in ((tests, notebook.encode()), (drawn, cases)):
                file.write(content)
                file.seek(0)
            numbers = [tests.fileno(), drawn.fileno()]
            command = [sys.executable, "-P", "-m", "utils.grading.judge.server", *map(str, numbers), *modules]
            super().__init__(command, env=os.environ | environment, pass_fds=numbers)


@dataclass(frozen=True)
class Judge:
    """A judge's process, forked and waiting. number: a file descriptor that stands for it, or -1."""

    number: int
    reader: StreamReader
    writer: StreamWriter

    def end(self) -> None:
        """End it, whatever it is doing."""
        if self.number >= 0:
            with suppress(OSError):  # it has ended
                signal.pidfd_send_signal(self.number, signal.SIGKILL)
            os.close(self.number)
        self.writer.close()


class JudgeClient:
    """Has each test of a submission judged, by a judge of its own, whom it ends when he does not come to an end.

    While one is at work the next is forked. To be used in one event loop.

    servers: gives the process that they come from.
    path: where the student's process finds the judges. The socket there is made once, before any of the student's code
    has run, and handed to each judge as it is; whatever is put in its place later is nobody's.
    """

    def __init__(self, servers: Callable[[], JudgeForkServer], path: Path, limits: Limits) -> None:
        self.path = path
        self.seconds = limits.test_seconds
        self._request = {"seconds": limits.test_seconds, "memory": limits.judge_memory}
        self._servers = servers
        self._code: Sequence[str] | None = ()  # None: it is not to be read
        self._unread = 0  # times that reading it has come to nothing
        self._judge: Judge | None = None
        self._next: asyncio.Task[Judge] | None = None
        self._reader: asyncio.Task[socket] | None = None
        self._control: socket | None = None
        self._closed = False
        self._listener = socket(AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._listener.setblocking(False)
        path.chmod(0o666)  # its folder is closed to everyone but the sandboxed user

    def prepare(self) -> None:
        """Have a process forked that will read the submission's code."""
        self._reader = asyncio.create_task(self._fork_reader())

    def read(self, code: Sequence[str]) -> None:
        """Give it the cells of the submission, and have the first judge forked from it."""
        self._code = code
        self._next = asyncio.create_task(self._fork())

    async def start(
        self, grade_id: str, failed: Sequence[str] = (), to_come: Sequence[str] = (), above: int | None = None
    ) -> "asyncio.Task[dict[str, Any] | None]":
        """Have a judge run a test. The result is his verdict (see utils.grading.judge.server); None when he has ended
        without one. Raises OSError where no judge can be had.

        failed: the tests above that have not given all their points.  to_come: the tests below.  above: how many of the
        submission's cells stand above this one; all if not given.
        """
        self.end()
        waiting, self._next = self._next, None
        judge = None
        if waiting is not None:
            with suppress(OSError):
                judge = await waiting
        if judge is None or judge.reader.at_eof():  # one who has gone while he waited
            judge = await self._fork()
        self._judge = judge
        with suppress(BlockingIOError):
            for _ in range(MOST_WAITING):  # that came for an earlier judge
                self._listener.accept()[0].close()
        self._send(json.dumps([grade_id, list(failed), list(to_come), above]).encode() + b"\n")
        self._next = asyncio.create_task(self._fork())
        return asyncio.create_task(_verdict(judge.reader))

    async def _fork_reader(self) -> socket:
        """The socket to a process that waits for the submission's code."""
        ours, theirs = socketpair()
        with theirs:
            server = await asyncio.to_thread(self._servers)
            await asyncio.to_thread(server.fork, self._request, [theirs.fileno()])
        return ours

    async def _fork(self) -> Judge:
        """A judge, from the process that has read the code; from another one where it has ended."""
        ours, theirs = socketpair()
        with theirs:
            given = [theirs.fileno(), self._listener.fileno()]
            try:
                await asyncio.to_thread(send_fds, await self._reading(), [b"t"], given)
            except OSError as problem:
                if self._closed:
                    raise
                log.warning("what judges are forked from has ended (%s): there is another", problem)
                self._leave_reader()
                await asyncio.to_thread(send_fds, await self._reading(), [b"t"], given)
        reader, writer = await asyncio.open_connection(sock=ours, limit=2**24)
        said = b""
        with suppress(TimeoutError):
            said = await asyncio.wait_for(reader.readline(), LONGEST_READING)
        if not said and not self._closed and self._unread < MOST_UNREAD:
            self._unread += 1
            log.warning("what reads a submission's code has ended, or does not come to an end: it is read anew")
            writer.close()
            self._leave_reader()
            if self._unread == MOST_UNREAD:
                self._code = None
            return await self._fork()
        try:
            return Judge(os.pidfd_open(int(said)), reader, writer)
        except (AttributeError, ValueError, OSError) as problem:  # no such call on macOS; or he has ended already
            log.info("a judge has no number (%s)", problem)
            return Judge(-1, reader, writer)

    async def _reading(self) -> socket:
        """The socket to the process that has read the code."""
        if self._control is None:
            waiting, self._reader = self._reader or asyncio.create_task(self._fork_reader()), None
            control = await waiting
            code = json.dumps(self._code).encode()
            await asyncio.to_thread(control.sendall, LENGTH.pack(len(code)) + code)
            self._control = control
        return self._control

    def _leave_reader(self) -> None:
        """Have the code read by another process when the next judge is forked."""
        if self._control is not None:
            self._control.close()
        self._control = None

    def abort(self) -> None:
        """Tell the judge that the student's process will not come."""
        self._send(b"\n")

    def end(self) -> None:
        """End the judge who is at work, if there is one."""
        if self._judge is not None:
            self._judge.end()
            self._judge = None

    def close(self) -> None:
        """End all judges, and give up the socket."""
        self._closed = True
        self.end()
        for task in (self._next, self._reader):
            if task is not None:
                task.add_done_callback(_end_unused)
        if self._control is not None:
            self._control.close()
        self._next = self._reader = self._control = None
        self._listener.close()

    def _send(self, data: bytes) -> None:
        if self._judge is not None:
            self._judge.writer.write(data)


async def _verdict(reader: StreamReader) -> dict[str, Any] | None:
    try:
        line = await reader.readline()
        return json.loads(line) if line else None
    except (OSError, ValueError, RecursionError) as problem:
        log.warning("a judge's verdict cannot be read (%s)", problem)
        return None


def _end_unused(task: "asyncio.Task[Any]") -> None:
    if not task.cancelled() and task.exception() is None:
        made = task.result()
        made.end() if isinstance(made, Judge) else made.close()
