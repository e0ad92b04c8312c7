import base64
import io
import re

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from utils.figures import charts, edges, grids, learning, networks, style


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


DRAWINGS = {
    "pixels": lambda alt: grids.pixels([np.eye(2)], title="t", alt=alt),
    "lines": lambda alt: charts.lines(
        {"a": ([0, 1], [1, 2]), "b": ([0, 1], [2, 1])},
        title="t",
        xlabel="x",
        ylabel="y",
        alt=alt,
        levels={"level": 1.5},
    ),
    "bars": lambda alt: charts.bars({"a": 1, "b": -2}, title="t", xlabel="x", ylabel="y", alt=alt, highlight=["b"]),
    "surface": lambda alt: charts.surface(
        [0, 1],
        [0, 1, 2],
        np.ones((3, 2)) * [[0, 1]],
        title="t",
        xlabel="x",
        ylabel="y",
        alt=alt,
        paths={"p": [(0, 0), (1, 1)]},
        lowest=(0, 1),
    ),
    "arrays": lambda alt: grids.numbers(
        [np.eye(3), [[1, -2]]], ["a", "b"], signs=["="], windows={0: [(0, 1, 2, 2)]}, title="t", alt=alt
    ),
    "photos": lambda alt: grids.photos(
        [np.eye(4), np.eye(4) - 0.5, np.ones((4, 4, 3)) / 2], ["a", "b", "c"], maps=[1], title="t", alt=alt
    ),
    "strip": lambda alt: networks.strides(5, 3, [1, 3], padding=1, title="t", alt=alt),
    "layers": lambda alt: networks.stacks([(3, 32, 32), (1, 28, 28)], ["one kernel"], title="t", alt=alt),
    "matrix": lambda alt: grids.matrix(np.eye(3), title="t", xlabel="x", ylabel="y", alt=alt),
    "volumes": lambda alt: networks.volumes({"a": (3, 9, 9), "b": (8, 4, 4), "c": (10,)}, title="t", alt=alt),
    "groups": lambda alt: networks.groups(4, 6, [1, 2], title="t", alt=alt),
    "per_layer": lambda alt: networks.per_layer(
        {"one": {"a": 1, "b": 2}, "two": {"a": 0, "b": 3}}, title="t", hatched=["b"], alt=alt
    ),
    "shares": lambda alt: charts.shares(
        {"one": {"a": 1, "b": 2}, "two": {"a": 4, "b": 3}}, title="t", xlabel="x", ylabel="y", alt=alt
    ),
    "stacked": lambda alt: charts.stacked(
        {"a": {"p": 1, "q": 2}, "b": {"p": 2, "q": 1}}, title="t", xlabel="x", ylabel="y", levels={"limit": 2}, alt=alt
    ),
    "fields": lambda alt: networks.fields(np.ones((20, 20, 3)) / 2, {"a": 3, "b": 15}, title="t", alt=alt),
    "timeline": lambda alt: charts.timeline(
        [(2011, "a", 25.8, "no network"), (2012, "b", 16.4, "8 layers\n1 GMACs")],
        title="t",
        levels={"level": 5},
        alt=alt,
    ),
    "network": lambda alt: networks.to_scale([(1, 8, 8), (2, 4, 4), 16, 3], ["pool", "flatten"], title="t", alt=alt),
    "pictures": lambda alt: grids.pictures([np.eye(4)] * 3, ["a", "b", "c"], columns=2, title="t", alt=alt),
    "no pictures": lambda alt: grids.pictures([], [], title="nothing to show", alt=alt),
    "curves": lambda alt: learning.history(
        {"loss": [2, 1], "accuracy": [0, 1], "val_loss": [2, 3]}, title="t", alt=alt, best=1
    ),
    "plane": lambda alt: charts.plane(
        [[0, 0], [0, 1], [1, 1]], [False, False, True], {"a": (1, 1, -1.5), "b": (1, -1, 0)}, title="t", alt=alt
    ),
    "confusion": lambda alt: charts.confusion([[3, 1], [0, 2]], title="t", alt=alt),
    "runs": lambda alt: learning.runs(
        {"slow": [([2.3, 2.2], 0.1), ([2.3, 2.0], 0.3)], "fast": [([2.3, 0.5], 0.8)]}, title="t", top=4, alt=alt
    ),
    "sweep": lambda alt: learning.sweep({"k": {"1": ([0.5, 0.6], 10, 1.0), "2": ([0.7], 20, 2.0)}}, title="t", alt=alt),
    "guesses": lambda alt: grids.guesses(
        [np.eye(4), np.ones((4, 4, 3)) / 2], [[("a", 0.9), ("b", 0.1)], [("c", 1.0)]], title="t", alt=alt
    ),
    "colours": lambda alt: grids.channels([np.eye(6).reshape(4, 3, 3)], ["a"], title="t", alt=alt),
    "curves with intervals": lambda alt: learning.repeated(
        {"a": ([1, 10], [[0.1, 0.2], [0.5, 0.7]]), "b": ([1, 10], [[0.2, 0.2], [0.6, 0.7]])},
        title="t",
        xlabel="x",
        log=True,
        alt=alt,
    ),
    "gains": lambda alt: learning.gains(
        {"a": [1.0, 1.5, 2.0], "b": [-1.0, 1.5], "c": [-2.0, -2.5]}, title="t", xlabel="x", breaks=["b"], alt=alt
    ),
    "every draw": lambda alt: learning.draws({"a": [0.1, 0.2], "b": [-0.1, 0.3, 0.2]}, title="t", zero=True, alt=alt),
    "learns": lambda alt: networks.stages(["a", "b"], {"one": [True, False]}, title="t", alt=alt),
    "ladder": lambda alt: charts.speedups({"a": 10, "b": 1}, title="t", alt=alt),
    "directions": lambda alt: edges.directions(
        [np.eye(6), np.zeros((4, 5))],
        [(np.eye(6) - 0.5, np.eye(6)), (np.zeros((4, 5)),) * 2],
        ["a", "b"],
        arrows=[0],
        title="t",
        alt=alt,
    ),
    "cell_votes": lambda alt: edges.cell_votes(
        np.eye(8), (2, 4, 4, 4), np.eye(8), -np.eye(8), [0, 1, 2], title="t", alt=alt
    ),
    "glyphs": lambda alt: edges.glyphs(np.eye(8), np.ones((2, 2, 3)), (4, 4), title="t", alt=alt),
    "matches": lambda alt: edges.matches(
        (np.eye(8), np.eye(6)),
        ([(1, 2), (3, 4)], [(2, 1), (0, 5)]),
        [True, False],
        titles=("a", "b"),
        title="t",
        alt=alt,
    ),
    "panels": lambda alt: charts.panels(
        {"x": {"a": ([0, 1], [0.2, 0.4]), "b": ([0, 1], [0.3, 0.1])}}, ylabel="y", title="t", alt=alt
    ),
}


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
def test_a_figure_is_a_picture_with_alternative_text(draw, shown):
    draw('a "quoted" <text>')
    assert 'alt="a &quot;quoted&quot; &lt;text&gt;"' in shown[0]["text/html"]
    assert shown[0]["text/plain"] == '[figure: a "quoted" <text>]'
    assert picture(shown[0]).std() > 5  # something is drawn


def test_a_photograph_takes_a_format_for_photographs_and_a_drawing_one_that_keeps_its_edges(shown):
    colourful = np.random.default_rng(0).random((60, 60, 3))  # more colours than a palette has
    grids.photos([colourful], ["a"], title="t", columns=1, alt="a photograph")
    DRAWINGS["matrix"]("a drawing")
    assert [re.search("data:image/([a-z]+);", bundle["text/html"]).group(1) for bundle in shown] == ["webp", "png"]


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
def test_a_figure_without_alternative_text_is_refused(draw, shown):
    with pytest.raises(ValueError, match="alternative text"):
        draw("  ")


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
def test_drawn_twice_a_figure_is_the_same_to_the_byte(draw, shown):
    draw("same")
    draw("same")
    assert shown[0] == shown[1]


def test_no_two_curves_differ_by_colour_alone():
    assert len({curve["linestyle"] for curve in style.CURVES}) == len(style.CURVES)
    assert len({curve["marker"] for curve in style.CURVES}) == len(style.CURVES)


def test_ink_and_paper_differ_in_greyscale_and_grow_darker_evenly():
    grey = [np.dot(style.PIXELS(v)[:3], [0.299, 0.587, 0.114]) for v in np.linspace(0, 1, 9)]
    assert np.all(np.diff(grey) < -0.05)
    assert abs(np.dot(np.subtract(to_rgb(style.INK), to_rgb(style.PAPER)), [0.299, 0.587, 0.114])) > 0.5


def test_a_grader_gets_the_text_and_nothing_is_drawn(shown, monkeypatch):
    monkeypatch.setenv("COURSE_FIGURES", "off")
    style.shown(lambda: pytest.fail("drawn"))(alt="nothing to see")
    assert shown == [{"text/plain": "[figure: nothing to see]"}]
