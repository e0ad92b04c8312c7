"""Grading one notebook: the student's cells run in the sandbox, the instructor's tests in the judge."""

import asyncio
import json
import os
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from utils.grading.kernel import SandboxKernelManager
from utils.grading.sandbox import UTILS

CELL_SECONDS = 60
TEST_SECONDS = 60
MAX_OUTPUT = 1_000_000  # bytes of all outputs of the student's cells that are kept
GRACE = 5  # seconds for a kernel to answer after a test


class CappedClient(NotebookClient):
    """Runs cells like nbclient, but keeps no more of their output than `MAX_OUTPUT`, whatever the kernel sends."""

    kept = 0

    def process_message(self, msg: dict, cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Take note of one message of the kernel; drop outputs past the limit."""
        if msg["msg_type"] not in ("status", "execute_input"):
            self.kept += len(repr(msg["content"])) if self.kept < MAX_OUTPUT else 0
            if self.kept >= MAX_OUTPUT:
                return None
        return super().process_message(msg, cell, cell_index)


def grade(notebook: NotebookNode, source: Path) -> NotebookNode:
    """Run a submission. Its test cells get the judge's outputs, all others what the student's code gave.

    notebook: the submission; test cells are known by their grade_id, whatever stands in them.
    source: the instructor's notebook, whose test cells are run.
    Returns the same notebook, changed in place.
    """
    with tempfile.TemporaryDirectory(prefix="course-grade-") as folder:
        Path(folder).chmod(0o711)  # the sandboxed user may pass through
        run_sync(_grade)(notebook, source, Path(folder))
    return notebook


async def _grade(notebook: NotebookNode, source: Path, folder: Path) -> None:
    shared = folder / "shared"
    shared.mkdir()
    client = CappedClient(
        notebook, km=SandboxKernelManager(shared), timeout=CELL_SECONDS, allow_errors=True, record_timing=False,
        interrupt_on_timeout=True, coalesce_streams=True,
    )  # fmt: skip
    async with _judge(source, shared / "judge.sock") as judge, client.async_setup_kernel():
        submission = Submission(client, judge, str(shared / "judge.sock"))
        try:
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type == "code":
                    await submission.run(cell, index)
        finally:
            await client.km.shutdown_kernel(now=True)


@asynccontextmanager
async def _judge(source: Path, path: Path) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "utils.grading.judge", str(source), str(path), str(TEST_SECONDS),
        stdin=PIPE, stdout=PIPE, limit=2**24, env=os.environ | {"PYTHONPATH": str(UTILS.parent)},
    )  # fmt: skip
    try:
        if await process.stdout.readline() != b"ready\n":
            raise RuntimeError(f"the judge could not read {source}")
        path.chmod(0o666)  # its folder is closed to everyone but the sandboxed user
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


class Submission:
    """One submission while it is graded: its kernel, the judge, and why the kernel is dead, if it is."""

    def __init__(self, client: CappedClient, judge: Process, path: str) -> None:
        self.client, self.judge, self.path = client, judge, path
        self.dead = ""

    async def run(self, cell: NotebookNode, index: int) -> None:
        """Run a cell of the student's, or have the judge run a test."""
        mark = cell.metadata.get("nbgrader", {})
        cell.outputs = []
        if mark.get("grade") and not mark.get("solution"):
            cell.outputs = [nbformat.from_dict(output) for output in await self.test(mark["grade_id"])]
        elif not self.dead:
            await self.execute(cell, index)

    async def execute(self, cell: NotebookNode, index: int) -> None:
        """Run one of the student's cells; what it writes on stderr is output like any other."""
        try:
            await asyncio.wait_for(self.client.async_execute_cell(cell, index), CELL_SECONDS + GRACE)
        except DeadKernelError:
            self.dead = await self.cause()
            cell.outputs = [*cell.get("outputs", []), _error("KernelDied", self.dead)]
        except CellTimeoutError:
            cell.outputs = [*cell.get("outputs", []), _error("Timeout", f"stopped after {CELL_SECONDS} seconds")]
        except TimeoutError:  # it was interrupted and went on
            await self.stop("it went on after it was interrupted", cell)
        except Exception as error:  # its messages are no messages: whatever nbclient stumbled over, it is their doing
            await self.stop(f"it sent messages that cannot be read ({type(error).__name__})", cell)

    async def stop(self, why: str, cell: NotebookNode) -> None:
        """End a kernel that cannot be worked with."""
        await self.client.km.shutdown_kernel(now=True)
        self.dead = why
        cell.outputs = [*cell.get("outputs", []), _error("KernelDied", why)]

    async def test(self, grade_id: str) -> list[dict]:
        """Have the judge run a test, while the kernel answers its questions. Returns the test's outputs."""
        if not self.dead:
            asked = self.client.kc.execute(
                f"from utils import agent as _agent; _agent.serve({self.path!r}, get_ipython().user_ns)",
                silent=True, store_history=False, allow_stdin=False,
            )  # fmt: skip
            kernel = asyncio.create_task(self.finished(asked))
        self.judge.stdin.write(f"{grade_id}\n".encode())
        verdict = asyncio.create_task(self.judge.stdout.readline())
        if not self.dead:
            await asyncio.wait([verdict, kernel], return_when=asyncio.FIRST_COMPLETED, timeout=TEST_SECONDS + GRACE)
        if not verdict.done():  # give a verdict that is on its way a moment, then tell the judge not to wait any more
            await asyncio.wait([verdict], timeout=0.2)
            self.judge.stdin.write(b"\n")
        outputs = json.loads(await verdict)
        if not self.dead and not await self._settled(kernel):
            self.dead = await self.cause()
        if self.dead and any(output["output_type"] == "error" for output in outputs):
            outputs = [_error("CheckFailed", f"your kernel is not running any more: {self.dead}")]
        return outputs

    async def finished(self, message: str) -> bool:
        """Wait for the kernel's reply to `message`; False when it has died."""
        while await self.client.km.is_alive():
            try:
                reply = await self.client.kc.get_shell_msg(timeout=0.5)
            except Exception:  # queue.Empty, or bytes that are no message: neither is a reply
                continue
            if reply["parent_header"].get("msg_id") == message:
                return True
        return False

    async def _settled(self, kernel: "asyncio.Task[bool]") -> bool:
        """Whether the kernel is ready for the next cell; interrupts it when it is not."""
        for _ in range(2):
            done, _ = await asyncio.wait([kernel], timeout=GRACE)
            if done:
                return kernel.result()
            await self.client.km.interrupt_kernel()
        kernel.cancel()
        await self.client.km.shutdown_kernel(now=True)
        return False

    async def cause(self) -> str:
        """Why the kernel is not there any more, in the student's terms."""
        process = self.client.km.provisioner.process
        code = process.poll() if process is not None else None
        if code is None or code == 0:
            return "it ended itself"
        signals = {137: "it was killed, most likely for using too much memory", 152: "it used too much time"}
        return signals.get(code if code > 0 else 128 - code, f"it ended with status {code}")


def _error(name: str, message: str) -> dict[str, Any]:
    return nbformat.v4.new_output("error", ename=name, evalue=message, traceback=[f"✗ {message}"])


class JudgePreprocessor(NbGraderPreprocessor):
    """nbgrader's step that runs a submission, in place of its own `Execute`."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Run the student's cells in the sandbox and the instructor's tests in the judge."""
        return grade(nb, source_notebook(self, resources)), resources


class PutBackTests(NbGraderPreprocessor):
    """Puts back the tests and tasks that a submission lacks, after the cell that they follow in the source.

    Where that cell is missing too (a notebook that lost its cells' ids, say) they come last, when everything that the
    student wrote has been run.
    """

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Insert what is missing."""
        source = nbformat.read(source_notebook(self, resources), as_version=4)
        previous = None
        for cell in source.cells:
            mark = cell.metadata.get("nbgrader")
            if mark is None:
                continue
            places = [
                k for k, c in enumerate(nb.cells) if c.metadata.get("nbgrader", {}).get("grade_id") == mark.grade_id
            ]
            if not places and (mark.get("grade") or mark.get("task")):
                nb.cells.insert(previous + 1 if previous is not None else len(nb.cells), self.back(cell))
                places = [previous + 1] if previous is not None else []
            previous = places[0] if places else None
        return nb, resources

    def back(self, cell: NotebookNode) -> NotebookNode:
        """A copy of the source's cell, without outputs, that says where it comes from."""
        cell = deepcopy(cell)
        note = "This cell was missing from the submission. It was put back for grading."
        cell.source = f"# {note}\n{cell.source}" if cell.cell_type == "code" else f"*{note}*\n\n{cell.source}"
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        return cell


class HideTests(NbGraderPreprocessor):
    """For feedback: of a test's failure only the message is left, no traceback. (nbgrader removes the hidden tests.)"""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        """Cut the traceback of a test cell."""
        mark = cell.metadata.get("nbgrader", {})
        if mark.get("grade") and not mark.get("solution"):
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    output.traceback = [f"✗ {output.evalue}"]
        return cell, resources


def source_notebook(preprocessor: NbGraderPreprocessor, resources: dict) -> Path:
    """The instructor's notebook for the submission that is being converted."""
    converter = preprocessor.parent.parent  # the exporter's
    names = resources["nbgrader"]
    folder = converter.coursedir.format_path(converter.coursedir.source_directory, ".", names["assignment"])
    return Path(folder) / f"{names['notebook']}.ipynb"
