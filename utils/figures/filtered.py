"""Figures of edges: maps on one scale (white is 0, dark is larger), a step across an edge, Canny's stages."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from utils.figures.style import ACCENT, GREY, VALUES, shown


@shown
def responses(
    photos: Mapping[str, Any],
    maps: Mapping[str, Any],
    *,
    title: str,
    scale: str,
    most: float | None = None,
    columns: int = 4,
    width: float = 2.1,
) -> Figure:
    """Draw photographs, and maps on one scale that is shown: white is 0, dark is larger, orange is below 0.

    photos: name → (rows, columns) from 0 (black) to 1 (white).  maps: name → (rows, columns), numbers or truth values.
    scale: what the maps' numbers are; "" shows no scale.  most: the darkest value; else the few largest are cut.
    """
    arrays = {name: np.asarray(one, dtype=float) for name, one in maps.items()}
    most = most or max(float(np.quantile(np.abs(one), 0.995)) for one in arrays.values()) or 1.0
    signed = any(one.min() < 0 for one in arrays.values())
    panels = [*photos.items(), *arrays.items()]
    columns = min(columns, len(panels))
    lines = -(-len(panels) // columns)
    height = np.shape(panels[0][1])[0] / np.shape(panels[0][1])[1] * width
    words = max(name.count("\n") for name, _ in panels) + 1
    figure = Figure(
        figsize=(columns * width + 0.9 * bool(scale), lines * (height + 0.19 * words + 0.1) + 0.35),
        layout="constrained",
    )
    figure.suptitle(title, fontsize=11, fontweight="bold")
    grid = figure.subplots(lines, columns, squeeze=False)
    drawn = None
    for ax in grid.flat:
        ax.set_axis_off()
    for k, (ax, (name, one)) in enumerate(zip(grid.flat, panels, strict=False)):
        if k < len(photos):
            ax.imshow(np.clip(one, 0, 1), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        else:
            drawn = ax.imshow(one, cmap=VALUES, vmin=-most, vmax=most, interpolation="nearest")
            _framed(ax, np.shape(one))
        ax.set_title(name, fontsize=9, fontweight="normal")
    if scale and drawn is not None:
        above, below = max(one.max() for one in arrays.values()), min(one.min() for one in arrays.values())
        cut = {(True, True): "both", (True, False): "max", (False, True): "min"}.get((above > most, below < -most))
        bar = figure.colorbar(drawn, ax=list(grid.flat), label=scale, shrink=0.85, extend=cut or "neither")
        bar.ax.set_ylim(-most if signed else 0, most)
    return figure


def _framed(ax: Axes, shape: Sequence[int]) -> None:
    edge: dict[str, Any] = {"fill": False, "edgecolor": GREY, "linewidth": 0.8, "clip_on": False}
    ax.add_patch(mpl.patches.Rectangle((-0.5, -0.5), shape[1], shape[0], **edge))


@shown
def step_across(magnitude: Any, g_x: float, g_y: float, *, title: str) -> Figure:
    """Draw 3×3 magnitudes, the middle one's gradient, and the two places where a step along it ends.

    The step is so long that the larger of its two parts is 1 pixel.
    """
    magnitude = np.asarray(magnitude, dtype=float)
    figure = Figure(figsize=(4.2, 3.7), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    ax = figure.subplots()
    ax.imshow(magnitude, cmap=VALUES, vmin=-2.2 * magnitude.max(), vmax=2.2 * magnitude.max())
    ax.set_axis_off()
    _framed(ax, (3, 3))
    for edge in (0.5, 1.5):
        ax.axvline(edge, color=GREY, linewidth=0.6)
        ax.axhline(edge, color=GREY, linewidth=0.6)
    for (i, j), value in np.ndenumerate(magnitude):
        ax.text(j - 0.4, i - 0.37, f"{value:g}", ha="left", va="top", fontsize=11)
        ax.plot(j, i, ".", color=GREY, markersize=5)
    x, y = (part / max(abs(g_x), abs(g_y)) for part in (g_x, g_y))
    ax.annotate("", (1 + x, 1 + y), (1, 1), arrowprops={"arrowstyle": "->", "color": ACCENT, "linewidth": 2.2})
    ax.plot([1, 1 - x], [1, 1 - y], color=ACCENT, linewidth=1.6, linestyle=(0, (3, 2)))
    for sign, name in ((1, "ahead"), (-1, "behind")):
        ax.plot(1 + sign * x, 1 + sign * y, "o", color="white", markeredgecolor=ACCENT, markeredgewidth=1.8)
        ax.annotate(
            name,
            (1 + sign * x, 1 + sign * y),
            xytext=(0, 9 if sign * y < 0 else -9),  # on the far side of the row's middle
            textcoords="offset points",
            ha="center",
            va="bottom" if sign * y < 0 else "top",
            fontsize=9.5,
            color=ACCENT,
        )
    return figure


@shown
def canny_stages(photo: Any, magnitude: Any, thin: Any, edges: Any, low: float, high: float, *, title: str) -> Figure:
    """Draw a photograph, its magnitudes, the thinned ones in their three classes, and the edges that are left.

    magnitude, thin: (rows, columns) from 0.  edges: truth values.  low, high: the two thresholds.
    """
    height, width = np.shape(photo)
    figure = Figure(figsize=(6.8, 6.8 * height / width + 0.9), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    first, second, third, fourth = figure.subplots(2, 2).flat
    first.imshow(photo, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    most = max(float(np.quantile(magnitude, 0.995)), high)
    second.imshow(magnitude, cmap=VALUES, vmin=-most, vmax=most, interpolation="nearest")
    thin = np.asarray(thin)
    classes = np.where(thin >= high, 1.0, np.where(thin >= low, 0.42, np.where(thin > 0, 0.08, 0)))
    third.imshow(classes, cmap=VALUES, vmin=-1, vmax=1, interpolation="nearest")
    fourth.imshow(np.asarray(edges, dtype=float), cmap=VALUES, vmin=-1, vmax=1, interpolation="nearest")
    titles = ("photograph", "magnitude (dark is larger)", "thinned: strong dark, weak light blue", "after hysteresis")
    for ax, name in zip((first, second, third, fourth), titles, strict=True):
        ax.set_axis_off()
        ax.set_title(name, fontsize=9.5, fontweight="normal")
        _framed(ax, (height, width))
    return figure
