"""What a network that has learned ImageNet is worth with few photographs: `python tests/benchmarks/transfer.py`.

The course's photographs of six classes, 2, 5 and 10 of each drawn twenty times; every way sees the same draws, and is
tested on all others. The ways: pixels, a histogram of colours, HOG, and the features of EfficientNet-Lite0, each with
logistic regression. Then what augmentation does, and what happens where the photographs to be tested lie on backgrounds
that were never seen. With `--fine-tune`, the last stages are trained on five draws, too, and compared with frozen
features.

Numbers are means over the draws, in per cent, with the half-width of their 95 % interval (Student's t). The gains are
taken draw by draw.
"""

import copy
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import matplotlib as mpl
import numpy as np
import torch
import typer
from matplotlib.figure import Figure
from PIL import Image
from skimage.feature import hog
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits
from torch import nn
from torch.nn import functional as F

from utils.datasets.photographs import SIDE, backgrounds, few_shot_split, pasted, photographs
from utils.figures.style import CURVES, GREY, STYLE
from utils.models import efficientnet
from utils.statistics import confidence_interval

SAMPLES, DRAWS, TUNED_DRAWS = (2, 5, 10), 20, 5
SMALL, BINS, BATCH = 32, 8, 16
COPIES, SMALLEST = 4, 0.6  # random crops of each photograph, and the smallest one's side
STEPS, WARM_UP, RATES = 20, 5, (3e-4, 1e-2)  # of fine-tuning; rates: of the stages, of the new head
Features = dict[str, np.ndarray]


def prepared(images: np.ndarray) -> torch.Tensor:
    """Photographs as the network's weights expect them."""
    scaled = (images.astype(np.float32) - efficientnet.MEAN) / efficientnet.SPREAD
    return torch.from_numpy(scaled).permute(0, 3, 1, 2)


@torch.no_grad()
def maps(model: efficientnet.EfficientNetLite0, images: np.ndarray, stages: int = 9) -> np.ndarray:
    """What comes out of so many of the network's stages."""
    parts = [model.features[:stages](prepared(images[k : k + BATCH])) for k in range(0, len(images), BATCH)]
    return torch.cat(parts).numpy()


def pixels(images: np.ndarray) -> np.ndarray:
    """All pixels, of a smaller picture."""
    small = [np.asarray(Image.fromarray(image).resize((SMALL, SMALL))) for image in images]
    return np.stack(small).reshape(len(images), -1) / 255


def colours(images: np.ndarray) -> np.ndarray:
    """The share of each of 8×8×8 colours among the pixels."""
    places = (images // (256 // BINS)).astype(int) @ [BINS * BINS, BINS, 1]
    return np.stack([np.bincount(place.ravel(), minlength=BINS**3) for place in places]) / SIDE**2


def histograms(images: np.ndarray) -> np.ndarray:
    """HOG with cells of 16×16 pixels."""
    return np.stack([hog(image, 9, (16, 16), (2, 2), channel_axis=-1) for image in images])


def cropped(images: np.ndarray, seed: int) -> np.ndarray:
    """A part of each photograph, half of them mirrored, at the photographs' size."""
    random, parts = np.random.default_rng(seed), []
    for image in images:
        side = round(SIDE * random.uniform(SMALLEST, 1))
        top, left = random.integers(0, SIDE - side + 1, 2)
        part = image[top : top + side, left : left + side]
        part = part[:, ::-1] if random.random() < 0.5 else part
        parts.append(np.asarray(Image.fromarray(np.ascontiguousarray(part)).resize((SIDE, SIDE))))
    return np.stack(parts)


def linear(train: np.ndarray, labels: np.ndarray, test: np.ndarray, answers: np.ndarray, scale: bool = False) -> float:
    """The accuracy of logistic regression. train: several copies of the photographs, one after the other."""
    steps = [StandardScaler()] if scale else []
    model = make_pipeline(*steps, LogisticRegression(C=10, max_iter=1000))
    return model.fit(train, np.resize(labels, len(train))).score(test, answers)


def row(name: str, values: dict[int, np.ndarray]) -> None:
    """Print one line of a table."""
    cells = (confidence_interval(100 * np.asarray(found)) for found in values.values())
    print(f"| {name} | " + " | ".join(f"{mean:.1f} ± {half:.1f}" for mean, half in cells) + " |", flush=True)


def drawn(labels: np.ndarray, way: Callable[[np.ndarray, np.ndarray], float]) -> dict[int, np.ndarray]:
    """The accuracies of a way that is given the places to learn from and those to test with, for all draws."""
    found = {}
    for samples in SAMPLES:
        splits = (few_shot_split(labels, samples, seed, validation=0) for seed in range(DRAWS))
        found[samples] = np.array([way(train, test) for train, _, test in splits])
    return found


def draw(rows: dict[str, dict[int, np.ndarray]], path: Path) -> None:
    """Draw docs/transfer.png: accuracy against the photographs of each class, a curve for each way."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 3.6), layout="constrained")
        ax = figure.subplots()
        for (name, values), style in zip(rows.items(), CURVES, strict=True):
            means, halves = np.transpose([confidence_interval(100 * values[samples]) for samples in SAMPLES])
            ax.errorbar(SAMPLES, means, halves, capsize=3, label=name, **style)
        ax.axhline(100 / 6, color=GREY, linewidth=1, linestyle=(0, (1, 2)))
        ax.annotate("guessing", (SAMPLES[-1], 100 / 6), ha="right", va="bottom", fontsize=8.5)
        ax.set(title="Six kinds of photographs from few examples", xticks=SAMPLES, ylim=(0, 100))
        ax.set(xlabel="photographs of each kind to learn from", ylabel="right, %")
        ax.legend(loc="center right", bbox_to_anchor=(1, 0.62))
        figure.savefig(path, dpi=144, metadata={"Software": None})


def fine_tuned(
    model: efficientnet.EfficientNetLite0,
    stages: int,
    train: np.ndarray,
    labels: np.ndarray,
    test: np.ndarray,
    answers: np.ndarray,
    copies: int = 1,
) -> float:
    """The accuracy after training all stages from `stages` on, and a new head, on the maps that come in there.

    copies: so many of each photograph, one after the other; each step takes one of them.
    """
    torch.manual_seed(0)
    tuned = copy.deepcopy(model.features[stages:])  # in evaluation mode: the statistics stay as they are
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(efficientnet.HEAD, int(labels.max()) + 1))
    groups = [{"params": part.parameters(), "lr": rate} for part, rate in zip((tuned, head), RATES, strict=True)]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / WARM_UP) * (1 + np.cos(np.pi * step / STEPS)) / 2
    )
    inputs, wanted, count = torch.from_numpy(train), torch.from_numpy(labels), len(labels)
    for _ in range(STEPS):
        which = torch.arange(count) + count * torch.randint(copies, (count,))
        loss = F.cross_entropy(head(tuned(inputs[which])), wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    with torch.no_grad():
        return float((head(tuned(torch.from_numpy(test))).argmax(1).numpy() == answers).mean())


def main(
    fine_tune: Annotated[bool, typer.Option("--fine-tune", help="train the last stages, too (minutes)")] = False,
    figure: Annotated[Path | None, typer.Option(help="draw the figure (docs/transfer.png) to this file")] = None,
) -> None:
    """Print the tables; fail where the network's features do not beat all others."""
    torch.set_num_threads(1)
    threadpool_limits(1)  # the regressions are small: more threads would only wait for one another
    begin = time.monotonic()
    images, labels, names = photographs()
    model = efficientnet.lite0()
    print(f"| {len(images)} photographs, {len(names)} classes | " + " | ".join(f"{n} of each" for n in SAMPLES) + " |")
    print("| --- |" + " --- |" * len(SAMPLES))

    def with_linear(train: np.ndarray, test: np.ndarray, scale: bool = False) -> dict[int, np.ndarray]:
        """train: (copies, photographs, values)."""
        return drawn(
            labels,
            lambda chosen, others: linear(
                np.concatenate(train[:, chosen]), labels[chosen], test[others], labels[others], scale
            ),
        )

    features = maps(model, images).mean((2, 3))
    described: Features = {"pixels": pixels(images), "colours": colours(images), "HOG": histograms(images)}
    simple = {name: with_linear(values[None], values) for name, values in described.items()}
    frozen = with_linear(features[None], features)
    for name, values in (*simple.items(), ("ImageNet features", frozen)):
        row(name, values)
    if figure is not None:
        draw({"ImageNet features": frozen, **dict(reversed(simple.items()))}, figure)
    row("ImageNet features, each standardised", with_linear(features[None], features, scale=True))

    mirrored = maps(model, images[:, :, ::-1]).mean((2, 3))
    crops = [maps(model, cropped(images, seed)).mean((2, 3)) for seed in range(COPIES)]
    for name, more in (("and mirrored", [mirrored]), (f"and {COPIES} crops", crops)):
        gained = with_linear(np.stack([features, *more]), features)
        row(f"gain: learned {name}", {samples: gained[samples] - frozen[samples] for samples in SAMPLES})

    test = maps(model, pasted(images, backgrounds("test"), seed=100)).mean((2, 3))
    seen = [maps(model, pasted(images, backgrounds("train"), seed)).mean((2, 3)) for seed in range(COPIES)]
    on_white = with_linear(features[None], test)
    row("on new backgrounds: learned on white", on_white)
    once, often = with_linear(np.stack(seen[:1]), test), with_linear(np.stack([features, *seen]), test)
    row("on new backgrounds: learned on other backgrounds, one each", once)
    row(f"on new backgrounds: learned on white and {COPIES} other backgrounds each", often)
    row("gain of that over white alone", {samples: often[samples] - on_white[samples] for samples in SAMPLES})
    print(f"\n{time.monotonic() - begin:.0f} s")
    if min(np.mean(frozen[5] - values[5]) for values in simple.values()) <= 0:
        raise SystemExit("the ImageNet network does not transfer: something simpler is better")

    if fine_tune:
        print(f"\n| 5 of each, {TUNED_DRAWS} draws, {STEPS} steps | right | gain over frozen features | seconds |")
        print("| --- | --- | --- | --- |")
        for stages in (7, 6):
            incoming, begin = maps(model, images, stages), time.monotonic()
            splits = [few_shot_split(labels, 5, seed, validation=0) for seed in range(TUNED_DRAWS)]
            found = np.array(
                [
                    fine_tuned(model, stages, incoming[train], labels[train], incoming[rest], labels[rest])
                    for train, _, rest in splits
                ]
            )
            cells = [confidence_interval(100 * values) for values in (found, found - frozen[5][:TUNED_DRAWS])]
            printed = " | ".join(f"{mean:.1f} ± {half:.1f}" for mean, half in cells)
            seconds = (time.monotonic() - begin) / TUNED_DRAWS
            print(f"| stages {stages} to 8 fine-tuned | {printed} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    typer.run(main)
