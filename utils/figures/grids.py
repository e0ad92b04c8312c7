"""Figures of arrays: small pictures pixel by pixel, numbers in squares, photographs and feature maps."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from utils.figures.style import ACCENT, GREY, INK, PIXELS, VALUES, WRITTEN_ON, shown

Window = tuple[int, int, int, int]  # first row, first column, rows, columns


@shown
def pixels(
    images: Iterable[Any],
    titles: Sequence[str] | None = None,
    *,
    title: str,
    columns: int = 4,
    values: bool | str = True,
    highlight: Iterable[int] = (),
    cell: float = 0.5,
) -> Figure:
    """Draw small pictures side by side, one square per pixel.

    images: arrays of shape (rows, columns) with values from −1 (paper) to +1 (ink).
    values: True writes each pixel's number, "signs" writes + or −, False writes nothing.
    highlight: indices of pictures to frame.  cell: inches per pixel.
    """
    images = [np.asarray(image, dtype=float) for image in images]
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    height, width = images[0].shape
    figure = Figure(
        figsize=(columns * (width * cell + 0.45) + 0.2, rows * (height * cell + 0.55) + 0.45),
        layout=ConstrainedLayoutEngine(h_pad=0.08, w_pad=0.06),
    )
    figure.suptitle(title, fontsize=11, fontweight="bold")
    axes = np.atleast_1d(figure.subplots(rows, columns, squeeze=False)).ravel()
    for ax in axes:
        ax.set_axis_off()
    framed = set(highlight)
    for k, (ax, image) in enumerate(zip(axes, images, strict=False)):
        draw_pixels(ax, image, values)
        if titles is not None:
            ax.set_title(titles[k], fontsize=9.5, fontweight="normal", pad=10 if k in framed else 5)
        if k in framed:
            frame: dict[str, Any] = {"fill": False, "edgecolor": ACCENT, "linewidth": 3, "clip_on": False}
            ax.add_patch(mpl.patches.Rectangle((-0.62, -0.62), width + 0.24, height + 0.24, **frame))
    return figure


def draw_pixels(ax: Axes, image: np.ndarray, values: bool | str = True) -> None:
    """Draw one picture (rows, columns) of numbers from −1 to +1 into `ax`, as `pixels` does."""
    ax.imshow(image, cmap=PIXELS, vmin=-1, vmax=1)
    ax.grid(False)
    rows, columns = image.shape
    ax.set(xticks=np.arange(-0.5, columns), yticks=np.arange(-0.5, rows), xticklabels=[], yticklabels=[])
    for edge in range(1, columns):
        ax.axvline(edge - 0.5, color="white", linewidth=1.5)
    for edge in range(1, rows):
        ax.axhline(edge - 0.5, color="white", linewidth=1.5)
    ax.add_patch(mpl.patches.Rectangle((-0.5, -0.5), columns, rows, fill=False, edgecolor=GREY, linewidth=1))
    if not values:
        return
    for (i, j), value in np.ndenumerate(image):
        sign = "+" if value > 0 else "−" if value < 0 else "0"
        text = sign if values == "signs" else f"{value:+.3g}".replace("-", "−")
        ax.text(
            j,
            i,
            text,
            ha="center",
            va="center",
            color="white" if value > 0.1 else "black",
            fontsize=15 if values == "signs" else 10,
        )


@shown
def numbers(
    values: Sequence[Any],
    titles: Sequence[str],
    *,
    title: str,
    signs: Sequence[str] = (),
    windows: Mapping[int, Sequence[Window]] | None = None,
    form: str = "g",
    cell: float = 0.4,
    columns: int = 4,
    shared: bool = False,
) -> Figure:
    """Draw arrays of numbers side by side, each value in its square: white is 0, blue positive, orange negative.

    values: arrays (rows, columns).  signs: what stands between them, such as ["∗", "="] (on one row only).
    windows: index of an array → windows to frame on it.  form: how numbers are written; "" writes none.
    cell: inches per square.  shared: one scale for all arrays, instead of one for each.
    """
    values = [np.asarray(array, dtype=float) for array in values]
    columns = min(columns, len(values))
    rows = -(-len(values) // columns)
    widths = [max(array.shape[1] for array in values[k::columns]) for k in range(columns)]
    heights = [max(array.shape[0] for array in values[r * columns : (r + 1) * columns]) for r in range(rows)]
    figure = Figure(
        figsize=(sum(widths) * cell + 0.5 * columns + 0.3, sum(heights) * cell + 0.5 * rows + 0.45),
        layout=ConstrainedLayoutEngine(h_pad=0.08, w_pad=0.08),
    )
    figure.suptitle(title, fontsize=11, fontweight="bold")
    grid = figure.subplots(rows, columns, squeeze=False, width_ratios=widths, height_ratios=heights)
    for ax in grid.flat:
        ax.set_axis_off()
    for k, (ax, array) in enumerate(zip(grid.flat, values, strict=False)):
        _draw_numbers(ax, array, form, _largest(values if shared else [array]))
        ax.set_title(titles[k], fontsize=9.5, fontweight="normal")
        for window in (windows or {}).get(k, ()):
            _frame(ax, window)
        if k < len(signs):
            ax.annotate(
                signs[k],
                (1, 0.5),
                xycoords="axes fraction",
                xytext=(14, 0),
                textcoords="offset points",
                ha="center",
                va="center",
                fontsize=15,
                annotation_clip=False,
            )
    return figure


def _largest(arrays: Sequence[np.ndarray]) -> float:
    """How far from 0 the farthest value is."""
    return max(float(np.nanmax(np.abs(array), initial=0)) for array in arrays) or 1.0


def _draw_numbers(ax: Axes, array: np.ndarray, form: str, most: float) -> None:
    """Draw one array (rows, columns) into `ax`: a square for each value, and the value in it."""
    ax.imshow(array, cmap=WRITTEN_ON, vmin=-most, vmax=most)
    ax.grid(False)
    rows, columns = array.shape
    for edge in range(columns + 1):
        ax.plot([edge - 0.5] * 2, [-0.5, rows - 0.5], color=GREY, linewidth=0.6, clip_on=False)
    for edge in range(rows + 1):
        ax.plot([-0.5, columns - 0.5], [edge - 0.5] * 2, color=GREY, linewidth=0.6, clip_on=False)
    if form:
        for (i, j), value in np.ndenumerate(array):
            text = f"{value + 0.0:{form}}".replace("-", "−")
            ax.text(j, i, text, ha="center", va="center", fontsize=8.5 if len(text) < 5 else 7.5)


def _frame(ax: Axes, window: Window) -> None:
    top, left, height, width = window
    ax.add_patch(
        mpl.patches.Rectangle(
            (left - 0.5, top - 0.5), width, height, fill=False, edgecolor=ACCENT, linewidth=2.6, clip_on=False, zorder=5
        )
    )


@shown
def photos(
    images: Sequence[Any],
    titles: Sequence[str],
    *,
    title: str,
    columns: int = 4,
    maps: Sequence[int] = (),
    scale: str = "",
) -> Figure:
    """Draw photographs and feature maps side by side.

    images: (rows, columns) in grey or (rows, columns, 3) in colour. 0 is black, 1 is white, what lies outside is cut.
    maps: indices of maps: white is 0, blue positive, orange negative, on one scale for all of them. Of their values the
    largest half per cent are cut, so that the others can be seen.  scale: what stands beside their scale.
    """
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    height = np.shape(images[0])[0] / np.shape(images[0])[1]
    lines = max(name.count("\n") for name in titles) + 1
    figure = Figure(figsize=(2.05 * columns, rows * (2.0 * height + 0.17 + 0.17 * lines) + 0.35), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax in axes:
        ax.set_axis_off()
    drawn, most = None, max((float(np.quantile(np.abs(images[k]), 0.995)) for k in maps), default=1.0) or 1.0
    for k, (ax, image) in enumerate(zip(axes, images, strict=False)):
        if k in maps:
            drawn = ax.imshow(image, cmap=VALUES, vmin=-most, vmax=most, interpolation="nearest")
        else:
            ax.imshow(np.clip(image, 0, 1), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        ax.grid(False)
        ax.set_title(titles[k], fontsize=9, fontweight="normal")
    if drawn is not None:
        least = min(float(np.min(images[k])) for k in maps)
        bar = figure.colorbar(drawn, ax=list(axes), shrink=0.7, aspect=25, label=scale)
        bar.ax.set_ylim(max(least, -most) if least < 0 else 0, most)
    return figure


@shown
def matrix(values: Any, *, title: str, xlabel: str, ylabel: str) -> Figure:
    """Draw a matrix (rows, columns): white where it is 0, blue where positive, orange where negative."""
    values = np.asarray(values)
    most = _largest([values])
    figure = Figure(figsize=(6.2, 1.0 + 5.4 * values.shape[0] / values.shape[1]), layout="constrained")
    ax = figure.subplots()
    ax.imshow(values, cmap=VALUES, vmin=-most, vmax=most, interpolation="nearest")
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    ax.set_xticks(np.arange(values.shape[1] + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(values.shape[0] + 1) - 0.5, minor=True)
    ax.grid(False)
    ax.grid(which="minor", color="#dddddd", linewidth=0.5)
    ax.tick_params(which="minor", length=0)
    return figure


@shown
def pictures(images: Sequence[Any], titles: Sequence[str], *, title: str, columns: int = 8) -> Figure:
    """Draw small grey pictures (rows, columns) from 0 (paper) to 1 (ink) in a grid, each with its title."""
    rows = max(1, -(-len(images) // columns))
    figure = Figure(figsize=(1.12 * columns, 1.32 * rows + 0.4), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax in axes:
        ax.set_axis_off()
    for ax, image, name in zip(axes, images, titles, strict=False):
        ax.imshow(image, cmap=PIXELS, vmin=0, vmax=1)
        ax.grid(False)
        ax.set_title(name, fontsize=8.5, fontweight="normal", pad=3)
    return figure


@shown
def channels(images: Sequence[Any], titles: Sequence[str], *, title: str) -> Figure:
    """Draw the three channels of pictures (rows, columns, 3), each in grey from its smallest to its largest value."""
    figure = Figure(figsize=(6.6, 1.75 * len(images) + 0.4), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    for row, (axes, image) in enumerate(zip(figure.subplots(len(images), 3, squeeze=False), images, strict=True)):
        for channel, ax in enumerate(axes):
            ax.imshow(image[..., channel], cmap="gray")
            low, high = image[..., channel].min(), image[..., channel].max()
            span = f"{low:.1f} to {high:.1f}".replace("-", "−")
            ax.set_title(f"{titles[row]}, channel {channel}\n{span}", fontsize=8.5, fontweight="normal")
            ax.set_axis_off()
    return figure


@shown
def guesses(images: Sequence[Any], answers: Sequence[Sequence[tuple[str, float]]], *, title: str) -> Figure:
    """Draw each picture above its likeliest classes, with their probabilities as bars.

    images: (rows, columns) from 0 (paper) to 1 (ink), or (rows, columns, 3) in colour.
    answers: for each picture pairs of a class's name and its probability, the likeliest first.
    """
    figure = Figure(figsize=(1.9 * len(images) + 0.3, 4.0), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    grid = figure.subplots(2, len(images), height_ratios=[1.1, 1], squeeze=False)
    most = max(share for answer in answers for _, share in answer)
    end = next(end for end in (20, 40, 60, 80, 100) if end >= min(100 * most, 100))
    for (above, below), image, answer in zip(grid.T, images, answers, strict=True):
        above.imshow(image, cmap=PIXELS, vmin=0, vmax=1)
        above.set_axis_off()
        places = np.arange(len(answer)) + 0.3
        below.barh(places, [100 * share for _, share in answer], color=INK, height=0.3)
        for place, (name, _) in zip(places, answer, strict=True):  # above its bar: names may be long
            below.text(0, place - 0.22, name, ha="left", va="bottom", fontsize=9)
        below.set(yticks=[], ylim=(-0.5, len(answer) - 0.3))
        below.set(xlim=(0, end), xticks=[0, end // 2, end])
        below.set_xlabel("probability, %", fontsize=8.5)
        below.tick_params(axis="x", labelsize=8)
        below.invert_yaxis()
        below.grid(False, axis="y")
    return figure
