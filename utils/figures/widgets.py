"""What students click on and move: predictions, figures with sliders, a 2×2 classifier, a window over a picture."""

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

import numpy as np
from IPython.display import display

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


def by_sliders(draw: Callable[..., None], **sliders: tuple[int, int, int, int]) -> None:
    """Show what `draw` shows, with sliders for its arguments: name = (from, to, step, start).

    The sliders obey the mouse and the arrow keys. Without widgets the figure stands still at the start.
    """
    if not widgets_wanted():
        draw(**{name: start for name, (*_, start) in sliders.items()})
        return
    import ipywidgets as widgets

    controls = {
        name: widgets.IntSlider(start, low, high, step, description=name.replace("_", " "), continuous_update=False)
        for name, (low, high, step, start) in sliders.items()
    }
    display(widgets.VBox([widgets.HBox(list(controls.values())), widgets.interactive_output(draw, controls)]))


def predict(*choices: str) -> None:
    """Ask for a prediction, before what follows is seen: a choice to click on, or a line to write where none is given.

    Once it is made it stands; nothing is checked. Without widgets one line asks for it.
    """
    if not widgets_wanted():
        among = f": {' · '.join(choices)}" if choices else ""
        display({"text/plain": f"Your prediction, before you go on{among}"}, raw=True)
        return
    import ipywidgets as widgets

    answer = widgets.HTML()
    controls: list[widgets.DOMWidget]

    def commit(prediction: str) -> None:
        for control in controls:
            control.disabled = True
        answer.value = f'<p role="status">You predict: <b>{escape(prediction)}</b>. Go on and see.</p>'

    if choices:
        controls = [widgets.Button(description=choice, layout={"width": "auto"}) for choice in choices]
        for button in controls:
            button.on_click(lambda pressed: commit(pressed.description))
    else:
        line = widgets.Text(placeholder="your prediction", continuous_update=False, layout={"width": "32em"})
        button = widgets.Button(description="That is my prediction", layout={"width": "auto"})
        button.on_click(lambda _: commit(line.value) if line.value.strip() else None)
        controls = [line, button]
    display(widgets.VBox([widgets.HBox(controls), answer]))


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
    (row, column), (rows, columns) = place, feature_map.shape
    at = partial(_walk_at, image, kernel, feature_map)
    by_sliders(at, row=(0, rows - 1, 1, row), column=(0, columns - 1, 1, column))


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
