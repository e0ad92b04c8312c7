"""The figures that look inside a network: what is white, one scale, what the sliders reach, the intervals."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from utils.figures import inside, style

DRAWINGS = {
    "tiles": lambda alt: inside.tiles(
        [np.eye(4), np.ones((3, 5, 3)) / 2, np.eye(2)],
        ["a", "b\nc"],
        columns=2,
        rows=["one", "two"],
        boxes={0: [(0, 1, 2, 3)]},
        title="t",
        alt=alt,
    ),
    "tiles without names": lambda alt: inside.tiles([np.eye(4)], title="t", alt=alt),
    "heat maps": lambda alt: inside.heat_maps(
        [np.eye(8), np.ones((8, 8, 3)) / 2],
        [np.eye(2), -np.eye(3)],
        ["a", "b"],
        label="drop",
        boxes={1: [(0, 0, 4, 4)]},
        title="t",
        alt=alt,
    ),
    "rates": lambda alt: inside.rates(
        {"a": [[True, False], [True]], "b": [[False] * 9]}, breaks=["b"], title="t", xlabel="x", alt=alt
    ),
}


@pytest.fixture
def shown(monkeypatch):
    """The mimebundles that were displayed."""
    bundles = []
    monkeypatch.setattr(style, "display", lambda data, raw: bundles.append(data))
    monkeypatch.delenv("COURSE_FIGURES", raising=False)
    return bundles


def picture(bundle):
    data = re.search(r"base64,([^\"]+)", bundle["text/html"]).group(1)
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("L"))


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
def test_a_figure_is_a_picture_with_alternative_text_and_the_same_each_time(draw, shown):
    draw("seen")
    draw("seen")
    assert 'alt="seen"' in shown[0]["text/html"] and shown[0] == shown[1]
    assert picture(shown[0]).std() > 5


def test_zero_is_white_and_what_is_larger_is_darker():
    grey = inside.coloured([[0.0, 1.0, 2.0, 4.0]], 4.0) @ [0.299, 0.587, 0.114]
    assert np.allclose(inside.coloured(np.zeros((1, 1)), 4.0), 1, atol=0.02)
    assert np.all(np.diff(grey[0]) < -0.1)
    assert np.allclose(inside.coloured(np.zeros((2, 3)), 0.0), 1, atol=0.02)  # nothing but zeros


def test_a_negative_value_has_another_colour_than_a_positive_one():
    negative, positive = inside.coloured([[-1.0, 1.0]], 1.0)[0]
    assert negative[0] > negative[2] and positive[2] > positive[0]


def test_maps_that_are_compared_share_a_scale(shown):
    for maps in ([np.ones((2, 2)), np.ones((2, 2))], [np.ones((2, 2)), 4 * np.ones((2, 2))]):
        inside.heat_maps([np.ones((8, 8))] * 2, maps, ["a", "b"], label="x", title="t", alt="two maps")
    alike, apart = (picture(bundle) for bundle in shown)
    rows, columns = slice(int(0.65 * len(alike)), int(0.85 * len(alike))), int(0.2 * alike.shape[1])
    assert alike[rows, columns].mean() < 90 < 150 < apart[rows, columns].mean()


@pytest.mark.parametrize(
    ("cases", "share", "low", "high"),
    [([True] * 24, 1.0, 0.862, 1.0), ([True] * 5 + [False] * 5, 0.5, 0.237, 0.763), ([0.5] * 10, 0.5, 0.237, 0.763)],
)
def test_the_interval_is_wilsons(cases, share, low, high):
    assert np.allclose(inside.rate(cases), (share, low, high), atol=1e-3)
