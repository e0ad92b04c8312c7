"""How grading grows with workers: `python tests/benchmarks/scaling.py` prints two tables,
which docs/performance.md sums up.

First, real grading on this machine with 1, 2 and 4 workers. Then a simulation with Dask's real scheduler and the real
writer of scores: its workers, many in a few processes, sleep for as long as the submissions of the first part took, and
send back one of their records. So it shows where the scheduler or the writer becomes the limit, and what the command's
process holds at its highest point. All other numbers are submissions per second. (All workers of a simulation share the
machine with the scheduler and the writer, which would be faster alone.)
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import dask
import psutil
import typer
from distributed import Client, LocalCluster
from rich.console import Console

sys.path.insert(0, str(Path(__file__).parent))

from grading import NOTEBOOKS, course
from sleepers import sleep_for

from utils.grading.commands import grade
from utils.grading.pipeline.cluster import SETTINGS, flow
from utils.grading.pipeline.submission import Submission, SubmissionKey
from utils.grading.simulated_class import SimulatedClass
from utils.grading.store.ledger import Due, GradedSubmission

ENVIRONMENT = "simulated"  # what every record says that it was graded with
PROCESSES = 8  # that hold the simulated workers
MOMENT = 40  # seconds that a simulation should take at most, if nothing but the workers were the limit


def real(folder: Path, submissions: int) -> tuple[SimulatedClass, list[float]]:
    """Print submissions per second for 1, 2 and 4 workers. Returns the class, and what a submission took with 2."""
    print(f"\n{submissions} submissions of the PyTorch notebook, start of the command included\n")
    print("| workers | submissions per second | against one |\n| --- | --- | --- |")
    rates: dict[int, float] = {}
    seconds: dict[int, list[float]] = {}
    for workers in (1, 2, 4):
        classroom = course(NOTEBOOKS["PyTorch"], folder / f"real{workers}", submissions)
        started = time.monotonic()
        outcome = grade.run(classroom, grade.Options(workers=workers), Console(quiet=True))
        rates[workers] = submissions / (time.monotonic() - started)
        assert outcome.done == submissions
        seconds[workers] = [result.record.seconds for result in classroom.results()]
        print(f"| {workers} | {rates[workers]:.2f} | {rates[workers] / rates[1]:.2f} |", flush=True)
    return classroom, seconds[2]


@contextmanager
def many(workers: int) -> Iterator[Client]:
    """A scheduler with so many workers that can only sleep."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    silent = {"n_workers": 0, "host": "127.0.0.1", "dashboard_address": None, "silence_logs": 50}
    with dask.config.set(SETTINGS), LocalCluster(**silent) as scheduler:
        share = [len(range(k, workers, PROCESSES)) for k in range(PROCESSES)]
        sleepers = [sys.executable, Path(__file__).with_name("sleepers.py"), scheduler.scheduler_address]
        held = [
            subprocess.Popen([*sleepers, str(count)], env=environment, stderr=subprocess.DEVNULL)
            for count in filter(None, share)
        ]
        try:
            with Client(scheduler) as client:
                client.wait_for_workers(workers, timeout=300)
                yield client
        finally:
            for process in held:
                process.kill()


def simulated(folder: Path, classroom: SimulatedClass, seconds: list[float], workers: int, submissions: int) -> str:
    """A row of the table: what the workers could do, the rates without and with the writer, the highest memory."""
    possible = workers / (sum(seconds) / len(seconds))
    most = min(submissions, int(MOMENT * possible))
    text, record = sample(classroom)
    answer = folder / "answer.json"
    answer.write_text(record)
    handed = SubmissionKey("", classroom.lesson.id, classroom.lesson.topic, "")
    rates, command, highest = [], psutil.Process(), 0.0
    with many(workers) as client:
        for writes in (False, True):
            target = SimulatedClass(folder / f"simulated{workers}", classroom.lesson).set_up() if writes else classroom
            work = (Submission(replace(handed, student=f"student{n:05}"), text) for n in range(most))
            with target.ledger() as ledger:
                started = time.monotonic()
                for batch in flow(client, partial(sleep_for, seconds, answer), work, ENVIRONMENT):
                    assert not (failed := [why for _, _, why in batch if why]), failed[0]
                    if writes:
                        done = [GradedSubmission(one.key, record, Due("simulated", 1)) for one, record, _ in batch]
                        ledger.apply(done, lambda one, to=target: to.publish(one.key.student, one.record))
                    highest = max(highest, command.memory_info().rss)
                rates.append(most / (time.monotonic() - started))
    columns = workers, most, possible, *rates
    return f"| {' | '.join(f'{number:.0f}' for number in columns)} | {highest / 2**20:.0f} MiB |"


def sample(classroom: SimulatedClass) -> tuple[str, str]:
    """The text of a submission that was graded, and its record as a worker sends it."""
    with classroom.ledger() as ledger:
        entry = ledger.entries(latest=True)[0]
    notebook = (classroom.path("autograded", entry.student) / f"{classroom.lesson.topic}.ipynb").read_text()
    record = replace(entry.details, notebook=notebook, environment=ENVIRONMENT)
    return classroom.read(entry.student).text, record.to_json()


def main(
    real_submissions: Annotated[int, typer.Option(help="of the first part")] = 48,
    submissions: Annotated[int, typer.Option(help="of each simulation")] = 10_000,
    workers: Annotated[list[int] | None, typer.Option(help="of the simulations")] = None,
) -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory(prefix="course-benchmark-") as folder:
        classroom, seconds = real(Path(folder), real_submissions)
        print(f"\nSimulated, each a sleep of {min(seconds):.2f} to {max(seconds):.2f} s\n")
        print("| workers | submissions | they could do | scheduler | scheduler and writer | peak memory |")
        print("| --- | --- | --- | --- | --- | --- |")
        for count in workers or (8, 64, 256, 1000):  # each in a process of its own, whose memory is its own
            with ProcessPoolExecutor(1, get_context("spawn")) as process:
                row = process.submit(simulated, Path(folder), classroom, seconds, count, submissions)
                print(row.result(), flush=True)


if __name__ == "__main__":
    typer.run(main)
