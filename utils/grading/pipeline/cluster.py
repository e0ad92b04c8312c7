"""Grading many submissions at once, on Dask: on this machine, or on whatever a running scheduler has."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing import forkserver, set_forkserver_preload
from typing import Any

import dask
import psutil
from distributed import Client, LocalCluster, Worker, WorkerPlugin, as_completed, get_worker
from distributed.utils import silence_logging_cmgr

from utils.errors import CourseError
from utils.grading.limits import Limits
from utils.grading.pipeline.assignment import Assignment
from utils.grading.pipeline.grader import Grader
from utils.grading.pipeline.record import Record
from utils.grading.pipeline.submission import Submission
from utils.grading.sandbox import bubblewrap
from utils.isolation.forkserver import FORKS

MEMORY = 1.5 * 2**30  # bytes that a worker takes with all its processes, about
ANSWERS = 20  # seconds for a scheduler to answer
AHEAD = 2  # submissions for each worker that have been sent and are not back
TOGETHER = 16  # submissions that are sent, and given on when they are back, at once
RUNNING = "running"  # the status of a client that has its scheduler
EACH = 0.05  # seconds from one look at what is back to the next
GONE = (
    "the connection to the Dask scheduler was lost, and no score with it. Start the scheduler and its workers again, "
    "then run the same command again: it goes on from here"
)
SETTINGS: dict[str, Any] = {
    "distributed.scheduler.allowed-failures": 10,  # workers that may die under a submission before it is given up
    "distributed.worker.daemon": False,  # a worker starts processes
    "distributed.worker.profile.enabled": False,
    "distributed.admin.low-level-log-length": 10,  # messages, with submissions in them, that each connection keeps
    "distributed.comm.timeouts.connect": "60s",
    "distributed.logging.distributed": "critical",
}
if FORKS:
    SETTINGS["distributed.worker.multiprocessing-method"] = "forkserver"
LOGGER = "utils.grading"  # whose level an instructor chooses
log = logging.getLogger(__name__)

Graded = tuple[Submission, Record | None, str]  # a submission with its record, or with None and why there is none


class GraderPlugin(WorkerPlugin):
    """Gives every worker a grader for an assignment, also those that come later.

    limits: by their names.  sandboxed: see `Grader`.  level: of the log that each worker writes on its stderr.
    """

    def __init__(self, assignment: Assignment, limits: Limits, sandboxed: bool, level: int) -> None:
        self.assignment, self.sandboxed, self.level = assignment, sandboxed, level
        self.limits = limits.trait_values(config=True)
        self.name = f"course-{assignment.version}"
        self._grader: Grader | None = None
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in ("_lock", "_grader")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=threading.Lock(), _grader=None)

    def setup(self, worker: Worker) -> None:
        """Say that a worker is there."""
        log_to_stderr(self.level)
        log.info("worker %s grades %s (process %d)", worker.address, self.assignment.id, os.getpid())

    def teardown(self, worker: Worker) -> None:
        """End the grader's processes."""
        with self._lock:
            grader, self._grader = self._grader, None
        if grader is not None:
            grader.close()

    def fitness(self) -> tuple[str, str]:
        """The worker's environment, and what keeps it from grading, or ""."""
        try:
            if self.sandboxed:
                bubblewrap.require()
        except CourseError as missing:
            return self._environment(), str(missing)
        return self._environment(), ""

    def grade(self, text: str, problem: str) -> str:
        """One submission's record, as JSON."""
        with self._lock:
            if self._grader is None:
                self._grader = Grader(self.assignment, Limits(**self.limits), self.sandboxed)
            grader = self._grader
        record = grader.grade(text, problem)
        log.info("graded in %.2f seconds%s", record.seconds, record.kernel_exit and f"; kernel: {record.kernel_exit}")
        return record.to_json()

    def _environment(self) -> str:
        return self.assignment.environment(Limits(**self.limits))


def log_to_stderr(level: int | str) -> None:
    """Have this process write the grading log, from `level` on, to stderr."""
    logger = logging.getLogger(LOGGER)
    logger.setLevel(level)
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s [%(process)d] %(message)s"))
        logger.addHandler(handler)


def _grade(name: str, text: str, problem: str) -> str:
    return _plugin(get_worker(), name).grade(text, problem)


def _fitness(name: str, dask_worker: Worker) -> tuple[str, str]:
    return _plugin(dask_worker, name).fitness()


def _plugin(worker: Worker, name: str) -> GraderPlugin:
    found = worker.plugins[name]
    if not isinstance(found, GraderPlugin):
        raise TypeError(f"the worker's plugin {name!r} is no grader")
    return found


@contextmanager
def connected(workers: int | None = None, scheduler: str | None = None) -> Iterator[Client]:
    """A client of the scheduler at this address, or else of a cluster on this machine that ends with it.

    workers: how many processes grade, on this machine. Raises CourseError.
    """
    with dask.config.set(SETTINGS):
        if scheduler:
            try:
                client = Client(scheduler, timeout=ANSWERS)
            except (OSError, ValueError) as problem:
                raise CourseError(f"no Dask scheduler answers at {scheduler} ({problem})") from problem
            with silence_logging_cmgr(logging.CRITICAL, "distributed.client"), client:  # we say it in one line
                yield client
        else:
            _prepare_workers()
            local = LocalCluster(
                n_workers=workers or as_many_as_fit(),
                threads_per_worker=1,
                memory_limit=0,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                silence_logs="CRITICAL",
                security=True,  # whoever else works on this machine cannot talk to it
            )
            with local, Client(local) as client:
                yield client


def _prepare_workers() -> None:
    """Start the process that local workers are forked from, which has imported what takes each of them seconds.

    Dask would name its own packages only, and a running one is kept.
    """
    if FORKS:
        set_forkserver_preload([__name__, "distributed.nanny"])
        with handling(signal.SIGINT, signal.SIG_IGN):  # which it inherits: a ctrl-C is for this process alone
            forkserver.ensure_running()


@contextmanager
def handling(number: signal.Signals, handler: Any) -> Iterator[None]:
    """Meanwhile handle a signal in this way, where it can be said: in a program's main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)


def as_many_as_fit() -> int:
    """Workers for this machine: one for each processor that we may use, as far as the memory goes."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(processors, int(psutil.virtual_memory().total // MEMORY)))


def grade_all(
    client: Client,
    assignment: Assignment,
    submissions: Iterable[Submission],
    limits: Limits | None = None,
    sandboxed: bool = True,
) -> Iterator[list[Graded]]:
    """Grade submissions, in any order; what comes back at the same time is given on together.

    However many there are, no more than a few for each worker are held at a time. Raises CourseError when no worker
    can grade, or one would grade otherwise than this machine does.
    """
    limits = limits or Limits()
    plugin = GraderPlugin(assignment, limits, sandboxed, logging.getLogger(LOGGER).getEffectiveLevel())
    environment = assignment.environment(limits)
    try:
        client.register_plugin(plugin)
        _check(client, plugin.name, environment)
        yield from flow(client, partial(_grade, plugin.name), iter(submissions), environment)
    except OSError as problem:
        if client.status == RUNNING:
            raise
        raise CourseError(GONE) from problem
    finally:
        try:
            if client.status == RUNNING:
                client.unregister_worker_plugin(plugin.name)
        except Exception as problem:  # a scheduler that is gone has forgotten it
            log.info("the graders could not be taken off the workers: %s", problem)


def _check(client: Client, name: str, environment: str) -> None:
    """Raise CourseError unless there is a worker, and all are fit to grade."""
    try:
        client.wait_for_workers(1, timeout=60)
    except TimeoutError as problem:
        raise CourseError("the Dask scheduler has no workers: start some, then run the command again") from problem
    for worker, (its, unfit) in client.run(_fitness, name).items():
        if unfit:
            raise CourseError(f"worker {worker}: {unfit}")
        if its != environment:
            raise CourseError(
                f"worker {worker} has other packages, or another version of the course, than this machine"
            )


def flow(
    client: Client, task: Callable[[str, str], str], submissions: Iterator[Submission], environment: str
) -> Iterator[list[Graded]]:
    """Have `task` make a record's JSON of each submission's text and problem, on the workers.

    environment: the only one whose records are accepted.  Raises CourseError when the scheduler is gone: another in its
    place knows nothing of what was sent, and the workers have ended with it.
    """
    sent: dict[Any, Submission] = {}
    finished = as_completed(with_results=True, raise_errors=False)

    def send() -> None:
        room = max(0, AHEAD * max(1, sum(client.nthreads().values())) - len(sent))
        while some := list(islice(submissions, min(room, TOGETHER))):
            texts, problems = [one.text for one in some], [one.problem for one in some]
            futures = client.map(task, texts, problems, pure=False, retries=1)
            sent.update(zip(futures, some, strict=True))
            finished.update(futures)
            room -= len(some)

    send()
    while sent:
        batch = finished.next_batch(block=False)  # it would wait for ever for what came back as the scheduler died
        known = [(future, answer) for future, answer in batch if future.status != "cancelled"]
        gone = client.status != RUNNING or len(known) < len(batch)
        done = [(sent.pop(future), *_outcome(future, answer, environment)) for future, answer in known]
        del batch, known  # a future that nobody holds is forgotten, with its result
        if done and not gone:
            send()
        yield from (done[first : first + TOGETHER] for first in range(0, len(done), TOGETHER))
        if gone:
            raise CourseError(GONE)
        if not done:
            time.sleep(EACH)


def _outcome(future: Any, answer: Any, environment: str) -> tuple[Record | None, str]:
    """The record, or None and the reason."""
    try:
        record = Record.from_json(answer if future.status == "finished" else future.result())
    except Exception as problem:  # whatever it was: one submission must not cost the others their grades
        log.warning("a submission could not be graded", exc_info=True)
        return None, f"{type(problem).__name__}: {problem}".splitlines()[0]
    if record.environment != environment:
        return None, "it was graded by a worker that has other packages or another version of the course"
    return record, ""
