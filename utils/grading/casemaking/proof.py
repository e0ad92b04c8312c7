"""Proving the cases: what students can see rejects every wrong answer of the bank, and every mutant of the solution."""

import io
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass

from utils.checks import cases, static_analysis
from utils.checks.cases import Drawn
from utils.grading.answers import Exercise
from utils.grading.casemaking.mutants import mutants
from utils.grading.casemaking.trial import Bench, drawn_tests, shown


@dataclass(frozen=True)
class Proof:
    """What the tests of one exercise reject.

    ticked: the wrong answers that get nothing but ✓ from what students can see.
    mutants: how many there are, those listed as equivalent left out.  survivors: those that no case shows.
    unlisted: mutants listed as equivalent that do not exist.
    """

    ticked: tuple[str, ...] = ()
    mutants: int = 0
    survivors: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()


def prove(bench: Bench, exercise: Exercise, solution: str, tests: Sequence[str], hidden: dict[str, dict]) -> Proof:
    """What the tests with these names reject. bench: the released lesson's cells, with its solutions typed in.

    hidden: the cases of graders, which say what mutants give.
    """
    ticked = [answer.name for answer in exercise.wrong if not _rejected(bench, exercise.name, answer.code, tests)]
    slips, equivalent = {one.name: one.code for one in mutants(solution)}, dict(exercise.equivalent)
    drawn = [
        (test, Drawn(hidden[test.description])) for test in drawn_tests(bench.cells).values() if test.name in tests
    ]
    alive = [
        name
        for name, code in slips.items()
        if name not in equivalent
        and drawn
        and not any(shown(bench, test, one, exercise.name, code) for test, one in drawn)
    ]
    unlisted = tuple(name for name in equivalent if name not in slips)
    return Proof(tuple(ticked), len(slips) - len(equivalent) + len(unlisted), tuple(alive), unlisted)


def _rejected(bench: Bench, exercise: str, code: str, tests: Sequence[str]) -> bool:
    """Whether a test that students can see fails with `code` as the exercise's solution."""
    static_analysis.submitted = [
        code if cell.grade_id == exercise else cell.code for cell in bench.cells if cell.kind != "test"
    ]
    cases.graders = None
    with redirect_stdout(io.StringIO()):
        return any(not bench.passes(test, exercise, code) for test in tests)
