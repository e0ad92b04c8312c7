"""Figures of windows that slide: over a photograph, through all channels of a volume, and kernels as they are learned.

White is 0 in all of them, and what is larger is darker. Negative values are orange.
"""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure

from utils.figures.style import ACCENT, GREY, INK, VALUES, shown
from utils.figures.widgets import by_sliders

CHANNELS = ("red", "green", "blue")
TINTS = [
    LinearSegmentedColormap.from_list(f"course_{name}", ["white", dark])
    for name, dark in zip(CHANNELS, ("#7d1410", "#0f5130", "#17357e"), strict=True)
]
DEPTH = np.array([0.62, 0.62])  # how far right and up the next sheet of a stack lies


def sliding(photo: Any, pattern: Any, answers: Any, start: tuple[int, int], step: int = 4) -> None:
    """Show a window on a photograph, what is in it, and where in the map of scores it stands.

    photo: (rows, columns) from 0 (black) to 1 (white).  pattern: (f, g), of both signs if it has any.
    answers: (rows − f + 1, columns − g + 1), computed by the caller.  start: row and column of the window.
    With widgets two sliders move the window by `step` pixels; without, it stands still at `start`.
    """
    photo, pattern, answers = np.asarray(photo), np.asarray(pattern), np.asarray(answers)
    last_row, last_column = (side - 1 for side in answers.shape)
    row, column = min(start[0], last_row), min(start[1], last_column)  # a photograph of the student's may be smaller
    by_sliders(
        lambda row, column: _slide_to(photo, pattern, answers, row, column),
        row=(row % step, last_row, step, row),
        column=(column % step, last_column, step, column),
    )


def _slide_to(photo: np.ndarray, pattern: np.ndarray, answers: np.ndarray, row: int, column: int) -> None:
    best = np.unravel_index(np.argmax(answers), answers.shape)
    _draw_sliding(
        photo,
        pattern,
        answers,
        row,
        column,
        alt=f"A photograph with a window of {'×'.join(map(str, pattern.shape))} pixels at row {row}, column {column}; "
        "the pattern and, below it, what is in the window; and the map of all scores, where this window's is "
        f"{_said(answers[row, column])} and the largest, {_said(answers.max())}, is marked at row {best[0]}, "
        f"column {best[1]}.",
    )


@shown
def _draw_sliding(photo: np.ndarray, pattern: np.ndarray, answers: np.ndarray, row: int, column: int) -> Figure:
    figure = Figure(figsize=(9.6, 3.7), layout="constrained")
    figure.suptitle(
        f"Window at row {row}, column {column}: its score is {_said(answers[row, column])}",
        fontsize=11,
        fontweight="bold",
    )
    grid = figure.add_gridspec(2, 3, width_ratios=[photo.shape[1], 0.36 * photo.shape[1], answers.shape[1] * 1.12])
    left, above, below, right = (figure.add_subplot(part) for part in (grid[:, 0], grid[0, 1], grid[1, 1], grid[:, 2]))
    height, width = pattern.shape
    left.imshow(photo, cmap="gray", vmin=0, vmax=1)
    _window(left, row, column, height, width)
    left.set_title("photograph", fontsize=9.5, fontweight="normal")
    if pattern.min() < 0:
        above.imshow(pattern, cmap=VALUES, vmin=-np.abs(pattern).max(), vmax=np.abs(pattern).max())
    else:
        above.imshow(pattern, cmap="gray", vmin=0, vmax=1)
    above.set_title("pattern", fontsize=9.5, fontweight="normal")
    below.imshow(photo[row : row + height, column : column + width], cmap="gray", vmin=0, vmax=1)
    below.set_title("in the window", fontsize=9.5, fontweight="normal")
    most = float(np.abs(answers).max())
    drawn = right.imshow(answers, cmap=VALUES, vmin=-most, vmax=most)
    right.set_title("scores at all places", fontsize=9.5, fontweight="normal")
    best = np.unravel_index(np.argmax(answers), answers.shape)
    right.plot(
        best[1], best[0], "*", markersize=15, color="white", markeredgecolor="black", clip_on=False, label="largest"
    )
    right.plot(
        column,
        row,
        "s",
        markersize=8,
        markerfacecolor="none",
        markeredgecolor=ACCENT,
        markeredgewidth=2.2,
        label="this window",
    )
    right.legend(loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=2, fontsize=8.5, handletextpad=0.2)
    figure.colorbar(drawn, ax=right, shrink=0.7, label="score").ax.set_ylim(min(0.0, float(answers.min())), most)
    for ax in (left, above, below, right):
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
    return figure


def kernels_over_volume(
    image: Any, kernels: Any, biases: Any, maps: Any, names: Sequence[str], start: tuple[int, int, int] = (0, 0, 0)
) -> None:
    """Show kernels at work on a volume: the window through all sheets, the products, their sum, and the stack of maps.

    image: (3, rows, columns) whole numbers from 0.  kernels: (n, 3, f, g).  biases: (n,).  names: what each kernel is.
    maps: (n, rows − f + 1, columns − g + 1), computed by the caller.  start: kernel, row and column.
    With widgets three sliders choose them; without, the figure stands still.
    """
    image, kernels, biases, maps = (np.asarray(array) for array in (image, kernels, biases, maps))
    first = dict(zip(("kernel", "row", "column"), start, strict=True))
    by_sliders(
        lambda kernel, row, column: _volume_at(image, kernels, biases, maps, names, kernel, row, column),
        **{name: (0, side - 1, 1, first[name]) for name, side in zip(first, maps.shape, strict=True)},
    )


def _volume_at(
    image: np.ndarray,
    kernels: np.ndarray,
    biases: np.ndarray,
    maps: np.ndarray,
    names: Sequence[str],
    kernel: int,
    row: int,
    column: int,
) -> None:
    f, g = kernels.shape[2:]
    window = image[:, row : row + f, column : column + g]
    sums = (window * kernels[kernel]).sum(axis=(1, 2))
    told = ", ".join(f"{name} {_said(value)}" for name, value in zip(CHANNELS, sums, strict=True))
    _draw_volume(
        image,
        kernels[kernel],
        float(biases[kernel]),
        maps,
        sums,
        f"kernel {kernel}: {names[kernel]}",
        kernel,
        row,
        column,
        alt=f"Three sheets, red, green and blue, behind one another, with a window of {f}×{g} through all of them at "
        f"row {row}, column {column}. Beside each sheet's window lies the kernel's sheet, and the sum of their "
        f"products: {told}. With the bias {_said(float(biases[kernel]))} they make {_said(maps[kernel, row, column])}, "
        f"which is framed at row {row}, column {column} of map {kernel} in a stack of {len(maps)} maps.",
    )


@shown
def _draw_volume(
    image: np.ndarray,
    kernel: np.ndarray,
    bias: float,
    maps: np.ndarray,
    sums: np.ndarray,
    name: str,
    chosen: int,
    row: int,
    column: int,
) -> Figure:
    (_, rows, columns), (_, f, g) = image.shape, kernel.shape
    figure = Figure(figsize=(11, 5.1), layout="constrained")
    ax = figure.subplots()
    cell, most, largest = 0.36, float(image.max()), float(np.abs(maps).max())
    heaviest = float(np.abs(kernel).max()) or 1.0
    # the stack that goes in: the last channel lies at the back
    base = np.array([0.0, 0.75])
    places = [base + c * DEPTH for c in range(3)]
    corners = [np.array([x * cell, (rows - y) * cell]) for y in (row, row + f) for x in (column, column + g)]
    edge: dict[str, Any] = {"color": ACCENT, "linewidth": 1.1, "linestyle": (0, (3, 2)), "zorder": 3}
    for c in reversed(range(3)):  # from the back to the front, so that each sheet hides what is behind it
        for corner in corners if c < 2 else []:
            ax.plot(*np.transpose([places[c + 1] + corner, places[c] + corner]), **edge)
        _sheet(ax, image[c], places[c], cell, TINTS[c], (0, most), written=c == 0)
        _box(ax, places[c] + np.array([column * cell, (rows - row - f) * cell]), g * cell, f * cell, order=3)
        ax.text(
            places[c][0] + columns * cell + 0.04,
            places[c][1] + 0.13,
            CHANNELS[c],
            fontsize=9,
            color=TINTS[c](1.0),
            fontweight="bold",
        )
    # one row for each channel: its window, the kernel's sheet, the sum of the products; the sums stand in one column
    left, small, apart, sums_at = 4.2, 0.33, 1.3, 8.0
    for c in range(3):
        at = np.array([left + 0.3 * c, 0.75 + apart * c])
        weights_at, middle = at + np.array([g * small + 0.42, 0]), at[1] + f * small / 2
        tag: dict[str, Any] = {
            "fontsize": 9,
            "color": TINTS[c](1.0),
            "fontweight": "bold",
            "ha": "right",
            "va": "center",
        }
        ax.text(at[0] - 0.08, middle, CHANNELS[c], **tag)
        _sheet(ax, image[c, row : row + f, column : column + g], at, small, TINTS[c], (0, most))
        _box(ax, at, g * small, f * small, 1.6)
        ax.text(at[0] + g * small + 0.21, middle, "·", fontsize=18, ha="center", va="center")
        _sheet(ax, kernel[c], weights_at, small, VALUES, (-heaviest, heaviest))
        pull: dict[str, Any] = {"arrowstyle": "->", "color": GREY, "linewidth": 1}
        ax.annotate("", (sums_at - 0.55, middle), (weights_at[0] + g * small + 0.06, middle), arrowprops=pull)
        ax.text(sums_at, middle, _said(sums[c]), fontsize=12, ha="right", va="center", fontweight="bold")
    ax.text(left + g * small / 2, 0.64, "window", fontsize=9, ha="center", va="top")
    weights = f"kernel {chosen}:\n{len(image)}·{f}·{g} = {kernel.size} weights"
    ax.text(left + 1.5 * g * small + 0.42, 0.64, weights, fontsize=9, ha="center", va="top")
    ax.text(sums_at, 0.42, _said(bias), fontsize=12, ha="right", va="center", fontweight="bold")
    ax.text(sums_at + 0.1, 0.42, "bias", fontsize=9, ha="left", va="center")
    ax.plot([sums_at - 0.62, sums_at + 0.05], [0.2, 0.2], color=INK, linewidth=1.2)
    total = float(maps[chosen, row, column])
    box: dict[str, Any] = {"facecolor": "white", "edgecolor": ACCENT, "linewidth": 2, "pad": 3}
    ax.text(sums_at, -0.04, _said(total), fontsize=13, ha="right", va="center", fontweight="bold", bbox=box)
    # the stack that comes out: one map for each kernel
    n, height, width = maps.shape
    base = np.array([9.15, 0.95])
    places = [base + k * DEPTH for k in range(n)]
    for k in [*[k for k in reversed(range(n)) if k != chosen], chosen]:
        _sheet(ax, maps[k], places[k], cell, VALUES, (-largest, largest), written=k == chosen, faded=k != chosen)
        label = f"map {k}"
        weight = "bold" if k == chosen else "normal"
        ax.text(places[k][0] + width * cell + 0.04, places[k][1] + 0.13, label, fontsize=9, fontweight=weight)
    spot = places[chosen] + np.array([column * cell, (height - row - 1) * cell])
    _box(ax, spot, cell, cell)
    bent: dict[str, Any] = {"arrowstyle": "-|>", "color": ACCENT, "linewidth": 1.6, "connectionstyle": "arc3,rad=0.12"}
    ax.annotate("", (places[chosen][0] - 0.02, spot[1] + cell / 2), (sums_at + 0.12, -0.04), arrowprops=bent, zorder=8)
    ax.text(columns * cell / 2, 0.62, f"in: 3 channels, {rows}×{columns}", fontsize=9, ha="center", va="top")
    ax.text(
        base[0] + width * cell / 2,
        base[1] - 0.13,
        f"out: {n} channels, {height}×{width}",
        fontsize=9,
        ha="center",
        va="top",
    )
    ax.set(xlim=(-0.1, base[0] + (n - 1) * DEPTH[0] + width * cell + 0.65), ylim=(-0.3, 4.7), aspect="equal")
    ax.set_axis_off()
    ax.set_title(f"{name[0].upper()}{name[1:]}, at row {row}, column {column}")
    return figure


@shown
def maps(arrays: Sequence[Any], titles: Sequence[str], *, title: str, scale: str, photos: int = 0) -> Figure:
    """Draw photographs and, after them, feature maps on one scale: white is 0, what is larger is darker.

    arrays: (rows, columns), and (rows, columns, 3) for photographs in colour.  photos: how many of the first are
    photographs, from 0 (black) to 1 (white).  scale: what the maps' numbers are; the few largest are cut off.
    """
    arrays = [np.asarray(array) for array in arrays]
    most = float(np.quantile(np.abs(np.concatenate([array.ravel() for array in arrays[photos:]])), 0.995)) or 1.0
    rows, height = -(-len(arrays) // 3), arrays[0].shape[0] / arrays[0].shape[1]
    figure = Figure(figsize=(7.6, rows * (2.15 * height + 0.28) + 0.35), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    axes = figure.subplots(rows, 3, squeeze=False)
    for ax in axes.flat[len(arrays) :]:
        ax.set_axis_off()
    for k, (ax, array, name) in enumerate(zip(axes.flat, arrays, titles, strict=False)):
        if k < photos:
            ax.imshow(np.clip(array, 0, 1), cmap="gray", vmin=0, vmax=1)
        else:
            drawn = ax.imshow(array, cmap=VALUES, vmin=-most, vmax=most)
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        ax.set_title(name, fontsize=9, fontweight="normal")
    figure.colorbar(drawn, ax=axes, shrink=0.8, label=scale, extend="both")
    return figure


@shown
def forming(snapshots: Any, steps: Sequence[int], *, title: str) -> Figure:
    """Draw kernels while they are learned, a row for each kernel and a column for each step, all on one scale.

    snapshots: (steps, kernels, rows, columns).
    """
    snapshots = np.asarray(snapshots)
    most = float(np.abs(snapshots).max())
    figure = Figure(figsize=(1.12 * len(steps) + 1.5, 1.12 * snapshots.shape[1] + 0.65), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    grid = figure.subplots(snapshots.shape[1], len(steps), squeeze=False)
    for column, step in enumerate(steps):
        for row in range(snapshots.shape[1]):
            ax = grid[row, column]
            drawn = ax.imshow(snapshots[column, row], cmap=VALUES, vmin=-most, vmax=most)
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
            for (i, j), value in np.ndenumerate(snapshots[column, row]):
                dark = value > 0.55 * most
                ax.text(
                    j,
                    i,
                    f"{round(value, 1) + 0.0:.1f}".replace("-", "−"),
                    ha="center",
                    va="center",
                    fontsize=7,
                    color="white" if dark else "black",
                )
            if row == 0:
                ax.set_title(f"step {step}", fontsize=9, fontweight="normal")
            if column == 0:
                ax.set_ylabel(f"kernel {row}", fontsize=9)
    figure.colorbar(drawn, ax=list(grid.flat), label="weight", shrink=0.8)
    return figure


def _sheet(
    ax: Axes,
    values: np.ndarray,
    at: np.ndarray,
    cell: float,
    colours: Colormap,
    limits: tuple[float, float],
    written: bool = True,
    faded: bool = False,
) -> None:
    """Draw an array as squares whose lower left corner is at `at`, over what has been drawn before."""
    rows, columns = values.shape
    order = 3 if not faded else 2
    low, high = limits
    for (i, j), value in np.ndenumerate(values):
        corner = (at[0] + j * cell, at[1] + (rows - 1 - i) * cell)
        colour = np.array(colours((value - low) / ((high - low) or 1.0)))
        look: dict[str, Any] = {"facecolor": colour, "edgecolor": GREY, "linewidth": 0.5, "zorder": order}
        ax.add_patch(mpl.patches.Rectangle(corner, cell, cell, **look))
        if written:
            dark = colour[:3] @ [0.3, 0.59, 0.11] < 0.5
            place = (corner[0] + cell / 2, corner[1] + cell / 2)
            ax.text(
                *place,
                _said(value),
                ha="center",
                va="center",
                fontsize=8.5,
                color="white" if dark else "black",
                zorder=order,
            )
    frame: dict[str, Any] = {"fill": False, "edgecolor": INK, "linewidth": 1.2, "zorder": order}
    ax.add_patch(mpl.patches.Rectangle(tuple(at), columns * cell, rows * cell, **frame))


def _box(ax: Axes, at: np.ndarray, width: float, height: float, linewidth: float = 2.4, order: int = 7) -> None:
    look: dict[str, Any] = {"fill": False, "edgecolor": ACCENT, "linewidth": linewidth, "zorder": order}
    ax.add_patch(mpl.patches.Rectangle(tuple(at), width, height, **look))


def _window(ax: Axes, row: int, column: int, height: int, width: int) -> None:
    for colour, thickness in (("white", 4.5), (ACCENT, 2.4)):  # a white rim, so that it is seen on dark and on light
        look: dict[str, Any] = {"fill": False, "edgecolor": colour, "linewidth": thickness}
        ax.add_patch(mpl.patches.Rectangle((column - 0.5, row - 0.5), width, height, **look))


def _said(value: float) -> str:
    return f"{float(value) + 0.0:.3g}".replace("-", "−")
