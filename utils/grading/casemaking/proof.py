"""Proving the cases: what students can see rejects every wrong answer of the bank, and every mutant of the solution."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass

from utils.checks import cases, static_analysis
from utils.grading.answers import Answer, Exercise
from utils.grading.casemaking.mutants import mutants
from utils.grading.casemaking.trial import Bench


@dataclass(frozen=True)
class Tried:
    """What an exercise's cases were tried on when they were made; a file of cases is stale when any of it changes.

    mutants: how many.  survivors: those that no case shows.  shown: the wrong answers that a visible case shows.
    """

    mutants: int = 0
    survivors: Sequence[str] = ()
    shown: Sequence[str] = ()


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


def prove(bench: Bench, exercise: Exercise, solution: str, tests: Sequence[str], tried: Tried = Tried()) -> Proof:
    """What the tests with these names reject. bench: the released lesson's cells, with its solutions typed in.

    Wrong answers that `tried` says are shown are not tried again.
    """
    ticked = [one.name for one in untried(exercise, tried) if not _rejected(bench, exercise.name, one.code, tests)]
    slips = {one.name for one in mutants(solution)}
    unlisted = [name for name, _ in exercise.equivalent if name not in slips]
    return Proof(tuple(ticked), tried.mutants, tuple(tried.survivors), tuple(unlisted))


def untried(exercise: Exercise, tried: Tried) -> list[Answer]:
    """The wrong answers that were not shown by a visible case when the cases were made."""
    return [answer for answer in exercise.wrong if answer.name not in tried.shown]


def _rejected(bench: Bench, exercise: str, code: str, tests: Sequence[str]) -> bool:
    """Whether a test that students can see fails with `code` as the exercise's solution."""
    submitted = [code if cell.grade_id == exercise else cell.code for cell in bench.cells if cell.kind != "test"]
    with redirect_stdout(io.StringIO()), _seen_by_students(submitted):
        return any(not bench.passes(test, exercise, code) for test in tests)


@contextmanager
def _seen_by_students(submitted: list[str]) -> Iterator[None]:
    """Checks read the code that was handed in, and have no other cases than students have."""
    before = static_analysis.submitted, cases.graders
    static_analysis.submitted, cases.graders = submitted, None
    try:
        yield
    finally:
        static_analysis.submitted, cases.graders = before
