"""Interactive figures: a 2×2 classifier to click on, and a window to walk over a picture."""

from typing import Any

import numpy as np

from utils.datasets.images import BACKSLASH
from utils.figures.grids import numbers, pixels
from utils.figures.style import GREY, INK, PAPER
from utils.runtime import widgets_wanted


def slash_playground() -> None:
    """Show four clickable pixels, four sliders for the weights, the score and the decision.

    Without widgets it shows one still picture of the same thing.
    """
    if widgets_wanted():
        _interactive()
    else:
        _still()


def decision(score: float) -> str:
    """What a score says, in words."""
    if abs(score) < 1e-9:
        return "undecided"
    return "backslash \\" if score > 0 else "slash /"


def _still() -> None:
    image, weights = np.array([[1, 1], [-1, 1]]), np.array([[0.5, -0.25], [-0.5, 0.75]])
    products = image * weights
    score = products.sum()
    pixels(
        [image, weights, products],
        ["pixels", "weights", "products"],
        columns=3,
        cell=0.6,
        title=f"Score {score:+.3f}: {decision(score)}".replace("-", "−"),
        alt="Three 2×2 grids: the pixels of a smudged backslash, four weights, and their products, whose sum "
        "is the score. (This is the still version; with ipywidgets you can click and drag.)",
    )


def _interactive() -> None:
    import ipywidgets as widgets
    from IPython.display import display

    ink = {"description": "+1", "button_style": "", "style": {"button_color": INK, "text_color": "white"}}
    paper = {"description": "−1", "button_style": "", "style": {"button_color": PAPER, "text_color": "black"}}
    cell = widgets.Layout(width="64px", height="64px", border=f"1px solid {GREY}")
    pixels = [
        widgets.Button(layout=cell, tooltip=f"pixel in row {i}, column {j}: click to turn it over")
        for i, j in np.ndindex(2, 2)
    ]
    sliders = [
        widgets.FloatSlider(
            float(w),
            min=-2,
            max=2,
            step=0.125,
            readout_format=".3f",
            description=f"row {i}, col {j}",
            layout=widgets.Layout(width="300px"),
        )
        for (i, j), w in np.ndenumerate(BACKSLASH)
    ]
    image, answer = BACKSLASH.flatten(), widgets.HTML()

    def draw(_: object = None) -> None:
        for pixel, value in zip(pixels, image, strict=True):
            look = ink if value > 0 else paper
            pixel.description, pixel.style = look["description"], look["style"]
        weights = [slider.value for slider in sliders]
        score = float(np.dot(image, weights))
        terms = " + ".join(f"({x:+d})({w:+.3f})" for x, w in zip(image, weights, strict=True)).replace("-", "−")
        answer.value = (
            f'<p style="margin: 0.4em 0">{terms}</p><p role="status" style="font-size: 1.3em">score '
            f"<b>{score:+.3f}</b>: <b>{decision(score)}</b></p>"
        ).replace("-", "−")

    def turn(k: int) -> None:
        image[k] *= -1
        draw()

    for k, pixel in enumerate(pixels):
        pixel.on_click(lambda _, k=k: turn(k))
    for slider in sliders:
        slider.observe(draw, "value")
    draw()
    screen = widgets.VBox([widgets.HTML("<b>pixels</b> (click)"), widgets.HBox(pixels[:2]), widgets.HBox(pixels[2:])])
    weights = widgets.VBox([widgets.HTML("<b>weights</b> (drag)"), *sliders])
    display(widgets.VBox([widgets.HBox([screen, weights]), answer]))


def walk(image: Any, kernel: Any, feature_map: Any, place: tuple[int, int] = (0, 0)) -> None:
    """Show one place of a window walking over an image: the window, its products with the kernel, and their sum.

    image: (rows, columns).  kernel: (f, g).  feature_map: (rows − f + 1, columns − g + 1), computed by the caller.
    With widgets two sliders choose the place; without, the picture stands still at `place`.
    """
    image, kernel, feature_map = np.asarray(image), np.asarray(kernel), np.asarray(feature_map)
    if not widgets_wanted():
        _walk_at(image, kernel, feature_map, *place)
        return
    import ipywidgets as widgets
    from IPython.display import display

    sliders = {
        name: widgets.IntSlider(start, 0, size - 1, description=name, continuous_update=False)
        for name, start, size in zip(("row", "column"), place, feature_map.shape, strict=True)
    }
    shown_at = widgets.interactive_output(
        lambda row, column: _walk_at(image, kernel, feature_map, row, column), sliders
    )
    display(widgets.VBox([widgets.HBox(list(sliders.values())), shown_at]))


def _walk_at(image: np.ndarray, kernel: np.ndarray, feature_map: np.ndarray, row: int, column: int) -> None:
    height, width = kernel.shape
    products = image[row : row + height, column : column + width] * kernel
    total = f"{feature_map[row, column]:g}".replace("-", "−")
    numbers(
        [image, kernel, products, feature_map],
        ["image", "kernel", "products", "feature map"],
        signs=["", "", "→"],
        title=f"Row {row}, column {column}: the products add up to {total}",
        windows={0: [(row, column, height, width)], 3: [(row, column, 1, 1)]},
        cell=0.38,
        alt=f"A window of {height}×{width} pixels framed on the image at row {row}, column {column}; the kernel; "
        f"their products; and the feature map, where the sum {total} is framed at the same row and column.",
    )
