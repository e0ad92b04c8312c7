"""What becomes of arrays between calls: whoever calls a function may write into its result, and use an array again."""

import sys
from typing import Any

import numpy as np

WRITTEN = 77  # over numbers


class Reused:
    """The arguments of one call after another: an array lies where one of its shape lay in an earlier call.

    A function that knows arguments again by where they lie, or keeps them without a copy, shows by it.
    """

    def __init__(self) -> None:
        self._arrays: dict[tuple, np.ndarray] = {}

    def __call__(self, arguments: tuple) -> tuple:
        """The same arguments."""
        return tuple(self._placed(place, value) for place, value in enumerate(arguments))

    def _placed(self, place: int, value: Any) -> Any:
        if not isinstance(value, np.ndarray) or not value.flags.writeable:
            return value
        kept = self._arrays.setdefault((place, value.shape, value.dtype.str, value.strides), value)
        kept[...] = value
        return kept


def handed_over(value: Any) -> Any:
    """A copy of `value`; its own arrays, lists and dictionaries are then overwritten, as a caller may do.

    A function that gives out what it keeps for the next call shows by it. What is no data, such as a network, is given
    back as it is.
    """
    copied = _copy(value)
    _write_over(value)
    return copied


def _copy(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.copy("K")
    if _is_tensor(value):
        return value.detach().clone()
    if type(value) in (list, tuple):
        return type(value)(map(_copy, value))
    if type(value) is dict:
        return {key: _copy(item) for key, item in value.items()}
    return value


def _write_over(value: Any) -> None:
    if isinstance(value, np.ndarray):
        if value.flags.writeable and value.dtype.kind in "biufc":
            value[...] = ~value if value.dtype.kind == "b" else WRITTEN
    elif _is_tensor(value):
        value.detach().fill_(WRITTEN)
    elif type(value) in (list, tuple, dict):
        for item in value.values() if type(value) is dict else value:
            _write_over(item)
        if type(value) is not tuple:
            value.clear()


def _is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)
