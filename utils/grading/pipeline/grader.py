"""The grader: grades submissions to one lesson, and owns every process that this takes."""

import asyncio
import logging
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import LimitOutput

from utils.grading.cells import grade_id, is_code, is_test
from utils.grading.judge.client import JudgeClient, JudgeForkServer
from utils.grading.judge.notebook import imported_modules
from utils.grading.limits import Limits
from utils.grading.pipeline.assignment import Assignment
from utils.grading.pipeline.execute import CappedClient, NotebookRun, client_for, error_output
from utils.grading.pipeline.lost_names import is_of_lesson, names_in, regain_names
from utils.grading.pipeline.record import Record, error_message, record_of
from utils.grading.pipeline.sanitize import parse, restore_metadata, restore_tests
from utils.grading.sandbox import bubblewrap
from utils.grading.sandbox.kernel import KernelForkServer, SandboxKernelManager, context
from utils.isolation import control_group
from utils.isolation.forkserver import FORKS

Result = TypeVar("Result")
NO_HISTORY = ["--HistoryManager.hist_file=:memory:"]
OTHER_LESSON = "none of the lesson's cells are in the notebook: is it one of another lesson?"
FIRST_LINE = 200  # characters of a cell's first line that a record keeps
log = logging.getLogger(__name__)


class Grader:
    """Grades submissions to one lesson: `with Grader(assignment, limits) as grader: record = grader.grade(text)`.

    It owns two processes to fork kernels and judges from, the session that is got ready for the next submission, and a
    thread that runs them. Leaving the `with` ends them all.

    sandboxed: False runs submissions with the grader's own rights, for code that the grader wrote.
    prefetches: whether a session is got ready for another submission; to be set to False before the last one.
    Raises CourseError where there is no sandbox.
    """

    prefetches = True

    def __init__(self, assignment: Assignment, limits: Limits | None = None, sandboxed: bool = True) -> None:
        self.assignment, self.limits, self.sandboxed = assignment, limits or Limits(), sandboxed
        if sandboxed:
            bubblewrap.require()
        self._context = context()
        self._kernels: KernelForkServer | None = None
        self._judges: JudgeForkServer | None = None
        self._next: Future[GradingSession] | None = None
        self._one_at_a_time = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="grader", daemon=True)
        self._thread.start()

    def __enter__(self) -> "Grader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def grade(self, text: str, problem: str = "") -> Record:
        """Grade a submission.  text: what was handed in.  problem: why it could not be read, if so."""
        try:
            notebook = parse(text) if not problem else None
        except ValueError as reason:
            notebook, problem = None, str(reason)
        if notebook is None:
            return self.refuse(problem)
        return self.grade_notebook(notebook, prepare(self.assignment, notebook))

    def refuse(self, problem: str, notebook: NotebookNode | None = None) -> Record:
        """The record of what could not be graded: every test is failed, and the notebook says why."""
        if notebook is None:
            notebook = notice(problem)
            prepare(self.assignment, notebook)
        notebook.metadata["course"] = {"problem": problem}
        for cell in filter(is_test, notebook.cells):
            cell.outputs = [error_output("CheckFailed", f"this notebook could not be graded: {problem}")]
        return record_of(self.assignment, self.limits, notebook, problem=problem)

    def grade_notebook(self, notebook: NotebookNode, tampering: Sequence[str] = ()) -> Record:
        """Run a notebook that was prepared (see `prepare`). Its cells get their outputs, in place."""
        started = time.monotonic()
        run = self.run(notebook)
        notebook, _ = LimitOutput().preprocess(notebook, {})
        failed = [cell for cell in notebook.cells if is_code(cell) and not is_test(cell) and error_message(cell)]
        return record_of(
            self.assignment,
            self.limits,
            notebook,
            run.failures,
            kernel_exit=run.kernel_exit,
            tampering=tuple(tampering),
            failed_cells=tuple(cell.source[:FIRST_LINE].partition("\n")[0] for cell in failed),
            seconds=time.monotonic() - started,
        )

    def run(self, notebook: NotebookNode) -> NotebookRun:
        """Run a notebook as it is: its cells get their outputs, in place."""
        with self._one_at_a_time:
            run = self._wait(self._run(notebook))
            if self.prefetches:
                self._next = asyncio.run_coroutine_threadsafe(self._new_session(), self._loop)
            return run

    def close(self) -> None:
        """End all processes and the thread, and remove what they had in folders."""
        if self._loop.is_closed():
            return
        waiting, self._next = self._next, None
        if waiting is not None:
            self._wait(_close_session(waiting))
        for server in (self._kernels, self._judges):
            if server is not None:
                server.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._context.destroy(linger=0)

    def _wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _run(self, notebook: NotebookNode) -> NotebookRun:
        session = await self._session()
        try:
            client = await session.connect(notebook)
            try:
                run = NotebookRun(client, session.judge, self.limits)
                await run.run()
                return run
            finally:
                client.channels.stop_channels()
        finally:
            await session.close()

    async def _session(self) -> "GradingSession":
        """The session that was got ready after the last submission, or a new one."""
        waiting, self._next = self._next, None
        if waiting is not None:
            try:
                session = await asyncio.wrap_future(waiting)
                if session.usable():
                    return session
                await session.close()
            except Exception as problem:
                log.warning("the next session could not be got ready (%s): another is started", problem)
        return await self._new_session()

    async def _new_session(self) -> "GradingSession":
        kernels = await asyncio.to_thread(self._start_servers)
        session = GradingSession(self._judge_server, kernels, self._context, self.limits)
        try:
            session.judge.prepare()
            await session.start_kernel()
        except BaseException:
            await session.close()
            raise
        return session

    def _start_servers(self) -> KernelForkServer | None:
        """Start both servers; the kernels' one. One that has ended (after some idle minutes, say) is replaced."""
        source = self.assignment.source
        if self.sandboxed and (self._kernels is None or not self._kernels.alive):
            if self._kernels is not None:
                self._kernels.close()
            modules = imported_modules(source, ("given", "students", "solution"))
            self._kernels = KernelForkServer(modules, self.limits.process_limits())
        self._judge_server()
        return self._kernels

    def _judge_server(self) -> JudgeForkServer:
        """What a judge can be forked from."""
        if self._judges is None or not self._judges.alive or not FORKS:
            if self._judges is not None:
                self._judges.close()
            self._judges = JudgeForkServer(self.assignment.source, self.assignment.cases)
        return self._judges


class GradingSession:
    """What one submission is graded with: judges, a kernel, and a folder for the sockets between them.

    judges: gives what to fork a judge from.  kernels: what to fork the kernel from; None where there is no sandbox.
    """

    def __init__(
        self, judges: Callable[[], JudgeForkServer], kernels: KernelForkServer | None, context: Any, limits: Limits
    ) -> None:
        self._kernels, self._context, self.limits = kernels, context, limits
        self.folder = Path(tempfile.mkdtemp(prefix="course-", dir=kernels.folder if kernels is not None else None))
        self.judge = JudgeClient(judges, self.folder / "judge.sock", limits)
        self.kernel: SandboxKernelManager | None = None
        self.group = control_group.make(limits.shares()) if kernels is not None else None

    async def start_kernel(self, forked: bool = True) -> None:
        """Start the kernel, or another in its place."""
        self.kernel = SandboxKernelManager(
            self.folder,
            self.limits.process_limits(),
            self._context,
            server=self._kernels if forked else None,
            sandboxed=self._kernels is not None,
            group=self.group,
        )
        await self.kernel.start_kernel(extra_arguments=NO_HISTORY)

    async def connect(self, notebook: NotebookNode) -> CappedClient:
        """What runs the cells of `notebook`, with a kernel that has answered.

        A forked kernel that dies before any of the student's code has run is no fault of theirs: another is started.
        """
        if self.kernel is None:
            raise RuntimeError("no kernel has been started")
        client = client_for(notebook, self.kernel, self.limits)
        try:
            await client.async_start_new_kernel_client()
        except RuntimeError as problem:
            log.warning("a kernel died before it was used (%s): another is started", problem)
            await self.start_kernel(forked=False)
            client = client_for(notebook, self.kernel, self.limits)
            await client.async_start_new_kernel_client()
        return client

    def usable(self) -> bool:
        """Whether its folder, which lies among temporary files, is still there."""
        return self.folder.is_dir()

    async def close(self) -> None:
        """End both processes, remove the folder."""
        self.judge.close()
        try:
            if self.kernel is not None and self.kernel.has_kernel:
                await self.kernel.end()
        finally:
            if self.group is not None:
                self.group.close()  # no thread for it: Python may be about to end, and has none any more
            bubblewrap.remove(self.folder)


async def _close_session(waiting: "Future[GradingSession]") -> None:
    try:
        session = await asyncio.wrap_future(waiting)
    except Exception as problem:
        log.info("the next session had not been got ready: %s", problem)
    else:
        await session.close()


def prepare(assignment: Assignment, notebook: NotebookNode) -> list[str]:
    """Make a submission ready to be run, in place. Returns what had been done to its tests."""
    nameless = not any(grade_id(cell) for cell in notebook.cells)
    regain_names(notebook, assignment)
    belongs = is_of_lesson(names_in(notebook), assignment)
    tampering = restore_metadata(notebook, assignment, nameless)
    if not belongs:
        tampering = [OTHER_LESSON]
    restore_tests(notebook, assignment)
    return tampering


def notice(problem: str) -> NotebookNode:
    """A notebook that says only why there is no other."""
    cell = nbformat.v4.new_markdown_cell(f"**This notebook could not be graded:** {problem}.")
    return nbformat.v4.new_notebook(cells=[cell])
