"""Every attack in tests/attacks gets the score of an honest submission with the same (wrong) answer, and harms nobody.

An attack is a cell that is put before all others of a submission whose answer is wrong, or, where it says
`# where: last`, after the answer, which it may replace. `# honest: N` is the score that its answer deserves, if not 0.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pytest
from support.accounts import ordinary_user
from support.course import ROOT
from support.notebooks import assignment, executed, marked, notebook

from utils.grading.cells import is_test
from utils.grading.limits import Limits

ATTACKS = sorted((ROOT / "tests" / "attacks").glob("*.py"))
WRONG = "def double(x):\n    return x + 1"
RIGHT = "def double(x):\n    return 2 * x"


SETUP = "import numpy as np\nfrom utils import checks"
SEEN = "with checks.case('twice three'):\n    checks.close(double(3), 6)"
HIDDEN = "with checks.case('twice an array'):\n    checks.close(double(np.array([[1.5, -2]])), [[3, -4]])"


def cells(answer, seen=SEEN):
    return [
        marked(SETUP, "setup", "read-only"),
        marked(answer, "double", "solution"),
        marked(seen, "seen"),
        marked(HIDDEN, "hidden"),
    ]


ASSIGNMENT = assignment(*cells(RIGHT))


pytestmark = pytest.mark.usefixtures("sandboxed")


def memory(kind):
    """What Linux says of this process's memory, in GiB."""
    return int(re.search(rf"{kind}:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 2**20


def outside():
    """What lies where no submission may write: the course and the home directory, each file with its time and size."""
    course = [path for name in ("utils", "solutions", "lessons", "data") for path in (ROOT / name).rglob("*")]
    files = [path for path in [*ROOT.iterdir(), *course, *Path.home().iterdir()] if path.is_file()]
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in files if path.suffix != ".pyc"}


@pytest.fixture
def unharmed():
    """Nothing outside has changed, the grader has not grown, and the next submission is graded normally."""
    Path("/proc/self/clear_refs").write_text("5")  # from here on its highest point is counted
    held, before = memory("VmRSS"), outside()
    yield
    assert outside() == before
    assert points(executed(submission(RIGHT), ASSIGNMENT)) == 2
    assert memory("VmHWM") - held < 1.5  # GiB: the watch looks twice a second, and more arrives in between


def submission(answer, first=None, last=None):
    """The lesson with this answer, one cell put before it, and one after it."""
    setup, solution, *tests = cells(answer)
    return notebook(*filter(None, (first, setup, solution, last)), *tests)


def points(notebook):
    """How many of the two tests passed."""
    return sum(
        not any(output.output_type in ("error", "execute_result") for output in test.outputs)
        for test in filter(is_test, notebook.cells)
    )


def test_an_honest_answer_gets_its_points():
    assert points(executed(submission(RIGHT), ASSIGNMENT)) == 2
    assert points(executed(submission(WRONG), ASSIGNMENT)) == 0


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda path: path.stem)
def test_an_attack_gains_nothing(attack):
    code = attack.read_text()
    assert code.startswith("# tries: ")
    honest = re.search(r"^# honest: (\d)", code, re.M)
    limits = Limits()
    if seconds := re.search(r"^# seconds: (\d)", code, re.M):
        limits = Limits(test_seconds=int(seconds[1]), cell_seconds=int(seconds[1]))
    last = "# where: last" in code
    graded = executed(submission(WRONG, *((None, code) if last else (code, None))), ASSIGNMENT, limits)
    assert points(graded) == (int(honest[1]) if honest else 0)
    assert "LEAK" not in str([c.get("outputs") for c in graded.cells])
    assert len(nbformat.writes(graded)) < 5 * limits.output
    assert "271.828" not in subprocess.run(["ps", "ax"], capture_output=True, text=True, check=False).stdout


EDGES = (  # what depends on who the grader is
    *("namespaces_of_its_own", "semaphores", "the_virtual_machines_host", "rights_by_ids"),
    *("a_link_where_the_judge_listens", "fork_bomb", "files_that_keep_others_waiting", "space_that_no_file_shows"),
)


@pytest.mark.skipif(os.geteuid() != 0, reason="the tests are run by an ordinary user already")
def test_attacks_gain_nothing_from_an_ordinary_user():
    home = Path(tempfile.mkdtemp())
    os.chown(home, 1234, 1234)
    chosen = " or ".join(EDGES)
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    done = subprocess.run(
        ordinary_user(*command, "-k", f"gains_nothing and ({chosen})", f"--basetemp={home}/pytest"),
        env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    shutil.rmtree(home)
    assert f"{len(EDGES)} passed" in done.stdout, done.stdout[-2000:]


def test_writing_on_stderr_costs_nothing():
    noisy = "import sys\ndef double(x):\n    print('hm', file=sys.stderr)\n    return 2 * x"
    assert points(executed(submission(noisy, first="import sys; print('warning', file=sys.stderr)"), ASSIGNMENT)) == 2


def test_a_broken_cell_costs_only_what_rests_on_it():
    assert points(executed(submission(RIGHT, first="1 / 0"), ASSIGNMENT)) == 2


def test_a_kernel_that_dies_is_named_and_what_was_judged_before_counts():
    setup, solution, seen, hidden = cells(RIGHT)
    graded = executed(notebook(setup, solution, seen, "import os; os._exit(9)", hidden), ASSIGNMENT)
    assert points(graded) == 1
    assert "kernel is not running any more" in graded.cells[-1].outputs[0].evalue


def test_a_cell_that_never_ends_is_stopped_and_the_rest_is_graded():
    started = time.monotonic()
    graded = executed(submission(RIGHT, first="while True: pass"), ASSIGNMENT, Limits(cell_seconds=2))
    assert points(graded) == 2
    assert time.monotonic() - started < 40


def test_changed_given_cells_and_test_cells_change_nothing():
    changed = submission(WRONG)
    changed.cells[0].source = "class checks:\n    case = close = None"
    changed.cells[2].source = changed.cells[3].source = "pass"
    assert points(executed(changed, ASSIGNMENT)) == 0


def test_async_cells_magics_and_input():
    first = "import asyncio\nawait asyncio.sleep(0)\n%time 1 + 1\n%matplotlib inline"
    graded = executed(submission(RIGHT, first=first), ASSIGNMENT)
    assert points(graded) == 2
    assert not any(o.output_type == "error" for o in graded.cells[0].outputs)


def test_by_hand_is_judged_by_the_submitted_code():
    seen = "with checks.case('by hand'):\n    checks.by_hand('double', without=['numpy.add'])"
    by_hand = assignment(*cells(RIGHT, seen))
    library = "def double(x):\n    return np.add(x, x)"
    hidden = "from utils.checks import static_analysis as read\n"
    hidden += "read.submitted = ['def double(x): pass']\nread.finding = lambda *_: ''"
    assert points(executed(submission(RIGHT), by_hand)) == 2
    graded = executed(submission(library, first=hidden), by_hand)
    assert points(graded) == 1
    assert "your code uses `numpy.add`" in graded.cells[3].outputs[-1].evalue


def test_by_hand_reads_what_has_run_and_no_cell_below():
    seen = "with checks.case('by hand'):\n    checks.by_hand('double')"
    setup, _, seen, hidden = cells(RIGHT, seen)
    by_hand = assignment(*cells(RIGHT, seen.source))
    own = marked("def double(x):\n    return plus(x, x)", "double", "solution")
    plus, library = "from operator import add as plus", "import torch\nplus = lambda x, y: x + torch.tensor(y).numpy()"
    assert points(executed(notebook(setup, plus, own, seen, hidden, library), by_hand)) == 2
    assert points(executed(notebook(setup, library, plus, own, seen, hidden), by_hand)) == 2
    assert points(executed(notebook(setup, plus, library, own, seen, hidden), by_hand)) == 1
