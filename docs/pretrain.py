"""Trains the small network of data/pretrained/ on letters and symbols: `make pretrain`.

The source task: say which of several hundred letters (Latin, Greek, Cyrillic, Armenian, Georgian, Lao, phonetic) a
picture shows. They are drawn in the fonts that matplotlib ships, then bent, turned, thickened and blurred anew every
time. Digits are left out, in every script and form: they are what the network is used for afterwards. One font is never
trained on; the accuracy on it is the measure. No picture of the target's data is seen.

Writes small_vgg.npz (weights in half precision) and small_vgg.json (how it was trained, the curve, the hash). Another
machine's arithmetic gives other weights; the accuracy has to come out the same within `TOLERANCE`.
"""

import hashlib
import json
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
import torch
from matplotlib.ft2font import FT2Font
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor
from torch.nn import functional as F

from utils.models.vgg import VGG, small_vgg

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
FAMILIES = ("DejaVuSans", "DejaVuSerif", "STIXGeneral")  # the others have few characters
NOT_TRAINED_ON = "DejaVuSerif-Italic"
KINDS = ("Lu", "Ll", "Lo")  # letters: capital, small, and of scripts that have one case
NUMBERS = ("DIGIT", "TONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")  # in a letter's name
LEAST_FONTS, ALIKE = 5, 0.1
SIDE, CANVAS, BORDER = 64, 32, 4
FULL = 0.3  # of the sheet
BATCH, STEPS, RATE, DECAY, SMOOTHING, SEED = 128, 2000, 3e-3, 0.02, 0.1, 0
LOOK = 100  # steps from one point of the curve to the next
TOLERANCE = 0.03  # of the accuracy on the font that was not trained on
FOLDER = Path(__file__).resolve().parents[1] / "data" / "pretrained"


def fonts() -> list[Path]:
    """The fonts to draw with."""
    return [
        path for path in sorted(FONTS.glob("*.ttf")) if path.stem.startswith(FAMILIES) and "Display" not in path.stem
    ]


def characters() -> list[str]:
    """Letters and signs that are in several fonts, are no number, and have no accent."""
    counts: dict[int, int] = {}
    for path in fonts():
        for code in FT2Font(str(path)).get_charmap():
            counts[code] = counts.get(code, 0) + 1
    return [chr(code) for code, count in sorted(counts.items()) if count >= LEAST_FONTS and wanted(chr(code))]


def wanted(character: str) -> bool:
    """Whether a character is of the right kind."""
    name = unicodedata.name(character, "")
    return (
        unicodedata.category(character) in KINDS
        and not unicodedata.decomposition(character)
        and not any(word in NUMBERS for word in name.split())
    )


def drawn(character: str, font: ImageFont.FreeTypeFont) -> np.ndarray:
    """A character as large as fits, in the middle of (SIDE, SIDE) uint8 with 0 for paper."""
    left, top, right, bottom = font.getbbox(character)
    if right <= left or bottom <= top:
        return np.zeros((SIDE, SIDE), np.uint8)
    image = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(image).text((-left, -top), character, font=font, fill=255)
    room = SIDE * 3 / 4
    scale = min(room / image.width, room / image.height)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    sheet = Image.new("L", (SIDE, SIDE))
    sheet.paste(image.resize(size, Image.Resampling.BILINEAR), ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    return np.asarray(sheet)


def glyphs() -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Every character in every font: pictures (n, SIDE, SIDE) uint8, labels, fonts (n,), and the labels' characters.

    Characters that look the same, as A and Α do, have one label.
    """
    names = characters()
    pictures, labels, where = [], [], []
    for number, path in enumerate(fonts()):
        there, font = FT2Font(str(path)).get_charmap(), ImageFont.truetype(str(path), 60)
        for label, name in enumerate(names):
            if ord(name) in there and (picture := drawn(name, font)).any():
                pictures.append(picture)
                labels.append(label)
                where.append(number)
    images, labels, where = np.stack(pictures), np.array(labels), np.array(where)
    first = next(number for number, path in enumerate(fonts()) if path.stem == "DejaVuSans")
    same = alike(images[where == first], labels[where == first], len(names))
    kept, labels = np.unique(same[labels], return_inverse=True)
    return images, labels, where, [names[label] for label in kept]


def alike(images: np.ndarray, labels: np.ndarray, number: int) -> np.ndarray:
    """For each label the first one that looks the same in this font."""
    small = images.reshape(len(images), 16, SIDE // 16, 16, SIDE // 16).mean((2, 4)).reshape(len(images), -1) / 255
    same = np.arange(number)
    for k, label in enumerate(labels):
        distance = np.abs(small[:k] - small[k]).sum(1) / np.maximum(small[:k].sum(1), small[k].sum())
        if len(distance) and distance.min() < ALIKE:
            same[label] = same[labels[distance.argmin()]]
    return same


def varied(images: Tensor, random: torch.Generator) -> Tensor:
    """Pictures (n, 1, CANVAS, CANVAS) from 0 to 1 as if written by many hands with many pens, some blurred."""
    n = len(images)

    def between(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(n, *shape, generator=random)

    # strokes: a third as they are, the others thicker by one or two pixels on each side where that does not fill them
    kind = torch.randint(0, 3, (n, 1, 1, 1), generator=random)
    thick = F.max_pool2d(images, 3, 1, 1)
    thicker = F.max_pool2d(thick, 3, 1, 1)
    for now, least in ((thick, 1), (thicker, 2)):
        images = torch.where((kind >= least) & (now.mean((1, 2, 3), keepdim=True) < FULL), now, images)

    # turn, slant, stretch, shift, and bend
    angle, slant = between(-0.3, 0.3), between(-0.4, 0.4)
    wide, high = between(0.75, 1.1), between(0.7, 0.95)
    cos, sin, zero = angle.cos(), angle.sin(), torch.zeros(n)
    turn = torch.stack([torch.stack([cos, -sin], 1), torch.stack([sin, cos], 1)], 1)
    lean = torch.stack([torch.stack([wide, slant], 1), torch.stack([zero, high], 1)], 1)
    shift = between(-0.1, 0.1, 2, 1)
    grid = F.affine_grid(torch.cat([turn @ lean, shift], 2), [n, 1, CANVAS, CANVAS], align_corners=False)
    bend = F.interpolate(between(-1, 1, 2, 5, 5), CANVAS, mode="bicubic", align_corners=True)
    grid = grid + between(0, 0.15, 1, 1, 1) * bend.permute(0, 2, 3, 1)
    images = F.grid_sample(images, grid, align_corners=False)

    # seen through coarse and fine grids; the digits are 8×8
    images = ((images - between(0.3, 0.6, 1, 1, 1)) * 8 + 0.5).clip(0, 1)
    parts = images.split([n // 2, n // 4, n - n // 2 - n // 4])
    images = torch.cat([seen(part, cells) for part, cells in zip(parts, (8, 12, 32), strict=True)])
    images = images * between(0.8, 1.3, 1, 1, 1)
    return (images + between(0, 0.05, 1, 1, 1) * torch.randn(images.shape, generator=random)).clip(0, 1)


def seen(images: Tensor, cells: int) -> Tensor:
    """Pictures averaged to cells × cells, then enlarged again to leave a border of BORDER."""
    coarse = F.interpolate(images, cells, mode="area")
    large = F.interpolate(coarse, CANVAS - 2 * BORDER, mode="bilinear", align_corners=False)
    return F.pad(large, (BORDER,) * 4)


def train(model: VGG, images: Tensor, labels: Tensor, look: Callable[[], float]) -> list[dict[str, float]]:
    """Train for STEPS batches, each picture varied anew. Returns the curve: step, loss since the last one, accuracy."""
    random = torch.Generator().manual_seed(SEED)
    optimiser = torch.optim.AdamW(model.parameters(), RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=STEPS, pct_start=0.2)
    order, curve, losses = torch.empty(0, dtype=torch.long), [], []
    for step in range(1, STEPS + 1):
        if len(order) < BATCH:
            order = torch.cat([order, torch.randperm(len(images), generator=random)])
        batch, order = order[:BATCH], order[BATCH:]
        pictures = varied(images[batch] / 255, random).contiguous(memory_format=torch.channels_last)
        loss = F.cross_entropy(model(pictures), labels[batch], label_smoothing=SMOOTHING)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        if step % LOOK == 0:
            curve.append({"step": step, "loss": round(sum(losses) / len(losses), 3), "accuracy": round(look(), 4)})
            losses = []
            print(
                "step {step} of {last}: loss {loss}, accuracy {accuracy:.1%}".format(last=STEPS, **curve[-1]),
                flush=True,
            )
    return curve


def accuracy(model: VGG, images: Tensor, labels: Tensor) -> float:
    """How many pictures, each varied in a way that is always the same, are read right."""
    model.eval()
    with torch.no_grad():
        answers = model(varied(images / 255, torch.Generator().manual_seed(SEED + 1))).argmax(1)
    model.train()
    return (answers == labels).float().mean().item()


def main() -> None:
    """Train, write the two files, and compare with those that were there."""
    torch.set_num_threads(1)  # the sums are then taken in one order, and the network is too small for more to help
    torch.manual_seed(SEED)
    pictures, numbers, where, names = glyphs()
    images, labels = torch.from_numpy(pictures)[:, None], torch.from_numpy(numbers)
    new = torch.from_numpy(where) == [path.stem for path in fonts()].index(NOT_TRAINED_ON)
    print(f"{len(names)} letters, {len(images)} pictures of them in {len(fonts())} fonts")
    model = small_vgg(len(names)).to(memory_format=torch.channels_last)
    begin = time.monotonic(), time.process_time()
    curve = train(model, images[~new], labels[~new], lambda: accuracy(model, images[new], labels[new]))
    seconds, busy = time.monotonic() - begin[0], time.process_time() - begin[1]

    halves = {
        key: (value.half() if value.is_floating_point() else value).numpy() for key, value in model.state_dict().items()
    }
    np.savez_compressed(FOLDER / "small_vgg.npz", **halves)
    model.load_state_dict({key: torch.from_numpy(value) for key, value in halves.items()})
    reached = accuracy(model, images[new], labels[new])
    note = FOLDER / "small_vgg.json"
    before = json.loads(note.read_text())["accuracy"] if note.is_file() else reached
    content = {
        "letters": "".join(names),
        "sha256": hashlib.sha256((FOLDER / "small_vgg.npz").read_bytes()).hexdigest(),
        "accuracy": round(reached, 4),
        "tolerance": TOLERANCE,
        "font_not_trained_on": NOT_TRAINED_ON,
        "pictures_in_all_fonts": len(images),
        "pictures_seen": STEPS * BATCH,
        "seed": SEED,
        "seconds": round(seconds),
        "processor_seconds": round(busy),
        "torch": torch.__version__,
        "curve": curve,
    }
    note.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    print(f"accuracy on {NOT_TRAINED_ON}: {reached:.1%}, {before:.1%} before, in {seconds:.0f} s")
    if abs(reached - before) > TOLERANCE:
        raise SystemExit(f"this is further apart than {TOLERANCE}: something differs from what was trained before")


if __name__ == "__main__":
    main()
