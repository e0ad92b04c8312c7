"""Checks for exercises: they compare, and when they fail they say what went wrong in the learner's terms.

A check never prints the expected value. It names a misconception in one of two ways: the test passes `variants`, the
values that usual mistakes would give, or the result is related to the right one in a way that has a name (transposed,
flipped, wrong sign, one too few …).
"""

import linecache
import tomllib
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from utils import by_hand as written

Variants = Mapping[str, Any]

NOT_SOLVED = "this exercise is not solved yet: write your code in the cell above and run it"


class CheckFailed(AssertionError):
    """A check that did not hold. Jupyter shows its one line and no traceback.

    `named` says whether the mistake was recognised as one of the test's own `variants`.
    """

    def __init__(self, message: str, named: bool = False) -> None:
        super().__init__(message)
        self.named = named

    def _render_traceback_(self) -> list[str]:
        return [f"✗ {self}"]


def hints(lesson: str) -> dict[str, Variants]:
    """The `variants` for the tests of `lesson` that students see, from utils/hints/<lesson>.toml: test → variants."""
    return tomllib.loads((Path(__file__).parent / "hints" / f"{lesson}.toml").read_text(encoding="utf-8"))


@contextmanager
def case(description: str, uses: str = "") -> Iterator[None]:
    """Name what a group of checks looks at: `with checks.case("a picture of 2 rows and 3 columns"):`.

    A failure inside starts with the description. An exception from the learner's code becomes a failure that names
    the function and the line. Prints one tick when everything inside holds. The description holds no colon, so that
    a report can tell it from what went wrong.

    uses: an earlier exercise whose function the tested one calls. A mistake that is not recognised may come from there,
    and the message says so.
    """
    doubt = f" (this also runs your `{uses}`: do its own tests show ✓?)" if uses else ""
    if ":" in description:
        raise ValueError(f"a case's description has no colon in it: {description!r}")
    try:
        yield
    except CheckFailed as failure:
        raise CheckFailed(f"{description}: {failure}{'' if failure.named else doubt}") from None
    except NotImplementedError as error:  # a stub's; or PyTorch's, of which there is more to say
        known = any(part in str(error) for part in _HINTS)
        raise CheckFailed(f"{description}: {_explain(error)}{doubt}" if known else NOT_SOLVED) from None
    except UnboundLocalError as error:  # a NameError too, but the name exists and only lacks a value
        raise CheckFailed(f"{description}: {_explain(error)}{doubt}") from error
    except NameError as error:
        raise CheckFailed(
            f"{description}: the name {error.name!r} does not exist here: is it spelled that way, "
            "and have you run the cell that defines it?"
        ) from None
    except Exception as error:
        raise CheckFailed(f"{description}: {_explain(error)}{doubt}") from error
    print(f"✓ {description}")


def close(actual: Any, expected: Any, *, variants: Variants | None = None, atol: float = 1e-6) -> None:
    """`actual` has the shape of `expected` and its values to within `atol` (relative 1e-6).

    actual: a number, nested lists, an array, or a PyTorch or TensorFlow tensor.
    variants: what to say → the value that this mistake would give.
    Raises CheckFailed.
    """
    expected = np.asarray(expected)
    actual = _as_numbers(actual, expected)

    def same(a: np.ndarray, b: Any) -> bool:
        return a.shape == np.shape(b) and bool(np.allclose(a, b, atol=atol, rtol=1e-6, equal_nan=True))

    if same(actual, expected):
        return
    for message, wrong in (variants or {}).items():
        if not same(expected, wrong) and same(actual, wrong):
            raise CheckFailed(message, named=True)
    if actual.shape != expected.shape:
        raise CheckFailed(_shape_message(actual, expected, same))
    raise CheckFailed(_value_message(actual, expected, same))


def equal(actual: Any, expected: Any, *, variants: Variants | None = None) -> None:
    """`actual` is exactly `expected`: text, a truth value, a whole number, or a list of them.

    variants: what to say → the value that this mistake would give. Raises CheckFailed.
    """
    actual, expected = _plain(actual), _plain(expected)
    if _same_plain(actual, expected):
        return
    for message, wrong in (variants or {}).items():
        if not _same_plain(expected, _plain(wrong)) and _same_plain(actual, _plain(wrong)):
            raise CheckFailed(message, named=True)
    _refuse_nothing(actual)
    if isinstance(actual, list) and isinstance(expected, list):
        raise CheckFailed(_list_message(actual, expected))
    if type(actual) is not type(expected):
        raise CheckFailed(f"this should be {_kind(expected)}, yours is {_kind(actual)}")
    raise CheckFailed(f"yours is {_show(actual)}, and that is not right")


def count(actual: Any, expected: int, *, variants: Mapping[str, int] | None = None) -> None:
    """`actual` is a list or an array with `expected` entries. Raises CheckFailed."""
    _refuse_nothing(actual)
    _refuse_iterator(actual)
    unordered = isinstance(actual, (str, bytes, dict, set))
    if unordered or not hasattr(actual, "__len__") or getattr(actual, "ndim", 1) == 0:
        raise CheckFailed(f"this should be a list or an array, yours is {_kind(actual)}")
    if len(actual) == expected:
        return
    for message, wrong in (variants or {}).items():
        if len(actual) == wrong:
            raise CheckFailed(message, named=True)
    raise CheckFailed(f"yours are {len(actual)}, and that is too {'few' if len(actual) < expected else 'many'}")


def same_members(actual: Any, expected: Any, *, variants: Variants | None = None) -> None:
    """`actual` holds the same arrays as `expected`, each exactly once, in any order along the first axis.

    Raises CheckFailed, naming how many are missing, double or do not belong.
    """
    expected = np.asarray(expected)
    actual = _as_numbers(actual, expected)
    for message, wrong in (variants or {}).items():
        if actual.shape == np.shape(wrong) and np.allclose(_sorted_rows(actual), _sorted_rows(wrong)):
            raise CheckFailed(message, named=True)
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
    except NotImplementedError:
        raise
    except Exception as other:
        kind = type(other).__name__
        raise CheckFailed(
            f"{because}: raise a {error.__name__} for it; yours stopped with "
            f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind} ({other})"
        ) from None
    if result is None or isinstance(result, str):
        raise CheckFailed(
            f"{because}: raise a {error.__name__} for it; yours returned {_kind(result)}, "
            "and whoever called it goes on as if all were well"
        )
    raise CheckFailed(f"{because}: raise a {error.__name__} for it; yours returned a result")


def parts(result: Any, *names: str) -> tuple:
    """What a function returned, taken apart: `found, history = checks.parts(search(…), "weights", "history")`.

    Raises CheckFailed when `result` is not a tuple or list with one entry for each name.
    """
    _refuse_nothing(result)
    wanted = f"return {len(names)} things, `{', '.join(names)}`"
    if not isinstance(result, (tuple, list)):
        raise CheckFailed(f"{wanted}; yours returned one: {_kind(result)}")
    if len(result) != len(names):
        raise CheckFailed(f"{wanted}; yours returned {_kind(result)} of {len(result)}")
    return tuple(result)


def unchanged(argument: Any, original: Any, name: str) -> None:
    """`argument`, which a function was given, still equals `original`. Raises CheckFailed."""
    if not np.array_equal(argument, original):
        raise CheckFailed(
            f"your function changed the array `{name}` that it was given; work on a copy "
            f"(`{name}.copy()`), because the caller still needs the old one"
        )


def by_hand(name: str, without: Iterable[str] = ()) -> None:
    """The notebook's function `name` does its work itself: with Python, NumPy's arithmetic and its own helpers.

    without: routines that would do the work here, besides those that always count as one, such as "numpy.pad".
    What counts is the code (see utils.by_hand). Raises CheckFailed, naming what was used.
    """
    try:
        used = written.finding(name, without)
    except LookupError:
        raise CheckFailed(f"`{name}` is to be written by hand: define it in this notebook, with `def {name}`") from None
    if used.startswith("import "):
        used = used.removeprefix("import ")
    if used:
        raise CheckFailed(
            f"`{name}` is to be written by hand, and your code uses `{used}`: write out what it does", named=True
        )


# ---------------------------------------------------------------------------------------------------------------------
# From whatever a learner's function returned to something that can be compared


def _refuse_nothing(value: Any) -> None:
    if value is None:
        raise CheckFailed("your function returned nothing (None): `print` shows a value, `return` hands it back")


def _refuse_iterator(value: Any) -> None:
    if isinstance(value, Iterator):
        raise CheckFailed(
            f"this is a `{_type_name(value)}`, which hands out its values only when asked: put `list(…)` around it"
        )


def _as_numbers(actual: Any, expected: np.ndarray) -> np.ndarray:
    """`actual` as an array of numbers, or CheckFailed saying what it is instead."""
    _refuse_nothing(actual)
    if callable(actual) and not hasattr(actual, "__array__"):
        raise CheckFailed("this is a function, not its result: did you forget the brackets of a call?")
    if hasattr(actual, "detach"):  # a PyTorch tensor, possibly on a GPU and with gradients
        actual = actual.detach().cpu()
    if isinstance(actual, (list, tuple)) and any(item is None for item in actual):
        _refuse_nothing(None)
    _refuse_iterator(actual)
    try:
        array = np.asarray(actual)
    except TypeError:
        raise CheckFailed(f"this should be {_kind(expected)}, yours is {_show(actual)}") from None
    except ValueError:
        raise CheckFailed("the rows of your result have different lengths; an array needs rows of one length") from None
    if array.dtype.kind == "b" and expected.dtype.kind != "b":
        yours = "is True or False" if array.ndim == 0 else f"holds {array.size} times True or False"
        raise CheckFailed(f"this should be {_kind(expected)}, yours {yours}")
    if array.dtype.kind not in "biufc":
        raise CheckFailed(f"this should be {_kind(expected)}, yours is {_kind(actual)}")
    if array.dtype.kind in "fc" and not np.isfinite(array).all() and np.isfinite(expected).all():
        raise CheckFailed(
            f"{_count(~np.isfinite(array))} values are inf or nan: was something divided by zero, "
            "or did it grow without bound?"
        )
    return array


def _plain(value: Any) -> Any:
    """NumPy arrays and scalars, tuples and tensors as lists and Python values, also inside a dictionary."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _same_plain(a: Any, b: Any) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_same_plain(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same_plain(a[key], b[key]) for key in a)
    return type(a) is type(b) and a == b


def _sorted_rows(array: Any) -> np.ndarray:
    rows = np.asarray(array).reshape(len(array), -1)
    return rows[np.lexsort(rows.T[::-1])]


# ---------------------------------------------------------------------------------------------------------------------
# Words for what differs


def _kind(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return "one number" if value.ndim == 0 else f"an array of shape {value.shape}"
    names = {
        bool: "True or False",
        int: "a whole number",
        float: "a number",
        complex: "a complex number",
        str: "text",
        list: "a list",
        tuple: "a tuple",
        dict: "a dictionary",
        type(None): "nothing (None)",
    }
    return names.get(type(value), f"a {_type_name(value)}")


def _type_name(value: Any) -> str:
    """The name of its type; a stand-in for something in another process brings it along."""
    return getattr(value, "type_name", type(value).__name__)


def _show(value: Any) -> str:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return f"{value:.6g}"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _count(mask: np.ndarray) -> str:
    return f"{int(mask.sum())} of {mask.size}"


def where(error: BaseException) -> str:
    """For the deepest line from a notebook cell: "your code stopped in `score`, line 7 (`total += image[i]`) with ".

    An error that comes from another process brings these words along, as its attribute `where`.
    """
    if told := getattr(error, "where", ""):
        return told
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if f.name != "<module>" and ("ipykernel_" in f.filename or f.filename.startswith("<"))
    ]
    if not frames:
        return "your code stopped with "
    frame = frames[-1]
    line = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
    return f"your code stopped in `{frame.name}`, line {frame.lineno} (`{line}`) with "


def _explain(error: BaseException) -> str:
    """Where the learner's code stopped, Python's own words, and what a beginner can do about it."""
    words = str(error)
    hint = next((hint for part, hint in _HINTS.items() if part in words), "")
    return f"{where(error)}{type(error).__name__}: {words}{hint and f' ({hint})'}"


_HINTS = {
    "out of bounds": "that place does not exist: take the number of rows and columns from the `shape`",
    "index out of range": "that place does not exist: does a loop run farther than the list is long?",
    "not associated with a value": "give it a first value before you use or change it",
    "not enough values to unpack": "there are fewer things than names in front of the `=`",
    "could not be broadcast": "the shapes of the two arrays do not fit together",
    "mismatch in its core dimension": "`@` and `dot` are matrix products, they need as many columns as rows",
    "Cannot cast ufunc": "an array of whole numbers takes no fractions: make it with `dtype=float`",
    "bitwise_xor": "`^` is not the power: write `**`",
    "operand type(s) for ^": "`^` is not the power: write `**`",
    "instances of 'function'": "a function without its brackets is not its result: call it",
    "converted to Python scalars": "functions of `math` take one number, NumPy's take whole arrays",
    "truth value of an array": "an array is not one True or False: compare single numbers",
    "cannot unpack non-iterable NoneType": "a function returned nothing: is there a `return`?",
    "inhomogeneous shape": "arrays of different shapes do not fit into one array: keep them in a list",
    "'list' object is not callable": "a list is no function and no network: put `Sequential(…)` around its layers",
    "'NoneType' object is not callable": "a function returned nothing: is there a `return`?",
    "'NoneType' object is not subscriptable": "a function returned nothing: is there a `return`?",
    "'NoneType' object is not iterable": "a function returned nothing: is there a `return`?",
    "must match the size of tensor b": "two tensors of different shapes meet: look at strides, padding and channels",
    "shapes cannot be multiplied": "a dense layer gets another number of values than it was made for",
    "a NoneType has no parameters": "a function returned nothing: is there a `return`?",
    "has no parameters": "a PyTorch or Keras model is wanted",
    'required "forward" function': "a list of layers becomes a network with `nn.Sequential(*layers)`, "
    "and a class of its own needs a method `forward`",
    "channels, but got": "a convolution gets maps with another number of channels than it was made for",
}


def _list_message(actual: list, expected: list) -> str:
    if any(item is None for item in actual) and not any(item is None for item in expected):
        _refuse_nothing(None)
    if len(actual) != len(expected):
        return f"this should have {len(expected)} entries, yours has {len(actual)}"
    wrong = [yours for yours, right in zip(actual, expected, strict=True) if not _same_plain(yours, right)]
    if all(type(item) is not type(expected[0]) for item in wrong):
        return f"each entry should be {_kind(expected[0])}, yours is {_kind(wrong[0])}"
    return f"{len(wrong)} of {len(expected)} answers are not right; yours are {_show(actual)}"


def _shape_message(actual: np.ndarray, expected: np.ndarray, same: Callable) -> str:
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


def _value_message(actual: np.ndarray, expected: np.ndarray, same: Callable) -> str:
    for message, wrong in _relations(expected):
        if not same(expected, wrong) and same(actual, wrong):
            return message
    if expected.dtype.kind == "b" and expected.ndim:
        return f"{_count(actual != expected)} values are not right"
    if expected.ndim and np.unique(expected).size > 1:
        if factor := _common_factor(actual, expected, same):
            return f"every value is {factor:.4g} times as large as it should be"
        if same(actual - (actual - expected).flat[0], expected):
            return "every value is off by the same amount: is something added, or left out, once for all?"
        if np.unique(actual).size == 1:
            return f"all your values are the same ({_show(actual.flat[0])}), and they should differ"
    if expected.ndim and np.unique(actual).size > 1:
        return f"{_count(~np.isclose(actual, expected))} values are not right"
    low = np.real(actual).flat[0] < np.real(expected).flat[0]
    return f"yours is {_show(actual.flat[0])}, and that is too {'small' if low else 'large'}"


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
