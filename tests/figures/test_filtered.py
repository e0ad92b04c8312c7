"""The figures of edges: what is white, one scale, which classes Canny's stages show."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from utils.figures import filtered, style

RAMP = np.linspace(0, 1, 48).reshape(6, 8)
DRAWINGS = {
    "responses": lambda alt: filtered.responses(
        {"photo": RAMP}, {"a": RAMP - 0.5, "b\nc": RAMP > 0.5}, scale="s", title="t", alt=alt
    ),
    "step": lambda alt: filtered.step_across(np.arange(9).reshape(3, 3), 4, -1, title="t", alt=alt),
    "canny": lambda alt: filtered.canny_stages(RAMP, RAMP, RAMP, RAMP > 0.5, 0.2, 0.5, title="t", alt=alt),
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


def test_zero_is_white_and_what_is_larger_is_darker_in_grey():
    grey = style.VALUES(np.linspace(0.5, 1, 9))[:, :3] @ [0.299, 0.587, 0.114]
    assert grey[0] == pytest.approx(1, abs=0.02) and np.all(np.diff(grey) < -0.05)


def test_a_negative_value_has_another_colour():
    below, above = style.VALUES([0.0, 1.0])[:, :3]
    assert below[0] > below[2] and above[2] > above[0]


def test_maps_that_are_compared_share_a_scale(shown):
    for factor in (1, 4):
        filtered.responses({}, {"a": np.ones((8, 8)), "b": factor * np.ones((8, 8))}, scale="", title="t", alt="two")
    alike, apart = (picture(bundle) for bundle in shown)
    place = int(0.6 * alike.shape[0]), int(0.25 * alike.shape[1])
    assert alike[place] < 90 < 150 < apart[place]


def test_hysteresis_is_seen_as_three_shades(shown):
    thin = np.zeros((40, 40))
    thin[5:15], thin[25:35] = 0.3, 0.9
    filtered.canny_stages(np.ones((40, 40)), thin, thin, thin > 0.5, 0.2, 0.5, title="t", alt="classes")
    drawn = picture(shown[0])
    column = drawn[int(0.55 * len(drawn)) :, int(0.25 * drawn.shape[1])]
    shades = {shade for shade in range(0, 256, 8) if np.sum((column >= shade) & (column < shade + 8)) > 20}
    assert any(shade < 80 for shade in shades) and any(120 < shade < 230 for shade in shades)
