"""A large class on a cluster whose scheduler dies, and what a term costs: two tables of docs/performance.md.

`python tests/benchmarks/scale.py` starts a scheduler and four workers as docs/clusters.md says, has `course grade`
grade a class of 5,000 with two small exercises, of which some are right, some wrong, some empty and some end their
kernel, and kills the scheduler when half of them are graded. Then it does what an instructor does: it starts scheduler
and workers again and runs the same command again. Every submission has to have one score, the one that is due to it,
and one entry in the ledger. "Graded again" are those that workers had graded, but whose scores had not been written
down when the scheduler died: the workers' logs say how often they graded. tests/end_to_end/test_scale.py does a small
one.

`python tests/benchmarks/scale.py --term` grades some solved submissions of each lesson with one worker. Core-seconds
are the processor time of the command and of all that it starts (workers, kernels, judges, sandboxes), as Linux counts
it for a control group, whoever else uses the machine; where no group can be had, that of the whole machine, which has
to be quiet then. What it takes until the first submission is graded, less what each other one takes, is the start,
which a class pays once for each worker. "Own code" is the share of the cells alone, as in grading.py.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import psutil
import typer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from grading import ENVIRONMENT, ROOT, course, own_code
from support.small_course import SCORES, a_class, course_grade, scores, small_course

from utils.grading.course import Lesson, lessons
from utils.grading.pipeline.cluster import AHEAD, GONE, TOGETHER
from utils.grading.simulated_class import SimulatedClass
from utils.grading.store.ledger import NEW

EACH = 0.1  # seconds from one look at the class to the next
PATIENCE = 90  # seconds for a process to end
GROUPS = ("/sys/fs/cgroup/cpuacct", "/sys/fs/cgroup/cpu,cpuacct")  # where Linux counts processor time (version 1)
CLASS = 200  # students, whose term is counted


@dataclass
class Machines:
    """A scheduler and its workers, as an instructor starts them; all of them on this machine."""

    folder: Path
    workers: int
    address: str = field(init=False)
    running: list[subprocess.Popen] = field(default_factory=list)  # the scheduler is the last one but the workers

    def __post_init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"

    @property
    def log(self) -> Path:
        """What all of them write."""
        return self.folder / "machines.log"

    def start(self) -> subprocess.Popen:
        """Start them. Returns the scheduler."""
        host, port = self.address.removeprefix("tcp://").split(":")
        scheduler = self._dask("scheduler", "--host", host, "--port", port)
        for _ in range(self.workers):
            self._dask("worker", self.address, "--nthreads", "1", "--local-directory", str(self.folder))
        return scheduler

    def end(self) -> None:
        """End those that have not ended by themselves."""
        for process in self.running[::-1]:
            process.terminate()
        for process in self.running:
            process.wait(PATIENCE)

    def _dask(self, *command: str) -> subprocess.Popen:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        with self.log.open("a") as log:
            started = subprocess.Popen(
                [sys.executable, "-m", "dask", *command, "--no-dashboard"],
                cwd=self.folder,
                env=environment,
                stdout=log,
                stderr=log,
            )
        self.running.append(started)
        return started


@contextmanager
def machines(folder: Path, workers: int) -> Iterator[Machines]:
    """They are ended in the end."""
    made = Machines(folder, workers)
    try:
        yield made
    finally:
        made.end()


@dataclass(frozen=True)
class Outcome:
    """What a class took whose scheduler was killed and started again.

    before, after: submissions and seconds of both commands.  memory: bytes that a command held at most.
    again: how many were graded twice.
    """

    before: tuple[int, float]
    after: tuple[int, float]
    memory: int
    again: int


def through_a_restart(folder: Path, submissions: int, workers: int) -> Outcome:
    """Grade a class; when half of it is graded, kill the scheduler, start all again, type the command again.

    Raises AssertionError when anything is not as it should be.
    """
    classroom = small_course(folder / "course")
    a_class(classroom, submissions)
    with machines(folder, workers) as cluster, (folder / "printed").open("w") as output:  # a pipe would be full
        scheduler = cluster.start()
        options = ("--scheduler", cluster.address, "--log-level", "info")  # workers then write what they graded
        command = course_grade(classroom, *options, stdout=output)
        first, memory = watch(command, classroom, submissions // 2)
        scheduler.kill()
        command.wait(timeout=PATIENCE)
        printed = Path(output.name).read_text(encoding="utf-8")
        assert command.returncode == 1 and f"course: {GONE}" in printed and "Traceback" not in printed, printed
        with classroom.ledger() as ledger:
            before = len(ledger.entries(classroom.lesson.id))
        assert submissions // 2 <= before < submissions

        cluster.start()
        command = course_grade(classroom, *options, stdout=output)
        second, more = watch(command, classroom)
        printed = Path(output.name).read_text(encoding="utf-8")
        assert f"{submissions - before} graded, {before} were graded before, 0 left" in printed, printed
        assert command.returncode == 0, printed
    check(classroom, submissions)
    again = cluster.log.read_text().count(" graded in ") - submissions
    assert 0 <= again <= AHEAD * workers + TOGETHER, again
    return Outcome((before, first), (submissions - before, second), max(memory, more), again)


def watch(command: subprocess.Popen, classroom: SimulatedClass, until: int | None = None) -> tuple[float, int]:
    """Wait until so many are graded, or the command ends. Returns seconds, and the most bytes that it held."""
    started, memory = time.monotonic(), 0
    while command.poll() is None and (until is None or graded(classroom) < until):
        with suppress(psutil.Error):
            memory = max(memory, psutil.Process(command.pid).memory_info().rss)
        time.sleep(EACH)
    assert until is None or command.poll() is None, "it ended too early"
    return time.monotonic() - started, memory


def graded(classroom: SimulatedClass) -> int:
    """How many are graded, about: to read the ledger that often would take the machine's time."""
    folder = classroom.folder / "autograded"
    return len(os.listdir(folder)) if folder.exists() else 0


def check(classroom: SimulatedClass, submissions: int) -> None:
    """Everyone has one score, the right one, and one entry; and nothing is half-written."""
    students = [f"student{number:03}" for number in range(submissions)]
    due = {student: SCORES[number % len(SCORES)] for number, student in enumerate(students)}
    assert scores(classroom) == {student: (score, score) for student, score in due.items()}
    with classroom.ledger() as ledger:
        entries = ledger.entries(classroom.lesson.id)
    assert Counter(entry.student for entry in entries) == dict.fromkeys(students, 1)
    assert {(entry.attempt, entry.reason, entry.old_score) for entry in entries} == {(1, NEW, None)}
    assert {entry.student: entry.new_score for entry in entries} == due
    for student in students:
        done = classroom.path("autograded", student)
        assert sorted(path.name for path in done.iterdir()) == ["small.ipynb", "timestamp.txt"]
        assert [path.name for path in done.parent.iterdir()] == [classroom.lesson.id]


@contextmanager
def account() -> Iterator[tuple[Callable[[], float], Callable[[], None]]]:
    """Gives what tells the processor time that was taken, and what a process calls to have its own counted."""
    places = [Path(top, f"course-benchmark-{os.getpid()}") for top in GROUPS if os.access(top, os.W_OK)]
    if not places:
        print("no control group: the whole machine's time is counted", file=sys.stderr)
        yield (lambda: sum(psutil.cpu_times()._replace(idle=0, iowait=0, guest=0, guest_nice=0))), (lambda: None)
        return
    group = places[0]
    group.mkdir()
    try:
        yield (
            (lambda: int((group / "cpuacct.usage").read_text()) / 1e9),
            (lambda: (group / "cgroup.procs").write_text(str(os.getpid()))),
        )
    finally:
        while (group / "cgroup.procs").read_text():  # some end after the command
            time.sleep(EACH)
        group.rmdir()


def cost(lesson: Lesson, folder: Path, submissions: int) -> tuple[float, float, float]:
    """Core-seconds of the start, of each submission, and of its own code."""
    classroom = course(lesson.source, folder, submissions, lesson.hidden_cases)
    with account() as (seconds, enter):
        begin, at_first = seconds(), 0.0
        command = course_grade(classroom, "--workers", "1", preexec_fn=enter)
        while command.poll() is None and (count := graded(classroom)) < submissions:
            if count and not at_first:
                assert count == 1, "the first ones were written down together"
                at_first = seconds() - begin
            time.sleep(EACH)
        total = seconds() - begin
        printed, _ = command.communicate(timeout=PATIENCE)
    assert command.returncode == 0 and f"{submissions} graded" in printed, printed
    full = sum(test.max_points for test in classroom.results()[0].record.tests.values())
    assert [result.record.points for result in classroom.results()] == [full] * submissions
    each = (total - at_first) / (submissions - 1)
    return max(0.0, at_first - each), each, own_code(classroom, times=1)


def term(names: list[str] | None, submissions: int) -> None:
    """Print what grading each lesson takes."""
    print("| lesson | start, core-s | each submission, core-s | own code | a class of 200, core-hours |")
    print("| --- | --- | --- | --- | --- |")
    hours = []
    for lesson in lessons(ROOT, names):
        with tempfile.TemporaryDirectory(prefix="course-benchmark-") as folder:
            start, each, own = cost(lesson, Path(folder) / "course", submissions)
        hours.append((start + CLASS * each) / 3600)
        print(f"| {lesson.id} | {start:.0f} | {each:.1f} | {own / each:.0%} | {hours[-1]:.2f} |", flush=True)
    print(f"| **all** | | | | **{sum(hours):.1f}** |")


def main(
    names: Annotated[list[str] | None, typer.Argument(help="with --term: some lessons, such as 01")] = None,
    submissions: Annotated[int | None, typer.Option(help="5,000 of the class, or 2 of each lesson")] = None,
    workers: Annotated[int, typer.Option(help="of the cluster")] = 4,
    only_term: Annotated[bool, typer.Option("--term", help="what nine lessons cost, instead")] = False,
) -> None:
    """Print one of the tables."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the cluster ends with us
    if only_term:
        os.environ.update(ENVIRONMENT)
        term(names, submissions or 2)
        return
    count = submissions or 5000
    with tempfile.TemporaryDirectory(prefix="course-benchmark-") as folder:
        found = through_a_restart(Path(folder), count, workers)
    (before, first), (after, second) = found.before, found.after
    print("| submissions | workers | before the restart | after it | a second | memory of the command | graded again |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    print(
        f"| {count:,} | {workers} | {before:,} in {first:.0f} s | {after:,} in {second:.0f} s "
        f"| {count / (first + second):.1f} | {found.memory / 2**20:.0f} MiB | {found.again} |"
    )


if __name__ == "__main__":
    typer.run(main)
