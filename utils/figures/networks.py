"""Figures of networks: volumes to scale, groups, bars per layer, receptive fields, and which parts learn."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from utils.figures.style import ACCENT, GREY, INK, PAPER, shown

Volume = tuple[int, int, int] | int  # channels, rows, columns; or a row of values


@shown
def volumes(shapes: Mapping[str, Sequence[int]], *, title: str) -> Figure:
    """Draw the volumes between a network's layers to scale.

    shapes: name → (channels, rows, columns) or (numbers,).  A volume's height is its rows, its width grows with the
    square root of its channels; a vector is a thin bar.
    """
    figure = Figure(figsize=(9.6, 2.5), layout="constrained")
    ax = figure.subplots()
    largest = max(shape[1] for shape in shapes.values() if len(shape) == 3)
    left, gap = 0.0, 0.42
    look: dict[str, Any]
    for name, shape in shapes.items():
        flat = len(shape) == 1
        height = 1.6 * (np.sqrt(shape[0] / 4096) if flat else shape[1] / largest)
        width = 0.1 if flat else 0.045 * np.sqrt(shape[0])
        look = {"facecolor": ACCENT, "hatch": "//", "edgecolor": "white"} if flat else {"facecolor": PAPER}
        ax.add_patch(mpl.patches.Rectangle((left, -height / 2), width, height, **{"edgecolor": INK, **look}))
        size = f"{shape[0]:,}" if flat else f"{shape[1]}×{shape[2]}\n×{shape[0]}"
        ax.text(left + width / 2, -height / 2 - 0.05, size, ha="center", va="top", fontsize=8.5)
        ax.text(left + width / 2, height / 2 + 0.04, name, ha="center", va="bottom", fontsize=8.5)
        left += width + gap
    ax.set(xlim=(-0.3, left - gap + 0.3), ylim=(-1.2, 1.0), title=title, aspect="equal")
    ax.set_axis_off()
    return figure


@shown
def to_scale(volumes: Sequence[Volume], steps: Sequence[str], *, title: str) -> Figure:
    """Draw the volumes of a network from left to right: maps as stacks of sheets, all to one scale, values as columns.

    steps: a text for each step from one volume to the next.
    """
    figure = Figure(figsize=(9.6, 3.1), layout="constrained")
    ax = figure.subplots()
    unit, sheet, gap = 1 / 32, 0.045, 0.62
    left = 0.0
    for k, volume in enumerate(volumes):
        if isinstance(volume, int):
            height, width, shift = 1.5 * (volume / 400) ** 0.5, 0.07, 0.0
            ax.add_patch(mpl.patches.Rectangle((left, -height / 2), width, height, facecolor=INK, edgecolor=INK))
            name = f"{volume}"
        else:
            channels, rows, columns = volume
            height, width, shift = rows * unit, columns * unit, sheet * (channels - 1)
            for back in reversed(range(channels)):
                corner = (left + sheet * back, sheet * back - height / 2)
                ax.add_patch(
                    mpl.patches.Rectangle(corner, width, height, facecolor=PAPER, edgecolor=INK, linewidth=0.7)
                )
            name = f"{channels} × {rows}×{columns}"
        ax.text(left + width / 2, -height / 2 - 0.06, name, ha="center", va="top", fontsize=8.5)
        right = left + width + 0.04
        if k < len(steps):
            ax.annotate(
                "", (right + gap + shift, 0), (right + shift, 0), arrowprops={"arrowstyle": "->", "color": GREY}
            )
            middle = right + shift + gap / 2
            ax.text(middle, -0.98, steps[k], ha="center", va="top", fontsize=8.5, color=ACCENT)
        left = right + gap + shift + 0.06
    ax.set(xlim=(-0.25, left - gap + 0.2), ylim=(-1.32, 0.95), title=title, aspect="equal")
    ax.set_axis_off()
    return figure


@shown
def stacks(shapes: Sequence[tuple[int, int, int]], arrows: Sequence[str], *, title: str) -> Figure:
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
            ax.add_patch(
                mpl.patches.Rectangle(
                    (left + step * sheet, step * sheet - height / 2),
                    width,
                    height,
                    facecolor=PAPER,
                    edgecolor=INK,
                    linewidth=0.9,
                )
            )
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
def strides(pixels: int, width: int, strides: Sequence[int], *, title: str, padding: int = 0) -> Figure:
    """Draw one row of pixels, and under it, for each stride, every window that fits.

    pixels: how many there are.  width: of the window.  padding: blank squares added at each end.
    """
    total = pixels + 2 * padding
    places = [range(0, total - width + 1, stride) for stride in strides]
    figure = Figure(figsize=(6.2, 0.75 + 0.23 * (sum(map(len, places)) + len(places))), layout="constrained")
    ax = figure.subplots()
    look: dict[str, Any]
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
            words = f"{unseen} pixel{'s' * (unseen > 1)} unseen"
            ax.text(starts[-1] + width + 0.1, line + 0.5, words, va="center", fontsize=9, color=ACCENT)
    ax.set(xlim=(-2.2, total + 0.9), ylim=(line, 1.1), title=title)
    ax.set_axis_off()
    return figure


@shown
def groups(in_channels: int, out_channels: int, counts: Sequence[int], *, title: str) -> Figure:
    """Draw which channels which kernels see, a panel for each number of groups in `counts`."""
    figure = Figure(figsize=(3.4 * len(counts), 2.7), layout=ConstrainedLayoutEngine(w_pad=0.25))
    figure.suptitle(title, fontsize=11, fontweight="bold")
    for ax, count in zip(figure.subplots(1, len(counts), squeeze=False)[0], counts, strict=True):
        for part in range(count):
            top, height = 1 - part / count, 1 / count - 0.06
            for left, total, what in ((0.0, in_channels, "channels"), (1.6, out_channels, "kernels")):
                first, last = part * total // count + 1, (part + 1) * total // count
                colour, hatch = (PAPER, "") if part == 0 else ("#8fa3bd", "..")
                corner = (left, top - height)
                ax.add_patch(mpl.patches.Rectangle(corner, 0.75, height, edgecolor=INK, facecolor=colour, hatch=hatch))
                ax.text(
                    left + 0.375,
                    top - height / 2,
                    f"{what}\n{first} to {last}",
                    ha="center",
                    va="center",
                    fontsize=9,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
                )
            middle = top - height / 2
            ax.annotate("", (1.57, middle), (0.78, middle), arrowprops={"arrowstyle": "->", "color": INK})
        ax.set_title(f"{count} group{'s' if count > 1 else ''}", fontsize=9.5, fontweight="normal")
        ax.set(xlim=(-0.05, 2.4), ylim=(-0.05, 1.05))
        ax.set_axis_off()
    return figure


@shown
def per_layer(
    columns: Mapping[str, Mapping[str, float]], *, title: str, hatched: Sequence[str] = (), unit: str = "million"
) -> Figure:
    """Draw one panel of horizontal bars for each quantity, a bar for each layer, its value and share beside it.

    columns: quantity → layer → value in `unit`s.  hatched: layers that are drawn in the other colour.
    """
    names = list(next(iter(columns.values())))
    figure = Figure(figsize=(7.6, 0.9 + 0.3 * len(names)), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    axes = figure.subplots(1, len(columns), sharey=True, squeeze=False)[0]
    for ax, (quantity, values) in zip(axes, columns.items(), strict=True):
        total = sum(values.values())
        drawn = ax.barh(
            names,
            list(values.values()),
            height=0.66,
            edgecolor="white",
            color=[ACCENT if name in hatched else INK for name in names],
            hatch=["//" if name in hatched else "" for name in names],
        )
        labels = [f"{v:,.1f}  ({v / total:.0%})" if v else "0" for v in values.values()]
        ax.bar_label(drawn, labels=labels, padding=3, fontsize=8.5)
        ax.set(xlabel=f"{quantity}, {unit}", xlim=(0, 1.45 * max(values.values())))
        ax.grid(False, axis="y")
    axes[0].invert_yaxis()
    return figure


@shown
def fields(image: Any, sizes: Mapping[str, int], *, title: str) -> Figure:
    """Draw squares of so many pixels around the middle of a photograph.

    image: (rows, columns, 3) from 0 to 1.  sizes: label → side of the square in pixels.
    """
    rows, columns = np.shape(image)[:2]
    figure = Figure(figsize=(4.9, 3.5), layout="constrained")
    ax = figure.subplots()
    ax.imshow(image, zorder=1)
    ax.grid(False)
    lowest = -np.inf
    for k, (label, side) in enumerate(sorted(sizes.items(), key=lambda item: -item[1])):
        left, top = (columns - side) / 2 - 0.5, (rows - side) / 2 - 0.5
        for colour, width, dashes in (("black", 3.2, "-"), ("white", 1.5, ("-", (0, (4, 2)))[k % 2])):
            ax.add_patch(
                mpl.patches.Rectangle(
                    (left, top), side, side, fill=False, edgecolor=colour, linewidth=width, linestyle=dashes, zorder=3
                )
            )
        lowest = max(top, lowest + 0.065 * rows)  # names beside the picture, and none on top of another
        ax.annotate(
            f"{label}: {side}×{side}",
            (left + side, top),
            xytext=(columns + 6, lowest),
            va="center",
            fontsize=9,
            arrowprops={"arrowstyle": "-", "color": "white", "linewidth": 1},
            zorder=2,
        )
    ax.set(title=title, xlabel="column", ylabel="row", xlim=(-0.5, 1.42 * columns), ylim=(rows - 0.5, -0.5))
    ax.set_xticks(range(0, columns, 50))
    ax.spines[["bottom", "left"]].set_visible(False)
    return figure


@shown
def stages(blocks: Sequence[str], stages: Mapping[str, Sequence[bool]], *, title: str) -> Figure:
    """Draw which parts of a network learn at each stage: frozen ones pale, learning ones dark and hatched.

    stages: name → for each of `blocks` whether it learns.
    """
    figure = Figure(figsize=(7.0, 0.62 * len(stages) + 0.75), layout="constrained")
    ax = figure.subplots()
    for row, parts in enumerate(stages.values()):
        for column, (block, learning) in enumerate(zip(blocks, parts, strict=True)):
            look: dict[str, Any] = {"facecolor": ACCENT, "hatch": "//"} if learning else {"facecolor": "#e8e8e8"}
            ax.add_patch(mpl.patches.Rectangle((column, row + 0.12), 0.92, 0.76, edgecolor="white", **look))
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.9}
            text = f"{block}\n{'learns' if learning else 'frozen'}"
            ax.text(column + 0.46, row + 0.5, text, ha="center", va="center", fontsize=8.5, bbox=box)
    ax.set(xlim=(-0.05, len(blocks)), ylim=(len(stages), 0), title=title)
    ax.set_yticks(np.arange(len(stages)) + 0.5, list(stages))
    ax.set_xticks([])
    ax.tick_params(length=0)
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return figure
