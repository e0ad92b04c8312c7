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
from pathlib import Path
from socket import AF_UNIX, socket, socketpair
from typing import Any

from utils.grading.judge.notebook import imported_modules
from utils.grading.limits import Limits
from utils.isolation.forkserver import ForkServer
from utils.wire import LENGTH

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


class JudgeClient:
    """Has each test of a submission judged, by a judge of its own, whom it ends when he does not come to an end.

    servers: gives the process to fork a judge from.
    path: where the student's process finds the judges. The socket there is made once, before any of the student's code
    has run, and handed to each judge as it is; whatever is put in its place later is nobody's.
    """

    def __init__(self, servers: Callable[[], JudgeForkServer], path: Path, limits: Limits) -> None:
        self.path = path
        self.seconds = limits.test_seconds
        self._request = {"seconds": limits.test_seconds, "memory": limits.judge_memory}
        self._servers = servers
        self._code = b"[]"
        self._writer: StreamWriter | None = None
        self._process = -1
        self._listener = socket(AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._listener.setblocking(False)
        path.chmod(0o666)  # its folder is closed to everyone but the sandboxed user

    def read(self, code: Sequence[str]) -> None:
        """Remember the cells of the submission, which judges may have to read."""
        self._code = json.dumps(code).encode()

    async def start(self, grade_id: str, failed: Sequence[str] = ()) -> "asyncio.Task[dict[str, Any] | None]":
        """Have a judge run a test. The result is his verdict (see utils.grading.judge.server); None when he has ended
        without one. Raises OSError where no judge can be had.

        failed: the tests above that have not given all their points.
        """
        self.end()
        with suppress(BlockingIOError):
            for _ in range(MOST_WAITING):  # that came for an earlier judge
                self._listener.accept()[0].close()
        server = await asyncio.to_thread(self._servers)
        ours, theirs = socketpair()
        with theirs:
            given = [theirs.fileno(), self._listener.fileno()]
            await asyncio.to_thread(server.fork, self._request | {"test": grade_id, "failed": list(failed)}, given)
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=2**24)
        try:
            self._process = os.pidfd_open(int(await reader.readline()))
        except (AttributeError, ValueError, OSError) as problem:  # no such call on macOS; or he has ended already
            log.info("a judge has no number (%s)", problem)
        self._send(LENGTH.pack(len(self._code)) + self._code)
        return asyncio.create_task(self._verdict(reader))

    async def _verdict(self, reader: StreamReader) -> dict[str, Any] | None:
        try:
            line = await reader.readline()
            return json.loads(line) if line else None
        except (OSError, ValueError, RecursionError) as problem:
            log.warning("a judge's verdict cannot be read (%s)", problem)
            return None

    def abort(self) -> None:
        """Tell the judge that the student's process will not come."""
        self._send(b"\n")

    def end(self) -> None:
        """End the judge, if there is one, whatever he is doing."""
        if self._process >= 0:
            with suppress(OSError):  # he has ended
                signal.pidfd_send_signal(self._process, signal.SIGKILL)
            os.close(self._process)
            self._process = -1
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def close(self) -> None:
        """End the judge, and give up the socket."""
        self.end()
        self._listener.close()

    def _send(self, data: bytes) -> None:
        if self._writer is not None:
            self._writer.write(data)
