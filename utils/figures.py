"""The course's figures: one style, readable in greyscale, each with alternative text.

Every function here draws one figure and shows it. Besides its own arguments each takes `alt`: a sentence that says what
a person would see; an empty one is refused.
"""

import base64
import functools
import html
import io
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from PIL import Image, ImageChops

INK, PAPER, ACCENT, GREY = "#1f3b5c", "#f4efe4", "#c2571a", "#6b6b6b"
PIXELS = LinearSegmentedColormap.from_list("course_pixels", [PAPER, INK])  # lightness falls evenly: prints in grey
COUNTS = LinearSegmentedColormap.from_list("course_counts", ["white", "#8fa3bd"])  # black numbers stay readable on it
CURVES = (  # no two curves differ by colour alone
    {"color": INK, "linestyle": "-", "marker": "o"},
    {"color": ACCENT, "linestyle": "--", "marker": "s"},
    {"color": "#2a7f62", "linestyle": ":", "marker": "^"},
    {"color": "#7a4f9a", "linestyle": "-.", "marker": "D"},
)
UNSEEN = 60  # of 255: how far one pixel's colour may change so that a picture takes less room
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "axes.axisbelow": True,
    "lines.markersize": 4.5,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "figure.facecolor": "white",
}


def shown(draw: Callable[..., Figure]) -> Callable[..., None]:
    """Turn a function that draws a figure into one that shows it in the course's style; `alt` becomes required.

    With COURSE_FIGURES=off only the text is shown and nothing is drawn: a grader has no use for pictures, and they
    are slow.
    """

    @functools.wraps(draw)
    def _shown(*args: Any, alt: str, **settings: Any) -> None:
        if not alt.strip():
            raise ValueError("a figure needs alternative text: say in one sentence what can be seen in it")
        if os.environ.get("COURSE_FIGURES") == "off":
            display({"text/plain": f"[figure: {alt}]"}, raw=True)
            return
        with mpl.rc_context(STYLE):
            display(_as_picture(draw(*args, **settings), alt), raw=True)

    return _shown


def _as_picture(figure: Figure, alt: str) -> dict[str, str]:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=144, metadata={"Software": None})
    width = round(figure.get_size_inches()[0] * 96)
    data = base64.b64encode(_compact(buffer)).decode()
    picture = (
        f'<img alt="{html.escape(alt)}" width="{width}" style="max-width: 100%" src="data:image/png;base64,{data}">'
    )
    return {"text/html": picture, "text/plain": f"[figure: {alt}]"}


def _compact(png: io.BytesIO) -> bytes:
    """The same picture in 256 colours, half as many bytes, where nobody sees a difference; else as it is."""
    picture = Image.open(png).convert("RGB")
    fewer = picture.quantize(256, dither=Image.Dither.NONE)
    change = ImageChops.difference(picture, fewer.convert("RGB"))
    smaller = io.BytesIO()
    (picture if max(high for _, high in change.getextrema()) > UNSEEN else fewer).save(smaller, "PNG", optimize=True)
    return smaller.getvalue()


@shown
def pixels(
    images: Iterable[Any],
    titles: Sequence[str] | None = None,
    *,
    title: str,
    columns: int = 4,
    values: bool | str = True,
    highlight: Iterable[int] = (),
    cell: float = 0.5,
) -> Figure:
    """Draw small pictures side by side, one square per pixel.

    images: arrays of shape (rows, columns) with values from −1 (paper) to +1 (ink).
    values: True writes each pixel's number, "signs" writes + or −, False writes nothing.
    highlight: indices of pictures to frame.  cell: inches per pixel.
    """
    images = [np.asarray(image, dtype=float) for image in images]
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    height, width = images[0].shape
    figure = Figure(
        figsize=(columns * (width * cell + 0.45) + 0.2, rows * (height * cell + 0.55) + 0.45), layout="constrained"
    )
    figure.get_layout_engine().set(h_pad=0.08, w_pad=0.06)
    figure.suptitle(title, fontsize=11, fontweight="bold")
    axes = np.atleast_1d(figure.subplots(rows, columns, squeeze=False)).ravel()
    for ax in axes:
        ax.set_axis_off()
    framed = set(highlight)
    for k, (ax, image) in enumerate(zip(axes, images, strict=False)):
        draw_pixels(ax, image, values)
        if titles is not None:
            ax.set_title(titles[k], fontsize=9.5, fontweight="normal", pad=10 if k in framed else 5)
        if k in framed:
            frame = {"fill": False, "edgecolor": ACCENT, "linewidth": 3, "clip_on": False}
            ax.add_patch(mpl.patches.Rectangle((-0.62, -0.62), width + 0.24, height + 0.24, **frame))
    return figure


def draw_pixels(ax: Axes, image: np.ndarray, values: bool | str = True) -> None:
    """Draw one picture (rows, columns) of numbers from −1 to +1 into `ax`, as `pixels` does."""
    ax.imshow(image, cmap=PIXELS, vmin=-1, vmax=1)
    ax.grid(False)
    rows, columns = image.shape
    ax.set(xticks=np.arange(-0.5, columns), yticks=np.arange(-0.5, rows), xticklabels=[], yticklabels=[])
    for edge in range(1, columns):
        ax.axvline(edge - 0.5, color="white", linewidth=1.5)
    for edge in range(1, rows):
        ax.axhline(edge - 0.5, color="white", linewidth=1.5)
    ax.add_patch(mpl.patches.Rectangle((-0.5, -0.5), columns, rows, fill=False, edgecolor=GREY, linewidth=1))
    if not values:
        return
    for (i, j), value in np.ndenumerate(image):
        sign = "+" if value > 0 else "−" if value < 0 else "0"
        text = sign if values == "signs" else f"{value:+.3g}".replace("-", "−")
        ax.text(
            j,
            i,
            text,
            ha="center",
            va="center",
            color="white" if value > 0.1 else "black",
            fontsize=15 if values == "signs" else 10,
        )


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
        ax.plot(x, y, label=label, markevery=max(1, len(x) // 30), **style)
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
