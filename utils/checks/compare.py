"""The checks that notebooks call: they compare, and when they fail they say what went wrong in the learner's terms.

A check never prints the expected value. It names a misconception where the result is related to the right one in a way
that has a name (transposed, flipped, wrong sign, one too few …). The mistakes that belong to an exercise are named by
its drawn cases (see utils.checks.cases).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from utils.checks import static_analysis
from utils.checks.failure import CheckFailed, explain, is_stub, missing, not_solved, stopped_in
from utils.checks.messages import list_message, shape_message, value_message
from utils.checks.time_limit import time_limit
from utils.checks.values import as_numbers, kind, plain, refuse_iterator, refuse_nothing, same_plain, show


@contextmanager
def case(description: str) -> Iterator[None]:
    """Name what a group of checks looks at: `with checks.case("a picture of 2 rows and 3 columns"):`.

    A failure inside carries the description. An exception from the learner's code becomes a failure that names the
    function and the line. Prints one tick when everything inside holds.
    """
    try:
        with time_limit():
            yield
    except CheckFailed as failure:
        inner = f": {failure.case}" if failure.case else ""
        raise CheckFailed(failure.misconception, case=description + inner, recognised=failure.recognised) from None
    except UnboundLocalError as error:  # a NameError too, but the name exists and only lacks a value
        raise CheckFailed(explain(error), case=description) from error
    except NameError as error:
        raise CheckFailed(missing(error), case=description) from None
    except Exception as error:
        if is_stub(error):
            raise CheckFailed(not_solved(stopped_in(error))) from None
        raise CheckFailed(explain(error), case=description) from error
    print(f"✓ {description}")


def close(actual: Any, expected: Any, *, atol: float = 1e-6) -> None:
    """`actual` has the shape of `expected` and its values to within `atol` (relative 1e-6).

    actual: a number, nested lists, an array, or a PyTorch or TensorFlow tensor.
    Raises CheckFailed.
    """
    expected = np.asarray(expected)
    actual = as_numbers(actual, expected)

    def same(a: np.ndarray, b: Any) -> bool:
        return a.shape == np.shape(b) and bool(np.allclose(a, b, atol=atol, rtol=1e-6, equal_nan=True))

    if same(actual, expected):
        return
    if actual.shape != expected.shape:
        raise CheckFailed(shape_message(actual, expected, same))
    raise CheckFailed(value_message(actual, expected, same))


def equal(actual: Any, expected: Any) -> None:
    """`actual` is exactly `expected`: text, a truth value, a whole number, or a list of them. Raises CheckFailed."""
    actual, expected = plain(actual), plain(expected)
    if same_plain(actual, expected):
        return
    refuse_nothing(actual)
    if isinstance(actual, list) and isinstance(expected, list):
        raise CheckFailed(list_message(actual, expected))
    if type(actual) is not type(expected):
        raise CheckFailed(f"this should be {kind(expected)}, yours is {kind(actual)}")
    raise CheckFailed(f"yours is {show(actual)}, and that is not right")


def count(actual: Any, expected: int) -> None:
    """`actual` is a list or an array with `expected` entries. Raises CheckFailed."""
    refuse_nothing(actual)
    refuse_iterator(actual)
    unordered = isinstance(actual, (str, bytes, dict, set))
    if unordered or not hasattr(actual, "__len__") or getattr(actual, "ndim", 1) == 0:
        raise CheckFailed(f"this should be a list or an array, yours is {kind(actual)}")
    if len(actual) == expected:
        return
    raise CheckFailed(f"yours are {len(actual)}, and that is too {'few' if len(actual) < expected else 'many'}")


def same_members(actual: Any, expected: Any) -> None:
    """`actual` holds the same arrays as `expected`, each exactly once, in any order along the first axis.

    Raises CheckFailed, naming how many are missing, double or do not belong.
    """
    expected = np.asarray(expected)
    actual = as_numbers(actual, expected)
    if actual.shape[1:] != expected.shape[1:]:
        hint = ""
        if actual.shape[1:] == expected.shape[:0:-1]:
            hint = ": are rows and columns swapped?"
        elif actual.shape == (len(expected), expected[0].size):
            hint = ": each member still is one long row, so `reshape` it"
        raise CheckFailed(
            f"each member should have shape {expected.shape[1:]}; your result has shape {actual.shape}{hint}"
        )
    have, want = (Counter(map(tuple, a.reshape(len(a), -1).tolist())) for a in (actual, expected))
    if strangers := have.keys() - want.keys():
        values = ", ".join(f"{v:g}" for v in np.unique(list(strangers))[:4])
        unsigned = f"; numbers of type {actual.dtype} cannot be negative" if actual.dtype.kind == "u" else ""
        raise CheckFailed(f"{len(strangers)} of yours do not belong here; their values are {values}{unsigned}")
    if len(have) == 1 < len(actual):
        raise CheckFailed(
            f"all {len(actual)} of yours are the same: is one array put into the list again and again? "
            "Put in a `.copy()`"
        )
    if twice := sum(count > 1 for count in have.values()):
        missing = len(want) - len(have)
        raise CheckFailed(
            f"{twice} of yours appear more than once, and "
            + (f"{missing} of {len(want)} are missing" if missing else "none is missing")
        )
    if missing := len(want) - len(have):
        raise CheckFailed(f"{missing} of {len(want)} {'is' if missing == 1 else 'are'} missing")


def raises(error: type[Exception], function: Callable, *args: Any, because: str) -> None:
    """Calling `function(*args)` raises `error`; `because` says what should be refused. Raises CheckFailed."""
    try:
        result = function(*args)
    except error:
        return
    except Exception as other:
        if is_stub(other):
            raise
        name = type(other).__name__
        raise CheckFailed(
            f"{because}: raise a {error.__name__} for it; yours stopped with "
            f"{'an' if name[0] in 'AEIOU' else 'a'} {name} ({other})"
        ) from None
    if result is None or isinstance(result, str):
        raise CheckFailed(
            f"{because}: raise a {error.__name__} for it; yours returned {kind(result)}, "
            "and whoever called it goes on as if all were well"
        )
    raise CheckFailed(f"{because}: raise a {error.__name__} for it; yours returned a result")


def that(holds: bool, otherwise: str) -> None:
    """`holds` is True. Raises CheckFailed, which says `otherwise`."""
    if not holds:
        raise CheckFailed(otherwise, recognised=True)


def parts(result: Any, *names: str) -> tuple:
    """What a function returned, taken apart: `found, history = checks.parts(search(…), "weights", "history")`.

    Raises CheckFailed when `result` is not a tuple or list with one entry for each name.
    """
    refuse_nothing(result)
    wanted = f"return {len(names)} things, `{', '.join(names)}`"
    if not isinstance(result, (tuple, list)):
        raise CheckFailed(f"{wanted}; yours returned one: {kind(result)}")
    if len(result) != len(names):
        raise CheckFailed(f"{wanted}; yours returned {kind(result)} of {len(result)}")
    return tuple(result)


arguments_come_back = False  # whether what a student's function changes of its arguments is seen, where it is graded


@contextmanager
def in_place() -> Iterator[None]:
    """In the `with` statement's body, a test sees what functions change of the arguments that it hands them.

    Elsewhere a graded function works on copies, so that it cannot change what the test goes on with.
    """
    global arguments_come_back
    arguments_come_back = True
    try:
        yield
    finally:
        arguments_come_back = False


@contextmanager
def unchanged(**arrays: np.ndarray) -> Iterator[None]:
    """The functions that are called in the `with` statement's body leave these arrays as they are.

    arrays: by the names that a message gives them: `with checks.unchanged(image=image):`.  Raises CheckFailed.
    """
    before = {name: np.copy(array) for name, array in arrays.items()}
    with in_place():
        yield
    for name, array in arrays.items():
        if not np.array_equal(array, before[name]):
            raise CheckFailed(
                f"your function changed the array `{name}` that it was given; work on a copy "
                f"(`{name}.copy()`), because the caller still needs the old one"
            )


def by_hand(name: str, without: Iterable[str] = ()) -> None:
    """The notebook's function `name` does its work itself: with Python, NumPy's arithmetic and its own helpers.

    without: routines that would do the work here, besides those that always count as one, such as "numpy.pad".
    What counts is the code (see utils.checks.static_analysis). Raises CheckFailed, naming what was used.
    """
    static_analysis.by_hand = name, frozenset(without)
    try:
        used = static_analysis.finding(name, without)
    except LookupError:
        raise CheckFailed(f"`{name}` is to be written by hand: define it in this notebook, with `def {name}`") from None
    if used.startswith("import "):
        used = used.removeprefix("import ")
    if used:
        raise not_by_hand(name, used)


TO_BE_BY_HAND = "is to be written by hand"


def not_by_hand(name: str, used: str) -> CheckFailed:
    """The failure of the function `name`, which rests on the routine `used`."""
    return CheckFailed(
        f"`{name}` {TO_BE_BY_HAND}, and your code uses `{used}`: write out what it does", recognised=True
    )
