"""A submission's kernel: forked or started, whoever the grader is, and ended when it uses more than it may."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.accounts import ordinary_user
from support.course import ROOT
from support.notebooks import GRADERS, assignment, executed, notebook, printed

from utils.grading.limits import Limits
from utils.grading.sandbox import kernel
from utils.grading.sandbox.kernel import KernelForkServer

pytestmark = pytest.mark.usefixtures("sandboxed")


EMPTY = assignment()


def run(*cells, **how):
    """Run cells as a submission; returns what each of them gave, as text."""
    return [printed(cell) for cell in executed(notebook(*cells), EMPTY, **how).cells]


def test_a_fork_that_dies_before_it_answers_costs_nothing(monkeypatch):
    start, died = KernelForkServer.start, []

    def dies(*arguments):
        fork = start(*arguments)
        fork.kill()
        died.append(fork.wait(20))
        return fork

    GRADERS.close()  # its next kernel lives already
    monkeypatch.setattr(KernelForkServer, "start", dies)
    assert run("print(1)") == ["1\n"]
    assert died[0] == 137
    GRADERS.close()


def test_when_the_process_to_fork_from_has_died_there_is_another():
    assert run("print(1)") == ["1\n"]
    kernels = GRADERS.of(EMPTY)._kernels
    kernels._process.kill()
    kernels._process.wait()
    assert run("print(2)") == ["2\n"]


def test_what_a_lesson_imports_is_there_before_the_first_cell_runs():
    lesson = assignment("import wave\nfrom utils.figures import charts")
    look = "import sys; print('wave' in sys.modules, 'utils.figures.charts' in sys.modules)"
    assert printed(executed(notebook(look), lesson).cells[0]) == "True True\n"


def test_each_gets_random_numbers_of_its_own():
    assert run("import numpy as np; print(np.random.rand())") != run("import numpy as np; print(np.random.rand())")


ENDED = {
    "memory of many processes": (
        "import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n        kept = bytearray(700 * 2**20)\n"
        "        time.sleep(60)\ntime.sleep(60)",
        "it used more than 2 GiB of memory",
    ),
    "time": ("import time\ntime.sleep(60)", "the notebook took more than 5 seconds"),
}


@pytest.mark.parametrize(("code", "why"), ENDED.values(), ids=ENDED)
def test_who_uses_too_much_is_ended_and_told_why(code, why):
    """Of memory: less than one process may have, so that all of them together are looked at."""
    memory = 2**31 if "memory" in why else Limits().memory
    limits = Limits(notebook_seconds=5, memory=memory, scratch=2**29)
    assert why in run(code, "print('still here')", limits=limits)[0]


def test_the_causes_of_death_are_named():
    for code, why in (
        ("import os; os._exit(3)", "it ended with status 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "segmentation fault"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "killed, most likely for using too much memory"),
        ("exit()", ""),
    ):
        assert why in run(code)[0]


def test_without_a_sandbox_it_is_graded_as_well():
    assert run("import os; print(os.getuid())", sandboxed=False) == [f"{os.getuid()}\n"]


AS_A_USER = """
import sys
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/end_to_end"]
import test_attacks as attacks
from support.notebooks import GRADERS, executed
first = "import os\\nprint(open('/proc/self/status').read(), os.listdir('/scratch'), os.path.exists('/home'))"
for answer in (attacks.RIGHT, attacks.WRONG):
    graded = executed(attacks.submission(answer, first=first), attacks.ASSIGNMENT)
    print("points", attacks.points(graded))
    print([output.get("evalue") for cell in graded.cells for output in cell.outputs], file=sys.stderr)
print(graded.cells[0].outputs[0].text)
print("forked", GRADERS.of(attacks.ASSIGNMENT)._kernels.alive)
GRADERS.close()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="the tests are run by an ordinary user already")
def test_an_ordinary_user_can_grade_too(tmp_path):
    home = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    os.chown(home, 1234, 1234)
    done = subprocess.run(
        ordinary_user(sys.executable, "-B", "-c", AS_A_USER, str(ROOT / "tests")),
        env={"PATH": os.environ["PATH"], "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "points 2\npoints 0\n" in done.stdout, done.stderr
    assert "CapEff:\t0000000000000000" in done.stdout and "NoNewPrivs:\t1" in done.stdout
    assert "forked True" in done.stdout and "False\n" in done.stdout


def test_folders_of_graders_that_were_killed_are_removed(monkeypatch, tmp_path):
    monkeypatch.setattr(kernel.tempfile, "tempdir", str(tmp_path))
    left, new, used, link = (tmp_path / f"course-kernels-{name}" for name in ("left", "new", "used", "link"))
    for folder in (left, new, used):
        folder.mkdir()
    (left / "course-x").mkdir()
    link.symlink_to(new)
    for folder in (left, used, link):
        os.utime(folder, (0, 0), follow_symlinks=False)
    held = os.open(used, os.O_RDONLY)
    kernel.fcntl.flock(held, kernel.fcntl.LOCK_EX)
    try:
        kernel._remove_left_folders()
    finally:
        os.close(held)
    assert {path.name for path in tmp_path.iterdir()} == {new.name, used.name, link.name}


@pytest.mark.parametrize("left", ["%hint score", "%points", "%revert score", "%desk"])
def test_a_magic_of_the_course_that_was_left_in_a_cell_costs_nothing(left):
    """A submission's kernel knows them; else the rest of the cell would not run. There is no notebook to change."""
    assert "goes on\n" in run(f"{left}\nprint('goes on')")[0]
