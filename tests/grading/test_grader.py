"""The grader owns its processes: the next session gets ready meanwhile, and nothing is left when it is closed."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest
from support.notebooks import assignment, failure, marked, notebook, printed

from utils.grading.limits import Limits
from utils.grading.pipeline.grader import Grader

pytestmark = pytest.mark.usefixtures("sandboxed")
LESSON = assignment(marked("assert f(2) == 4, 'not four'", "t"))
WRONG, RIGHT = "def f(x):\n    return x", "def f(x):\n    return 2 * x"


@pytest.fixture
def grader():
    with Grader(LESSON, Limits()) as grader:
        yield grader


def said(grader, code):
    """What the test said about `code`: "" is good."""
    submission = notebook(code, marked("", "t"))
    grader.run(submission)
    return failure(submission.cells[-1])


def waiting(grader):
    """The session that is got ready for the next submission."""
    return grader._next.result(20)


def servers(grader):
    return [grader._kernels._process.pid, grader._judges._process.pid]


def test_the_next_submission_gets_the_session_that_was_got_ready(grader):
    assert "not four" in said(grader, WRONG)
    session = waiting(grader)
    kernel = session.kernel.provisioner.pid
    assert psutil.pid_exists(kernel)
    assert said(grader, RIGHT) == ""
    assert waiting(grader) is not session and not session.folder.exists() and not psutil.pid_exists(kernel)


def test_after_the_last_submission_nothing_is_got_ready(grader):
    grader.prefetches = False
    assert said(grader, RIGHT) == "" and grader._next is None


def test_a_kernel_that_died_while_it_waited_is_replaced(grader):
    assert said(grader, RIGHT) == ""
    process = waiting(grader).kernel.provisioner.process
    process.kill()
    process.wait(5)
    assert said(grader, RIGHT) == ""


def test_a_folder_that_was_cleared_away_is_replaced(grader):
    assert said(grader, RIGHT) == ""
    folder = waiting(grader).folder
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert said(grader, RIGHT) == ""


def test_when_it_is_closed_no_process_and_no_folder_is_left():
    with Grader(LESSON) as grader:
        assert said(grader, RIGHT) == ""
        session = waiting(grader)
        processes = [psutil.Process(pid) for pid in [*servers(grader), session.kernel.provisioner.pid]]
        folders = [grader._kernels.folder, session.folder]
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == [] and not any(folder.exists() for folder in folders)
    grader.close()  # a second time does no harm


def test_two_graders_stand_side_by_side():
    other = assignment(marked("assert f(2) == 6, 'not six'", "t"))
    with Grader(LESSON) as one, Grader(other) as two:
        assert (said(one, RIGHT), "not six" in said(two, RIGHT), said(one, RIGHT)) == ("", True, "")


def test_limits_are_the_graders_own():
    with Grader(LESSON, Limits(cell_seconds=1)) as short, Grader(LESSON) as long:
        slow = "import time\ntime.sleep(3)\nprint('awake')"
        ended, done = notebook(slow, marked("", "t")), notebook(slow, marked("", "t"))
        short.run(ended)
        long.run(done)
    assert "awake" not in printed(ended.cells[0]) and printed(done.cells[0]) == "awake\n"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="this system does not count who waits how long")
def test_a_busy_machine_does_not_cost_a_cell_its_time():
    """One processor, and five others at work on it: 1.5 seconds of work take about 9."""
    work = "import time\nend = time.process_time() + 1.5\nwhile time.process_time() < end: pass\nprint('done')"
    stuck = "while True: pass"
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(5)]
    try:
        with Grader(LESSON, Limits(cell_seconds=3)) as grader:
            graded = notebook(work, stuck, "print('next')", marked("", "t"))
            grader.run(graded)
    finally:
        for other in others:
            other.kill()
            other.wait()
        os.sched_setaffinity(0, allowed)
    assert [printed(cell) for cell in graded.cells[:3]] == ["done\n", "stopped after 3 seconds", "next\n"]


def test_no_copy_of_the_tests_lies_in_any_folder(monkeypatch):
    """A worker that is killed would leave it there."""
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as folder:  # a short name, as for sockets
        monkeypatch.setattr("tempfile.tempdir", folder)
        with Grader(assignment(marked("assert f(2) == 4, 'a hidden test 271828'", "t"))) as grader:
            assert said(grader, RIGHT) == ""
            there = list(Path(folder).rglob("*"))
            assert there and [path for path in there if path.is_file() and b"271828" in path.read_bytes()] == []
