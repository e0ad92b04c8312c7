"""From whatever a learner's function returned to something that can be compared."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from utils import wire
from utils.checks.failure import CheckFailed


def refuse_nothing(value: Any) -> None:
    if value is None:
        raise CheckFailed("your function returned nothing (None): `print` shows a value, `return` hands it back")


def refuse_iterator(value: Any) -> None:
    if isinstance(value, Iterator):
        raise CheckFailed(
            f"this is a `{type_name(value)}`, which hands out its values only when asked: put `list(…)` around it"
        )


def as_numbers(actual: Any, expected: np.ndarray) -> np.ndarray:
    """`actual` as an array of numbers, or CheckFailed saying what it is instead."""
    refuse_nothing(actual)
    if callable(actual) and not hasattr(actual, "__array__"):
        raise CheckFailed("this is a function, not its result: did you forget the brackets of a call?")
    if hasattr(actual, "detach"):  # a PyTorch tensor, possibly on a GPU and with gradients
        actual = actual.detach().cpu()
    if isinstance(actual, (list, tuple)) and any(item is None for item in actual):
        refuse_nothing(None)
    refuse_iterator(actual)
    try:
        array = wire.as_numbers(np.asarray(actual))
    except (TypeError, RuntimeError):  # PyTorch's of a list of tensors that need gradients
        raise CheckFailed(f"this should be {kind(expected)}, yours is {show(actual)}") from None
    except ValueError:
        raise CheckFailed("the rows of your result have different lengths; an array needs rows of one length") from None
    if array.dtype.kind == "b" and expected.dtype.kind != "b":
        yours = "is True or False" if array.ndim == 0 else f"holds {array.size} times True or False"
        raise CheckFailed(f"this should be {kind(expected)}, yours {yours}")
    if array.dtype.kind not in "biufc":
        raise CheckFailed(f"this should be {kind(expected)}, yours is {kind(actual)}")
    if array.dtype.kind in "fc" and not np.isfinite(array).all() and np.isfinite(expected).all():
        raise CheckFailed(
            f"{share(~np.isfinite(array))} values are inf or nan: was something divided by zero, "
            "or did it grow without bound?"
        )
    return array


def plain(value: Any) -> Any:
    """NumPy arrays and scalars, tuples and tensors as lists and Python values, also inside a dictionary."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def same_plain(a: Any, b: Any) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same_plain(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same_plain(a[key], b[key]) for key in a)
    return type(a) is type(b) and a == b


def kind(value: Any) -> str:
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
    return names.get(type(value), f"a {type_name(value)}")


def type_name(value: Any) -> str:
    """The name of its type; a stand-in for something in another process brings it along."""
    return getattr(value, "type_name", type(value).__name__)


def show(value: Any, longest: int = 60) -> str:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return f"{value:.6g}"
    text = repr(value)
    return text if len(text) <= longest else text[: longest - 3] + "…"


def share(mask: np.ndarray) -> str:
    return f"{int(mask.sum())} of {mask.size}"
