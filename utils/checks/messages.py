"""Words for how a result differs from the right one, which they never show."""

from collections.abc import Callable, Iterator

import numpy as np

from utils.checks.values import kind, refuse_nothing, same_plain, share, show

MOST_LOOKED_AT = 2000  # values of a result, each compared by itself


def list_message(actual: list, expected: list) -> str:
    if any(item is None for item in actual) and not any(item is None for item in expected):
        refuse_nothing(None)
    if len(actual) != len(expected):
        return f"this should have {len(expected)} entries, yours has {len(actual)}"
    pairs = enumerate(zip(actual, expected, strict=True))
    wrong = [(place, yours, right) for place, (yours, right) in pairs if not same_plain(yours, right)]
    if all(type(yours) is not type(right) for _, yours, right in wrong):
        place, yours, right = wrong[0]
        which = "each entry" if len({type(item) for item in expected}) == 1 else f"entry {place}"
        if isinstance(yours, float) and isinstance(right, int):
            return f"{which} should be a whole number, yours is {yours}, a float: `//` divides and rounds down"
        return f"{which} should be {kind(right)}, yours is {kind(yours)}"
    shown = show(actual)
    yours = (
        f"yours are {shown}"
        if "…" not in shown
        else f"the first of them is entry {wrong[0][0]}, yours is {show(wrong[0][1])}"
    )
    return f"{len(wrong)} of {len(expected)} answers are not right; {yours}"


def shape_message(actual: np.ndarray, expected: np.ndarray, same: Callable) -> str:
    if expected.ndim == 0:
        if actual.size == 1:
            return f"this should be one number, yours is an array of shape {actual.shape} that holds one"
        return f"this should be one number, yours has shape {actual.shape}: is something still to be added up?"
    if actual.ndim == 0:
        return f"this should have shape {expected.shape}, yours is a single number"
    if actual.ndim > expected.ndim and actual.shape[: expected.ndim] == expected.shape:
        shapes = f"this should have shape {expected.shape}, yours has shape {actual.shape}"
        return f"{shapes}: is something still to be added up?"
    if actual.size == expected.size:
        if actual.ndim == 2 and same(actual.T, expected):
            return "the values are right but transposed: is your loop over rows or over columns first?"
        if same(actual.reshape(expected.shape), expected):
            return f"the values are right, but their shape should be {expected.shape}, and yours is {actual.shape}"
    if actual.ndim == expected.ndim and actual.shape[1:] == expected.shape[1:]:
        n, m = len(actual), len(expected)
        lengths = (
            f"this should have {m} value{'s' if m > 1 else ''}, yours has {n}"
            if expected.ndim == 1
            else f"this should have {m} rows, yours has {n}"
        )
        if n == m - 1 and same(actual, expected[:-1]):
            return f"{lengths}: the last one is missing"
        if n == m - 1 and same(actual, expected[1:]):
            return f"{lengths}: the first one is missing"
        if n == m + 1 and same(actual[:-1], expected):
            return f"{lengths}: there is one too many at the end"
        return lengths
    return f"this should have shape {expected.shape}, yours has shape {actual.shape}"


def value_message(actual: np.ndarray, expected: np.ndarray, same: Callable) -> str:
    for message, wrong in _relations(expected):
        if not same(expected, wrong) and same(actual, wrong):
            return message
    if expected.dtype.kind == "b" and expected.ndim:
        return f"{share(actual != expected)} values are not right"
    if expected.ndim and np.unique(expected).size > 1:
        if factor := _common_factor(actual, expected, same):
            return f"every value is {factor:.4g} times as large as it should be"
        if same(actual - (actual - expected).flat[0], expected):
            return "every value is off by the same amount: is something added, or left out, once for all?"
        if np.unique(actual).size == 1:
            return f"all your values are the same ({show(actual.flat[0])}), and they should differ"
    if expected.ndim and np.unique(actual).size > 1:
        return f"{share(_wrong_values(actual, expected, same))} values are not right"
    low = np.real(actual).flat[0] < np.real(expected).flat[0]
    return f"yours is {show(actual.flat[0])}, and that is too {'small' if low else 'large'}"


def _wrong_values(actual: np.ndarray, expected: np.ndarray, same: Callable) -> np.ndarray:
    """Which values are wrong, by the precision that `same` asks for."""
    if expected.size > MOST_LOOKED_AT:
        return ~np.isclose(actual, expected)
    wrong = np.empty(expected.size, bool)
    for place, (yours, right) in enumerate(zip(actual.flat, expected.flat, strict=True)):
        one = expected.astype(np.result_type(actual, expected))
        one.flat[place] = yours
        wrong[place] = yours != right and not same(one, expected)
    return wrong


def _relations(expected: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """What to say → what the result would then be, for mistakes that can be seen from the right result alone."""
    if expected.ndim == 2 and expected.shape[0] == expected.shape[1]:
        yield "the values are right but transposed: is your loop over rows or over columns first?", expected.T
    if expected.ndim >= 2:
        yield "the values are right but rotated by 180°", expected[..., ::-1, ::-1]
        yield "the values are right but upside down", expected[..., ::-1, :]
        yield "the values are right but mirrored left to right", expected[..., ::-1]
    elif expected.ndim == 1:
        yield "the values are right but in the reverse order", expected[::-1]
    if expected.dtype.kind == "b":  # True and False have no sign
        return
    yield "the size is right, but the sign is the wrong way round", -expected
    yield "the size is right, but the sign is lost: is there an `abs` or a square too many?", np.abs(expected)
    if expected.dtype.kind == "f":
        whole = "whole numbers only: the fraction was lost; `//` and `int` cut it off"
        for cut in (np.floor, np.trunc, np.round):
            if np.any(cut(expected)):  # a lone 0 has too many other causes
                yield whole, cut(expected)
    if expected.ndim == 0:
        yield "yours is twice as large as it should be", 2 * expected
        yield "yours is half as large as it should be", expected / 2


def _common_factor(actual: np.ndarray, expected: np.ndarray, same: Callable) -> float | None:
    big = np.argmax(np.abs(expected))
    factor = actual.flat[big] / expected.flat[big]
    return float(np.real(factor)) if factor != 0 and same(actual, expected * factor) else None
