"""Draws docs/course.png, the README's picture of the course: `python docs/course.py`."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from utils.figures.style import ACCENT, GREY, INK, PAPER, PIXELS, STYLE


def slash(ax: Axes) -> None:
    ax.imshow([[1, -1], [-1, 1]], cmap=PIXELS, extent=(0.15, 0.85, 0.15, 0.85))


def sliding_window(ax: Axes) -> None:
    image = -np.ones((6, 6))
    image[[1, 2, 3, 4], [1, 2, 3, 4]] = 1
    ax.imshow(image, cmap=PIXELS, extent=(0.1, 0.9, 0.1, 0.9))
    ax.add_patch(Rectangle((0.1 + 0.8 / 3, 0.1 + 0.8 / 3), 0.8 / 3, 0.8 / 3, fill=False, edgecolor=ACCENT, linewidth=3))


def gradients(ax: Axes) -> None:
    ax.add_patch(Circle((0.5, 0.5), 0.24, facecolor=INK))
    for angle in np.arange(0, 2 * np.pi, np.pi / 6):
        along = np.array([np.cos(angle), np.sin(angle)])
        ax.annotate("", 0.5 + 0.44 * along, 0.5 + 0.26 * along, arrowprops={"arrowstyle": "-|>", "color": ACCENT})


def stack(ax: Axes, heights: list[float], width: float) -> None:
    left = 0.5 - len(heights) * width * 0.7
    for k, height in enumerate(heights):
        ax.add_patch(
            Rectangle(
                (left + k * width * 1.4, 0.5 - height / 2), width, height, facecolor=INK if k else PAPER, edgecolor=GREY
            )
        )


def lenet(ax: Axes) -> None:
    stack(ax, [0.8, 0.68, 0.34, 0.26, 0.14], 0.12)


def parameters(ax: Axes) -> None:
    for k, height in enumerate([0.02, 0.05, 0.08, 0.1, 0.07, 0.72, 0.34, 0.1]):
        ax.add_patch(Rectangle((0.08 + k * 0.108, 0.12), 0.08, height, facecolor=ACCENT if k > 4 else INK))


def vgg(ax: Axes) -> None:
    stack(ax, [0.86, 0.86, 0.6, 0.6, 0.4, 0.4, 0.26], 0.07)
    ax.add_patch(Rectangle((0.82, 0.36), 0.09, 0.28, facecolor=ACCENT, hatch="//", edgecolor="white"))


def dropout(ax: Axes) -> None:
    dropped = {(0, 1), (1, 3), (2, 0), (2, 2)}
    for column in range(3):
        for row in range(4):
            off = (column, row) in dropped
            face, edge = ("white", GREY) if off else (INK, INK)
            place = 0.22 + 0.28 * column, 0.14 + 0.24 * row
            ax.add_patch(Circle(place, 0.085, facecolor=face, edgecolor=edge, linestyle=":" if off else "-"))


def heat_map(ax: Axes) -> None:
    down, right = np.mgrid[:7, :7]
    ax.add_patch(Circle((0.5, 0.47), 0.3, facecolor=PAPER, edgecolor=GREY))
    for x in (0.39, 0.61):
        ax.add_patch(Circle((x, 0.55), 0.06, facecolor=INK))
    ax.imshow(
        np.exp(-((down - 2.4) ** 2 + (right - 2) ** 2) / 3),
        cmap=LinearSegmentedColormap.from_list("heat", ["white", ACCENT]),
        extent=(0.1, 0.9, 0.1, 0.9),
        alpha=0.6,
        zorder=3,
    )


def sound(ax: Axes) -> None:
    time = np.linspace(0.06, 0.94, 400)
    glide = np.sin(2 * np.pi * (8 * time + 14 * time**2)) * np.hanning(400)
    ax.plot(time, 0.72 + 0.16 * glide, color=INK, linewidth=1.5)
    down, right = np.mgrid[:8, :16]
    spectrogram = np.exp(-((7 - down - 0.4 * right) ** 2) / 2)
    ax.imshow(spectrogram, cmap=PIXELS, extent=(0.06, 0.94, 0.08, 0.46), vmin=0, vmax=1)


LESSONS = {
    "1 · The slash\nclassifier": slash,
    "2 · Convolution\nby hand": sliding_window,
    "3 · Edges, Sobel\nand HOG": gradients,
    "4 · LeNet-5,\ntrained": lenet,
    "5 · AlexNet\nby numbers": parameters,
    "6 · VGG16,\na new head": vgg,
    "7 · Regular-\nisation": dropout,
    "8 · Seeing\ninside": heat_map,
    "9 · Beyond\npictures": sound,
}


def main() -> None:
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(17.3, 2.6), layout="constrained")
        for ax, (title, draw) in zip(figure.subplots(1, len(LESSONS)), LESSONS.items(), strict=True):
            draw(ax)
            ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
            ax.set_axis_off()
            ax.set_title(title)
        figure.savefig(Path(__file__).with_suffix(".png"), dpi=144, metadata={"Software": None})


if __name__ == "__main__":
    main()
