"""From the draws of an exercise to the cases of its tests: those that students have, and those of the judge."""

import time
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from utils.checks.cases import Case, Drawn, Outcome, Refused, argument_names, describe, is_telling
from utils.checks.compare import TO_BE_BY_HAND
from utils.checks.draws import Draw
from utils.errors import CourseError
from utils.grading.answers import Answer, Exercise
from utils.grading.casemaking.mutants import Mutant, mutants
from utils.grading.casemaking.selection import choose
from utils.grading.casemaking.trial import Bench, DrawnTest, outcomes, shown, sketches

POOL_SECONDS, LEAST, MOST = 0.3, 6, 40  # a pool has as many cases as the solution does in that time, within bounds
FRESH = 8  # cases of students, and as many again of the judge, that nothing has chosen
MAX_BYTES, SMALL = 60_000, 6_000  # of one case, and of one that students have though nothing has chosen it


@dataclass
class Made:
    """What was made for one exercise.

    visible, hidden: description of a test → the data of its cases (see `Drawn`); hidden holds the visible ones too.
    shown: the wrong answers that a visible case shows.
    survivors: mutants that no case shows.  mutants: how many there are.
    """

    visible: dict[str, dict] = field(default_factory=dict)
    hidden: dict[str, dict] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    survivors: list[str] = field(default_factory=list)
    mutants: int = 0


def make(bench: Bench, exercise: Exercise, solution: str, tests: list[DrawnTest], seed: str) -> Made:
    """The cases of an exercise's tests. Raises CourseError where a right answer fails one, or a draw is of no use."""
    slips = [one for one in mutants(solution) if one.name not in dict(exercise.equivalent)]
    made = Made(mutants=len(slips))
    for test in tests:
        maker = _Maker(bench, exercise, test, seed)
        made.visible[test.description], made.hidden[test.description] = maker.make(slips)
        made.shown.update(maker.shown)
        slips = [one for one in slips if one.name not in maker.killed]
    made.survivors.extend(one.name for one in slips)
    return made


class _Maker:
    """Makes the cases of one test."""

    def __init__(self, bench: Bench, exercise: Exercise, test: DrawnTest, seed: str) -> None:
        self.bench, self.exercise, self.test = bench, exercise, test
        self.draw = bench.draw(test, exercise.draws)
        self.function = bench.function(test)
        self.names = argument_names(self.function)
        self._seed = [zlib.crc32(f"{seed} {test.name}".encode())]
        self._seconds = 0.0
        self.shown: set[str] = set()
        self.killed: set[str] = set()

    def make(self, slips: list[Mutant]) -> tuple[dict, dict]:
        """The data of the cases that students have, and of all those that the judge has."""
        chosen = [self._chosen(self._pool(number), slips) for number in (1, 2)]
        chosen = [[*cases, *self._relatives(cases)] for cases in chosen]
        fresh = self._pool(3)[: 2 * FRESH]
        seen, unseen = _halves(fresh)
        seen = [case for case in seen if len(str(case)) < SMALL]
        visible, self.shown = self._data([*chosen[0], *seen])
        hidden, _ = self._data([*chosen[0], *seen, *chosen[1], *unseen])
        self._prove(hidden, slips)
        return visible, hidden

    def _pool(self, number: int) -> list[list]:
        """Cases, as data, that all differ."""
        found: dict[str, list] = {}
        for place in range(3 * MOST):
            if len(found) >= LEAST and (len(found) == MOST or self._seconds > number * POOL_SECONDS):
                break
            case = self._case(Draw([*self._seed, number, place]))
            if len(str(case)) < MAX_BYTES:
                found[str(case[0])] = case
        if not found:
            raise CourseError(f"{self.test.name}: what is drawn is too large")
        return list(found.values())

    def _relatives(self, cases: list[list]) -> list[list]:
        """For the smallest case, others that differ from it in one argument only, and not in its shape.

        A function shows by them that it remembers what it gave by another argument, or by the shapes. A relative
        that shows a mistake which none of `cases` does is left out: it has nothing to do with what the test is about.
        """
        about = self._showing(cases)
        for case in sorted(cases, key=lambda case: len(str(case))):
            given = Case(case).given()
            found = [
                relative
                for place, name in enumerate(self.names[: len(given)])
                if (other := _turned(given[place], name)) is not None
                and (relative := self._related((*given[:place], other, *given[place + 1 :])))
                and self._showing([relative]) <= about
            ]
            if found:
                return found
        return []

    def _showing(self, cases: list[list]) -> set[str]:
        """The names of the wrong answers that these cases show, each by itself."""
        drawn = Drawn({"names": self.names, "cases": cases, "mistakes": []})
        columns = self._columns(drawn, self.exercise.wrong, again=False)
        return {name for name, column in columns.items() if any(column)}

    def _related(self, given: tuple) -> list | None:
        """The case of these arguments; None where right answers disagree on it."""
        try:
            case = self._made(given)
            self._accept(Drawn({"names": self.names, "cases": [case], "mistakes": []}))
        except CourseError:
            return None
        return case

    def _case(self, draw: Draw) -> list:
        given = self.draw(draw)
        if not isinstance(given, tuple):
            raise CourseError(f"{self.test.name}: draw a tuple, the arguments of one call: {', '.join(self.names)}")
        return self._made(given)

    def _made(self, given: tuple) -> list:
        """The case of these arguments, with what the solution gives for them."""
        data = Case.as_data(given, None)
        gives = self._gives(Case(data), describe(self.names, given))
        try:
            return Case.as_data(given, gives)
        except Exception as problem:
            raise CourseError(f"{self.test.name}: what the solution gives is no data: {problem}") from problem

    def _gives(self, case: Case, described: str) -> Any:
        """What the solution gives for a case; it has to be the same in float64, wherever its values lie in memory."""
        started = time.perf_counter()
        ((first, second),) = outcomes(self.function, [case], self.test.taken)
        self._seconds += time.perf_counter() - started
        gives = self._told(first, described)
        if first.changed:
            raise CourseError(f"{self.test.name}: the solution changes `{self.names[first.changed[0]]}` {described}")
        plain = _plain(case.given())
        exact = Case(Case.as_data(plain, gives))
        exact.single = True
        for outcome in (second, *outcomes(self.function, [exact], self.test.taken)[0]):
            if fault := exact.fault(outcome, self.names):
                raise CourseError(
                    f"{self.test.name}: the solution gives one thing {described}, and another when it is called "
                    f"again or with float64 ({fault}): does it wrap round, or is the draw too wide?"
                )
        return gives

    def _told(self, outcome: Outcome, described: str) -> Any:
        error = outcome.error
        if error is None:
            return outcome.value
        if isinstance(error, (ValueError, TypeError)) and self.bench.raised(error):
            return Refused(type(error).__name__)
        raise CourseError(
            f"{self.test.name}: the solution stops {described}: {type(error).__name__}: {error}"
        ) from error

    def _chosen(self, pool: list[list], slips: list[Mutant]) -> list[list]:
        drawn = Drawn({"names": self.names, "cases": pool, "mistakes": []})
        self._accept(drawn)
        columns = list(self._columns(drawn, self.exercise.wrong, again=False).values())
        sizes, shapes = [case.size for case in drawn.cases], [_shape(case.given()) for case in drawn.cases]
        numbers = choose(columns, [], sizes, shapes)
        if alive := self._alive(self._some(drawn, numbers), slips):
            killing = [self._run(drawn, slip.code, again=False) for slip in alive]
            numbers = choose(columns, killing, sizes, shapes)
        return [pool[number] for number in numbers]

    def _some(self, drawn: Drawn, numbers: list[int]) -> Drawn:
        some = Drawn({"names": self.names, "cases": [], "mistakes": []})
        some.cases = [drawn.cases[number] for number in numbers]
        return some

    def _alive(self, drawn: Drawn, slips: list[Mutant]) -> list[Mutant]:
        """The mutants that these cases do not show."""
        return [one for one in slips if not shown(self.bench, self.test, drawn, self.exercise.name, one.code)]

    def _accept(self, drawn: Drawn) -> None:
        """Raises CourseError where a right answer does not pass."""
        for answer in self.exercise.right:
            for case, sketch in zip(drawn.cases, self._run(drawn, answer.code), strict=True):
                if sketch is not None:
                    raise CourseError(
                        f"{self.test.name}: the right answer {answer.name!r} fails "
                        f"{describe(self.names, case.given())} ({sketch}): is the draw wider than the statement?"
                    )

    def _run(self, drawn: Drawn, code: str, again: bool = True) -> list:
        return sketches(self.bench, self.test, drawn, self.exercise.name, code, again)

    def _columns(self, drawn: Drawn, answers: list[Answer], again: bool = True) -> dict[str, list]:
        return {answer.name: self._run(drawn, answer.code, again) for answer in answers}

    def _data(self, cases: list[list]) -> tuple[dict, set[str]]:
        """Cases with what each wrong answer gives, and the names of the wrong answers that they show."""
        data: dict[str, Any] = {"names": self.names, "cases": cases, "mistakes": []}
        columns = self._columns(Drawn(data), self.exercise.wrong)
        data["mistakes"] = [
            [answer.message, columns[answer.name]]
            for answer in self.exercise.wrong
            if is_telling(columns[answer.name]) and TO_BE_BY_HAND not in answer.message  # which shows in no result
        ]
        return data, {name for name, column in columns.items() if any(column)}

    def _prove(self, data: dict, slips: list[Mutant]) -> None:
        drawn = Drawn(data)
        self._accept(drawn)
        self.killed = {one.name for one in slips} - {one.name for one in self._alive(drawn, slips)}


def _plain(value: Any) -> Any:
    """The same numbers in float64 or int64, in C order, to be written at will."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(_plain, value))
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        return np.array(value, np.float64 if value.dtype.kind == "f" else np.int64, order="C")
    return value


def _turned(value: Any, name: str) -> Any:
    """Another value of the same type and shape; None where there is none that every function takes."""
    if name == "seed":
        return value + 1
    if isinstance(value, list) and value and all(isinstance(item, np.ndarray) for item in value):
        return [item if (new := _turned(item, name)) is None else new for item in value]
    if isinstance(value, list):
        return value[::-1] if value[::-1] != value else None
    if not isinstance(value, np.ndarray):
        return None
    array = value.copy("K")
    array[...] = np.flip(value)
    return None if np.array_equal(array, value) else array


def _halves(cases: list[list]) -> tuple[list[list], list[list]]:
    """Two halves of these cases, each with small and large ones."""
    small_first = sorted(cases, key=lambda case: len(str(case)))
    return small_first[::2][:FRESH], small_first[1::2][:FRESH]


def _shape(value: Any) -> str:
    """The shapes and types of what is in a value."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_shape, value))}]"
    return f"{type(value).__name__}{np.shape(value)}"
