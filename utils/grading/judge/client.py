"""The grader's end of the judges: the process that they are forked from, and the connection to one of them."""

import asyncio
import json
import os
import sys
import tempfile
from asyncio import StreamReader, StreamWriter
from collections.abc import Sequence
from pathlib import Path
from socket import socketpair
from typing import Any

from utils.grading.judge.notebook import imported_modules
from utils.grading.limits import Limits
from utils.isolation.forkserver import ForkServer
from utils.wire import LENGTH

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
    """The grader's connection to a judge, who is replaced when one does not come to an end with a test.

    path: where the judge listens for the student's process.
    """

    def __init__(self, server: JudgeForkServer, path: Path, limits: Limits) -> None:
        self.path = path
        self.seconds = limits.test_seconds
        self._request = {"socket": str(path), "seconds": limits.test_seconds, "memory": limits.judge_memory}
        self._server = server
        self._code: list[str] | None = None
        self._reader: StreamReader
        self._writer: StreamWriter | None = None

    async def start(self) -> None:
        """Have a judge forked, unless there is one."""
        if self._writer is not None:
            return
        ours, theirs = socketpair()
        self.path.unlink(missing_ok=True)
        with theirs:
            await asyncio.to_thread(self._server.fork, self._request, [theirs.fileno()])
        self._reader, self._writer = await asyncio.open_connection(sock=ours, limit=2**24)
        if await self._reader.readline() != b"ready\n":
            raise RuntimeError("the judge did not start")
        self.path.chmod(0o666)  # its folder is closed to everyone but the sandboxed user
        if self._code is not None:
            self.read(self._code)

    def read(self, code: Sequence[str]) -> None:
        """Give it the cells of the submission to read, once, before the first test."""
        self._code = list(code)
        data = json.dumps(self._code).encode()
        self._send(LENGTH.pack(len(data)) + data)

    def ask(self, grade_id: str, failed: Sequence[str] = ()) -> "asyncio.Task[dict[str, Any] | None]":
        """Have it run a test. The result is its verdict (see utils.grading.judge.server); None when it has ended.

        failed: the tests above that have not given all their points.
        """
        self._send(json.dumps([grade_id, list(failed)]).encode() + b"\n")
        return asyncio.create_task(self._verdict())

    async def _verdict(self) -> dict[str, Any] | None:
        line = await self._reader.readline()
        return json.loads(line) if line else None

    def abort(self) -> None:
        """Tell it that the student's process will not come."""
        self._send(b"\n")

    def close(self) -> None:
        """Close the connection: the judge ends."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _send(self, data: bytes) -> None:
        if self._writer is None:
            raise RuntimeError("the judge has not been started")
        self._writer.write(data)
