"""Draws: random inputs for learners' functions, of all the kinds that code has to cope with.

An array that is drawn varies by itself: its type, whether its values are negative, small, zero or equal, how they lie
in memory, whether they can be written. Numbers are round, so that a message can show them.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

Item = TypeVar("Item")

# What the values of an array can be, by name
WHOLE = ("whole", "positive", "deep")
FRACTIONS = ("eighths", "unit", "single", "small", "tiny", "large")
KINDS = WHOLE + FRACTIONS
SCALES = {"tiny": 1e-9, "large": 1e6}


class Draw:
    """One draw: `d.image()` is a picture, `d.whole(1, 3)` a number of 1, 2 or 3. Equal seeds give equal draws."""

    def __init__(self, seed: Sequence[int]) -> None:
        self.random = np.random.default_rng(list(seed))

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return int(self.random.integers(low, high + 1))

    def one_of(self, items: Sequence[Item]) -> Item:
        """One of `items`."""
        return items[self.whole(0, len(items) - 1)]

    def chance(self, share: float) -> bool:
        """True in this share of all draws."""
        return bool(self.random.random() < share)

    def number(self, low: float = -4, high: float = 4, step: float = 0.25) -> float:
        """A multiple of `step` from `low` to `high`, never 0."""
        values = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
        return float(self.random.choice(values[values != 0]))

    def array(self, *shape: int, kinds: Sequence[str] = KINDS, ties: bool = True, plain: bool = False) -> np.ndarray:
        """An array of this shape.

        kinds: what its values can be, by name:
            "whole": whole numbers of either sign.  "positive": whole numbers above 0.
            "deep": a picture's, uint16 from 0 to 999 or uint8 from 0 to 255, whose products do not fit into their type.
            "grey", "deep grey", "deep signed": uint8, uint16 and int16 with all that they can hold, only on demand:
            their sums wrap round.
            "eighths": multiples of 1/8 of either sign.  "unit": from 0 to 1.  "small": from -0.01 to 0.01.
            "tiny": multiples of 1e-9 of either sign.  "large": multiples of 1e6 of either sign.
            "single": float32 of either sign.
        ties: whether some values may be equal, or 0.  plain: it lies in memory as usual, and can be written.
        """
        array = self._values(shape, self.one_of(kinds))
        if ties and array.size > 2 and self.chance(0.4):
            places = self.random.integers(0, array.size, max(1, array.size // 4))
            array.ravel()[places] = 0 if self.chance(0.5) else array.ravel()[0]
        return array if plain else self.laid_out(array)

    def _values(self, shape: tuple[int, ...], kind: str) -> np.ndarray:
        size = int(np.prod(shape))
        distinct = self.random.permutation(max(2 * size, 40))[:size].reshape(shape)
        signed = distinct - max(2 * size, 40) // 2
        if kind == "grey":
            return self.random.integers(0, 256, shape).astype(np.uint8)
        if kind == "deep grey":
            return self.random.integers(0, 65_536, shape).astype(np.uint16)
        if kind == "deep signed":
            return self.random.integers(-32_768, 32_768, shape).astype(np.int16)
        if kind == "deep":
            type_, end = self.one_of(((np.uint16, 1000), (np.uint8, 256)))
            return self.random.integers(0, end, shape).astype(type_)
        if kind == "whole":
            return signed
        if kind == "positive":
            return distinct + 1
        if kind == "unit":
            return np.round(self.random.random(shape), 2)
        if kind == "small":
            return np.round(self.random.uniform(-0.01, 0.01, shape), 4)
        if kind in SCALES:
            return signed * SCALES[kind]
        if kind == "single":
            return (signed / 8).astype(np.float32)
        if kind == "eighths":
            return signed / 8
        raise ValueError(f"no kind of values is called {kind!r}; there are {', '.join(KINDS)}")

    def laid_out(self, array: np.ndarray) -> np.ndarray:
        """`array`, in one of the ways that it can lie in memory; some cannot be written."""
        layout = self.one_of(("C", "C", "F", "view"))
        if layout == "F":
            array = np.asfortranarray(array)
        elif layout == "view" and array.ndim:
            wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
            wide[..., ::2] = array
            array = wide[..., ::2]
        array.flags.writeable = self.chance(0.7)
        return array

    # --- the course's things -------------------------------------------------------------------------------------

    def image(self, rows: int | None = None, columns: int | None = None, **how: Any) -> np.ndarray:
        """A picture, (rows, columns); 3 to 6 of each where they are not given."""
        return self.array(rows or self.whole(3, 6), columns or self.whole(3, 6), **how)

    def kernel(self, rows: int | None = None, columns: int | None = None, **how: Any) -> np.ndarray:
        """A kernel, (rows, columns); 1 to 3 of each where they are not given."""
        kinds = how.pop("kinds", ("whole", "eighths", "single"))
        return self.array(rows or self.whole(1, 3), columns or self.whole(1, 3), kinds=kinds, **how)

    def batch(self, n: int, channels: int, rows: int, columns: int, **how: Any) -> np.ndarray:
        """Pictures, (n, channels, rows, columns)."""
        return self.array(n, channels, rows, columns, **how)

    def labels(self, n: int, classes: int) -> np.ndarray:
        """Labels of n pictures: (n,) whole numbers from 0, some of them equal."""
        return self.laid_out(self.random.integers(0, classes, n))

    def logits(self, n: int, classes: int, large: bool = False) -> np.ndarray:
        """Logits, (n, classes): float64 or float32, of either sign.  large: some draws are of hundreds."""
        scale = self.one_of((1, 1, 200)) if large else 1
        return self.laid_out(self.array(n, classes, kinds=("eighths", "single")) * scale)
