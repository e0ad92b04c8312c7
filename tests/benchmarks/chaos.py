"""Grading under a hail of crashes: workers, the command and its database connections are killed while it works.

`python tests/benchmarks/chaos.py` grades 60 submissions, with 5 deaths of the command, 5 of workers and 2 of all
connections to a PostgreSQL gradebook, and compares with an undisturbed run. tests/end_to_end/test_chaos.py does less.
"""

import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Annotated

import psutil
import typer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.postgres import cut_connections, programs, server
from support.small_course import a_class, course_grade, scores, small_course

from utils.grading.simulated_class import SimulatedClass
from utils.grading.store.ledger import NEW, Entry

DEADLINE = 600  # seconds for all of it
KINDS = ("command", "worker", "connections")


def storm(folder: Path, submissions: int, kills: dict[str, int], seed: int = 0) -> Counter[str]:
    """Grade a class, killing so many of each kind at random moments, until the command ends by itself.

    Raises AssertionError when a score differs from that of an undisturbed run, or the ledger is not as it should be.
    Returns what was killed.
    """
    draw, done = random.Random(seed), Counter()
    with ExitStack() as stack:
        url = stack.enter_context(server()) if kills.get("connections") else ""
        calm = small_course(folder / "calm")
        wild = small_course(folder / "wild", f"c.CourseDirectory.db_url = {url!r}" if url else "")
        if url:
            (wild.folder / "gradebook.db").unlink()
            wild.set_up()
        for classroom in (calm, wild):
            a_class(classroom, submissions)
        _finished(course_grade(calm, "--workers", "2"))
        plan = [kind for kind in KINDS for _ in range(kills.get(kind, 0))]
        draw.shuffle(plan)
        command, end = course_grade(wild, "--workers", "2"), time.monotonic() + DEADLINE
        while plan:
            assert time.monotonic() < end, f"not done: {plan}"
            if command.poll() is not None:
                raise AssertionError(f"it ended before {plan} could be killed: {command.communicate()[0]}")
            _wait_for_progress(wild, command, draw, submissions, len(plan))
            kind = plan.pop()
            if kind == "command":
                command.kill()
                command.communicate()
                command = course_grade(wild, "--workers", "2")
            elif kind == "worker":
                _kill_a_worker(command, draw)
            else:
                cut_connections(url)
            done[kind] += 1
        _finished(command)
        _check(calm, wild, submissions)
    return done


def _wait_for_progress(
    classroom: SimulatedClass, command: subprocess.Popen, draw: random.Random, submissions: int, kills: int
) -> None:
    """Until some more are graded, and a random moment longer; so that what is left is enough for the kills to come."""
    before = len(_entries(classroom))
    wanted = before + draw.randint(1, max(1, (submissions - before) // (kills + 1)))
    while len(_entries(classroom)) < wanted and command.poll() is None:
        time.sleep(0.05)
    time.sleep(draw.uniform(0, 0.5))


def _kill_a_worker(command: subprocess.Popen, draw: random.Random) -> None:
    """One of the processes that grade: those of Dask, or anything that they started."""
    with suppress(psutil.Error):
        family = psutil.Process(command.pid).children(recursive=True)
        draw.choice([process for process in family if "spawn_main" in " ".join(process.cmdline())] or family).kill()


def _entries(classroom: SimulatedClass) -> list[Entry]:
    with classroom.ledger() as ledger:
        return ledger.entries(classroom.lesson.id)


def _finished(command: subprocess.Popen) -> None:
    printed, _ = command.communicate(timeout=DEADLINE)
    assert command.returncode == 0, printed


def _check(calm: SimulatedClass, wild: SimulatedClass, submissions: int) -> None:
    assert scores(wild) == scores(calm) and len(scores(calm)) == submissions
    entries = _entries(wild)
    assert Counter(entry.student for entry in entries) == dict.fromkeys(wild.students(), 1)
    assert {(entry.attempt, entry.reason, entry.old_score) for entry in entries} == {(1, NEW, None)}
    tests = {entry.student: entry.details.tests for entry in _entries(calm)}
    for entry in entries:
        assert entry.details.tests == tests[entry.student]
        graded = wild.path("autograded", entry.student)
        assert sorted(path.name for path in graded.iterdir()) == ["small.ipynb", "timestamp.txt"]
        assert [path.name for path in graded.parent.iterdir()] == [wild.lesson.id]  # nothing half-written
    command = course_grade(wild, "--workers", "2")
    printed, _ = command.communicate(timeout=DEADLINE)
    assert f"0 graded, {submissions} were graded before, 0 left" in printed, printed


def main(
    submissions: Annotated[int, typer.Option(help="how many")] = 60,
    command: Annotated[int, typer.Option(help="deaths of the command")] = 5,
    worker: Annotated[int, typer.Option(help="deaths of workers")] = 5,
    connections: Annotated[int, typer.Option(help="cuts of all database connections")] = 2,
    seed: int = 0,
) -> None:
    """Print what was killed, and that nothing was lost."""
    if programs() is None and connections:
        raise SystemExit("PostgreSQL is not installed: --connections 0, or sudo apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="course-chaos-") as folder:
        kills = {"command": command, "worker": worker, "connections": connections}
        done = storm(Path(folder), submissions, kills, seed)
    print(f"{submissions} submissions; killed: {dict(done)}; every score, entry and file as without")


if __name__ == "__main__":
    typer.run(main)
