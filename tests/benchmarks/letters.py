"""What the pretrained network is worth with few samples: `python tests/benchmarks/letters.py` prints the tables.

Handwritten digits, and patches of textures, with 5, 10 and 20 samples of each class drawn ten times; every way sees the
same draws, and is tested on the same images. The ways:

- pixels, HOG, and what comes out of each block of the pretrained network, with a linear classifier (logistic
  regression);
- the same for a network with random weights;
- that network trained from these random weights, all of it, on the same few samples.

A digit is where its strokes are: its features are all values of all maps. A texture is the same everywhere: its
features are the mean of each map, and of HOG's histograms.

Numbers are means over the draws, with the half-width of their 95 % interval (Student's t). The gains below each table
are taken draw by draw.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import matplotlib as mpl
import numpy as np
import torch
import typer
from matplotlib.figure import Figure
from rich.progress import track
from scipy import stats
from skimage.feature import hog
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch.nn import functional as F

from utils.datasets.digits import digits_split, on_canvas
from utils.datasets.textures import textures_split
from utils.figures.style import CURVES, STYLE
from utils.models import pretrained
from utils.models.vgg import VGG, small_vgg

SAMPLES, DRAWS = (5, 10, 20), 10
BATCH, STEPS, RATE = 32, 150, 3e-3  # from scratch; 100 to 400 steps, and 0.001 to 0.01, gave no more
HOG, SCRATCH, EARLY, WHOLE = "HOG", "trained from scratch", "pretrained, block 2", "pretrained, block 4"
Split = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def digits() -> Split:
    """The digits on a canvas of 32×32."""
    train_images, train_labels, test_images, test_labels = digits_split()
    return on_canvas(train_images), train_labels, on_canvas(test_images), test_labels


@torch.no_grad()
def blocks(model: VGG, images: np.ndarray, means: bool) -> list[np.ndarray]:
    """What comes out of each of the network's blocks, (n, values): all of it, or each map's mean."""
    maps, found = torch.from_numpy(images)[:, None], []
    for layer in model.features:
        maps = layer(maps)
        if isinstance(layer, torch.nn.MaxPool2d):
            found.append((maps.mean((2, 3)) if means else maps.flatten(1)).numpy())
    return found


def histograms(images: np.ndarray, means: bool) -> np.ndarray:
    """HOG (n, values) with cells of 4×4 pixels (8×8 is worse): all blocks, or their mean."""
    values = np.stack([hog(image, 9, (4, 4), (2, 2), feature_vector=False) for image in images])
    return values.mean((1, 2)).reshape(len(values), -1) if means else values.reshape(len(values), -1)


def linear(train: np.ndarray, labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray) -> float:
    """The accuracy of logistic regression."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500))
    return model.fit(train, labels).score(test, test_labels)


def from_scratch(images: np.ndarray, labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray, seed: int) -> float:
    """The accuracy of the network trained on these images alone."""
    torch.manual_seed(seed)
    model = small_vgg(int(labels.max()) + 1)
    optimiser = torch.optim.AdamW(model.parameters(), RATE, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=STEPS)
    images, labels = torch.from_numpy(images)[:, None], torch.from_numpy(labels)
    order = torch.empty(0, dtype=torch.long)
    for _ in range(STEPS):
        while len(order) < BATCH:
            order = torch.cat([order, torch.randperm(len(images))])
        batch, order = order[:BATCH], order[BATCH:]
        loss = F.cross_entropy(model(images[batch]), labels[batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    with torch.no_grad():
        answers = model.eval()(torch.from_numpy(test)[:, None]).argmax(1).numpy()
    return float((answers == test_labels).mean())


def drawn(labels: np.ndarray, samples: int, draw: int) -> np.ndarray:
    """The places of this many samples of each class."""
    generator = np.random.default_rng(draw)
    return np.concatenate([generator.choice(np.flatnonzero(labels == k), samples, False) for k in np.unique(labels)])


def features(train: np.ndarray, test: np.ndarray, means: bool) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Every way to describe images by values: of all training images, and of all test images."""
    described = {"pixels": (train.reshape(len(train), -1), test.reshape(len(test), -1))}
    described[HOG] = histograms(train, means), histograms(test, means)
    torch.manual_seed(0)
    for name, model in (("random", small_vgg(2).eval()), ("pretrained", pretrained.small_vgg())):
        for k, both in enumerate(zip(blocks(model, train, means), blocks(model, test, means), strict=True), 1):
            described[f"{name}, block {k}"] = both
    return described


def measured(split: Split, name: str) -> dict[str, np.ndarray]:
    """The accuracies (samples, draws) of every way."""
    train, labels, test, test_labels = split
    described = features(train, test, means=name == "textures")
    found = {way: np.zeros((len(SAMPLES), DRAWS)) for way in (*described, SCRATCH)}
    for place in track(range(len(SAMPLES) * DRAWS), name):
        row, draw = divmod(place, DRAWS)
        chosen = drawn(labels, SAMPLES[row], draw)
        for way, (values, test_values) in described.items():
            found[way][row, draw] = linear(values[chosen], labels[chosen], test_values, test_labels)
        found[SCRATCH][row, draw] = from_scratch(train[chosen], labels[chosen], test, test_labels, draw)
    return found


def half_width(values: np.ndarray) -> np.ndarray:
    """Of the 95 % interval of the mean over the last axis."""
    draws = values.shape[-1]
    return stats.t.ppf(0.975, draws - 1) * values.std(axis=-1, ddof=1) / np.sqrt(draws)


def table(rows: dict[str, np.ndarray], title: str) -> None:
    """Print accuracies or gains (samples, draws) in per cent."""
    print(f"| {title} | " + " | ".join(f"{samples} per class" for samples in SAMPLES) + " |")
    print("| --- |" + " --- |" * len(SAMPLES))
    for way, values in rows.items():
        cells = zip(100 * values.mean(axis=1), 100 * half_width(values), strict=True)
        print(f"| {way} | " + " | ".join(f"{mean:.1f} ± {half:.1f}" for mean, half in cells) + " |")
    print()


def draw(results: dict[str, dict[str, np.ndarray]], path: Path) -> None:
    """Draw docs/letters.png: a panel for each target."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9.6, 3.6), layout="constrained")
        for ax, (name, found) in zip(figure.subplots(1, len(results), squeeze=False)[0], results.items(), strict=True):
            for way, style in zip((WHOLE, EARLY, HOG, SCRATCH), CURVES, strict=True):
                means, halves = 100 * found[way].mean(axis=1), 100 * half_width(found[way])
                ax.errorbar(SAMPLES, means, halves, capsize=3, label=way, **style)
            ax.set(title=f"Target: {name}", xlabel="samples of each class", ylabel="right, %", xticks=SAMPLES)
        ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
        figure.savefig(path, dpi=144, metadata={"Software": None})


def main(
    names: Annotated[list[str] | None, typer.Argument(help="digits, textures; both if none")] = None,
    figure: Annotated[Path | None, typer.Option(help="draw the figure (docs/letters.png) to this file")] = None,
) -> None:
    """Print the tables; fail where the pretrained network does not beat HOG and the network from scratch on digits."""
    torch.set_num_threads(1)
    targets: dict[str, Callable[[], Split]] = {"digits": digits, "textures": textures_split}
    results = {}
    for name in names or targets:
        begin = time.monotonic()
        found = results[name] = measured(targets[name](), name)
        print(f"{name}: {time.monotonic() - begin:.0f} s")
        table(found, f"{name}, % right")
        gains = {f"{WHOLE}, minus {way}": found[WHOLE] - found[way] for way in (HOG, SCRATCH)}
        table(gains, f"{name}, gain in points")
        lowest = min((gain.mean(axis=1) - half_width(gain)).min() for gain in gains.values())
        if name == "digits" and lowest <= 0:
            raise SystemExit("the pretrained network does not transfer: a gain's interval holds zero")
    if figure is not None:
        draw(results, figure)


if __name__ == "__main__":
    typer.run(main)
