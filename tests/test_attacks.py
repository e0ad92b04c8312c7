"""Every attack in tests/attacks gets the score of an honest submission with the same (wrong) answer, and harms nobody.

An attack is a cell that is put before all others of a submission whose answer is wrong, or, where it says
`# where: last`, after the answer, which it may replace. `# honest: N` is the score that its answer deserves, if not 0.
"""

import re
import subprocess
import time
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, executed
from nbformat.v4 import new_code_cell, new_notebook

from utils.grading import execute

ATTACKS = sorted((Path(__file__).parent / "attacks").glob("*.py"))
WRONG = "def double(x):\n    return x + 1"
RIGHT = "def double(x):\n    return 2 * x"


def cell(source, grade_id=None, **mark):
    metadata = {"nbgrader": {"grade": False, "solution": False, "grade_id": grade_id, **mark}} if grade_id else {}
    return new_code_cell(source, metadata=metadata)


SETUP = "import numpy as np\nfrom utils import checks"
SOURCE = new_notebook(cells=[
    cell(SETUP, "setup", locked=True),
    cell(RIGHT, "double", solution=True),
    cell("with checks.case('twice three'):\n    checks.close(double(3), 6)", "seen", grade=True),
    cell("with checks.case('twice an array'):\n    checks.close(double(np.array([[1.5, -2]])), [[3, -4]])",
         "hidden", grade=True),
])  # fmt: skip


pytestmark = pytest.mark.usefixtures("sandboxed")


@pytest.fixture(scope="module", autouse=True)
def held(sandboxed):
    """GiB that the grader holds before the first attack. From here on its highest point is counted."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory("VmRSS")


def memory(kind):
    """What Linux says of this process's memory, in GiB."""
    return int(re.search(rf"{kind}:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 2**20


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source.ipynb"
    nbformat.write(SOURCE, path)
    return path


def submission(answer, first=None, last=None):
    notebook = nbformat.from_dict(SOURCE)
    cells = [nbformat.from_dict(dict(c)) for c in notebook.cells]
    cells[1].source = answer
    if last:
        cells.insert(2, cell(last))
    if first:
        cells.insert(0, cell(first))
    return new_notebook(cells=cells)


def points(notebook):
    """How many of the two tests passed."""
    tests = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]
    return sum(not any(o.output_type in ("error", "execute_result") for o in test.outputs) for test in tests)


def test_an_honest_answer_gets_its_points(source):
    assert points(executed(submission(RIGHT), source)) == 2
    assert points(executed(submission(WRONG), source)) == 0


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda path: path.stem)
def test_an_attack_gains_nothing(attack, source, monkeypatch):
    code = attack.read_text()
    assert code.startswith("# tries: ")
    honest = re.search(r"^# honest: (\d)", code, re.M)
    if seconds := re.search(r"^# seconds: (\d)", code, re.M):
        monkeypatch.setattr(execute.Judge, "seconds", int(seconds[1]))
        monkeypatch.setattr(execute, "CELL_SECONDS", int(seconds[1]))
    before = source.read_bytes()
    last = "# where: last" in code
    graded = executed(submission(WRONG, *((None, code) if last else (code, None))), source)
    assert points(graded) == (int(honest[1]) if honest else 0)
    assert "LEAK" not in str([c.get("outputs") for c in graded.cells])
    assert len(nbformat.writes(graded)) < 5 * execute.MAX_OUTPUT
    assert source.read_bytes() == before
    assert "271.828" not in subprocess.run(["ps", "ax"], capture_output=True, text=True, check=False).stdout


def outside():
    """What lies where no submission may write: the course and the home directory, each file with its time and size."""
    course = [path for name in ("utils", "solutions", "lessons", "data") for path in (ROOT / name).rglob("*")]
    files = [path for path in [*ROOT.iterdir(), *course, *Path.home().iterdir()] if path.is_file()]
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in files if path.suffix != ".pyc"}


BEFORE = outside()


def test_after_all_attacks_nothing_outside_has_changed():
    assert outside() == BEFORE


def test_after_all_attacks_the_next_submission_is_graded_normally(source, held):
    assert points(executed(submission(RIGHT), source)) == 2
    assert memory("VmHWM") - held < 1


def test_writing_on_stderr_costs_nothing(source):
    noisy = "import sys\ndef double(x):\n    print('hm', file=sys.stderr)\n    return 2 * x"
    assert points(executed(submission(noisy, first="import sys; print('warning', file=sys.stderr)"), source)) == 2


def test_a_broken_cell_costs_only_what_rests_on_it(source):
    assert points(executed(submission(RIGHT, first="1 / 0"), source)) == 2


def test_a_kernel_that_dies_is_named_and_what_was_judged_before_counts(source):
    notebook = submission(RIGHT)
    notebook.cells.insert(3, cell("import os; os._exit(9)"))
    graded = executed(notebook, source)
    assert points(graded) == 1
    assert "kernel is not running any more" in graded.cells[-1].outputs[0].evalue


def test_a_cell_that_never_ends_is_stopped_and_the_rest_is_graded(source, monkeypatch):
    monkeypatch.setattr(execute, "CELL_SECONDS", 2)
    started = time.monotonic()
    graded = executed(submission(RIGHT, first="while True: pass"), source)
    assert points(graded) == 2
    assert time.monotonic() - started < 40


def test_changed_given_cells_and_test_cells_change_nothing(source):
    notebook = submission(WRONG)
    notebook.cells[0].source = "class checks:\n    case = close = None"
    notebook.cells[2].source = notebook.cells[3].source = "pass"
    assert points(executed(notebook, source)) == 0


def test_async_cells_magics_and_input(source):
    first = "import asyncio\nawait asyncio.sleep(0)\n%time 1 + 1\n%matplotlib inline"
    graded = executed(submission(RIGHT, first=first), source)
    assert points(graded) == 2
    assert not any(o.output_type == "error" for o in graded.cells[0].outputs)


def test_by_hand_is_judged_by_the_submitted_code(tmp_path):
    checked = nbformat.from_dict(SOURCE)
    checked.cells[2].source = "with checks.case('by hand'):\n    checks.by_hand('double', without=['numpy.add'])"
    path = tmp_path / "source.ipynb"
    nbformat.write(checked, path)
    library = "def double(x):\n    return np.add(x, x)"
    hidden = "from utils import by_hand\nby_hand.submitted = ['def double(x): pass']\nby_hand.finding = lambda *_: ''"
    assert points(executed(submission(RIGHT), path)) == 2
    graded = executed(submission(library, first=hidden), path)
    assert points(graded) == 1
    assert "your code uses `numpy.add`" in graded.cells[3].outputs[-1].evalue
