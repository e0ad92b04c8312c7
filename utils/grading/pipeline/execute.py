"""Running one notebook: the student's cells in the sandbox, the instructor's tests in the judge."""

import asyncio
import logging
from collections.abc import Mapping
from queue import Empty
from typing import Any

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from utils.grading.cells import is_code, is_test, marked_id
from utils.grading.judge.client import JudgeClient
from utils.grading.judge.notebook import readable
from utils.grading.limits import Limits
from utils.grading.pipeline.rebuild import rebuilt_outputs
from utils.grading.sandbox.kernel import PromptClient, SandboxKernelManager
from utils.grading.sandbox.usage import LostTime, exceeded

PRINTED = "Your code printed during this test:\n"
GRACE = 5  # seconds for a kernel to answer after a test
SHORT = 1.0  # seconds that a cell takes before anybody asks who else used the machine
WATCH = 0.5  # seconds from one look at what a submission uses to the next
SERVE = "from utils.isolation import namespace_server as _server; _server.serve({path!r}, get_ipython().user_ns)"
log = logging.getLogger(__name__)

EXITS = {
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


class CappedClient(NotebookClient):
    """Runs cells like nbclient, but keeps no more than `limit` bytes of their output, whatever the kernel sends."""

    limit = Limits().output
    kept = 0

    @property
    def kernel(self) -> SandboxKernelManager:
        """The kernel that it runs cells in."""
        if not isinstance(self.km, SandboxKernelManager):
            raise RuntimeError("this client has no kernel of the sandbox")
        return self.km

    @property
    def channels(self) -> PromptClient:
        """What it talks to its kernel by."""
        if not isinstance(self.kc, PromptClient):
            raise RuntimeError("this client is not connected to a kernel")
        return self.kc

    def process_message(self, msg: dict, cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Take note of one message of the kernel; drop outputs past the limit."""
        if msg["msg_type"].startswith("comm"):  # widgets, whose buffers nbclient would keep
            return None
        if msg["msg_type"] not in ("status", "execute_input"):
            self.kept += len(repr(msg["content"])) if self.kept < self.limit else 0
            if self.kept >= self.limit:
                return None
        return super().process_message(msg, cell, cell_index)


def client_for(notebook: NotebookNode, kernel: SandboxKernelManager, limits: Limits) -> CappedClient:
    """What runs the cells of `notebook` in `kernel`, for as long as they take."""
    client = CappedClient(notebook, km=kernel, allow_errors=True, record_timing=False, coalesce_streams=True)
    client.limit = limits.output
    return client


class NotebookRun:
    """One notebook while it is graded.

    client: runs its cells.  judge: runs its tests.
    kernel_exit: why the kernel is not there any more, or "".
    failures: grade_id → case and misconception of each check that failed.
    """

    def __init__(self, client: CappedClient, judge: JudgeClient, limits: Limits) -> None:
        self.client, self.judge, self.limits = client, judge, limits
        self.kernel_exit = ""
        self.failures: dict[str, Mapping[str, str]] = {}
        self.failed: list[str] = []  # the tests that may not have given all their points so far
        self.to_come: list[str] = []  # the tests below
        self.above = 0  # the cells so far that are no tests
        self._ended = ""  # why the kernel was ended here

    async def run(self) -> None:
        """Run all cells. Tests get the judge's outputs, all others what the student's code gave, in place."""
        cells = self.client.nb.cells
        self.judge.read(readable([cell.source for cell in cells if is_code(cell) and not is_test(cell)]))
        self.to_come = [marked_id(cell) for cell in cells if is_code(cell) and is_test(cell)]
        watch = asyncio.create_task(self._watch(self.client.kernel.process_number))
        try:
            for index, cell in enumerate(cells):
                if is_code(cell):
                    await self._run_cell(cell, index)
        finally:
            watch.cancel()

    async def _run_cell(self, cell: NotebookNode, index: int) -> None:
        cell.outputs = []
        if is_test(cell):
            self.to_come.remove(marked_id(cell))
            cell.outputs = [nbformat.from_dict(output) for output in await self._test(marked_id(cell))]
            if any(output.output_type in ("error", "execute_result") for output in cell.outputs):
                self.failed.append(marked_id(cell))  # a result may be a part of the points
            return
        self.above += 1
        if not self.kernel_exit:
            await self._execute(cell, index)

    async def _execute(self, cell: NotebookNode, index: int) -> None:
        """Run one of the student's cells; what it writes on stderr is output like any other."""
        running = asyncio.ensure_future(self.client.async_execute_cell(cell, index))
        try:
            if await self._ends_in_time(running):
                await running
            else:
                await self.client.kernel.interrupt_kernel()
                await asyncio.wait_for(running, GRACE)
                why = f"stopped after {self.limits.cell_seconds} seconds"
                cell.outputs = [*cell.get("outputs", []), error_output("Timeout", why)]
        except DeadKernelError:
            if await self.client.kernel.is_alive():  # nbclient takes being cancelled for the kernel's end
                await self._stop("it went on after it was interrupted", cell)
            else:
                self.kernel_exit = self._exit_reason()
                cell.outputs = [*cell.get("outputs", []), error_output("KernelDied", self.kernel_exit)]
        except TimeoutError:  # it was interrupted and went on
            await self._stop("it went on after it was interrupted", cell)
        except Exception as problem:  # its messages are no messages: whatever nbclient stumbled over is their doing
            log.info("a kernel's messages could not be read", exc_info=True)
            await self._stop(f"it sent messages that cannot be read ({type(problem).__name__})", cell)
        cell.outputs = rebuilt_outputs(cell.get("outputs", []))
        count = cell.get("execution_count")
        cell.execution_count = count if type(count) is int and 0 < count < 10**6 else None

    async def _ends_in_time(self, running: "asyncio.Future[NotebookNode]") -> bool:
        """Whether a cell ends within its seconds. Those in which the machine was busy with others do not count; they
        are counted when it has taken a while, since to look at all processes takes longer than most cells do.
        """
        clock = asyncio.get_running_loop().time
        late = clock() + self.limits.cell_seconds
        await asyncio.wait([running], timeout=min(SHORT, self.limits.cell_seconds))
        if running.done():
            return True
        lost, left = LostTime(self.client.kernel.process_number), late - clock()
        while left > 0:
            await asyncio.wait([running], timeout=left)
            if running.done():
                return True
            left = late + lost.seconds() - clock()
        return False

    async def _stop(self, why: str, cell: NotebookNode) -> None:
        """End a kernel that cannot be worked with."""
        await self.client.kernel.end()
        self.kernel_exit = self._ended or why
        cell.outputs = [*cell.get("outputs", []), error_output("KernelDied", self.kernel_exit)]

    async def _test(self, name: str) -> list[dict[str, Any]]:
        """Have a judge run a test, while the kernel answers its questions. Returns the test's outputs."""
        late = asyncio.get_running_loop().time() + self.judge.seconds + GRACE
        verdict = await self.judge.start(name, self.failed, self.to_come, self.above)
        if not self.kernel_exit:
            serve = SERVE.format(path=str(self.judge.path))
            asked = self.client.channels.execute(serve, silent=True, store_history=False, allow_stdin=False)
            answering = asyncio.create_task(self._answered(asked))
            await asyncio.wait(
                [verdict, answering], return_when=asyncio.FIRST_COMPLETED, timeout=self.judge.seconds + GRACE
            )
        if not verdict.done():  # give a verdict that is on its way a moment, then tell the judge not to wait any more
            await asyncio.wait([verdict], timeout=0.2)
            self.judge.abort()
        outputs = self._take(name, await self._verdict(verdict, late))
        if not self.kernel_exit:
            if await self._settled(answering):
                outputs = [*await self._printed(asked), *outputs]
            else:
                self.kernel_exit = self._exit_reason()
        if self.kernel_exit and any(output["output_type"] == "error" for output in outputs):
            return self._take(name, failed(f"your kernel is not running any more: {self.kernel_exit}"))
        return outputs

    def _take(self, name: str, verdict: dict[str, Any]) -> list[dict[str, Any]]:
        """Take note of a verdict's failure. Returns its outputs."""
        self.failures.pop(name, None)
        if verdict["failure"]:
            self.failures[name] = verdict["failure"]
        return verdict["outputs"]

    async def _answered(self, message: str) -> bool:
        """Wait for the kernel's reply to `message`; False when it has died."""
        while await self.client.kernel.is_alive():
            try:
                reply = await self.client.channels.get_shell_msg(timeout=0.5)
                if reply["parent_header"].get("msg_id") == message:
                    return True
            except Empty:
                continue
            except Exception as problem:  # bytes that are no message are no reply
                log.info("a kernel sent what is no message: %s", problem)
        return False

    async def _verdict(self, verdict: "asyncio.Task[dict[str, Any] | None]", late: float) -> dict[str, Any]:
        """The judge's verdict. One who has none when it is `late`, or ends without, costs this test and no other."""
        left = max(GRACE, late - asyncio.get_running_loop().time())
        found, why = None, "it took too much memory to read what your code returned"
        try:
            found = await asyncio.wait_for(verdict, left)
        except TimeoutError:
            why = "it took too long to read what your code returned"
        self.judge.end()
        if found is None:
            log.warning("a judge did not come to an end with a test: %s", why)
        return found or failed(why)

    async def _printed(self, message: str) -> list[dict[str, Any]]:
        """What the student's code wrote while it answered `message`, as the output of a test."""
        parts: list[str] = []
        try:
            await asyncio.wait_for(self._read_printed(message, parts), GRACE)
        except (Empty, TimeoutError):  # there is no more to read, or no end of it
            pass
        except Exception as problem:
            log.info("a kernel sent what is no message: %s", problem)
        text = "".join(parts)[: self.limits.printed]
        return [nbformat.v4.new_output("stream", name="stdout", text=PRINTED + text)] if text else []

    async def _read_printed(self, message: str, parts: list[str]) -> None:
        """Append to `parts` what the kernel prints, until it has done with `message`."""
        while sum(map(len, parts)) < self.limits.printed:
            said = await self.client.channels.get_iopub_msg(timeout=GRACE)
            if said["parent_header"].get("msg_id") == message:
                if said["msg_type"] == "stream":
                    parts.append(str(said["content"]["text"]))
                elif said["content"].get("execution_state") == "idle":
                    return

    async def _settled(self, answering: "asyncio.Task[bool]") -> bool:
        """Whether the kernel is ready for the next cell; interrupts it when it is not."""
        for _ in range(2):
            done, _ = await asyncio.wait([answering], timeout=GRACE)
            if done:
                return answering.result()
            await self.client.kernel.interrupt_kernel()
        answering.cancel()
        await self.client.kernel.end()
        return False

    async def _watch(self, process: int) -> None:
        """End the kernel, whose process has this number, when the submission uses more than it may."""
        late = asyncio.get_running_loop().time() + self.limits.notebook_seconds
        before = psutil.Process().memory_info().rss
        while not self._ended:
            await asyncio.sleep(WATCH)
            try:
                self._ended = await self._exceeded(process, late, before)
            except Exception:  # without a watch there is no limit
                log.exception("a submission cannot be watched, and is ended")
                self._ended = "what it uses could not be watched"
        await self.client.kernel.sandbox.kill()

    async def _exceeded(self, process: int, late: float, before: int) -> str:
        """Which limit the submission has passed, or "".  late: the loop's time.  before: bytes that the grader held."""
        limits = self.limits
        if asyncio.get_running_loop().time() > late:
            return f"the notebook took more than {limits.notebook_seconds} seconds"
        if psutil.Process().memory_info().rss - before > limits.message_memory:
            return "it sent messages without end"
        if self._out_of_memory():
            return f"it used more than {limits.memory / 2**30:.3g} GiB of memory"
        return await asyncio.to_thread(exceeded, process, limits)

    def _out_of_memory(self) -> bool:
        group = self.client.kernel.sandbox.group
        return group is not None and group.ran_out_of_memory()

    def _exit_reason(self) -> str:
        """Why the kernel is not there any more, in the student's terms."""
        process = self.client.kernel.sandbox.process
        code = process.poll() if process is not None else None
        if not self._ended and self._out_of_memory():
            reason = f"it used more than {self.limits.memory / 2**30:.3g} GiB of memory"
        elif self._ended or code is None or code == 0:
            reason = self._ended or "it ended itself"
        else:
            reason = EXITS.get(code if code > 0 else 128 - code, f"it ended with status {code}")
        log.info("a kernel has ended: %s", reason)
        return reason


def failed(misconception: str) -> dict[str, Any]:
    """The verdict of a test that could not be judged."""
    failure = {"case": "", "misconception": misconception}
    return {"outputs": [error_output("CheckFailed", misconception)], "failure": failure}


def error_output(name: str, message: str) -> NotebookNode:
    """The output of a cell that failed."""
    return nbformat.v4.new_output("error", ename=name, evalue=message, traceback=[f"✗ {message}"])
