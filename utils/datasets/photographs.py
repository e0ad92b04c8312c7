"""Photographs in folders, a folder for each class: those that the course brings along, and your own.

The course's are 132 cut-out photographs of six kinds, on white. They are other people's work, under a licence of their
own: data/photographs/README.md.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from utils.datasets.download import DataUnavailable

FOLDER = Path(__file__).resolve().parents[2] / "data" / "photographs"
SIDE = 224  # pixels
READ = (".jpg", ".jpeg", ".png", ".webp")
NOT_READ = (".heic", ".heif", ".avif", ".tif", ".tiff", ".gif", ".bmp")  # pictures all the same
FEWEST = 2  # of each class: one to learn from, one to test with


def photographs() -> tuple[np.ndarray, np.ndarray, list[str]]:
    """The course's photographs: `images, labels, names`.

    Images (132, 224, 224, 3) uint8, red, green and blue; labels (132,) int64, the places of the classes in `names`.
    They are sorted by class; `few_shot_split` draws from them.
    """
    return folder_of_photographs(FOLDER)


def folder_of_photographs(path: str | Path) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Photographs of one's own: `images, labels, names`. Each folder in `path` is a class, with its photographs in it.

    Reads .jpg, .jpeg, .png and .webp of any size. Each is turned upright as the camera noted, made 224 pixels on its
    shorter side, and cut to the square in its middle; what is transparent becomes white.
    Images (n, 224, 224, 3) uint8, labels (n,) int64, names: of the folders, sorted.
    Raises DataUnavailable, in one line, where there are fewer than two classes, fewer than two photographs of one, or a
    file that cannot be read.
    """
    root = Path(path).expanduser()
    if not root.is_dir():
        raise DataUnavailable(f"there is no folder {root}: make one, with a folder of photographs for each class.")
    folders = sorted(entry for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    files = {folder.name: _pictures(folder) for folder in folders}
    files = {name: found for name, found in files.items() if found}
    if len(files) < 2:
        raise DataUnavailable(
            f"{root} has {len(files)} folder(s) with photographs: make one for each class, two or more, "
            "and put its photographs into it."
        )
    for name, found in files.items():
        if len(found) < FEWEST:
            raise DataUnavailable(f"{root / name} has one photograph: {FEWEST} of a class are needed, ten are better.")
    images = np.stack([_square(file) for found in files.values() for file in found])
    labels = np.repeat(np.arange(len(files), dtype=np.int64), [len(found) for found in files.values()])
    return images, labels, list(files)


def few_shot_split(
    labels: Any, per_class: int, seed: int = 0, validation: int = 2
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which photographs to learn from, to choose with and to test with: `train, validation, test`, arrays of places.

    labels: (n,), the class of each.  per_class: so many of each class to learn from.  validation: so many of each class
    to choose with.  All others are to test with. Another `seed` draws others; each array is in random order.
    Raises ValueError where a class has too few for one to be left to test with.
    """
    labels, random = np.asarray(labels), np.random.default_rng(seed)
    parts: list[list[np.ndarray]] = [[], [], []]
    for label in np.unique(labels):
        places = random.permutation(np.flatnonzero(labels == label))
        if len(places) <= per_class + validation:
            raise ValueError(
                f"class {label} has {len(places)} photographs: {per_class} to learn from and {validation} to choose "
                "with leave none to test with"
            )
        for part, drawn in zip(parts, np.split(places, [per_class, per_class + validation]), strict=True):
            part.append(drawn)
    train, choose, test = (random.permutation(np.concatenate(part)) for part in parts)
    return train, choose, test


def pasted(images: np.ndarray, backgrounds: Sequence[np.ndarray], seed: int = 0) -> np.ndarray:
    """The course's photographs cut out of their white paper and pasted, smaller and turned, on parts of others.

    images: (n, 224, 224, 3) uint8 on white.  backgrounds: photographs (rows, columns, 3) uint8 with sides of 224 or
    more, such as `backgrounds()`.  Each picture is 0.45 to 0.8 times as large, turned by up to 25°, and anywhere.
    Returns (n, 224, 224, 3) uint8; another `seed` gives others.
    """
    from PIL import Image

    random, sheets = np.random.default_rng(seed), []
    for image in images:
        photograph = backgrounds[int(random.integers(len(backgrounds)))]
        top, left = (random.integers(0, side - SIDE + 1) for side in photograph.shape[:2])
        sheet = Image.fromarray(photograph[top : top + SIDE, left : left + SIDE])
        side = round(SIDE * random.uniform(0.45, 0.8))
        cutout = Image.fromarray(np.dstack([image, _shape(image)]))
        cutout = cutout.rotate(random.uniform(-25, 25), Image.Resampling.BICUBIC, fillcolor=(255, 255, 255, 0))
        cutout = cutout.resize((side, side), Image.Resampling.BICUBIC)
        sheet.paste(cutout, (int(random.integers(SIDE - side + 1)), int(random.integers(SIDE - side + 1))), cutout)
        sheets.append(np.asarray(sheet))
    return np.stack(sheets)


def backgrounds(part: Literal["train", "test"]) -> list[np.ndarray]:
    """Photographs of scikit-image without anything of our classes: brick, grass and gravel, or others to test with.

    part: "train" or "test": stained tissue, stars, and a cup of coffee.  Each (rows, columns, 3) uint8.
    """
    from skimage import data

    if part == "train":
        return [np.repeat(grey()[..., None], 3, axis=2) for grey in (data.brick, data.grass, data.gravel)]
    return [colour() for colour in (data.immunohistochemistry, data.hubble_deep_field, data.coffee)]


def _shape(image: np.ndarray) -> np.ndarray:
    """Where something lies on the white paper: (rows, columns) uint8, 255 there and 0 elsewhere."""
    from scipy import ndimage

    darker = ndimage.binary_opening((image < 243).any(axis=2))  # JPEG leaves single pixels that are not quite white
    return 255 * ndimage.binary_fill_holes(darker).astype(np.uint8)


def _pictures(folder: Path) -> list[Path]:
    """The photographs in a folder, sorted. Raises DataUnavailable for pictures in a format that is not read."""
    files = sorted(entry for entry in folder.iterdir() if entry.is_file() and not entry.name.startswith("."))
    for file in files:
        if file.suffix.lower() in NOT_READ:
            raise DataUnavailable(
                f"{file} is a {file.suffix[1:].upper()} file, which cannot be read here: save or export it as JPEG."
            )
    return [file for file in files if file.suffix.lower() in READ]


def _square(file: Path) -> np.ndarray:
    """The middle of a photograph, (SIDE, SIDE, 3) uint8. Raises DataUnavailable where it cannot be read."""
    from PIL import Image, ImageOps

    try:
        with Image.open(file) as opened:
            opened.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG is not unpacked any larger than is needed
            image = ImageOps.exif_transpose(opened)
            if image.mode.startswith("I"):  # grey with 16 bits
                image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
            image = image.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise DataUnavailable(f"{file} cannot be read as a picture: take it out, or save it anew.") from None
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    return np.asarray(ImageOps.fit(paper.convert("RGB"), (SIDE, SIDE), Image.Resampling.BICUBIC))
