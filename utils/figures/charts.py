"""Charts: curves, bars, surfaces, confusion matrices, and how long things took."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from utils.figures.style import ACCENT, CURVES, GREY, INK, WRITTEN_ON, shown

HATCHES = ("", "//", "..", "xx")


COLOURS = (INK, ACCENT, "#8fa3bd", "#d8c7a0")


@shown
def lines(
    curves: Mapping[str, tuple[Any, Any]],
    *,
    title: str,
    xlabel: str,
    ylabel: str,
    log: bool = False,
    levels: Mapping[str, float] | None = None,
    ylim: tuple[float, float] | None = None,
) -> Figure:
    """Draw curves: label → (x, y), each with its own colour, dash and marker.

    log: logarithmic y axis.  levels: label → height of a horizontal line.
    """
    figure = Figure(figsize=(6.4, 3.4), layout="constrained")
    ax = figure.subplots()
    for (label, (x, y)), style in zip(curves.items(), CURVES, strict=False):
        ax.plot(x, y, label=label, markevery=max(1, len(x) // 15), **style)
    for label, height in (levels or {}).items():
        ax.axhline(height, color=GREY, linestyle=(0, (6, 3)), linewidth=1.2)
        ax.annotate(
            label,
            (0.99, height),
            xycoords=("axes fraction", "data"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="right",
            color=GREY,
            fontsize=9,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    if log:
        ax.set_yscale("log")
        decades = np.ptp(np.log10(ax.get_ylim() if ylim is None else ylim))
        ax.yaxis.set_major_locator(mpl.ticker.LogLocator(base=10.0 ** max(1, 10 * round(decades / 60)), numticks=20))
    if ylim:
        ax.set_ylim(ylim)
    if len(curves) > 1:
        ax.legend()
    return figure


@shown
def bars(
    heights: Mapping[str, float], *, title: str, xlabel: str, ylabel: str, highlight: Iterable[str] = ()
) -> Figure:
    """Draw one bar per label, its height written on it. `highlight` names bars to hatch and colour."""
    figure = Figure(figsize=(max(4.0, 0.55 * len(heights) + 1.2), 3.2), layout="constrained")
    ax = figure.subplots()
    marked = set(highlight)
    drawn = ax.bar(
        list(heights),
        list(heights.values()),
        edgecolor="white",
        color=[ACCENT if label in marked else INK for label in heights],
        hatch=["//" if label in marked else "" for label in heights],
    )
    ax.bar_label(drawn, labels=[f"{height:g}".replace("-", "−") for height in heights.values()], fontsize=9)
    ax.axhline(0, color=GREY, linewidth=1)
    ax.margins(y=0.12)
    ax.grid(False, axis="x")
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    return figure


@shown
def surface(
    x: Any,
    y: Any,
    height: Any,
    *,
    title: str,
    xlabel: str,
    ylabel: str,
    paths: Mapping[str, Any] | None = None,
    lowest: tuple[float, float] | None = None,
) -> Figure:
    """Draw a height over two variables as contours, with walks on it.

    x: (n,), y: (m,), height: (m, n).  paths: label → (steps, 2) array of points.  lowest: the point to mark.
    """
    figure = Figure(figsize=(5.6, 4.6), layout="constrained")
    ax = figure.subplots()
    # levels that lie closer together near the bottom, where the walks end
    levels = np.min(height) + np.ptp(height) * np.linspace(0, 1, 15) ** 2
    filled = ax.contourf(x, y, height, levels=levels, cmap="Greys", alpha=0.75)
    ax.contour(x, y, height, levels=levels, colors=GREY, linewidths=0.4)
    figure.colorbar(filled, ax=ax, label="error", format="%.1f")
    for (label, path), style in zip((paths or {}).items(), CURVES, strict=False):
        ax.plot(*np.transpose(path), label=label, **style)
        ax.plot(
            *path[0],
            marker="o",
            markersize=9,
            markerfacecolor="white",
            markeredgecolor=style["color"],
            linestyle="none",
        )
    if lowest is not None:
        ax.plot(
            *lowest,
            marker="*",
            markersize=15,
            color="white",
            markeredgecolor="black",
            linestyle="none",
            label="lowest point",
        )
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel, xlim=(np.min(x), np.max(x)), ylim=(np.min(y), np.max(y)))
    ax.grid(False)
    if paths or lowest is not None:
        ax.legend(loc="upper right", frameon=True, framealpha=0.9)
    return figure


@shown
def plane(points: Any, positive: Sequence[bool], weights: Mapping[str, Sequence[float]], *, title: str) -> Figure:
    """Draw pictures of two pixels as points in a plane, and how weights divide it: blue where the score is positive.

    points: (n, 2).  positive: which of them should score above 0.  weights: title of a panel → (w1, w2, bias).
    """
    points, above = np.asarray(points, float), np.asarray(positive, bool)
    figure = Figure(figsize=(3.6 * len(weights), 3.7), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    low, high = points.min() - 0.6, points.max() + 0.6
    across, up = np.meshgrid(np.linspace(low, high, 201), np.linspace(low, high, 201))
    axes = figure.subplots(1, len(weights), squeeze=False).ravel()
    for ax, (name, (w1, w2, bias)) in zip(axes, weights.items(), strict=True):
        scores = w1 * across + w2 * up + bias
        ax.contourf(across, up, scores, levels=[-np.inf, 0, np.inf], colors=[WRITTEN_ON(0.15), WRITTEN_ON(0.85)])
        ax.contour(across, up, scores, levels=[0], colors=["black"], linewidths=1.6)
        for wanted, marker, colour, label in (
            (True, "o", INK, "above 0 wanted"),
            (False, "s", ACCENT, "below 0 wanted"),
        ):
            chosen = points[above == wanted].T
            ax.plot(*chosen, marker, color=colour, markersize=10, markeredgecolor="white", label=label)
        ax.set(title=name, xlabel="first pixel", ylabel="second pixel", xlim=(low, high), ylim=(low, high))
        ax.set_aspect("equal")
        ax.grid(False)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


@shown
def confusion(counts: Any, *, title: str) -> Figure:
    """Draw a confusion matrix (classes, classes) of whole numbers: rows are labels, columns are answers."""
    counts = np.asarray(counts)
    figure = Figure(figsize=(4.9, 4.6), layout="constrained")
    ax = figure.subplots()
    most = float(np.sqrt(counts.max())) or 1.0
    ax.imshow(np.sqrt(counts), cmap=WRITTEN_ON, vmin=-most, vmax=most)
    for (label, answer), count in np.ndenumerate(counts):
        if count:
            wrong = label != answer
            ax.text(
                answer,
                label,
                f"{count}",
                ha="center",
                va="center",
                fontsize=9,
                color=ACCENT if wrong else "black",
                fontweight="bold" if wrong else "normal",
            )
    ax.grid(False)
    ax.set(title=title, xlabel="answer", ylabel="label", xticks=range(len(counts)), yticks=range(len(counts)))
    for edge in range(len(counts) + 1):
        ax.axhline(edge - 0.5, color="#dddddd", linewidth=0.6)
        ax.axvline(edge - 0.5, color="#dddddd", linewidth=0.6)
    return figure


@shown
def panels(
    curves: Mapping[str, Mapping[str, tuple[Sequence[float], Sequence[float]]]],
    *,
    title: str,
    ylabel: str,
    ylim: tuple[float, float] = (0, 1.03),
    markevery: int = 1,
) -> Figure:
    """Draw small plots side by side with one y axis, in per cent: x label → (curve label → (x, y)).

    markevery: every so many points have a mark.
    """
    figure = Figure(figsize=(3.1 * len(curves), 3.2), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    row = np.atleast_1d(figure.subplots(1, len(curves), sharey=True))
    for ax, (xlabel, lines) in zip(row, curves.items(), strict=True):
        for (label, (x, y)), style in zip(lines.items(), CURVES, strict=False):
            ax.plot(x, y, label=label, markevery=markevery, **style)
        ax.set(xlabel=xlabel, ylim=ylim)
        ax.margins(x=0.07)
        ax.yaxis.set_major_formatter(mpl.ticker.PercentFormatter(1))
    row[0].set_ylabel(ylabel)
    figure.legend(*row[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(row[0].lines))
    return figure


@shown
def speedups(times: Mapping[str, float], *, title: str) -> Figure:
    """Draw how many times as fast as the first each way is, on a logarithmic axis.  times: way → seconds."""
    first = next(iter(times.values()))
    ratios = {way: first / time for way, time in times.items()}
    figure = Figure(figsize=(6.4, 0.9 + 0.42 * len(ratios)), layout="constrained")
    ax = figure.subplots()
    drawn = ax.barh(list(ratios), [max(ratio, 1.02) for ratio in ratios.values()], color=INK, height=0.6, left=0)
    ax.bar_label(
        drawn,
        labels=[f"{ratio:,.3g}×" if ratio < 100 else f"{ratio:,.0f}×" for ratio in ratios.values()],
        padding=4,
        fontsize=9,
    )
    ax.set(title=title, xlabel="times as fast as the first (logarithmic)", xscale="log")
    ax.set_xlim(0.8, 6 * max(ratios.values()))
    ax.invert_yaxis()
    ax.grid(False, axis="y")
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
        ax.bar(
            np.arange(len(labels)) + (k - (len(columns) - 1) / 2) * width,
            np.nan_to_num(heights),
            width,
            label=quantity,
            color=COLOURS[k],
            hatch=HATCHES[k],
            edgecolor="white",
        )
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
        ax.bar(
            list(bars),
            heights,
            0.62,
            bottom=bottom,
            label=part,
            color=COLOURS[k],
            hatch=HATCHES[k],
            edgecolor="white" if k < 2 else GREY,
        )
        bottom += heights
    for x, height in enumerate(bottom):
        ax.text(x, height, f"{height:.1f}", ha="center", va="bottom", fontsize=9)
    for label, level in (levels or {}).items():
        ax.axhline(level, color=GREY, linestyle=(0, (6, 3)), linewidth=1.4)
        ax.annotate(
            label,
            (0.01, level),
            xycoords=("axes fraction", "data"),
            xytext=(0, 3),
            textcoords="offset points",
            color=GREY,
            fontsize=9,
        )
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    ax.margins(y=0.1)
    ax.grid(False, axis="x")
    ax.legend()
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
        places,
        [error for _, _, error, _ in steps],
        0.6,
        edgecolor="white",
        color=[INK if is_deep else GREY for is_deep in deep],
        hatch=["" if is_deep else ".." for is_deep in deep],
    )
    ax.bar_label(
        drawn,
        labels=[f"{error:g} %" for _, _, error, _ in steps],
        padding=2,
        fontsize=9,
        zorder=4,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )
    for label, height in levels.items():
        ax.axhline(height, color=ACCENT, linestyle=(0, (6, 3)), linewidth=1.4)
        ax.annotate(
            label,
            (len(steps) - 0.55, height),
            xytext=(0.99, 0.62),
            textcoords="axes fraction",
            ha="right",
            color=ACCENT,
            fontsize=9,
            arrowprops={"arrowstyle": "->", "color": ACCENT},
        )
    ax.set_xticks(places, [f"{year}\n{name}\n{words}" for year, name, _, words in steps], fontsize=8.5)
    ax.set(title=title, xlabel="year and network", ylabel="top-5 error, percent")
    ax.margins(y=0.1)
    ax.grid(False, axis="x")
    return figure
