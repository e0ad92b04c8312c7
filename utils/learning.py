"""Figures of lesson 04: a network to scale, training curves, confusion matrices, small pictures, and sweeps."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from utils.figures import ACCENT, CURVES, GREY, INK, PAPER, PIXELS, shown

COUNTS = LinearSegmentedColormap.from_list("course_counts", ["white", "#8fa3bd"])  # black numbers stay readable on it
Volume = tuple[int, int, int] | int  # channels, rows, columns; or a row of values


@shown
def network(volumes: Sequence[Volume], steps: Sequence[str], *, title: str) -> Figure:
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
            ax.annotate("", (right + gap + shift, 0), (right + shift, 0),
                        arrowprops={"arrowstyle": "->", "color": GREY})  # fmt: skip
            middle = right + shift + gap / 2
            ax.text(middle, -0.98, steps[k], ha="center", va="top", fontsize=8.5, color=ACCENT)
        left = right + gap + shift + 0.06
    ax.set(xlim=(-0.25, left - gap + 0.2), ylim=(-1.32, 0.95), title=title, aspect="equal")
    ax.set_axis_off()
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
def curves(history: Mapping[str, Sequence[float]], *, title: str, best: int | None = None) -> Figure:
    """Draw a training's history, as Keras keeps it, in two panels: loss and accuracy over the epochs.

    history: "loss", "accuracy", and where there are, "val_loss" and "val_accuracy".  best: an epoch to mark, from 1.
    """
    figure = Figure(figsize=(7.6, 3.1), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    for ax, kind in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for key, label, style in ((kind, "training", CURVES[0]), (f"val_{kind}", "validation", CURVES[1])):
            values = history.get(key, ())
            if len(values):
                epochs = range(1, len(values) + 1)
                ax.plot(epochs, values, label=label, markevery=max(1, len(values) // 15), **style)
        if best is not None:
            ax.axvline(best, color=GREY, linestyle=(0, (1, 2)), linewidth=1.5, label=f"epoch {best}")
        ax.set(xlabel="epoch", ylabel=kind, ylim=(0, None) if kind == "loss" else (None, 1.02))
        ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
        ax.legend(loc="best" if kind == "loss" else "lower right")
    return figure


@shown
def confusion(counts: Any, *, title: str) -> Figure:
    """Draw a confusion matrix (classes, classes) of whole numbers: rows are labels, columns are answers."""
    counts = np.asarray(counts)
    figure = Figure(figsize=(4.9, 4.6), layout="constrained")
    ax = figure.subplots()
    ax.imshow(np.sqrt(counts), cmap=COUNTS)
    for (label, answer), count in np.ndenumerate(counts):
        if count:
            wrong = label != answer
            ax.text(answer, label, f"{count}", ha="center", va="center", fontsize=9,
                    color=ACCENT if wrong else "black", fontweight="bold" if wrong else "normal")  # fmt: skip
    ax.grid(False)
    ax.set(title=title, xlabel="answer", ylabel="label", xticks=range(len(counts)), yticks=range(len(counts)))
    for edge in range(len(counts) + 1):
        ax.axhline(edge - 0.5, color="#dddddd", linewidth=0.6)
        ax.axvline(edge - 0.5, color="#dddddd", linewidth=0.6)
    return figure


@shown
def sweep(results: Mapping[str, Mapping[str, tuple[float, int, float]]], *, title: str) -> Figure:
    """Draw the accuracy for every setting of every knob, a panel each.

    results: knob → setting → (accuracy, parameters, seconds).
    """
    figure = Figure(figsize=(9.6, 2.9), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    widths = [sum(max(4, len(setting)) for setting in settings) + 3 for settings in results.values()]
    axes = figure.subplots(1, len(results), sharey=True, width_ratios=widths, squeeze=False).ravel()
    for ax, (knob, settings) in zip(axes, results.items(), strict=True):
        accuracies = [100 * accuracy for accuracy, _, _ in settings.values()]
        ax.vlines(range(len(settings)), 0, accuracies, color=INK, linewidth=2)
        ax.plot(range(len(settings)), accuracies, marker="o", linestyle="none", color=INK, markersize=7)
        for place, accuracy in enumerate(accuracies):
            ax.annotate(f"{accuracy:.0f}", (place, accuracy), xytext=(0, 6), textcoords="offset points", ha="center",
                        fontsize=8.5)  # fmt: skip
        ax.set(xlabel=knob, xlim=(-0.7, len(settings) - 0.3), ylim=(0, 108))
        ax.set_xticks(range(len(settings)), list(settings), fontsize=8)
        ax.grid(False, axis="x")
    axes[0].set_ylabel("validation accuracy, %")
    return figure
