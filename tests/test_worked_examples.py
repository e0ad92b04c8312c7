"""Every number of the slides in data/worked_examples.toml is computed here, independently of the lessons' code."""

import tomllib
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = tomllib.loads((ROOT / "data" / "worked_examples.toml").read_text())["example"]

BACK, FORWARD, SIGNS = (1, -1, -1, 1), (-1, 1, 1, -1), (1, -1, -1, 1)
SMUDGED, FADED = (1, 1, -1, 1), (-1, -1, 1, -1)


def dot(image, signs):
    return sum(a * b for a, b in zip(image, signs, strict=True))


def with_bad_drawings(image):
    return [image] + [tuple(-p if i == k else p for i, p in enumerate(image)) for k in range(4)]


def perfect(backs, forwards):
    """How many of the 16 patterns read all right: as they stand, and with their answers swapped."""
    patterns = list(product((1, -1), repeat=4))
    stand = [s for s in patterns if all(dot(b, s) > 0 for b in backs) and all(dot(f, s) < 0 for f in forwards)]
    swap = [s for s in patterns if all(dot(b, s) < 0 for b in backs) and all(dot(f, s) > 0 for f in forwards)]
    return [len(stand), len(swap)]


COMPUTE = {
    "slash_pixels": lambda: [*BACK, *FORWARD],
    "slash_sums": lambda: [sum(BACK), sum(FORWARD)],
    "slash_products": lambda: [
        BACK[0] * BACK[1] * BACK[2] * BACK[3],
        FORWARD[0] * FORWARD[1] * FORWARD[2] * FORWARD[3],
    ],
    "slash_terms": lambda: [a * b for image in (BACK, FORWARD) for a, b in zip(image, SIGNS, strict=True)],
    "slash_scores": lambda: [dot(BACK, SIGNS), dot(FORWARD, SIGNS)],
    "slash_badly_drawn_scores": lambda: [dot(SMUDGED, SIGNS), dot(FADED, SIGNS)],
    "slash_badly_drawn_grid": lambda: list(SMUDGED),
    "slash_badly_drawn_slash_grid": lambda: list(FADED),
    "slash_choices": lambda: len(set(product((1, -1), repeat=4))),
    "slash_two_images": lambda: len({BACK, FORWARD}),
    "slash_two_classify_well": lambda: perfect(with_bad_drawings(BACK), with_bad_drawings(FORWARD)),
    "slash_clean_images_do_not_decide": lambda: perfect([BACK], [FORWARD]),
}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["id"])
def test_the_number_is_what_the_list_says(example):
    computed = COMPUTE[example["id"]]()
    assert computed == example["computed"]
    if example["verdict"] == "right" and not isinstance(example["says"], str):
        assert example["says"] == computed
    else:
        assert example["says"] != computed


def test_every_computation_is_listed_once():
    assert sorted(COMPUTE) == sorted(example["id"] for example in EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["id"])
def test_the_lesson_exists(example):
    assert (ROOT / "solutions" / example["lesson"]).is_dir()
    assert example["verdict"] in {"right", "wrong", "misleading"}
