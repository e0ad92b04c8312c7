"""Figures of lesson 02: arrays with windows drawn on them, strips of pixels, photographs, and a speed ladder."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from utils.figures import ACCENT, GREY, INK, PAPER, shown
from utils.playground import widgets_wanted

GREYS = LinearSegmentedColormap.from_list("course_values", ["#8fa3bd", "#ffffff"])  # black numbers stay readable on it
Window = tuple[int, int, int, int]  # first row, first column, rows, columns


@shown
def arrays(
    values: Sequence[Any],
    titles: Sequence[str],
    *,
    title: str,
    signs: Sequence[str] = (),
    windows: Mapping[int, Sequence[Window]] | None = None,
    form: str = "g",
    cell: float = 0.4,
    columns: int = 4,
) -> Figure:
    """Draw arrays of numbers side by side, each value in its square, lighter where it is larger.

    values: arrays (rows, columns).  signs: what stands between them, such as ["∗", "="] (on one row only).
    windows: index of an array → windows to frame on it.  form: how numbers are written; "" writes none.
    cell: inches per square.
    """
    values = [np.asarray(array, dtype=float) for array in values]
    columns = min(columns, len(values))
    rows = -(-len(values) // columns)
    widths = [max(array.shape[1] for array in values[k::columns]) for k in range(columns)]
    heights = [max(array.shape[0] for array in values[r * columns : (r + 1) * columns]) for r in range(rows)]
    figure = Figure(
        figsize=(sum(widths) * cell + 0.5 * columns + 0.3, sum(heights) * cell + 0.5 * rows + 0.45),
        layout="constrained",
    )
    figure.get_layout_engine().set(h_pad=0.08, w_pad=0.08)
    figure.suptitle(title, fontsize=11, fontweight="bold")
    grid = figure.subplots(rows, columns, squeeze=False, width_ratios=widths, height_ratios=heights)
    for ax in grid.flat:
        ax.set_axis_off()
    for k, (ax, array) in enumerate(zip(grid.flat, values, strict=False)):
        _numbers(ax, array, form)
        ax.set_title(titles[k], fontsize=9.5, fontweight="normal")
        for window in (windows or {}).get(k, ()):
            _frame(ax, window)
        if k < len(signs):
            ax.annotate(signs[k], (1, 0.5), xycoords="axes fraction", xytext=(14, 0), textcoords="offset points",
                        ha="center", va="center", fontsize=15, annotation_clip=False)  # fmt: skip
    return figure


def _numbers(ax: Axes, array: np.ndarray, form: str) -> None:
    """Draw one array (rows, columns) into `ax`: a square for each value, and the value in it."""
    ax.imshow(array, cmap=GREYS)
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
    images: Sequence[Any], titles: Sequence[str], *, title: str, columns: int = 4, signed: Sequence[int] = ()
) -> Figure:
    """Draw photographs and feature maps side by side.

    images: (rows, columns) in grey or (rows, columns, 3) in colour. 0 is black, 1 is white, what lies outside is cut.
    signed: indices of maps that have positive and negative values: 0 is drawn in the middle grey, and the few largest
    values are cut so that the others can be seen.
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
    for k, (ax, image) in enumerate(zip(axes, images, strict=False)):
        size = np.quantile(np.abs(image), 0.995) if k in signed else 1
        least = -size if k in signed else 0
        ax.imshow(np.clip(image, least, size), cmap="gray", vmin=least, vmax=size, interpolation="nearest")
        ax.grid(False)
        ax.set_title(titles[k], fontsize=9, fontweight="normal")
    return figure


@shown
def strip(pixels: int, width: int, strides: Sequence[int], *, title: str, padding: int = 0) -> Figure:
    """Draw one row of pixels, and under it, for each stride, every window that fits.

    pixels: how many there are.  width: of the window.  padding: blank squares added at each end.
    """
    total = pixels + 2 * padding
    places = [range(0, total - width + 1, stride) for stride in strides]
    figure = Figure(figsize=(6.2, 0.75 + 0.23 * (sum(map(len, places)) + len(places))), layout="constrained")
    ax = figure.subplots()
    for k in range(total):
        inside = padding <= k < padding + pixels
        look = {"facecolor": PAPER} if inside else {"facecolor": "white", "hatch": "////"}
        ax.add_patch(mpl.patches.Rectangle((k, 0.15), 1, 0.85, edgecolor=GREY, **look))
        ax.text(k + 0.5, 0.57, str(k - padding) if inside else "0", ha="center", va="center", fontsize=9)
    line = 0.0
    for stride, starts in zip(strides, places, strict=True):
        line -= 0.6
        unseen = total - (starts[-1] + width)
        name = f"stride {stride}\n{len(starts)} places"
        ax.text(-0.3, line - 0.25 * (len(starts) - 1), name, ha="right", va="center", fontsize=9)
        for start in starts:
            ax.plot([start + 0.08, start + width - 0.08], [line] * 2, color=INK, linewidth=4, solid_capstyle="butt")
            line -= 0.5
        if unseen:
            ax.text(starts[-1] + width + 0.1, line + 0.5, f"{unseen} unseen", va="center", fontsize=9, color=ACCENT)
    ax.set(xlim=(-2.2, total + 0.9), ylim=(line, 1.1), title=title)
    ax.set_axis_off()
    return figure


@shown
def layers(shapes: Sequence[tuple[int, int, int]], arrows: Sequence[str], *, title: str) -> Figure:
    """Draw volumes as stacks of sheets, with what happens between them.

    shapes: (channels, rows, columns).  arrows: a text for each step from one volume to the next.
    """
    figure = Figure(figsize=(2.6 * len(shapes), 2.3), layout="constrained")
    ax = figure.subplots()
    largest = max(max(shape[1:]) for shape in shapes)
    for k, (channels, rows, columns) in enumerate(shapes):
        sheets, step = min(channels, 10), 0.06
        height, width = 1.3 * rows / largest, 1.3 * columns / largest
        left = 3.0 * k
        for sheet in reversed(range(sheets)):
            ax.add_patch(mpl.patches.Rectangle((left + step * sheet, step * sheet - height / 2), width, height,
                                               facecolor=PAPER, edgecolor=INK, linewidth=0.9))  # fmt: skip
        name = f"{channels} channel{'s' if channels > 1 else ''}\n{rows} × {columns}"
        ax.text(left + width / 2, -height / 2 - 0.12, name, ha="center", va="top", fontsize=9)
        if k < len(arrows):
            start = left + width + step * sheets + 0.08
            ax.annotate("", (3.0 * (k + 1) - 0.08, 0), (start, 0), arrowprops={"arrowstyle": "->", "color": INK})
            ax.text((start + 3.0 * (k + 1)) / 2 - 0.04, 0.08, arrows[k], ha="center", va="bottom", fontsize=8.5)
    ax.set(xlim=(-0.2, 3.0 * (len(shapes) - 1) + 2.0), ylim=(-1.3, 1.3), title=title, aspect="equal")
    ax.set_axis_off()
    return figure


@shown
def ladder(times: Mapping[str, float], *, title: str) -> Figure:
    """Draw how many times as fast as the first each way is, on a logarithmic axis.  times: way → seconds."""
    first = next(iter(times.values()))
    ratios = {way: first / time for way, time in times.items()}
    figure = Figure(figsize=(6.4, 0.9 + 0.42 * len(ratios)), layout="constrained")
    ax = figure.subplots()
    drawn = ax.barh(list(ratios), [max(ratio, 1.02) for ratio in ratios.values()], color=INK, height=0.6, left=0)
    ax.bar_label(drawn, labels=[f"{ratio:,.3g}×" if ratio < 100 else f"{ratio:,.0f}×" for ratio in ratios.values()],
                 padding=4, fontsize=9)  # fmt: skip
    ax.set(title=title, xlabel="times as fast as the first (logarithmic)", xscale="log")
    ax.set_xlim(0.8, 6 * max(ratios.values()))
    ax.invert_yaxis()
    ax.grid(False, axis="y")
    return figure


@shown
def matrix(values: Any, *, title: str, xlabel: str, ylabel: str) -> Figure:
    """Draw a matrix (rows, columns): white where it is 0, darker where it is larger."""
    values = np.asarray(values)
    figure = Figure(figsize=(6.2, 1.0 + 5.4 * values.shape[0] / values.shape[1]), layout="constrained")
    ax = figure.subplots()
    ax.imshow(values, cmap=LinearSegmentedColormap.from_list("course_matrix", ["white", INK]), interpolation="nearest")
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    ax.set_xticks(np.arange(values.shape[1] + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(values.shape[0] + 1) - 0.5, minor=True)
    ax.grid(False)
    ax.grid(which="minor", color="#dddddd", linewidth=0.5)
    ax.tick_params(which="minor", length=0)
    return figure


def walk(image: Any, kernel: Any, feature_map: Any, place: tuple[int, int] = (0, 0)) -> None:
    """Show one place of a window walking over an image: the window, its products with the kernel, and their sum.

    image: (rows, columns).  kernel: (f, g).  feature_map: (rows − f + 1, columns − g + 1), computed by the caller.
    With widgets two sliders choose the place; without, the picture stands still at `place`.
    """
    image, kernel, feature_map = np.asarray(image), np.asarray(kernel), np.asarray(feature_map)
    if not widgets_wanted():
        _walk_at(image, kernel, feature_map, *place)
        return
    import ipywidgets as widgets
    from IPython.display import display

    sliders = {
        name: widgets.IntSlider(start, 0, size - 1, description=name, continuous_update=False)
        for name, start, size in zip(("row", "column"), place, feature_map.shape, strict=True)
    }
    shown_at = widgets.interactive_output(
        lambda row, column: _walk_at(image, kernel, feature_map, row, column), sliders
    )
    display(widgets.VBox([widgets.HBox(list(sliders.values())), shown_at]))


def _walk_at(image: np.ndarray, kernel: np.ndarray, feature_map: np.ndarray, row: int, column: int) -> None:
    height, width = kernel.shape
    products = image[row : row + height, column : column + width] * kernel
    total = f"{feature_map[row, column]:g}".replace("-", "−")
    arrays(
        [image, kernel, products, feature_map],
        ["image", "kernel", "products", "feature map"],
        signs=["", "", "→"],
        title=f"Row {row}, column {column}: the products add up to {total}",
        windows={0: [(row, column, height, width)], 3: [(row, column, 1, 1)]},
        cell=0.38,
        alt=f"A window of {height}×{width} pixels framed on the image at row {row}, column {column}; the kernel; "
        f"their products; and the feature map, where the sum {total} is framed at the same row and column.",
    )
