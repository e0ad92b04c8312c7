"""Figures of gradients: directions in colour and as arrows, cells and their histograms, and matched points."""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from utils.figures.style import ACCENT, INK, shown

ARROW: dict[str, Any] = {
    "color": "black",
    "angles": "xy",
    "pivot": "mid",
    "units": "dots",
    "width": 1.6,
    "headwidth": 4,
}


def _hues(degrees: Any, strength: Any) -> np.ndarray:
    """Colours (…, 3) whose hue is the direction; weak ones fade to white. All hues are equally light in greyscale."""
    from skimage.color import lab2rgb

    turn = np.deg2rad(degrees)
    colours = lab2rgb(np.stack([np.full_like(turn, 58.0), 46 * np.cos(turn), 46 * np.sin(turn)], axis=-1))
    strength = np.asarray(strength, dtype=float)[..., None]
    return 1 - strength * (1 - colours)


@shown
def directions(
    images: Sequence[Any],
    gradients: Sequence[tuple[Any, Any]],
    titles: Sequence[str],
    *,
    title: str,
    arrows: Sequence[int] = (),
) -> Figure:
    """Draw each image above its gradients, coloured by direction, with a wheel that says which colour is which.

    images: (rows, columns) from 0 to 1.  gradients: for each image (to the right, down), arrays of equal shape.
    arrows: indices of those on which arrows are drawn too.
    """
    figure = Figure(figsize=(2.15 * len(images) + 1.8, 4.4), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    grid = figure.subplots(2, len(images) + 1, width_ratios=[1] * len(images) + [0.72], squeeze=False)
    for ax in grid.flat:
        ax.set_axis_off()
    for k, (image, (right, down)) in enumerate(zip(images, gradients, strict=True)):
        right, down = np.asarray(right, dtype=float), np.asarray(down, dtype=float)
        grid[0, k].imshow(image, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        grid[0, k].set_title(titles[k], fontsize=9.5, fontweight="normal")
        size = np.sqrt(right**2 + down**2)
        strong = np.clip(size / max(np.quantile(size, 0.99), 1e-9), 0, 1)
        grid[1, k].imshow(_hues(np.rad2deg(np.arctan2(down, right)), strong), interpolation="nearest")
        if k in arrows:
            _arrows(grid[1, k], right, down, max(1, len(size) // 16), strong > 0.5)
    _wheel(grid[1, -1])
    return figure


def _arrows(ax: Axes, right: np.ndarray, down: np.ndarray, step: int, where: np.ndarray, length: float = 1.5) -> None:
    """Arrows of one length on every `step`-th pixel, where `where` is true."""
    rows, columns = np.nonzero(where)
    kept = (rows % step == 0) & (columns % step == 0)
    rows, columns = rows[kept], columns[kept]
    size = np.hypot(right[rows, columns], down[rows, columns])
    ax.quiver(
        columns,
        rows,
        right[rows, columns] / size,
        down[rows, columns] / size,
        scale_units="xy",
        scale=1 / (length * step),
        **ARROW,
    )


def _wheel(ax: Axes) -> None:
    """The legend: every direction in its colour, 0° to the right and 90° down, as the rows count."""
    across = np.linspace(-1.0, 1.0, 201)
    right, down = np.meshgrid(across, across)
    radius = np.hypot(right, down)
    ring = ((radius > 0.55) & (radius < 1)).astype(float)
    ax.imshow(_hues(np.rad2deg(np.arctan2(down, right)), ring), extent=(-1, 1, 1, -1))
    for degrees, name in [(0, "0°"), (90, "90°"), (180, "180°"), (270, "270°")]:
        x, y = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
        ax.annotate("", (0.52 * x, 0.52 * y), (0, 0), arrowprops={"arrowstyle": "->", "color": "black"})
        ax.text(1.36 * x, 1.22 * y, name, ha="center", va="center", fontsize=9)
    ax.set(xlim=(-1.7, 1.7), ylim=(1.5, -1.5), aspect="equal")
    ax.set_title("direction", fontsize=9.5, fontweight="normal")


@shown
def cell_votes(
    image: Any, place: tuple[int, int, int, int], right: Any, down: Any, histogram: Any, *, title: str
) -> Figure:
    """Draw a picture with one cell framed, the cell's pixels with their gradients, and its histogram.

    image: (rows, columns).  place: first row, first column, rows, columns of the cell.
    right, down: gradients of the whole picture.  histogram: (bins,) of the cell.
    """
    top, left, rows, columns = place
    image, histogram = np.asarray(image), np.asarray(histogram)
    inside = (slice(top, top + rows), slice(left, left + columns))
    figure = Figure(figsize=(9.2, 2.9), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    whole, cell, votes = figure.subplots(1, 3, width_ratios=[1.2, 1, 1.6])
    for ax in (whole, cell):
        ax.set_axis_off()
    whole.imshow(image, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    frame: dict[str, Any] = {"fill": False, "edgecolor": ACCENT, "linewidth": 2.4}
    whole.add_patch(mpl.patches.Rectangle((left - 0.5, top - 0.5), columns, rows, **frame))
    cell.imshow(image[inside], cmap="gray", vmin=image[inside].min() - 0.25, vmax=image[inside].max() + 0.05)
    right, down = np.asarray(right)[inside], np.asarray(down)[inside]
    longest = max(np.hypot(right, down).max(), 1e-9)
    arrows = {**ARROW, "color": ACCENT, "width": 2}
    cell.quiver(right / longest, down / longest, scale_units="xy", scale=1 / 1.15, **arrows)
    cell.set_title("the cell, with its gradients", fontsize=9.5, fontweight="normal")
    _histogram(votes, histogram)
    return figure


def _histogram(ax: Axes, histogram: np.ndarray) -> None:
    width = 180 / len(histogram)
    ax.bar((np.arange(len(histogram)) + 0.5) * width, histogram, width, color=INK, edgecolor="white")
    ax.set(xlabel="direction in degrees, opposite ones together", ylabel="votes", xlim=(0, 180))
    ax.set_xticks(np.arange(len(histogram) + 1) * width)
    ax.grid(False, axis="x")


@shown
def glyphs(image: Any, histograms: Any, cell: tuple[int, int], *, title: str) -> Figure:
    """Draw a picture, and beside it what its cells know: for every bin a stroke along the edge it stands for.

    image: (rows, columns) from 0 to 1.  histograms: (cell rows, cell columns, bins).  cell: rows, columns of a cell.
    """
    image, histograms = np.asarray(image), np.asarray(histograms)
    bins = histograms.shape[2]
    height = 3.3 * image.shape[0] / image.shape[1]
    figure = Figure(figsize=(7.0, height + 0.75), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    photo, drawing = figure.subplots(1, 2)
    photo.imshow(image, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    photo.set_title("picture", fontsize=9.5, fontweight="normal")
    drawing.set_title("histograms of its cells, as strokes along the edges", fontsize=9.5, fontweight="normal")
    # A gradient points across its edge, so the stroke lies at right angles to the middle of the bin
    along = np.deg2rad((np.arange(bins) + 0.5) * 180 / bins + 90)
    reach = 0.46 * np.array(cell)
    strength = np.clip(histograms / max(np.quantile(histograms, 0.995), 1e-9), 0, 1)
    strokes, looks = [], []
    for (i, j, k), value in np.ndenumerate(strength):
        if value > 0.06:
            x, y = (j + 0.5) * cell[1], (i + 0.5) * cell[0]
            dx, dy = reach[1] * np.cos(along[k]), reach[0] * np.sin(along[k])
            strokes.append([(x - dx, y - dy), (x + dx, y + dy)])
            looks.append((*mpl.colors.to_rgb("black"), value))
    drawing.add_collection(mpl.collections.LineCollection(strokes, colors=looks, linewidths=1.4))
    for ax in (photo, drawing):
        ax.set_axis_off()
        ax.set(xlim=(-0.5, image.shape[1]), ylim=(image.shape[0], -0.5), aspect="equal")
    return figure


@shown
def matches(
    images: tuple[Any, Any], points: tuple[Any, Any], right: Any, *, title: str, titles: tuple[str, str] = ("", "")
) -> Figure:
    """Draw two pictures side by side and a line between each pair of matched points: dashed where it is false.

    images: (rows, columns) each, from 0 to 1.  points: two arrays (n, 2) of row and column.  right: (n,) True or False.
    """
    first, second = (np.asarray(image) for image in images)
    gap = 14
    height = max(len(first), len(second))
    sheet = np.full((height, first.shape[1] + gap + second.shape[1]), 0.5)  # grey, so that the white lines show
    sheet[: len(first), : first.shape[1]] = first
    sheet[: len(second), first.shape[1] + gap :] = second
    figure = Figure(figsize=(7.4, 7.4 * height / sheet.shape[1] + 0.6), layout="constrained")
    ax = figure.subplots()
    ax.imshow(sheet, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    ax.set_axis_off()
    ax.set_title(title)
    shift = np.array([0, first.shape[1] + gap])
    look: dict[str, Any]
    for a, b, good in zip(points[0], np.asarray(points[1]) + shift, right, strict=True):
        look = {"color": "white", "linewidth": 1.0} if good else {"color": ACCENT, "linewidth": 1.4, "linestyle": "--"}
        ax.plot(*np.transpose([a, b])[::-1], marker="o", markersize=2.6, **look)
    for x, name in zip((first.shape[1] / 2, first.shape[1] + gap + second.shape[1] / 2), titles, strict=True):
        ax.text(x, height + 3, name, ha="center", va="top", fontsize=9.5)
    ax.set(xlim=(-0.5, sheet.shape[1] - 0.5), ylim=(height + 12, -0.5))
    return figure
