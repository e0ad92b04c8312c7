"""The grader's end of the judges: the process that they are forked from, and the connection to one of them."""

import asyncio
import json
import os
import sys
from asyncio import StreamWriter
from pathlib import Path
from socket import socketpair

from utils.forkserver import FORKS, ForkServer
from utils.grading.sandbox import UTILS
from utils.wire import LENGTH


class Judges:
    """The process from which the judges of a lesson's submissions are forked."""

    _current: "Judges | None" = None

    def __init__(self, modules: list[str]) -> None:
        self.modules = modules
        environment = os.environ | {
            "PYTHONPATH": str(UTILS.parent),
            "COURSE_DEVICE": "cpu",
            "CUDA_VISIBLE_DEVICES": "-1",
        }
        self.server = ForkServer([sys.executable, "-P", "-m", "utils.grading.judge", *modules], env=environment)

    @classmethod
    def of(cls, modules: list[str]) -> "Judges":
        """The one with these modules; only the latest is kept."""
        if cls._current is None or cls._current.modules != modules or not cls._current.server.alive or not FORKS:
            if cls._current is not None:
                cls._current.server.close()
            cls._current = cls(modules)
        return cls._current


class Judge:
    """The grader's connection to a judge, who is replaced when one does not come to an end with a test.

    source: the notebook with the tests.  path: where the judge listens.
    """

    seconds = 60  # what one test may take

    def __init__(self, server: ForkServer, source: Path, path: Path) -> None:
        self.path = path
        self._server, self._source = server, source
        self._code: list[str] | None = None
        self._writer: StreamWriter | None = None

    async def appoint(self) -> None:
        """Have a judge forked, unless there is one."""
        if self._writer is not None:
            return
        ours, theirs = socketpair()
        self.path.unlink(missing_ok=True)
        with theirs:
            request = {"notebook": str(self._source), "socket": str(self.path), "seconds": self.seconds}
            await asyncio.to_thread(self._server.fork, request, [theirs.fileno()])
        self._reader, self._writer = await asyncio.open_connection(sock=ours, limit=2**24)
        if await self._reader.readline() != b"ready\n":
            raise RuntimeError(f"the judge could not read {self._source}")
        self.path.chmod(0o666)  # its folder is closed to everyone but the sandboxed user
        if self._code is not None:
            self.read(self._code)

    def read(self, code: list[str]) -> None:
        """Give it the cells of the submission to read, once, before the first test."""
        self._code, data = code, json.dumps(code).encode()
        self._writer.write(LENGTH.pack(len(data)) + data)

    def ask(self, grade_id: str) -> "asyncio.Task[bytes]":
        """Have it run a test. The result is a line of JSON: the test's outputs."""
        self._writer.write(f"{grade_id}\n".encode())
        return asyncio.create_task(self._reader.readline())

    def hurry(self) -> None:
        """Tell it that the student's process will not come."""
        self._writer.write(b"\n")

    def dismiss(self) -> None:
        """Let it go."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
