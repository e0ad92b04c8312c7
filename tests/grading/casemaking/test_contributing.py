"""The exercise of CONTRIBUTING.md is complete: cases are made from it, and they show all that they should."""

import re

from support.course import ROOT

from utils.grading.answers import parse
from utils.grading.casemaking.maker import make
from utils.grading.casemaking.proof import Proof, Tried, prove
from utils.grading.casemaking.trial import Bench, drawn_tests
from utils.grading.judge.notebook import CodeCell

SETUP = "import numpy as np\nfrom utils import checks\ncases = checks.Cases('01_slash_classifier')"


def test_the_example_is_an_exercise_of_two_files(monkeypatch):
    source, answers = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), flags=re.DOTALL)[:2]
    assert source.count("\n") + answers.count("\n") < 60
    solution, test = (part.partition("\n")[2] for part in source.split("# %% ")[2:])
    cells = [
        CodeCell("given", "setup", SETUP, frozenset({"np", "checks", "cases"})),
        CodeCell("solution", "count_ink", solution, frozenset({"count_ink"})),
        CodeCell("test", "test_count_ink", test, frozenset()),
    ]
    exercise = parse(answers, "count_ink")
    assert (len(exercise.wrong), len(exercise.right)) == (8, 2)
    made = make(Bench(cells), exercise, solution, list(drawn_tests(cells).values()), "")
    monkeypatch.setattr("utils.checks.cases.read", lambda *_: made.visible)
    proof = prove(Bench(cells), exercise, solution, ["test_count_ink"], Tried(made.mutants, made.survivors))
    assert proof == Proof((), proof.mutants, (), ()) and proof.mutants > 1
