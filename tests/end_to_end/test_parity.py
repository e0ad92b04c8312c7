"""The judge and stock nbgrader give every answer of the bank the same score, and the same message.

Stock nbgrader runs the tests in the student's own kernel. The bank says what each answer gets, and `course bank` sees
to it that the judge gives that; here stock nbgrader's executor and its rules for scores have to give it as well.

COURSE_PARITY=sample tries, for every fourth lesson, all right answers and one wrong one of each exercise, chosen by the
commit's hash, so that the whole bank has its turn over time; otherwise (as in `make test-full`) all are tried.
"""

import os
import random
import subprocess
import tempfile
from copy import deepcopy
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbgrader.preprocessors import Execute
from nbgrader.utils import determine_grade
from support.course import LESSONS, ROOT

from utils.grading import cells
from utils.grading.answers import read
from utils.grading.commands import bank
from utils.grading.judge.notebook import imported_modules
from utils.grading.limits import Limits
from utils.grading.pipeline.record import Outcome, Record, error_message
from utils.grading.sandbox.kernel import KernelForkServer, SandboxKernelManager, context

SAMPLE = os.environ.get("COURSE_PARITY") == "sample"
COMMIT = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False).stdout


# Stock nbgrader's kernel finds the hidden cases in COURSE_HIDDEN_CASES; the sandbox here shows it no such file.
WITH_HIDDEN_CASES = "from utils.checks import cases as _cases\n_cases.graders = _cases.unpacked({!r})"


def tried(exercise):
    """Those of an exercise's answers that are tried."""
    if not SAMPLE:
        return exercise.answers
    return [*exercise.right, random.Random(COMMIT + exercise.name).choice(exercise.wrong)]


GROUPS = [
    pytest.param(lesson, group, id=f"{lesson.id[:2]}-{number}")
    for lesson in (bank.having_their_turn(LESSONS, 3) if SAMPLE else LESSONS)
    for number, group in enumerate(
        bank.together(lesson, [answer for exercise in read(lesson).values() for answer in tried(exercise)])
    )
]


SERVERS = []  # the one process that all kernels of this session are forked from
LIMITS = Limits().process_limits()


class Forked(SandboxKernelManager):
    """A kernel that starts at once, in which all else is as stock nbgrader has it."""

    def __init__(self, **_) -> None:
        if not SERVERS:
            SERVERS.append(KernelForkServer(imported_modules(LESSONS[-1].solution.read_text()), LIMITS))
        super().__init__(Path(tempfile.mkdtemp(dir=SERVERS[0].folder)), LIMITS, context(), SERVERS[0])


@pytest.fixture(scope="session", autouse=True)
def closed():
    """End that process."""
    yield
    for server in SERVERS:
        server.close()


@cache
def prepared(lesson):
    """A lesson's notebook, its solutions and its exercises."""
    return nbformat.read(lesson.solution, as_version=4), lesson.solutions(), lesson.exercises()


def stock(lesson, group):
    """How stock nbgrader grades a notebook with these answers: what the bank would say of each."""
    notebook, answers, exercises = prepared(lesson)
    notebook = deepcopy(notebook)
    cells.type_in(notebook.cells, answers | {answer.exercise: answer.code for answer in group})
    notebook.cells = bank.needed(notebook.cells, [test for answer in group for test in exercises[answer.exercise]])
    if lesson.hidden_cases.is_file():
        notebook.cells.insert(0, nbformat.v4.new_code_cell(WITH_HIDDEN_CASES.format(lesson.hidden_cases.read_bytes())))
    Execute(kernel_manager_class=Forked).preprocess(notebook, {"metadata": {}})
    tests = cells.by_grade_id(filter(cells.is_test, notebook.cells))
    outcomes = {name: Outcome(*determine_grade(cell), told(cell)) for name, cell in tests.items()}
    return {a: bank.faults(a, Record("", "", "", outcomes), exercises[a.exercise]) for a in group}


def told(cell):
    """What the check said. (Stock nbgrader is unfair: a warning on stderr is a failure to it, and comes first.)"""
    checked = [output for output in cell.outputs if output.get("name") != "stderr"]
    return error_message(nbformat.from_dict({"outputs": checked}))


@pytest.mark.usefixtures("sandboxed")
@pytest.mark.parametrize(("lesson", "group"), GROUPS)
def test_stock_nbgrader_gives_the_same(lesson, group):
    doubtful = [answer for answer, faults in stock(lesson, group).items() if faults]
    assert [fault for answer in doubtful for fault in stock(lesson, [answer])[answer]] == []
