"""Figures that look inside a network: small pictures with boxes on them, and heat maps."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from utils.figures.style import ACCENT, CURVES, GREY, INK, VALUES, shown

Box = tuple[int, int, int, int]  # top, left, bottom, right: image[top:bottom, left:right]


@shown
def tiles(
    images: Sequence[Any],
    titles: Sequence[str] = (),
    *,
    title: str,
    columns: int = 8,
    side: float = 0.78,
    boxes: Mapping[int, Sequence[Box] | Mapping[str, Box]] | None = None,
    rows: Sequence[str] = (),
) -> Figure:
    """Draw many small pictures, grey (rows, columns) or in colour (rows, columns, 3), from 0 (black) to 1 (white).

    side: inches of one.  boxes: index of a picture → boxes to frame on it; where they have names, in a colour for each.
    rows: what stands left of each row.
    """
    kinds = sorted({name for some in (boxes or {}).values() if isinstance(some, Mapping) for name in some})
    lines = -(-len(images) // columns)
    above = 0.18 * (1 + max((name.count("\n") for name in titles), default=-1))
    left = 0.085 * max((len(part) for name in rows for part in name.split("\n")), default=0)
    figure = Figure(figsize=(columns * (side + 0.06) + left + 0.1, lines * (side + above + 0.06) + 0.42))
    figure.set_layout_engine("constrained", h_pad=0.02, w_pad=0.02, hspace=0, wspace=0)
    figure.suptitle(title, fontsize=11, fontweight="bold")
    axes = figure.subplots(lines, columns, squeeze=False)
    for ax in axes.flat:
        _bare(ax)
        ax.spines[:].set(visible=True, linewidth=0.4, color=GREY)  # else a white picture ends nowhere
    for ax in axes.flat[len(images) :]:
        ax.set_axis_off()
    for k, (ax, image) in enumerate(zip(axes.flat, images, strict=False)):
        ax.imshow(np.clip(image, 0, 1), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        if k < len(titles):
            ax.set_title(titles[k], fontsize=8, fontweight="normal", pad=3)
        own = (boxes or {}).get(k, ())
        named = own.items() if isinstance(own, Mapping) else ((None, box) for box in own)
        for name, box in named:
            _frame(ax, box, None if name is None else kinds.index(name))
    if kinds:
        keys = [
            mpl.lines.Line2D([], [], label=name, linewidth=1.8, **_line(number)) for number, name in enumerate(kinds)
        ]
        figure.legend(handles=keys, loc="outside lower center", ncols=len(kinds), fontsize=8.5)
    for ax, name in zip(axes[:, 0], rows, strict=False):
        ax.set_ylabel(name, fontsize=8.5, rotation=0, ha="right", va="center", labelpad=4)
    return figure


@shown
def photo_map(places: Any, images: Sequence[Any], *, title: str, side: float = 0.36) -> Figure:
    """Draw small photographs at places of a plane.

    places: (n, 2).  images: n pictures (rows, columns, 3) from 0 to 1.  side: inches of one.
    """
    figure = Figure(figsize=(7.6, 5.6), layout="constrained")
    ax = figure.subplots()
    ax.plot(*np.transpose(places), linestyle="none")  # so that the axes reach over all places
    ax.margins(0.06)
    _bare(ax)
    ax.spines[:].set(visible=True, linewidth=0.4, color=GREY)
    for place, image in zip(places, images, strict=True):
        zoom = 72 * side / len(image)
        small = mpl.offsetbox.OffsetImage(np.clip(image, 0, 1), zoom=zoom)
        frame = {"edgecolor": GREY, "linewidth": 0.4}
        ax.add_artist(mpl.offsetbox.AnnotationBbox(small, place, pad=0.05, bboxprops=frame))
    ax.set_title(title)
    return figure


@shown
def heat_maps(
    images: Sequence[Any],
    maps: Sequence[Any],
    titles: Sequence[str],
    *,
    title: str,
    label: str,
    boxes: Mapping[int, Sequence[Box]] | None = None,
    columns: int = 4,
) -> Figure:
    """Draw pictures, and below each its map, stretched to the picture's size: white is 0, darker is larger.

    images: (rows, columns) or (rows, columns, 3) from 0 to 1.  maps: (any rows, any columns), all drawn on one scale.
    label: what the maps' numbers are.  boxes: index of a picture → boxes to frame on it and on its map.
    """
    columns = min(columns, len(images))
    lines = -(-len(images) // columns)
    most = max(float(np.max(np.abs(one))) for one in maps) or 1.0
    least = min(0.0, *(float(np.min(one)) for one in maps))
    figure = Figure(figsize=(1.75 * columns + 0.8, 3.75 * lines + 0.35), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    axes = figure.subplots(2 * lines, columns, squeeze=False)
    for ax in axes.flat:
        ax.set_axis_off()
    for k, (image, heat, name) in enumerate(zip(images, maps, titles, strict=True)):
        above, below = (axes[2 * (k // columns) + part, k % columns] for part in (0, 1))
        rows, across = np.shape(image)[:2]
        whole = (-0.5, across - 0.5, rows - 0.5, -0.5)
        above.imshow(np.clip(image, 0, 1), cmap="gray", vmin=0, vmax=1, extent=whole)
        drawn = below.imshow(heat, cmap=VALUES, vmin=-most, vmax=most, extent=whole, interpolation="nearest")
        edge: dict[str, Any] = {"fill": False, "edgecolor": GREY, "linewidth": 0.8}
        below.add_patch(mpl.patches.Rectangle((-0.5, -0.5), across, rows, **edge))
        above.set_title(name, fontsize=9, fontweight="normal")
        for ax in (above, below):
            for box in (boxes or {}).get(k, ()):
                _frame(ax, box)
    bar = figure.colorbar(drawn, ax=axes, shrink=0.6, label=label)
    bar.ax.set_ylim(least, most)
    return figure


@shown
def rates(
    counted: Mapping[str, Sequence[Sequence[float]]], *, title: str, xlabel: str, breaks: Sequence[str] = ()
) -> Figure:
    """Draw how often something was so, a row for each label: a dot for each group, the share of all and its interval.

    counted: label → for each group (a network, a draw) of every case whether it was so: truth values, or 0 and 1.
    The interval is Wilson's of 95 %, over all cases.  breaks: labels before which a line is drawn.
    """
    figure = Figure(figsize=(7.4, 1.15 + 0.42 * len(counted)), layout="constrained")
    ax = figure.subplots()
    for row, (label, groups) in enumerate(counted.items()):
        shares = [100 * float(np.mean(group)) for group in groups if len(group)]
        share, low, high = (100 * value for value in rate(np.concatenate([np.asarray(group) for group in groups])))
        if len(shares) > 1:
            ax.plot(shares, [row - 0.2] * len(shares), ".", color=GREY, markersize=6, alpha=0.7)
        errors = [[share - low], [high - share]]
        ax.errorbar(share, row, xerr=errors, fmt="o", color=INK, capsize=3, elinewidth=1.6, markersize=6)
        text = f"{share:.0f} ({low:.0f} to {high:.0f})"
        ax.annotate(text, (1.01, row), xycoords=("axes fraction", "data"), va="center", fontsize=9)
        if label in breaks:
            ax.axhline(row - 0.5, color=GREY, linewidth=0.8, linestyle=(0, (2, 2)))
    ax.set_yticks(range(len(counted)), list(counted), fontsize=9)
    ax.set(title=title, xlabel=xlabel, xlim=(-3, 103), ylim=(len(counted) - 0.45, -0.6))
    ax.grid(False, axis="y")
    return figure


def rate(cases: Any) -> tuple[float, float, float]:
    """The share of cases that were so, and Wilson's 95 % interval of it: `share, low, high`.

    cases: truth values, or shares from 0 to 1 (chances), whose sum is rounded.
    """
    from scipy import stats

    cases = np.asarray(cases, float)
    interval = stats.binomtest(round(cases.sum()), len(cases)).proportion_ci(method="wilson")
    return float(cases.mean()), float(interval.low), float(interval.high)


def coloured(values: Any, most: float) -> np.ndarray:
    """A map (rows, columns) as a picture (rows, columns, 3): white where it is 0, darkest at `most`."""
    return VALUES(np.asarray(values, float) / (2 * (most or 1.0)) + 0.5)[..., :3]


def _bare(ax: Axes) -> None:
    ax.set(xticks=[], yticks=[])
    ax.grid(False)


def _frame(ax: Axes, box: Box, kind: int | None = None) -> None:
    """Frame a box. kind: which of several, which have a colour and a size of their own."""
    top, left, bottom, right = box
    out = 0.5 + 0.14 * (kind or 0)  # so that frames at one place can all be seen
    line = {"color": ACCENT, "linestyle": "-"} if kind is None else _line(kind)
    ax.add_patch(
        mpl.patches.Rectangle(
            (left - out, top - out),
            right - left + 2 * out - 1,
            bottom - top + 2 * out - 1,
            fill=False,
            edgecolor=line["color"],
            linestyle=line["linestyle"],
            linewidth=1.8,
            zorder=5,
        )
    )


def _line(kind: int) -> dict[str, Any]:
    curve = CURVES[kind % len(CURVES)]
    return {"color": curve["color"], "linestyle": curve["linestyle"]}
