"""Grading one notebook: the student's cells run in the sandbox, the instructor's tests in the judge."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from utils.grading.judges import Judge
from utils.grading.kernel import SandboxProvisioner
from utils.grading.seat import Seat
from utils.grading.watch import exceeded

CELL_SECONDS = 60
NOTEBOOK_SECONDS = 900
MAX_OUTPUT = 1_000_000  # bytes of all outputs of the student's cells that are kept
MAX_HELD = 2**29  # bytes by which a submission's messages may make the grader grow
MAX_PRINTED = 10_000  # characters that a student's code prints during one test that are kept
PRINTED = "Your code printed during this test:\n"
GRACE = 5  # seconds for a kernel to answer after a test
WATCH = 0.5  # seconds from one look at what a submission uses to the next

CAUSES = {
    132: "it ran an instruction that this processor does not have",
    134: "it was aborted by a library, most likely because there was no more memory",
    135: "it crashed (bus error), most likely because there was no more memory",
    136: "it crashed (arithmetic error)",
    137: "it was killed, most likely for using too much memory",
    139: "it crashed (segmentation fault)",
    143: "it was asked to end",
    152: "it used too much processor time",
    153: "it wrote too large a file",
}


async def run(notebook: NotebookNode, source: Path, confined: bool = True, more: bool = False) -> str:
    """Run a submission. Its test cells get the judge's outputs, all others what the student's code gave, in place.

    notebook: the submission; test cells are known by their grade_id, whatever stands in them.
    source: the instructor's notebook, whose test cells are run.
    confined: False runs the student's code with the grader's own rights, for code that the grader wrote.
    more: whether another submission to this lesson comes next.
    Returns why its kernel died, or "". Raises CourseError where there is no sandbox.
    """
    seat = await Seat.take(source, confined)
    try:
        cause = await _run(notebook, seat)
    finally:
        await seat.clear()
    if more:
        await Seat.lay(source, confined)
    return cause


async def _run(notebook: NotebookNode, seat: Seat) -> str:
    seat.judge.read([cell.source for cell in notebook.cells if cell.cell_type == "code" and not is_test(cell)])
    client = await _connected(notebook, seat)
    try:
        submission = Submission(client, seat.judge, seat.folder)
        watch = asyncio.create_task(submission.watch())
        try:
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type == "code":
                    await submission.run(cell, index)
        finally:
            watch.cancel()
        return submission.dead
    finally:
        client.kc.stop_channels()


async def _connected(notebook: NotebookNode, seat: Seat) -> "CappedClient":
    """A client whose kernel has answered.

    A forked kernel that dies before any of the student's code has run is no fault of theirs: another is started anew.
    """
    for retry in (True, False):
        client = CappedClient(
            notebook, km=seat.kernel, timeout=CELL_SECONDS, allow_errors=True,
            record_timing=False, interrupt_on_timeout=True, coalesce_streams=True,
        )  # fmt: skip
        try:
            await client.async_start_new_kernel_client()
            break
        except RuntimeError:
            if not retry:
                raise
            await seat.start(warm=False)
    return client


class CappedClient(NotebookClient):
    """Runs cells like nbclient, but keeps no more of their output than `MAX_OUTPUT`, whatever the kernel sends."""

    kept = 0

    def process_message(self, msg: dict, cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Take note of one message of the kernel; drop outputs past the limit."""
        if msg["msg_type"].startswith("comm"):  # widgets, whose buffers nbclient would keep
            return None
        if msg["msg_type"] not in ("status", "execute_input"):
            self.kept += len(repr(msg["content"])) if self.kept < MAX_OUTPUT else 0
            if self.kept >= MAX_OUTPUT:
                return None
        return super().process_message(msg, cell, cell_index)


class Submission:
    """One submission while it is graded: its kernel, the judge, and why the kernel is dead, if it is."""

    def __init__(self, client: CappedClient, judge: Judge, folder: Path) -> None:
        self.client, self.judge, self.folder = client, judge, folder
        self.dead = ""
        self._ended = ""  # why we ended it

    async def run(self, cell: NotebookNode, index: int) -> None:
        """Run a cell of the student's, or have the judge run a test."""
        cell.outputs = []
        if is_test(cell):
            cell.outputs = [nbformat.from_dict(output) for output in await self.test(cell.metadata.nbgrader.grade_id)]
        elif not self.dead:
            await self.execute(cell, index)

    async def execute(self, cell: NotebookNode, index: int) -> None:
        """Run one of the student's cells; what it writes on stderr is output like any other."""
        try:
            await asyncio.wait_for(self.client.async_execute_cell(cell, index), CELL_SECONDS + GRACE)
        except DeadKernelError:
            if await self.client.km.is_alive():  # nbclient takes being cancelled for the kernel's end
                await self.stop("it went on after it was interrupted", cell)
            else:
                self.dead = await self.cause()
                cell.outputs = [*cell.get("outputs", []), error("KernelDied", self.dead)]
        except CellTimeoutError:
            cell.outputs = [*cell.get("outputs", []), error("Timeout", f"stopped after {CELL_SECONDS} seconds")]
        except TimeoutError:  # it was interrupted and went on
            await self.stop("it went on after it was interrupted", cell)
        except Exception as problem:  # its messages are no messages: whatever nbclient stumbled over is their doing
            await self.stop(f"it sent messages that cannot be read ({type(problem).__name__})", cell)
        count = cell.get("execution_count")
        cell.execution_count = count if type(count) is int and 0 < count < 10**6 else None

    async def stop(self, why: str, cell: NotebookNode) -> None:
        """End a kernel that cannot be worked with."""
        await self.client.km.end()
        self.dead = self._ended or why
        cell.outputs = [*cell.get("outputs", []), error("KernelDied", self.dead)]

    async def test(self, grade_id: str) -> list[dict]:
        """Have the judge run a test, while the kernel answers its questions. Returns the test's outputs."""
        await self.judge.appoint()
        if not self.dead:
            asked = self.client.kc.execute(
                f"from utils import agent as _agent; _agent.serve({str(self.judge.path)!r}, get_ipython().user_ns)",
                silent=True, store_history=False, allow_stdin=False,
            )  # fmt: skip
            kernel = asyncio.create_task(self.finished(asked))
        verdict = self.judge.ask(grade_id)
        if not self.dead:
            await asyncio.wait(
                [verdict, kernel], return_when=asyncio.FIRST_COMPLETED, timeout=self.judge.seconds + GRACE
            )
        if not verdict.done():  # give a verdict that is on its way a moment, then tell the judge not to wait any more
            await asyncio.wait([verdict], timeout=0.2)
            self.judge.hurry()
        outputs = await self._outputs(verdict)
        if not self.dead:
            if await self._settled(kernel):
                outputs = [*await self._printed(asked), *outputs]
            else:
                self.dead = await self.cause()
        if self.dead and any(output["output_type"] == "error" for output in outputs):
            outputs = [error("CheckFailed", f"your kernel is not running any more: {self.dead}")]
        return outputs

    async def finished(self, message: str) -> bool:
        """Wait for the kernel's reply to `message`; False when it has died."""
        while await self.client.km.is_alive():
            try:
                reply = await self.client.kc.get_shell_msg(timeout=0.5)
                if reply["parent_header"].get("msg_id") == message:
                    return True
            except Exception:  # queue.Empty, or bytes that are no message: neither is a reply
                continue
        return False

    async def _outputs(self, verdict: "asyncio.Task[bytes]") -> list[dict]:
        """The outputs of a test; of a judge who cannot come to an end, another takes the place."""
        with suppress(TimeoutError):
            if line := await asyncio.wait_for(verdict, self.judge.seconds + GRACE):
                return json.loads(line)
        self.judge.dismiss()
        return [error("CheckFailed", "it took too long to read what your code returned")]

    async def _printed(self, message: str) -> list[dict]:
        """What the student's code wrote while it answered `message`, as the output of a test."""
        text: list[str] = []
        with suppress(Exception):  # no more to read, bytes that are no message, or no end of messages
            await asyncio.wait_for(self._read_printed(message, text), GRACE)
        text = "".join(text)[:MAX_PRINTED]
        return [nbformat.v4.new_output("stream", name="stdout", text=PRINTED + text)] if text else []

    async def _read_printed(self, message: str, text: list[str]) -> None:
        """Append to `text` what the kernel prints, until it has done with `message`."""
        while sum(map(len, text)) < MAX_PRINTED:
            said = await self.client.kc.get_iopub_msg(timeout=GRACE)
            if said["parent_header"].get("msg_id") == message:
                if said["msg_type"] == "stream":
                    text.append(str(said["content"]["text"]))
                elif said["content"].get("execution_state") == "idle":
                    return

    async def _settled(self, kernel: "asyncio.Task[bool]") -> bool:
        """Whether the kernel is ready for the next cell; interrupts it when it is not."""
        for _ in range(2):
            done, _ = await asyncio.wait([kernel], timeout=GRACE)
            if done:
                return kernel.result()
            await self.client.km.interrupt_kernel()
        kernel.cancel()
        await self.client.km.end()
        return False

    async def watch(self) -> None:
        """End the kernel when the submission uses more than it may."""
        process, limits = self.client.km.provisioner.pid, SandboxProvisioner.limits
        late = asyncio.get_running_loop().time() + NOTEBOOK_SECONDS
        grader = psutil.Process()
        before = grader.memory_info().rss
        while not self._ended:
            await asyncio.sleep(WATCH)
            if asyncio.get_running_loop().time() > late:
                self._ended = f"the notebook took more than {NOTEBOOK_SECONDS} seconds"
            elif grader.memory_info().rss - before > MAX_HELD:
                self._ended = "it sent messages without end"
            else:
                self._ended = await asyncio.to_thread(exceeded, process, self.folder, limits)
        await self.client.km.provisioner.kill()

    async def cause(self) -> str:
        """Why the kernel is not there any more, in the student's terms."""
        process = self.client.km.provisioner.process
        code = process.poll() if process is not None else None
        if self._ended or code is None or code == 0:
            return self._ended or "it ended itself"
        return CAUSES.get(code if code > 0 else 128 - code, f"it ended with status {code}")


def is_test(cell: NotebookNode) -> bool:
    """Whether the judge runs this cell: it has points and is not the student's to write."""
    mark = cell.metadata.get("nbgrader", {})
    return bool(mark.get("grade") and not mark.get("solution"))


def error(name: str, message: str) -> NotebookNode:
    """The output of a cell that failed."""
    return nbformat.v4.new_output("error", ename=name, evalue=message, traceback=[f"✗ {message}"])
