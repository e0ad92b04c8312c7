"""Grading many submissions at once, on Dask: on this machine, or on whatever a running scheduler has."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from typing import Any

import dask
import psutil
from distributed import Client, LocalCluster, Worker, WorkerPlugin, as_completed, get_worker

from utils.cli import CourseError
from utils.grading import sandbox
from utils.grading.assignment import Assignment, environment
from utils.grading.handed_in import Submission
from utils.grading.mark import Record, from_json, mark, to_json
from utils.grading.seat import Seat

MEMORY = 1.5 * 2**30  # bytes that a worker takes with all its processes, about
ANSWERS = 20  # seconds for a scheduler to answer
AHEAD = 2  # submissions for each worker that have been sent and are not back
TOGETHER = 16  # submissions that are sent, and given on when they are back, at once
SETTINGS = {
    "distributed.scheduler.allowed-failures": 10,  # workers that may die under a submission before it is given up
    "distributed.worker.daemon": False,  # a worker starts processes
    "distributed.worker.profile.enabled": False,
    "distributed.admin.low-level-log-length": 10,  # messages, with submissions in them, that each connection keeps
    "distributed.comm.timeouts.connect": "60s",
    "distributed.logging.distributed": "critical",
}


Back = tuple[Submission, Record | None, str]  # a submission with its record, or with None and why there is none


class Grader(WorkerPlugin):
    """Brings an assignment to every worker, also to those that come later."""

    def __init__(self, assignment: Assignment, confined: bool) -> None:
        self.assignment, self.confined = assignment, confined
        self.name = f"course-{assignment.version}"

    def teardown(self, worker: Worker) -> None:
        """End the processes that wait for a submission."""
        Seat.stop()

    def grade(self, text: str, problem: str) -> str:
        """One submission's record, as JSON."""
        return to_json(mark(self.assignment, text, problem, self.confined, more=True))


def _grade(name: str, text: str, problem: str) -> str:
    return get_worker().plugins[name].grade(text, problem)


def _fitness(confined: bool) -> tuple[str, str]:
    """A worker's environment, and what keeps it from grading."""
    try:
        if confined:
            sandbox.require()
    except CourseError as missing:
        return environment(), str(missing)
    return environment(), ""


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
            with client:
                yield client
        else:
            local = LocalCluster(
                n_workers=workers or as_many_as_fit(), threads_per_worker=1, memory_limit=0,
                host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs="CRITICAL",
                security=True,  # whoever else works on this machine cannot talk to it
            )  # fmt: skip
            with local, Client(local) as client:
                yield client


def as_many_as_fit() -> int:
    """Workers for this machine: one for each processor that we may use, as far as the memory goes."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(processors, int(psutil.virtual_memory().total // MEMORY)))


def graded(
    client: Client, assignment: Assignment, submissions: Iterable[Submission], confined: bool = True
) -> Iterator[list[Back]]:
    """Grade submissions, in any order; what comes back at the same time is given on together.

    However many there are, no more than a few for each worker are held at a time. Raises CourseError when no worker
    can grade, or one would grade otherwise than this machine does.
    """
    grader = Grader(assignment, confined)
    client.register_plugin(grader)
    try:
        _check(client, confined)
        yield from flow(client, partial(_grade, grader.name), iter(submissions))
    finally:
        with suppress(Exception):  # a scheduler that is gone has forgotten it
            client.unregister_worker_plugin(grader.name)


def _check(client: Client, confined: bool) -> None:
    """Raise CourseError unless there is a worker, and all are fit to grade."""
    try:
        client.wait_for_workers(1, timeout=60)
    except TimeoutError as problem:
        raise CourseError("the Dask scheduler has no workers: start some, then run the command again") from problem
    for worker, (its, problem) in client.run(_fitness, confined).items():
        if problem:
            raise CourseError(f"worker {worker}: {problem}")
        if its != environment():
            raise CourseError(
                f"worker {worker} has other packages, or another version of the course, than this machine"
            )


def flow(client: Client, task: Callable[[str, str], str], submissions: Iterator[Submission]) -> Iterator[list[Back]]:
    """Have `task` make a record's JSON of each submission's text and problem, on the workers."""
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
    for batch in finished.batches():
        done = [(sent.pop(future), *_outcome(future, answer)) for future, answer in batch]
        del batch  # a future that nobody holds is forgotten, with its result
        send()
        yield from (done[first : first + TOGETHER] for first in range(0, len(done), TOGETHER))


def _outcome(future: Any, answer: Any) -> tuple[Record | None, str]:
    """The record, or None and the reason."""
    try:
        record = from_json(answer if future.status == "finished" else future.result())
    except Exception as problem:  # whatever it was: one submission must not cost the others their grades
        return None, f"{type(problem).__name__}: {problem}".splitlines()[0]
    if record.environment != environment():
        return None, "it was graded by a worker that has other packages or another version of the course"
    return record, ""
