"""What lesson 06 measures with and draws: samples drawn, intervals, printed letters; guesses, curves with intervals."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from utils.figures import ACCENT, CURVES, INK, PIXELS, shown

FONT, SIDE, BORDER = "DejaVuSerif-Italic.ttf", 32, 4  # the font that the small network was not trained on


def drawn(labels: Any, samples: int, draw: int) -> np.ndarray:
    """The places of `samples` pictures of each class, drawn at random; another `draw` gives others.

    labels: (n,) from 0.  Returns (samples · classes,) whole numbers, class by class.
    """
    random, labels = np.random.default_rng(draw), np.asarray(labels)
    return np.concatenate([random.choice(np.flatnonzero(labels == k), samples, False) for k in np.unique(labels)])


def interval(values: Any) -> tuple[float, float]:
    """The mean of some measurements, and the half-width of its 95 % interval (Student's t)."""
    from scipy import stats

    values = np.asarray(values, float)
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean()), float(half)


def printable(letters: str) -> str:
    """Those of the letters that the slanted font has."""
    from matplotlib.ft2font import FT2Font

    there = FT2Font(str(_font())).get_charmap()
    return "".join(letter for letter in letters if ord(letter) in there)


def printed(letters: str) -> np.ndarray:
    """Letters as printed in a slanted font, as large as the digits on their canvas.

    Returns (n, 1, 32, 32) float32 from 0 (paper) to 1 (ink).
    """
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(str(_font()), 60)
    room, sheets = SIDE - 2 * BORDER - 4, []
    for letter in letters:
        left, top, right, bottom = font.getbbox(letter)
        image = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(image).text((-left, -top), letter, font=font, fill=255)
        scale = min(room / image.width, room / image.height)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        sheet = Image.new("L", (SIDE, SIDE))
        sheet.paste(image.resize(size), ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
        sheets.append(np.asarray(sheet, np.float32) / 255)
    return np.stack(sheets)[:, None]


def _font() -> Path:
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / FONT


@shown
def guesses(images: Sequence[Any], answers: Sequence[Sequence[tuple[str, float]]], *, title: str) -> Figure:
    """Draw each picture above its likeliest classes, with their probabilities as bars.

    images: (rows, columns) from 0 (paper) to 1 (ink), or (rows, columns, 3) in colour.
    answers: for each picture pairs of a class's name and its probability, the likeliest first.
    """
    figure = Figure(figsize=(1.75 * len(images) + 0.3, 3.3), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    grid = figure.subplots(2, len(images), height_ratios=[1.1, 1], squeeze=False)
    most = max(share for answer in answers for _, share in answer)
    end = next(end for end in (20, 40, 60, 80, 100) if end >= min(100 * most, 100))
    for (above, below), image, answer in zip(grid.T, images, answers, strict=True):
        above.imshow(image, cmap=PIXELS, vmin=0, vmax=1)
        above.set_axis_off()
        places = np.arange(len(answer))
        below.barh(places, [100 * share for _, share in answer], color=INK, height=0.7)
        below.set_yticks(places, [name for name, _ in answer], fontsize=10.5)
        below.set(xlim=(0, end), xticks=[0, end // 2, end])
        below.set_xlabel("probability, %", fontsize=8.5)
        below.tick_params(axis="x", labelsize=8)
        below.invert_yaxis()
        below.grid(False, axis="y")
    return figure


@shown
def colours(images: Sequence[Any], titles: Sequence[str], *, title: str) -> Figure:
    """Draw the three channels of pictures (rows, columns, 3), each in grey from its smallest to its largest value."""
    figure = Figure(figsize=(6.6, 1.75 * len(images) + 0.4), layout="constrained")
    figure.suptitle(title, fontsize=11, fontweight="bold")
    for row, (axes, image) in enumerate(zip(figure.subplots(len(images), 3, squeeze=False), images, strict=True)):
        for channel, ax in enumerate(axes):
            ax.imshow(image[..., channel], cmap="gray")
            low, high = image[..., channel].min(), image[..., channel].max()
            span = f"{low:.1f} to {high:.1f}".replace("-", "−")
            ax.set_title(f"{titles[row]}, channel {channel}\n{span}", fontsize=8.5, fontweight="normal")
            ax.set_axis_off()
    return figure


@shown
def curves(
    measured: Mapping[str, tuple[Sequence[float], Sequence[Sequence[float]]]],
    *,
    title: str,
    xlabel: str,
    ylabel: str = "test pictures read right, %",
    log: bool = False,
    ticks: Sequence[str] | None = None,
) -> Figure:
    """Draw mean and 95 % interval of repeated measurements.

    measured: label → (x, for each x the shares that were measured, from 0 to 1).
    log: a logarithmic x axis.  ticks: names for the values of the first curve's x.
    """
    figure = Figure(figsize=(6.8, 3.7), layout="constrained")
    ax = figure.subplots()
    for k, ((label, (x, values)), style) in enumerate(zip(measured.items(), CURVES * 2, strict=False)):
        means, halves = np.transpose([interval(100 * np.asarray(v)) for v in values])
        aside = np.asarray(x, float) * 1.02 ** (k - 1.5) if log else np.asarray(x, float) + 0.03 * (k - 1.5)
        hollow = {"markerfacecolor": "white"} if k >= len(CURVES) else {}
        ax.errorbar(aside, means, halves, label=label, capsize=2.5, elinewidth=1, **{**style, **hollow})
    places = next(iter(measured.values()))[0]
    if log:
        ax.set_xscale("log")
    ax.set_xticks(places, ticks or [f"{place:g}" for place in places])
    ax.xaxis.set_minor_locator(mpl.ticker.NullLocator())
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    ax.legend(fontsize=8.5)
    return figure


@shown
def learns(blocks: Sequence[str], stages: Mapping[str, Sequence[bool]], *, title: str) -> Figure:
    """Draw which parts of a network learn at each stage: frozen ones pale, learning ones dark and hatched.

    stages: name → for each of `blocks` whether it learns.
    """
    figure = Figure(figsize=(7.0, 0.62 * len(stages) + 0.75), layout="constrained")
    ax = figure.subplots()
    for row, parts in enumerate(stages.values()):
        for column, (block, learning) in enumerate(zip(blocks, parts, strict=True)):
            look = {"facecolor": ACCENT, "hatch": "//"} if learning else {"facecolor": "#e8e8e8"}
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
