"""Cases: inputs that a learner's function is tried on, with what it should give for each.

`course build` draws them, and chooses those that tell the usual mistakes from the solution and from one another.
Students have a file of them for each lesson; graders have others besides, which no student has. With a case stand
sketches of what each usual mistake gives, so that a mistake which explains all that went wrong can be named.
"""

import bz2
import inspect
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from utils import wire
from utils.checks import agreement
from utils.checks.compare import case, in_place, parts
from utils.checks.failure import CheckFailed, explain, is_stub
from utils.checks.results import Reused, handed_over
from utils.checks.unsolved import explain_in_notebook
from utils.checks.values import kind, show
from utils.errors import CourseError

FOLDER = Path(__file__).parent / "drawn"
HIDDEN = "COURSE_HIDDEN_CASES"  # in the environment of a grader: the file of the cases that students do not have
KEPT = (
    "your function changed the array `{0}` that it was given; work on a copy (`{0}.copy()`), "
    "because the caller still needs the old one"
)
KEPT_WHOLE = "your function changed `{0}`, which it was given; the caller still needs the old one"
AGAIN = (
    "right the first time, and different when it is called again with the same: is something kept from call to call?"
)
RANDOM = "each call gives another result for the same input: is something random in it, or kept from call to call?"
graders: dict[str, dict] | None = None  # in the judge, the cases that students do not have too
SHOWN = 16  # values of an array up to which a message shows them: a picture of 4×4
LONGEST = 160  # characters of an argument that a message shows: a layer with all that it has


@dataclass(frozen=True)
class Refused:
    """What a case gives where its input is to be refused: the name of a builtin exception."""

    error: str


@dataclass(frozen=True)
class Outcome:
    """What one call gave: a value, or the exception that it ended with.

    changed: places of the arguments that are not as they were before.
    """

    value: Any = None
    error: Exception | None = None
    changed: tuple[int, ...] = ()


class Case:
    """Arguments of one call, and what it should give: a value, or `Refused`.  data: as `as_data` made it."""

    def __init__(self, data: list) -> None:
        self._given, gives = json.dumps(data[0]).encode(), data[1]
        self.gives = Refused(gives["refused"]) if isinstance(gives, dict) else wire.decode(json.dumps(gives).encode())
        self.size = len(self._given)
        self.single = _holds_single(self.given())

    @staticmethod
    def as_data(given: tuple, gives: Any) -> list:
        """What a file of cases holds for one."""
        after = {"refused": gives.error} if isinstance(gives, Refused) else json.loads(wire.encode(gives))
        return [json.loads(wire.encode(given)), after]

    def given(self) -> tuple:
        """The arguments: new ones each time, laid out in memory as they were drawn."""
        return wire.decode(self._given)

    def fault(self, outcome: Outcome, names: Sequence[str]) -> CheckFailed | None:
        """What is wrong with this outcome, in the learner's terms; None when all is well."""
        try:
            self._require(outcome)
            if outcome.changed:
                place = outcome.changed[0]
                kept = KEPT if hasattr(self.given()[place], "dtype") else KEPT_WHOLE
                raise CheckFailed(kept.format(names[min(place, len(names) - 1)]))
        except CheckFailed as failure:
            return failure
        return None

    def _require(self, outcome: Outcome) -> None:
        error = outcome.error
        if isinstance(self.gives, Refused):
            wanted = f"this is to be refused: raise a {self.gives.error} for it; yours "
            if error is None:
                raise CheckFailed(f"{wanted}returned {kind(outcome.value)}")
            if self.gives.error not in {base.__name__ for base in type(error).__mro__}:
                raise CheckFailed(f"{wanted}stopped with {type(error).__name__} ({error})")
        elif error is not None:
            raise error if isinstance(error, CheckFailed) else CheckFailed(explain(error))
        else:
            agreement.require(outcome.value, self.gives, self.single)


class Drawn:
    """The cases of one test.

    data: {"names": of the arguments, "takes": of what is returned, "cases": […], "mistakes": [[words, sketches], …]}.
    A sketch stands for each case, and is None where the mistake does not show.
    """

    def __init__(self, data: dict) -> None:
        self.names: list[str] = data["names"]
        self.cases = [Case(one) for one in data["cases"]]
        self.mistakes: list[tuple[str, list]] = [(words, sketches) for words, sketches in data["mistakes"]]

    @classmethod
    def of(cls, other: "Drawn", case: Case) -> "Drawn":
        """One case of another's, by itself."""
        one = cls({"names": other.names, "cases": [], "mistakes": []})
        one.cases = [case]
        return one

    def check(self, function: Callable, take: Callable[[Any], Any] = lambda value: value) -> None:
        """Call `function` on every case, and then once more in the reverse order. Raises CheckFailed."""
        outcomes = outcomes_of(function, self.cases, take)
        faults = [self._fault(case, *pair) for case, pair in zip(self.cases, outcomes, strict=True)]
        failing = [number for number, fault in enumerate(faults) if fault]
        if not failing:
            return
        for number in failing:  # a stub, a name that is missing: nothing to do with the case
            for outcome in outcomes[number]:
                if is_stub(outcome.error) or isinstance(outcome.error, NameError):
                    raise outcome.error
        number = min(failing, key=lambda n: self.cases[n].size)
        if words := self._explaining(
            [self.sketch_of(case, pair) for case, pair in zip(self.cases, outcomes, strict=True)]
        ):
            error = outcomes[number][0].error
            stopped = f" ({explain(error)})" if error and not isinstance(error, CheckFailed) else ""
            raise CheckFailed(words + stopped, recognised=True)
        if any(
            _varies(*pair) and case.fault(pair[0], self.names) for case, pair in zip(self.cases, outcomes, strict=True)
        ):
            raise CheckFailed(RANDOM, case=describe(self.names, self.cases[number].given()))
        said = {fault.misconception for fault in faults if fault}
        raise CheckFailed(
            _neutral(faults[number], outcomes[number], said), case=describe(self.names, self.cases[number].given())
        )

    def _fault(self, case: Case, first: Outcome, second: Outcome) -> CheckFailed | None:
        if fault := case.fault(first, self.names):
            return fault
        return CheckFailed(AGAIN) if case.fault(second, self.names) else None

    def sketch_of(self, case: Case, pair: Sequence[Outcome]) -> Any:
        """A sketch of what went wrong with one case; None when nothing did."""
        wrong = next((outcome for outcome in pair if case.fault(outcome, self.names)), None)
        if wrong is None:
            return None
        if isinstance(wrong.error, CheckFailed):
            return ["said", wrong.error.misconception]
        if wrong.error is not None:
            return ["stopped", *_as_builtin(wrong.error)]
        return [agreement.sketch(wrong.value), list(wrong.changed)]

    def _explaining(self, sketches: list) -> str:
        """The words of the mistake that gives just these results, or of the two that do; "" for none or more."""
        if not is_telling(sketches):
            return ""
        found = _comparable(sketches)
        explaining = dict.fromkeys(words for words, own in self.mistakes if agreement.coincide(_comparable(own), found))
        return "; or: ".join(explaining) if len(explaining) <= 2 else ""


def _as_builtin(error: Exception) -> tuple[str, str]:
    """The name of the builtin exception that it is one of, and its words: what is left of one from another process."""
    name = next(base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins")
    own = type(error).__name__
    return name, (str(error) if own == name else f"{own}: {error}")[:200]


def _comparable(sketches: list) -> list:
    """The sketches as two answers are compared by them.

    The words of an exception are the learner's own, or those of the library that was called. Where other cases gave a
    wrong value, that value tells the mistake, and of the exceptions only the kinds are to be the same.
    """
    if all(one is None or one[0] in ("stopped", "said") for one in sketches):
        return sketches
    return [one[:2] if one and one[0] == "stopped" else one for one in sketches]


def is_telling(sketches: Sequence) -> bool:
    """Whether such results point at one mistake: stopping always with the same words has many causes."""
    stops = {str(one) for one in sketches if one and one[0] == "stopped"}
    return len(stops) > 1 or any(one and one[0] != "stopped" for one in sketches)


class Cases:
    """The cases of a lesson: `with cases.test(pad, "no padding at all"):` begins a test in its notebook."""

    def __init__(self, lesson: str) -> None:
        self.lesson = lesson
        explain_in_notebook()

    @contextmanager
    def test(self, function: Callable, description: str, *, returns: str = "", take: str = "") -> Iterator[None]:
        """A test: the examples in the `with` statement's body, then the drawn cases of this `description`.

        function: what is tried: the learner's function, or one that calls it and gives back data.
        returns: where it returns several things, their names: "weights, bias".  take: the one that is looked at.
        Raises CheckFailed. Where an example fails and the cases name the mistake, that is what it says.
        """
        drawn = self._drawn(description)

        def taken(value: Any) -> Any:
            names = returns.split(", ")
            return parts(value, *names)[names.index(take)] if take else value

        with case(description):
            try:
                yield
            except NameError:
                raise
            except Exception as failure:
                if not is_stub(failure) and not getattr(failure, "recognised", False):
                    _only_recognised(drawn, function, taken)
                raise
            drawn.check(function, taken)

    def _drawn(self, description: str) -> Drawn:
        hidden = os.environ.get(HIDDEN)
        file = Path(hidden) if hidden else FOLDER / f"{self.lesson}.json.bz2"
        try:
            found = graders if graders is not None else read(file, file.stat().st_mtime_ns)
            return Drawn(found[description])
        except OSError:
            raise CourseError(f"the cases of {self.lesson} are missing: {file}") from None
        except KeyError:
            raise CourseError(f"{self.lesson} has no cases for {description!r}: has this cell been changed?") from None


def _only_recognised(drawn: Drawn, function: Callable, take: Callable) -> None:
    """Raise CheckFailed when the cases name the mistake that was made; say nothing otherwise."""
    try:
        drawn.check(function, take)
    except CheckFailed as failure:
        if failure.recognised:
            raise
    except (NotImplementedError, NameError):
        pass


@lru_cache(maxsize=4)
def read(file: Path, modified: int) -> dict[str, dict]:
    """A file of cases: description of a test → its data."""
    return unpacked(file.read_bytes())


def unpacked(data: bytes) -> dict[str, dict]:
    """What `written` made these bytes of."""
    return json.loads(bz2.decompress(data))


def written(cases: dict[str, dict]) -> bytes:
    """The bytes of a file of cases; equal cases give equal bytes."""
    text = json.dumps(cases, ensure_ascii=False, separators=(",", ":"))
    return bz2.compress(text.encode())


def outcomes_of(
    function: Callable, cases: Sequence[Case], take: Callable[[Any], Any], again: bool = True
) -> list[tuple[Outcome, Outcome]]:
    """What `function` gives for each case, the first time and when it is called again.

    again: False calls it once only, and takes the second outcome to be the first.
    """
    order = [*cases, *reversed(cases)] if again else list(cases)
    call_each = getattr(function, "call_each", None)  # a student's function in another process: one question for all
    reused = Reused()
    called = (
        call_each([case.given() for case in order])
        if call_each
        else [_call(function, case.given, reused) for case in order]
    )
    found = [_taken(outcome, take) for outcome in called]
    second = found[len(cases) :][::-1] if again else found
    return list(zip(found[: len(cases)], second, strict=True))


def _call(function: Callable, given: Callable[[], tuple], reused: Reused) -> Outcome:
    arguments = reused(given())
    try:
        with in_place():  # each call has arguments of its own
            value = function(*arguments)
    except Exception as error:
        return Outcome(error=error)
    changed = [n for n, (now, before) in enumerate(zip(arguments, given(), strict=True)) if _differ(now, before)]
    return Outcome(handed_over(value), changed=tuple(changed))


def _differ(now: Any, before: Any) -> bool:
    try:
        return wire.encode(now) != wire.encode(before)
    except wire.WireError:  # something was put into it that is no data
        return True


def _taken(outcome: Outcome, take: Callable[[Any], Any]) -> Outcome:
    if outcome.error is not None:
        return outcome
    try:
        return Outcome(take(outcome.value), changed=outcome.changed)
    except CheckFailed as failure:
        return Outcome(error=failure)


def _holds_single(value: Any) -> bool:
    """Whether there are float32 numbers in it."""
    if isinstance(value, (list, tuple)):
        return any(map(_holds_single, value))
    return str(getattr(value, "dtype", "")).endswith("float32")


# ---------------------------------------------------------------------------------------------------------------------
# Words


def _varies(first: Outcome, second: Outcome) -> bool:
    """Whether two calls with the same gave two results."""
    if first.error or second.error:
        return False
    return not agreement.coincide(agreement.sketch(first.value), agreement.sketch(second.value))


def _neutral(fault: CheckFailed | None, pair: tuple[Outcome, Outcome], said: set[str]) -> str:
    """What to say of one case where no usual mistake explains them all. said: what would be said of each."""
    message = fault.misconception if fault else ""
    value = pair[0].value
    if len(said) > 1 and message.startswith(
        ("the values are right", "the size is right", "every value is", "yours is")
    ):
        message = "this is not right"  # true of this case, and by chance: of the others it is not
    if fault and fault.case:
        message = f"{fault.case}: {message}"
    if pair[0].error is None and value is not None and "yours " not in message and _is_short(value):
        message += f"; yours is {show_value(value)}"
    return message


def _is_short(value: Any) -> bool:
    return np.size(value) <= SHOWN if hasattr(value, "dtype") else len(show(value)) < 60


def describe(names: Sequence[str], given: tuple) -> str:
    """The arguments of a call in words and numbers."""
    named = [*names, *[name for name in names[-1:] for _ in given]]  # the last name may stand for several arguments
    return "with " + ", ".join(f"{name} = {show_value(value)}" for name, value in zip(named, given, strict=False))


def show_value(value: Any) -> str:
    """A value in a message: in full when it is small, else what it is."""
    if not hasattr(value, "dtype"):
        return show(value, LONGEST)
    if np.ndim(value) == 0:
        return f"{np.asarray(value).item():.6g}"
    array = np.asarray(value)
    if array.size > SHOWN:
        return f"an array of shape {array.shape} ({array.dtype})"
    return f"{json.dumps(_rounded(array.tolist()))} ({array.dtype})"


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def argument_names(function: Callable) -> list[str]:
    """The names of a function's arguments."""
    return list(inspect.signature(function).parameters)
