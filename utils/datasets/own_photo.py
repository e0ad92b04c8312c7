"""A photograph in grey: the course's cat, or one of the student's own."""

from pathlib import Path

import numpy as np

from utils.datasets.images import cat
from utils.errors import CourseError

LONGEST = 170  # pixels of the longer side, as of the cat


def grey_photo(file: str = "") -> np.ndarray:
    """The photograph in this file, in grey and made small; the cat where no file is named.

    Returns (rows, columns) float32 from 0 (black) to 1 (white); the longer side has 170 pixels. Raises CourseError when
    there is no such file, or no picture in it.
    """
    if not file:
        return cat().mean(axis=2)
    from PIL import Image, ImageOps, UnidentifiedImageError

    if not Path(file).is_file():
        raise CourseError(f"there is no file {file}: put it beside the notebook, or name none to take the cat")
    try:
        with Image.open(file) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError):
        raise CourseError(f"{file} is no picture that can be read: save it as JPEG or PNG") from None
    scale = LONGEST / max(upright.size)
    width, height = (max(1, round(side * scale)) for side in upright.size)
    small = upright.resize((width, height), Image.Resampling.LANCZOS)
    return (np.asarray(small, np.float32) / 255).mean(axis=2)
