"""The judge and stock nbgrader give every answer of the bank the same score, and the same message.

Stock nbgrader runs the tests in the student's own kernel. The bank says what each answer gets, and `course bank` sees
to it that the judge gives that; here stock nbgrader's executor and its rules for scores have to give it as well.
"""

import tempfile
from copy import deepcopy
from functools import cache
from pathlib import Path

import nbformat
import pytest
from conftest import LESSONS
from nbgrader.preprocessors import Execute
from nbgrader.utils import determine_grade

from utils.grading import bank
from utils.grading.execute import is_test
from utils.grading.judge import imports
from utils.grading.kernel import SandboxKernelManager, Warm
from utils.grading.mark import Outcome, Record, message

GROUPS = [
    pytest.param(lesson, group, id=f"{lesson.id[:2]}-{number}")
    for lesson in LESSONS
    for number, group in enumerate(
        bank.together(lesson, [answer for answers in bank.read(lesson).values() for answer in answers])
    )
]


class Forked(SandboxKernelManager):
    """A kernel that starts at once, in which all else is as stock nbgrader has it."""

    def __init__(self, **_) -> None:
        modules = imports(LESSONS[-1].solution.read_text(), ("given", "solution", "test"))
        super().__init__(Path(tempfile.mkdtemp(dir=Warm.of(modules).folder)))


@cache
def prepared(lesson):
    """A lesson's notebook, its solutions and its exercises."""
    return nbformat.read(lesson.solution, as_version=4), bank.solutions(lesson), lesson.exercises()


def stock(lesson, group):
    """How stock nbgrader grades a notebook with these answers: what the bank would say of each."""
    notebook, answers, exercises = prepared(lesson)
    notebook, answers = deepcopy(notebook), answers | {answer.exercise: answer.code for answer in group}
    for cell in notebook.cells:
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    notebook.cells = bank.needed(notebook.cells, [test for answer in group for test in exercises[answer.exercise]])
    Execute(kernel_manager_class=Forked).preprocess(notebook, {"metadata": {}})
    outcomes = {
        cell.metadata.nbgrader.grade_id: Outcome(*determine_grade(cell), told(cell))
        for cell in notebook.cells
        if is_test(cell)
    }
    return {a: bank.faults(a, Record("", "", "", outcomes), exercises[a.exercise]) for a in group}


def told(cell):
    """What the check said. (Stock nbgrader is unfair: a warning on stderr is a failure to it, and comes first.)"""
    checked = [output for output in cell.outputs if output.get("name") != "stderr"]
    return message(nbformat.from_dict({"outputs": checked}))


@pytest.mark.usefixtures("sandboxed")
@pytest.mark.parametrize(("lesson", "group"), GROUPS)
def test_stock_nbgrader_gives_the_same(lesson, group):
    doubtful = [answer for answer, faults in stock(lesson, group).items() if faults]
    assert [fault for answer in doubtful for fault in stock(lesson, [answer])[answer]] == []
