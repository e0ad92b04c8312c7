"""Figures of trainings: a run's history, repeated runs and differences with their intervals, sweeps over settings."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from utils.figures.style import ACCENT, CURVES, GREY, INK, shown
from utils.statistics import confidence_interval


@shown
def history(history: Mapping[str, Sequence[float]], *, title: str, best: int | None = None) -> Figure:
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
def repeated(
    measured: Mapping[str, tuple[Sequence[float], Sequence[Sequence[float]]]],
    *,
    title: str,
    xlabel: str,
    ylabel: str = "test pictures read right, %",
    log: bool = False,
    ticks: Sequence[str] | None = None,
    join: bool = True,
    chance: float | None = None,
    colours: int = len(CURVES),
) -> Figure:
    """Draw mean and 95 % interval of repeated measurements.

    measured: label → (x, for each x the shares that were measured, from 0 to 1).
    log: a logarithmic x axis.  ticks: names for the values of the first curve's x.  join: draw lines between them,
    where they have an order.  chance: the share that guessing gives, as a line; then the y axis begins at 0.
    colours: after so many curves their colours begin again, with white marks.
    """
    figure = Figure(figsize=(6.8, 3.7), layout="constrained")
    ax = figure.subplots()
    for k, (label, (x, values)) in enumerate(measured.items()):
        means, halves = np.transpose([confidence_interval(100 * np.asarray(v)) for v in values])
        offset = k - (len(measured) - 1) / 2  # from their true place, by as little as keeps intervals apart
        aside = (
            np.asarray(x, float) * 1.02**offset
            if log
            else np.asarray(x, float) + (0.008 if join else 0.03) * np.ptp(x) * offset
        )
        own: dict[str, Any] = {"markerfacecolor": "white"} if k >= colours else {}
        if not join:
            own["linestyle"] = "none"
        ax.errorbar(aside, means, halves, label=label, capsize=2.5, elinewidth=1, **{**CURVES[k % colours], **own})
    if chance is not None:
        ax.axhline(100 * chance, color=GREY, linestyle=(0, (6, 3)), linewidth=1.2, label="chance")
        ax.set_ylim(0, None)
    places = next(iter(measured.values()))[0]
    if log:
        ax.set_xscale("log")
    ax.set_xticks(places, ticks or [f"{place:g}" for place in places])
    ax.xaxis.set_minor_locator(mpl.ticker.NullLocator())
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    ax.legend(fontsize=8.5)
    return figure


@shown
def runs(runs: Mapping[str, Sequence[tuple[Sequence[float], float]]], *, title: str, top: float) -> Figure:
    """Draw the losses of repeated trainings, a panel for each setting, with the mean of what they read right.

    runs: setting → for each training its losses, step by step, and an accuracy from 0 to 1.  top: losses above are cut.
    """
    figure = Figure(figsize=(2.5 * len(runs), 2.9), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    row = np.atleast_1d(figure.subplots(1, len(runs), sharey=True))
    for ax, (setting, trained) in zip(row, runs.items(), strict=True):
        for losses, _ in trained:
            ax.plot(range(1, len(losses) + 1), losses, color=INK, linewidth=0.8, alpha=0.65)
        ax.axhline(np.log(10), color=ACCENT, linestyle=(0, (4, 3)), linewidth=1.2, zorder=3)
        read = [100 * accuracy for _, accuracy in trained]
        told = "{:.0f} ± {:.0f} %".format(*confidence_interval(read)) if len(read) > 1 else f"{read[0]:.0f} %"
        ax.set_title(f"{setting}\n{told} read right", fontsize=9.5, fontweight="normal")
        ax.set(xlabel="step", ylim=(0, top))
    row[0].set_ylabel("loss of a batch")
    row[0].annotate(
        "chance: ln 10",
        (0.98, np.log(10)),
        xycoords=("axes fraction", "data"),
        ha="right",
        va="bottom",
        color=ACCENT,
        fontsize=8.5,
    )
    return figure


@shown
def sweep(results: Mapping[str, Mapping[str, tuple[Sequence[float], int, float]]], *, title: str) -> Figure:
    """Draw the accuracies for every setting of every knob, a panel each: a dot for each run, a line for the mean.

    results: knob → setting → (accuracies, parameters, seconds).
    """
    figure = Figure(figsize=(9.6, 2.9), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    widths = [sum(max(4, len(setting)) for setting in settings) + 3 for settings in results.values()]
    axes = figure.subplots(1, len(results), sharey=True, width_ratios=widths, squeeze=False).ravel()
    for ax, (knob, settings) in zip(axes, results.items(), strict=True):
        for place, (accuracies, _, _) in enumerate(settings.values()):
            shares = 100 * np.asarray(accuracies)
            ax.plot([place] * len(shares), shares, marker="o", linestyle="none", color=INK, markersize=4.5, alpha=0.6)
            ax.plot([place - 0.3, place + 0.3], [shares.mean()] * 2, color=ACCENT, linewidth=2)
            ax.annotate(
                f"{shares.mean():.0f}",
                (place, shares.max()),
                xytext=(0, 6),
                textcoords="offset points",
                ha="center",
                fontsize=8.5,
            )
        ax.set(xlabel=knob, xlim=(-0.7, len(settings) - 0.3), ylim=(0, 108))
        ax.set_xticks(range(len(settings)), list(settings), fontsize=8)
        ax.grid(False, axis="x")
    axes[0].set_ylabel("validation accuracy, %")
    return figure


@shown
def gains(differences: Mapping[str, Sequence[float]], *, title: str, xlabel: str, breaks: Sequence[str] = ()) -> Figure:
    """Draw mean and 95 % interval of differences, a row each: filled where the interval leaves out 0, else hollow.

    differences: label → one difference for each seed.  breaks: labels before which a line is drawn.
    """
    figure = Figure(figsize=(7.6, 1.3 + 0.27 * len(differences)), layout="constrained")
    ax = figure.subplots()
    ax.axvline(0, color=GREY, linewidth=1.2)
    for row, (label, values) in enumerate(differences.items()):
        mean, half = confidence_interval(values)
        told = abs(mean) > half
        colour = INK if told and mean > 0 else ACCENT if told else GREY
        ax.errorbar(
            mean,
            row,
            xerr=half,
            color=colour,
            marker="o" if not told else ">" if mean > 0 else "<",
            markersize=7,
            markerfacecolor=colour if told else "white",
            capsize=3,
            elinewidth=1.6,
            linestyle="none",
        )
        ax.annotate(
            f"{mean:+.1f} ± {half:.1f}".replace("-", "−"),
            (1.01, row),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=9,
            color=colour,
        )
        if label in breaks:
            ax.axhline(row - 0.5, color=GREY, linewidth=0.8, linestyle=(0, (2, 2)))
    ax.set_yticks(range(len(differences)), list(differences), fontsize=9)
    ax.set(title=title, xlabel=xlabel, ylim=(len(differences) - 0.4, -0.6))
    ax.grid(False, axis="y")
    return figure


@shown
def draws(
    measured: Mapping[str, Sequence[float]],
    *,
    title: str,
    xlabel: str = "test pictures right, %",
    zero: bool = False,
    scale: float = 100,
) -> Figure:
    """Draw a row for each label: every measurement as a dot, their mean and its 95 % interval.

    measured: label → shares from 0 to 1, or differences of shares.  zero: mark 0, where "no effect" is.
    scale: what is drawn is so many times what was measured: 100 for shares in percent.
    """
    figure = Figure(figsize=(6.8, 0.95 + 0.46 * len(measured)), layout="constrained")
    ax = figure.subplots()
    for place, values in enumerate(measured.values()):
        mean, half = confidence_interval(scale * np.asarray(values))
        ax.plot(scale * np.asarray(values), [place + 0.22] * len(values), ".", color=GREY, markersize=5, alpha=0.7)
        ax.errorbar(mean, place, xerr=half, fmt="o", color=INK, capsize=3, elinewidth=1.6, markersize=6)
        text = f"{mean:.1f} ± {half:.1f}".replace("-", "−")
        ax.annotate(
            text,
            (mean, place),
            xytext=(0, -12),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
        )
    if zero:
        ax.axvline(0, color=INK, linewidth=1, linestyle=(0, (4, 2)))
    ax.set_yticks(range(len(measured)), list(measured), fontsize=9)
    ax.set(title=title, xlabel=xlabel, ylim=(-0.6, len(measured) - 0.4))
    ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    ax.grid(False, axis="y")
    return figure
