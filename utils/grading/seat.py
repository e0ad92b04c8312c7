"""What one submission is graded with: a judge, a kernel, and a folder for the sockets between them."""

import asyncio
import atexit
import tempfile
from contextlib import suppress
from pathlib import Path

from jupyter_client.utils import run_sync

from utils.grading.judge import imports
from utils.grading.judges import Judge, Judges
from utils.grading.kernel import SandboxKernelManager, Warm
from utils.grading.sandbox import remove

NO_HISTORY = ["--HistoryManager.hist_file=:memory:"]


class Seat:
    """Processes for one submission to `source`, the instructor's notebook. No student's code has run in them yet.

    confined: False gives the kernel the grader's own rights.
    """

    _next: "Seat | None" = None

    def __init__(self, source: Path, confined: bool) -> None:
        self._made_for = source, source.read_text(encoding="utf-8"), confined
        instructors, self.confined = self._made_for[1:]
        inside = Warm.of(imports(instructors, ("given", "students", "solution"))).folder if confined else None
        judges = Judges.of(imports(instructors, ("given", "test")))
        self.folder = Path(tempfile.mkdtemp(dir=inside))
        self.judge = Judge(judges.server, source, self.folder / "judge.sock")
        self.kernel = SandboxKernelManager(self.folder, confined)

    @classmethod
    async def take(cls, source: Path, confined: bool) -> "Seat":
        """One that is ready: the one that was laid for this, else a new one."""
        laid, cls._next = cls._next, None
        if laid is not None:
            if laid._made_for == (source, source.read_text(encoding="utf-8"), confined) and laid.folder.is_dir():
                return laid
            await laid.clear()
        return await cls._ready(source, confined)

    @classmethod
    async def lay(cls, source: Path, confined: bool) -> None:
        """Have the next one get ready, while the grader has other things to do."""
        with suppress(Exception):  # whoever takes one will be told
            cls._next = await cls._ready(source, confined)

    @classmethod
    async def _ready(cls, source: Path, confined: bool) -> "Seat":
        seat = cls(source, confined)
        try:
            await asyncio.gather(seat.judge.appoint(), seat.start())
        except BaseException:
            await seat.clear()
            raise
        return seat

    @classmethod
    def stop(cls) -> None:
        """End all processes that wait for a submission."""
        laid, cls._next = cls._next, None
        if laid is not None:
            with suppress(Exception):
                run_sync(laid.clear)()
        Warm.stop()

    async def start(self, warm: bool = True) -> None:
        """Start the kernel; again, when it died before it did anything."""
        if self.kernel.has_kernel or not warm:
            self.kernel = SandboxKernelManager(self.folder, self.confined, warm)
        await self.kernel.start_kernel(extra_arguments=NO_HISTORY)

    async def clear(self) -> None:
        """End both processes, remove the folder."""
        self.judge.dismiss()
        try:
            if self.kernel.has_kernel:
                await self.kernel.end()
        finally:
            remove(self.folder)


atexit.register(Seat.stop)
