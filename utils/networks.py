"""Figures of lesson 05: networks drawn to scale, bars per layer, receptive fields on a photograph, a timeline."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from utils.figures import ACCENT, GREY, INK, PAPER, shown

HATCHES = ("", "//", "..", "xx")
COLOURS = (INK, ACCENT, "#8fa3bd", "#d8c7a0")


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
def groups(in_channels: int, out_channels: int, counts: Sequence[int], *, title: str) -> Figure:
    """Draw which channels which kernels see, a panel for each number of groups in `counts`."""
    figure = Figure(figsize=(3.4 * len(counts), 2.7), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.25)
    figure.suptitle(title, fontsize=11, fontweight="bold")
    for ax, count in zip(figure.subplots(1, len(counts), squeeze=False)[0], counts, strict=True):
        for part in range(count):
            top, height = 1 - part / count, 1 / count - 0.06
            for left, total, what in ((0.0, in_channels, "channels"), (1.6, out_channels, "kernels")):
                first, last = part * total // count + 1, (part + 1) * total // count
                look = {"facecolor": PAPER if part == 0 else "#8fa3bd", "hatch": "" if part == 0 else ".."}
                ax.add_patch(mpl.patches.Rectangle((left, top - height), 0.75, height, edgecolor=INK, **look))
                ax.text(left + 0.375, top - height / 2, f"{what}\n{first} to {last}", ha="center", va="center",
                        fontsize=9, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip
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
            names, list(values.values()), height=0.66, edgecolor="white",
            color=[ACCENT if name in hatched else INK for name in names],
            hatch=["//" if name in hatched else "" for name in names],
        )  # fmt: skip
        labels = [f"{v:,.1f}  ({v / total:.0%})" if v else "0" for v in values.values()]
        ax.bar_label(drawn, labels=labels, padding=3, fontsize=8.5)
        ax.set(xlabel=f"{quantity}, {unit}", xlim=(0, 1.45 * max(values.values())))
        ax.grid(False, axis="y")
    axes[0].invert_yaxis()
    return figure


@shown
def shares(columns: Mapping[str, Mapping[str, float]], *, title: str, xlabel: str, ylabel: str) -> Figure:
    """Draw bars side by side for each label: what part of a quantity's total it has, in percent.

    columns: quantity → label → value.
    """
    labels = list(next(iter(columns.values())))
    figure = Figure(figsize=(7.2, 3.3), layout="constrained")
    ax = figure.subplots()
    width = 0.8 / len(columns)
    for k, (quantity, values) in enumerate(columns.items()):
        heights = 100 * np.array([values[label] for label in labels]) / sum(values.values())
        ax.bar(np.arange(len(labels)) + (k - (len(columns) - 1) / 2) * width, np.nan_to_num(heights), width,
               label=quantity, color=COLOURS[k], hatch=HATCHES[k], edgecolor="white")  # fmt: skip
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel, xticks=range(len(labels)), xticklabels=labels)
    ax.margins(y=0.22)
    ax.grid(False, axis="x")
    ax.legend(loc="upper center", ncols=len(columns))
    return figure


@shown
def stacked(
    bars: Mapping[str, Mapping[str, float]],
    *,
    title: str,
    xlabel: str,
    ylabel: str,
    levels: Mapping[str, float] | None = None,
) -> Figure:
    """Draw one bar per label, built of parts.  bars: label → part → height.  levels: label → height of a line."""
    figure = Figure(figsize=(7.2, 3.6), layout="constrained")
    ax = figure.subplots()
    bottom = np.zeros(len(bars))
    for k, part in enumerate(next(iter(bars.values()))):
        heights = np.array([parts[part] for parts in bars.values()])
        ax.bar(list(bars), heights, 0.62, bottom=bottom, label=part, color=COLOURS[k], hatch=HATCHES[k],
               edgecolor="white" if k < 2 else GREY)  # fmt: skip
        bottom += heights
    for x, height in enumerate(bottom):
        ax.text(x, height, f"{height:.1f}", ha="center", va="bottom", fontsize=9)
    for label, height in (levels or {}).items():
        ax.axhline(height, color=GREY, linestyle=(0, (6, 3)), linewidth=1.4)
        ax.annotate(label, (0.01, height), xycoords=("axes fraction", "data"), xytext=(0, 3),
                    textcoords="offset points", color=GREY, fontsize=9)  # fmt: skip
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    ax.margins(y=0.1)
    ax.grid(False, axis="x")
    ax.legend()
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
            ax.add_patch(mpl.patches.Rectangle((left, top), side, side, fill=False, edgecolor=colour, linewidth=width,
                                               linestyle=dashes, zorder=3))  # fmt: skip
        lowest = max(top, lowest + 0.065 * rows)  # names beside the picture, and none on top of another
        ax.annotate(f"{label}: {side}×{side}", (left + side, top), xytext=(columns + 6, lowest), va="center",
                    fontsize=9, arrowprops={"arrowstyle": "-", "color": "white", "linewidth": 1}, zorder=2)  # fmt: skip
    ax.set(title=title, xlabel="column", ylabel="row", xlim=(-0.5, 1.42 * columns), ylim=(rows - 0.5, -0.5))
    ax.set_xticks(range(0, columns, 50))
    ax.spines[["bottom", "left"]].set_visible(False)
    return figure


@shown
def timeline(steps: Sequence[tuple[int, str, float, str]], *, title: str, levels: Mapping[str, float]) -> Figure:
    """Draw the errors of one contest's winners.

    steps: (year, name, error in percent, what to write under the name).  levels: label → height of a line.
    """
    figure = Figure(figsize=(8.8, 3.8), layout="constrained")
    ax = figure.subplots()
    places = np.arange(len(steps))
    deep = ["\n" in words and "layers" in words for *_, words in steps]
    drawn = ax.bar(
        places, [error for _, _, error, _ in steps], 0.6, edgecolor="white",
        color=[INK if is_deep else GREY for is_deep in deep], hatch=["" if is_deep else ".." for is_deep in deep],
    )  # fmt: skip
    ax.bar_label(drawn, labels=[f"{error:g} %" for _, _, error, _ in steps], padding=2, fontsize=9, zorder=4,
                 bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6})  # fmt: skip
    for label, height in levels.items():
        ax.axhline(height, color=ACCENT, linestyle=(0, (6, 3)), linewidth=1.4)
        ax.annotate(label, (len(steps) - 0.55, height), xytext=(0.99, 0.62), textcoords="axes fraction", ha="right",
                    color=ACCENT, fontsize=9, arrowprops={"arrowstyle": "->", "color": ACCENT})  # fmt: skip
    ax.set_xticks(places, [f"{year}\n{name}\n{words}" for year, name, _, words in steps], fontsize=8.5)
    ax.set(title=title, xlabel="year and network", ylabel="top-5 error, percent")
    ax.margins(y=0.1)
    ax.grid(False, axis="x")
    return figure
