"""What all figures share: one style, readable in greyscale, and alternative text.

A function that is decorated with `shown` draws one figure and shows it. Besides its own arguments it takes `alt`: a
sentence that says what a person would see; an empty one is refused.
"""

import base64
import functools
import html
import io
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
from IPython.display import display
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType
from PIL import Image, ImageChops

from utils.runtime import figures_wanted

INK, PAPER, ACCENT, GREY = "#1f3b5c", "#f4efe4", "#c2571a", "#6b6b6b"
PIXELS = LinearSegmentedColormap.from_list("course_pixels", [PAPER, INK])  # lightness falls evenly: prints in grey
# Numbers that are no picture: white is 0, blue is positive and darker where it is larger, orange is negative. On the
# second one black numbers stay readable.
VALUES = LinearSegmentedColormap.from_list("course_values", ["#d9813f", "white", INK])
WRITTEN_ON = LinearSegmentedColormap.from_list("course_written_on", ["#f0b48c", "white", "#8fa3bd"])
CURVES: tuple[dict[str, Any], ...] = (  # no two curves differ by colour alone
    {"color": INK, "linestyle": "-", "marker": "o"},
    {"color": ACCENT, "linestyle": "--", "marker": "s"},
    {"color": "#2a7f62", "linestyle": ":", "marker": "^"},
    {"color": "#7a4f9a", "linestyle": "-.", "marker": "D"},
)
UNSEEN = 60  # of 255: how far one pixel's colour may change so that a picture takes less room
STYLE: dict[RcKeyType, Any] = {
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
        if not figures_wanted():
            display({"text/plain": f"[figure: {alt}]"}, raw=True)
            return
        with mpl.rc_context(STYLE):
            display(_as_picture(draw(*args, **settings), alt), raw=True)

    return _shown


def _as_picture(figure: Figure, alt: str) -> dict[str, str]:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=144, metadata={"Software": None})
    width = round(figure.get_size_inches()[0] * 96)
    kind, data = _compact(buffer)
    source = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    picture = f'<img alt="{html.escape(alt)}" width="{width}" style="max-width: 100%" src="{source}">'
    return {"text/html": picture, "text/plain": f"[figure: {alt}]"}


def _compact(png: io.BytesIO) -> tuple[str, bytes]:
    """The picture in fewer bytes, and its format: "png" with 256 colours where nobody sees a difference, else "webp".

    Photographs need more colours; as WebP they take a quarter of their room as PNG.
    """
    picture = Image.open(png).convert("RGB")
    fewer = picture.quantize(256, dither=Image.Dither.NONE)
    change = np.asarray(ImageChops.difference(picture, fewer.convert("RGB"))).max()
    smaller = io.BytesIO()
    if change > UNSEEN:
        picture.save(smaller, "WEBP", quality=90, method=6)
        return "webp", smaller.getvalue()
    fewer.save(smaller, "PNG", optimize=True)
    return "png", smaller.getvalue()
