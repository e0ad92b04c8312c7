"""The figures of sliding windows: what their texts say, that white is 0 in them, and what the sliders reach."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from utils.figures import style, volumes

IMAGE = np.arange(3 * 4 * 5).reshape(3, 4, 5)
KERNELS = np.array([[[[1, 0], [0, 0]]] * 3, [[[0, -1], [0, 0]], [[0, 0], [2, 0]], [[0, 0], [0, 0]]]])
BIASES = np.array([0, -4])
MAPS = np.array(
    [
        [[(IMAGE[:, i : i + 2, j : j + 2] * kernel).sum() + bias for j in range(4)] for i in range(3)]
        for kernel, bias in zip(KERNELS, BIASES, strict=True)
    ]
)


@pytest.fixture
def shown(monkeypatch):
    """The mimebundles that were displayed."""
    bundles = []
    monkeypatch.setattr(style, "display", lambda data, raw: bundles.append(data))
    monkeypatch.setenv("COURSE_WIDGETS", "off")
    monkeypatch.delenv("COURSE_FIGURES", raising=False)
    return bundles


def picture(bundle):
    data = re.search(r"base64,([^\"]+)", bundle["text/html"]).group(1)
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("L"))


def test_the_volume_says_its_three_sums_and_where_the_total_goes(shown):
    volumes.kernels_over_volume(IMAGE, KERNELS, BIASES, MAPS, ["a", "b"], start=(1, 2, 3))
    told = shown[0]["text/plain"]
    # row 2, column 3: −14 in red, 2·(20 + 18) in green, nothing in blue
    assert "red −14, green 76, blue 0" in told and "bias −4 they make 58" in told
    assert "row 2, column 3 of map 1" in told and "stack of 2 maps" in told
    assert MAPS[1, 2, 3] == 58
    assert np.std(picture(shown[0])) > 5


def test_the_window_on_a_photograph_names_its_score_and_the_best_place(shown):
    photo = np.zeros((20, 30))
    photo[4:8, 20:25] = 1
    scores = np.zeros((17, 26))
    scores[4, 20], scores[3, 2] = 20.0, -1.5
    volumes.sliding(photo, photo[4:8, 20:25], scores, (3, 2))
    told = shown[0]["text/plain"]
    assert "window of 4×5 pixels at row 3, column 2" in told
    assert "this window's is −1.5 and the largest, 20, is marked at row 4, column 20" in told


def test_the_sliders_reach_every_kernel_and_place(monkeypatch):
    ranges = {}
    monkeypatch.setattr(volumes, "by_sliders", lambda draw, **sliders: ranges.update(sliders))
    volumes.kernels_over_volume(IMAGE, KERNELS, BIASES, MAPS, ["a", "b"], start=(1, 2, 3))
    assert ranges == {"kernel": (0, 1, 1, 1), "row": (0, 2, 1, 2), "column": (0, 3, 1, 3)}
    volumes.sliding(np.zeros((20, 30)), np.zeros((4, 5)), np.zeros((17, 26)), (6, 9), step=4)
    assert (ranges["row"], ranges["column"]) == ((2, 16, 4, 6), (1, 25, 4, 9))
    volumes.sliding(np.zeros((20, 30)), np.zeros((4, 5)), np.zeros((17, 26)), (60, 9))
    assert ranges["row"] == (0, 16, 4, 16)


def test_zero_is_white_and_larger_is_darker():
    shades = style.VALUES([0.0, 0.5, 0.75, 1.0])[:, :3] @ [0.3, 0.59, 0.11]
    assert shades[1] > 0.98 and shades[1] > shades[2] > shades[3]
    for tint in volumes.TINTS:
        shades = tint([0.0, 0.5, 1.0])[:, :3] @ [0.3, 0.59, 0.11]
        assert shades[0] > 0.98 and shades[0] > shades[1] > shades[2]


@pytest.mark.parametrize(
    "draw",
    [
        lambda alt: volumes.maps([np.eye(6), np.eye(6) - 0.5], ["a", "b"], photos=1, title="t", scale="s", alt=alt),
        lambda alt: volumes.maps([np.zeros((4, 5))], ["a"], title="t", scale="s", alt=alt),
        lambda alt: volumes.forming(np.arange(36).reshape(2, 2, 3, 3) - 9, [0, 10], title="t", alt=alt),
    ],
    ids=["photograph and map", "all zero", "forming"],
)
def test_it_draws_something_and_says_what(shown, draw):
    draw("what there is")
    assert shown[0]["text/plain"] == "[figure: what there is]" and np.std(picture(shown[0])) > 5
    with pytest.raises(ValueError, match="alternative text"):
        draw(" ")
