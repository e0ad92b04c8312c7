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
from utils.grading.classroom import error_message
from utils.grading.execute import is_test
from utils.grading.judge import imports
from utils.grading.kernel import SandboxKernelManager, Warm

ANSWERS = [
    pytest.param(lesson, answer, id=f"{lesson.id[:2]}-{exercise}-{number}")
    for lesson in LESSONS
    for exercise, group in bank.read(lesson).items()
    for number, answer in enumerate(group)
]
# Where stock nbgrader is unfair: the name of an answer → the points that it gives.
UNFAIR: dict[str, float] = {}


class Forked(SandboxKernelManager):
    """A kernel that starts at once, in which all else is as stock nbgrader has it."""

    def __init__(self, **_) -> None:
        modules = imports(LESSONS[-1].solution.read_text(), ("given", "solution", "test"))
        super().__init__(Path(tempfile.mkdtemp(dir=Warm.of(modules).folder)))


@cache
def prepared(lesson):
    """A lesson's notebook, its solutions and its exercises."""
    return nbformat.read(lesson.solution, as_version=4), bank.solutions(lesson), lesson.exercises()


def stock(lesson, answer):
    """The outcomes of the exercise's tests, test → (points, message), after what they rest on has run."""
    notebook, answers, exercises = prepared(lesson)
    notebook, answers, tests = deepcopy(notebook), answers | {answer.exercise: answer.code}, exercises[answer.exercise]
    for cell in notebook.cells:
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    notebook.cells = bank.needed(notebook.cells, tests)
    Execute(kernel_manager_class=Forked).preprocess(notebook, {"metadata": {}})
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if is_test(cell)}
    return {test: (determine_grade(cells[test])[0], error_message(cells[test])) for test in tests}


@pytest.mark.usefixtures("sandboxed")
@pytest.mark.parametrize(("lesson", "answer"), ANSWERS)
def test_stock_nbgrader_gives_the_same(lesson, answer):
    outcomes = stock(lesson, answer)
    points, messages = sum(points for points, _ in outcomes.values()), " / ".join(m for _, m in outcomes.values())
    if answer.name in UNFAIR:
        assert points == UNFAIR[answer.name], messages
    elif answer.right:
        assert not any(message for _, message in outcomes.values()), messages
    else:
        assert points == answer.points and answer.message in messages, messages
