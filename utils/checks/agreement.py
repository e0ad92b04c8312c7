"""Whether what a learner's function gave agrees with what it should give, and a short description of any result."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from utils.checks.failure import CheckFailed
from utils.checks.messages import list_message, shape_message, value_message
from utils.checks.values import as_numbers, kind, plain, refuse_iterator, refuse_nothing, show, type_name

DOUBLE, SINGLE = (1e-7, 1e-10), (5e-5, 1e-6)  # relative to the largest number at hand, and absolute
COINCIDE = 2e-5  # two sketches are of one result when they differ by less, relative to its size


def require(actual: Any, expected: Any, single: bool = False) -> None:
    """`actual` agrees with `expected`. Raises CheckFailed, which says how it differs and never what it should be.

    Numbers, arrays and tensors agree when they have one shape and differ by no more than their precision allows: that
    of float32 where one of them is float32, or `single` says that what the function was given is. Lists, tuples and
    dictionaries agree entry by entry. A whole number, a text, True and False have to be just that.
    """
    if isinstance(expected, (list, tuple)):
        _require_entries(actual, expected, single)
    elif isinstance(expected, dict):
        _require_keys(actual, expected, single)
    elif _is_numeric(expected):
        _require_numbers(actual, np.asarray(_detached(expected)), single)
    else:
        _require_plain(actual, expected)


def agrees(actual: Any, expected: Any, single: bool = False) -> bool:
    """Whether `require` has nothing to say."""
    try:
        require(actual, expected, single)
    except CheckFailed:
        return False
    return True


def _is_numeric(value: Any) -> bool:
    return isinstance(value, (float, complex)) or (
        hasattr(value, "__array__") and not isinstance(value, (np.bool_, np.str_))
    )


def _detached(value: Any) -> Any:
    return value.detach().cpu() if hasattr(value, "detach") else value


def _require_numbers(actual: Any, expected: np.ndarray, single: bool) -> None:
    actual = as_numbers(actual, expected)
    if expected.dtype.kind == "b" and actual.dtype.kind in "iuf":
        raise CheckFailed(f"this should be True or False at each place, yours are numbers ({actual.dtype})")
    of_single = single or {actual.dtype.str[1:], expected.dtype.str[1:]} & {"f4", "c8"}

    def same(a: np.ndarray, b: Any) -> bool:
        return a.shape == np.shape(b) and _close(a, np.asarray(b), bool(of_single))

    if same(actual, expected):
        return
    message = shape_message if actual.shape != expected.shape else value_message
    raise CheckFailed(message(actual, expected, same))


def _close(actual: np.ndarray, expected: np.ndarray, single: bool) -> bool:
    """Whether all values are as near to each other as numbers of that size and precision can be."""
    if expected.dtype.kind in "bSU" or actual.dtype.kind in "bSU":
        return bool(np.array_equal(actual, expected))
    relative, absolute = SINGLE if single else DOUBLE
    finite = np.abs(expected[np.isfinite(expected)])
    scale = float(finite.max()) if finite.size else 0.0
    return bool(np.allclose(actual, expected, rtol=0, atol=absolute + relative * scale, equal_nan=True))


def _require_entries(actual: Any, expected: Sequence[Any], single: bool) -> None:
    refuse_nothing(actual)
    refuse_iterator(actual)
    if hasattr(actual, "tolist"):
        actual = actual.tolist()
    if not isinstance(actual, (list, tuple)):
        raise CheckFailed(f"this should be {kind(expected)}, yours is {kind(actual)}")
    if len(actual) != len(expected):
        entries = "entry" if len(expected) == 1 else "entries"
        raise CheckFailed(f"this should have {len(expected)} {entries}, yours has {len(actual)}")
    if all(agrees(one, other, single) for one, other in zip(actual, expected, strict=True)):
        return
    if len(expected) > 1 and all(
        isinstance(item, (bool, int, float, str, list, tuple)) for item in (*actual, *expected)
    ):
        raise CheckFailed(list_message(plain(actual), plain(expected)))
    for place, (one, other) in enumerate(zip(actual, expected, strict=True)):
        try:
            require(one, other, single)
        except CheckFailed as failure:
            which = [f"{entry(place)} of {len(expected)}"] if len(expected) > 1 else []
            within = [failure.case] if failure.case else []
            raise CheckFailed(failure.misconception, case=", ".join(which + within)) from None


def entry(place: int) -> str:
    """How a message calls an entry: "the second" for place 1."""
    words = ("first", "second", "third", "fourth", "fifth")
    return f"the {words[place]}" if place < len(words) else f"number {place + 1}"


def _require_keys(actual: Any, expected: dict, single: bool) -> None:
    refuse_nothing(actual)
    if not isinstance(actual, dict):
        raise CheckFailed(f"this should be a dictionary, yours is {kind(actual)}")
    if missing := [key for key in expected if key not in actual]:
        raise CheckFailed(f"the key {missing[0]!r} is missing")
    if more := [key for key in actual if key not in expected]:
        raise CheckFailed(f"the key {show(more[0])} does not belong here")
    for key, item in expected.items():
        require(actual[key], item, single)


def _require_plain(actual: Any, expected: Any) -> None:
    if expected is not None:
        refuse_nothing(actual)
    actual, expected = plain(actual), plain(expected)
    if type(actual) is not type(expected):
        raise CheckFailed(f"this should be {kind(expected)}, yours is {kind(actual)}")
    if actual != expected:
        if isinstance(expected, int) and not isinstance(expected, bool):
            raise CheckFailed(f"yours is {show(actual)}, and that is too {'small' if actual < expected else 'large'}")
        raise CheckFailed(f"yours is {show(actual)}, and that is not right")


# ---------------------------------------------------------------------------------------------------------------------
# Sketches


def sketch(value: Any) -> Any:
    """A few numbers and texts that tell `value` from others: two results coincide when their sketches do.

    Of numbers, these are the shape, the sum of their sizes, and two sums with weights that differ from place to place.
    """
    if isinstance(value, (list, tuple)) and not _rectangular(value):
        return ["list", [sketch(item) for item in value]]
    if isinstance(value, dict):
        return ["dict", sorted([str(key), sketch(item)] for key, item in value.items())]
    if value is None or isinstance(value, (bool, str)):
        return [type(value).__name__, str(value)[:200]]
    try:
        array = np.asarray(_detached(value))
    except Exception:  # whatever a learner's object raises, it is no array
        return ["other", type_name(value)]
    if array.dtype.kind not in "biufc":
        return ["other", type_name(value)]
    return ["bools" if array.dtype.kind == "b" else "numbers", list(array.shape), *_sums(array)]


def _rectangular(value: Sequence[Any]) -> bool:
    """Whether it is numbers in rows of one length, as an array would hold them."""
    try:
        array = np.asarray(value)
    except Exception:
        return False
    return array.size > 0 and array.dtype.kind in "biufc"


def _sums(array: np.ndarray) -> list[float]:
    flat = np.ravel(array).astype(complex if array.dtype.kind == "c" else float)
    strange = int(np.sum(~np.isfinite(flat)))
    flat = np.concatenate([flat.real, flat.imag]) if flat.dtype.kind == "c" else flat
    flat = np.nan_to_num(flat, nan=0, posinf=0, neginf=0)
    places = np.arange(1, flat.size + 1)
    sums = [np.abs(flat).sum(), flat @ np.cos(places), flat @ np.cos(places * math.sqrt(2) + 1)]
    return [strange, *(float(f"{number:.9g}") for number in sums)]


def coincide(one: Any, other: Any) -> bool:
    """Whether two sketches are of one result."""
    if not isinstance(one, list) or not isinstance(other, list):
        return bool(one == other)
    if len(one) != len(other):
        return False
    if one and one[0] in ("numbers", "bools"):
        if one[:3] != other[:3]:
            return False
        size = max(one[3], other[3], 1e-9)
        return all(abs(a - b) <= COINCIDE * size for a, b in zip(one[3:], other[3:], strict=True))
    return all(coincide(a, b) for a, b in zip(one, other, strict=True))
