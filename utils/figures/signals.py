"""Figures of what is no picture: signals, spectrograms, texts as columns, maps with a scale, dilated windows."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from utils.figures.style import ACCENT, CURVES, GREY, INK, shown
from utils.figures.widgets import by_sliders
from utils.statistics import confidence_interval

LARGER_DARKER = LinearSegmentedColormap.from_list("course_sizes", ["white", "#8fa3bd", INK])


@shown
def waves(
    signals: Mapping[str, tuple[Any, Any]],
    *,
    title: str,
    xlabel: str = "time, s",
    marks: Mapping[str, Sequence[float]] | None = None,
) -> Figure:
    """Draw signals below one another over one time axis: label → (times, values).  marks: label → times to mark."""
    figure = Figure(figsize=(6.8, 0.7 + 1.15 * len(signals)), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    column = np.atleast_1d(figure.subplots(len(signals), 1, sharex=True))
    for ax, (label, (times, values)) in zip(column, signals.items(), strict=True):
        ax.plot(times, values, color=INK, linewidth=1)
        for place in (marks or {}).get(label, ()):
            ax.axvline(place, color=ACCENT, linestyle=(0, (4, 2)), linewidth=1.3)
        ax.set_title(label, fontsize=9, fontweight="normal", loc="left", pad=2)
    column[-1].set_xlabel(xlabel)
    return figure


@shown
def maps(
    arrays: Sequence[Any],
    titles: Sequence[str],
    *,
    title: str,
    scale: str,
    xlabel: str = "",
    ylabel: str = "",
    extent: tuple[float, float, float, float] | None = None,
    limits: tuple[float, float] | None = None,
    columns: int = 3,
    width: float = 2.5,
    height: float = 2.0,
) -> Figure:
    """Draw arrays (rows, columns) side by side on one scale: dark is larger, hatched is nan.

    scale: what the scale says; "" shows no scale.  extent: left, right, bottom, top of the axes, and then the first
    row is at the bottom.  limits: the ends of the scale, else those of the values.  width, height: inches of a panel.
    """
    columns = min(columns, len(arrays))
    rows = -(-len(arrays) // columns)
    figure = Figure(figsize=(width * columns + 1.1, height * rows + 0.6), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    grid = figure.subplots(rows, columns, squeeze=False, sharex=extent is not None, sharey=extent is not None)
    low, high = limits or (min(np.nanmin(a) for a in arrays), max(np.nanmax(a) for a in arrays))
    drawn = None
    for ax in grid.flat[len(arrays) :]:
        ax.set_axis_off()
    for ax, array, name in zip(grid.flat, arrays, titles, strict=False):
        ax.set_facecolor("#f3d9c6")
        drawn = ax.imshow(
            array,
            cmap=LARGER_DARKER,
            vmin=low,
            vmax=high,
            aspect="auto" if extent else "equal",
            origin="lower" if extent else "upper",
            extent=extent,
            interpolation="nearest",
        )
        ax.grid(False)
        ax.set_title(name, fontsize=9, fontweight="normal")
        if extent is None:
            ax.set(xticks=[], yticks=[])
    for ax in grid[-1]:
        ax.set_xlabel(xlabel)
    for ax in grid[:, 0]:
        ax.set_ylabel(ylabel)
    if scale and drawn is not None:
        figure.colorbar(drawn, ax=list(grid.flat), label=scale, shrink=0.9)
    return figure


@shown
def text_columns(columns: Any, text: str, alphabet: str, *, title: str) -> Figure:
    """Draw the columns of a text, (letters, characters): dark is 1. Letters that do not occur are left out."""
    columns = np.asarray(columns)
    rows = [k for k, letter in enumerate(alphabet) if letter in text]
    figure = Figure(figsize=(0.9 + 0.27 * len(text), 0.9 + 0.24 * len(rows)), layout="constrained")
    ax = figure.subplots()
    ax.imshow(columns[rows], cmap=LARGER_DARKER, vmin=0, vmax=1.2, aspect="auto")
    names = ["space" if alphabet[k] == " " else alphabet[k] for k in rows]
    ax.set(title=title, xlabel="character of the text", ylabel="row of the alphabet")
    ax.set_xticks(range(len(text)), ["␣" if letter == " " else letter for letter in text])
    ax.set_yticks(range(len(rows)), names)
    ax.grid(False)
    ax.set_xticks(np.arange(len(text) + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(len(rows) + 1) - 0.5, minor=True)
    ax.grid(which="minor", color="#dddddd", linewidth=0.6)
    ax.tick_params(which="minor", length=0)
    return figure


@shown
def dilated(stacks: Mapping[str, Sequence[int]], *, title: str, steps: int = 18, size: int = 2) -> Figure:
    """Draw which samples the last value of a stack of causal layers is computed from.

    stacks: label → the dilation of each layer.  size: of every kernel.  steps: how many samples are shown.
    """
    figure = Figure(figsize=(4.0 * len(stacks), 2.9), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    for ax, (label, dilations) in zip(np.atleast_1d(figure.subplots(1, len(stacks))), stacks.items(), strict=True):
        needed = {steps - 1}
        for level in range(len(dilations), -1, -1):
            ax.plot(range(steps), [level] * steps, "o", color="white", markeredgecolor=GREY, markersize=5)
            ax.plot(sorted(needed), [level] * len(needed), "o", color=INK, markersize=5)
            if level:
                below = {(place, place - k * dilations[level - 1]) for place in needed for k in range(size)}
                for place, source in below:
                    ax.plot([place, source], [level, level - 1], color=ACCENT, linewidth=1, zorder=0)
                needed = {source for _, source in below}
        ax.set_title(label, fontsize=9, fontweight="normal")
        ax.set(xlabel="time, in samples", yticks=range(len(dilations) + 1))
        ax.set_yticklabels(["signal", *[f"layer {k + 1}" for k in range(len(dilations))]])
        ax.grid(False)
    return figure


def listen_through(sound: Any, spectra: Any, rate: int, window: Any, hop: int, frame: int = 0) -> None:
    """Show a window at one place of a sound: the sound, what is in the window, and its spectrum.

    spectra: (frequencies, frames) in decibels, computed by the caller.  rate: samples per second.  window: weights.
    hop: samples between frames.  frame: which one is shown, until a slider (arrow keys move it) chooses another.
    """
    sound, spectra, window = np.asarray(sound), np.asarray(spectra), np.asarray(window)
    at = partial(_window_at, sound, spectra, rate, window, hop)
    by_sliders(at, frame=(0, spectra.shape[1] - 1, 1, frame))


def _window_at(sound: np.ndarray, spectra: np.ndarray, rate: int, window: np.ndarray, hop: int, frame: int) -> None:
    loudest = np.argmax(spectra[:, frame]) * rate / len(window)
    begin = 1000 * frame * hop / rate
    _draw_window(
        sound,
        spectra,
        rate,
        window,
        hop,
        frame,
        alt=f"Three panels. A sound over time, with a window of {1000 * len(window) / rate:.0f} ms framed at "
        f"{begin:.0f} ms; "
        f"the sound in the window, faded out at both ends; and its spectrum, which is highest at {loudest:.0f} hertz.",
    )


@shown
def _draw_window(sound: np.ndarray, spectra: np.ndarray, rate: int, window: np.ndarray, hop: int, frame: int) -> Figure:
    figure = Figure(figsize=(7.6, 3.9), layout="constrained")
    begin, size = frame * hop, len(window)
    figure.suptitle(
        f"Frame {frame}: samples {begin} to {begin + size - 1}, from {1000 * begin / rate:.0f} ms on",
        fontsize=11,
        fontweight="bold",
    )
    grid = figure.add_gridspec(2, 2)
    above, left, right = figure.add_subplot(grid[0, :]), figure.add_subplot(grid[1, 0]), figure.add_subplot(grid[1, 1])
    above.plot(np.arange(len(sound)) / rate * 1000, sound, color=INK, linewidth=0.7)
    above.axvspan(1000 * begin / rate, 1000 * (begin + size) / rate, color=ACCENT, alpha=0.3)
    above.set(xlabel="time, ms", title="sound")
    _curve(left, np.arange(size) / rate * 1000, sound[begin : begin + size] * window, "time in the window, ms")
    left.set_title("sound · window", fontsize=9.5)
    limit = 1.1 * np.max(np.abs(sound))
    left.set_ylim(-limit, limit)
    _curve(right, np.arange(len(spectra)) * rate / size, spectra[:, frame], "frequency, hertz")
    right.set_title("its spectrum, dB", fontsize=9.5)
    right.set_ylim(spectra.min() - 3, spectra.max() + 3)
    return figure


def _curve(ax: Axes, x: np.ndarray, y: np.ndarray, xlabel: str) -> None:
    ax.plot(x, y, color=INK, linewidth=1.1)
    ax.set_xlabel(xlabel)
    ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(6))


@shown
def relations(curves: Mapping[str, tuple[Any, Any]], *, title: str, xlabel: str, ylabel: str) -> Figure:
    """Draw curves that each have a distance axis of their own length, side by side: label → (distances, values)."""
    figure = Figure(figsize=(2.2 * len(curves), 2.7), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    row = np.atleast_1d(figure.subplots(1, len(curves), sharey=True))
    for k, (ax, (label, (x, y))) in enumerate(zip(row, curves.items(), strict=True)):
        ax.plot(x, y, **{**CURVES[k % len(CURVES)], "linestyle": "-", "markersize": 3.5})
        ax.set_title(label, fontsize=9, fontweight="normal")
        ax.set(ylim=(0, 1.03), xlabel=xlabel)
        ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(5, integer=True))
    row[0].set_ylabel(ylabel)
    return figure


@shown
def compared(
    measured: Mapping[str, Sequence[float]],
    *,
    title: str,
    xlabel: str,
    chance: float | None = None,
    guess: str = "chance",
) -> Figure:
    """Draw each of repeated measurements as a pale dot, with mean and 95 % interval, a row for each label.

    measured: label → shares from 0 to 1, one for each seed.  chance: the share of who guesses, as a line.
    guess: what stands beside that line.
    """
    figure = Figure(figsize=(7.2, 1.15 + 0.36 * len(measured)), layout="constrained")
    ax = figure.subplots()
    for row, values in enumerate(measured.values()):
        percent = 100 * np.asarray(values)
        mean, half = confidence_interval(percent)
        ax.plot(percent, [row] * len(percent), "o", color=GREY, alpha=0.35, markersize=4, markeredgewidth=0)
        ax.errorbar([mean], [row], xerr=[half], fmt="o", color=INK, capsize=3, elinewidth=1.4)
        ax.annotate(
            f"{mean:.1f} ± {half:.1f}", (1.02, row), xycoords=("axes fraction", "data"), va="center", fontsize=9
        )
    if chance is not None:
        ax.axvline(100 * chance, color=GREY, linestyle=(0, (6, 3)), linewidth=1.2)
        corner = (100 * chance, -0.75)
        ax.annotate(guess, corner, xytext=(4, -1), textcoords="offset points", va="top", color=GREY, fontsize=9)
    ax.set(title=title, xlabel=xlabel, yticks=range(len(measured)), ylim=(len(measured) - 0.5, -0.75), xlim=(0, 103))
    ax.set_yticklabels(list(measured))
    ax.grid(False, axis="y")
    return figure
