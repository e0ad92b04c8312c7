"""The letters X and O on a screen of 9×9 pixels: +1 is ink, −1 is paper."""

import numpy as np

_DRAWINGS = {
    "X": "......... .#.....#. ..#...#.. ...#.#... ....#.... ...#.#... ..#...#.. .#.....#. .........",
    "O": "......... ...###... ..#...#.. .#.....#. .#.....#. .#.....#. ..#...#.. ...###... .........",
    "small X": "......... ......... ..#...#.. ...#.#... ....#.... ...#.#... ..#...#.. ......... .........",
    "small O": "......... ......... ...###... ..#...#.. ..#...#.. ..#...#.. ...###... ......... .........",
    "tilted X": "......... ..#...... ...#...#. ...#..#.. ....##... ...##.... ..#..#... .#...#... .........",
    "upright X": "......... ....#.... ....#.... ....#.... .#######. ....#.... ....#.... ....#.... .........",
    "thick X": "......... .##...##. .###.###. ..#####.. ...###... ..#####.. .###.###. .##...##. .........",
    "thick O": "......... ..#####.. .#######. .##...##. .##...##. .##...##. .#######. ..#####.. .........",
}


def letter(name: str) -> np.ndarray:
    """One letter, by its name: "X", "O", "small X", "tilted X", …

    Returns (9, 9) of +1 and −1. Raises KeyError for a name that `names` does not list.
    """
    return np.array([[1 if mark == "#" else -1 for mark in row] for row in _DRAWINGS[name].split()])


def names() -> list[str]:
    """The names of all letters."""
    return list(_DRAWINGS)


def shifted(image: np.ndarray) -> np.ndarray:
    """A letter at nine places: moved by −1, 0 or 1 row and by −1, 0 or 1 column.

    image: (rows, columns); what leaves at one edge comes back at the opposite one.  Returns (9, rows, columns).
    """
    return np.array([np.roll(image, (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)])
