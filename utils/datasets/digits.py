"""1,797 handwritten digits (those of scikit-learn): one fixed split, and ways to move, turn and thicken them.

Every lesson that classifies digits uses this split, so that their accuracies stand in one table. data/README.md says
where the digits come from.
"""

import numpy as np
from scipy import ndimage
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

TEST_SIZE, SPLIT_SEED, BORDER = 500, 0, 4


def digits_split() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The digits in a fixed order: `train_images, train_labels, test_images, test_labels`.

    1,297 images to learn from and 500 to test with, each digit with its share in both. Images (n, 8, 8) float32 from
    0 (paper) to 1 (ink), labels (n,) int64 from 0 to 9. The order is shuffled: the first n images are a fair sample.
    """
    digits = load_digits()
    images = (digits.images / 16).astype(np.float32)
    train_images, test_images, train_labels, test_labels = train_test_split(
        images, digits.target.astype(np.int64), test_size=TEST_SIZE, random_state=SPLIT_SEED, stratify=digits.target
    )
    return train_images, train_labels, test_images, test_labels


def on_canvas(images: np.ndarray) -> np.ndarray:
    """Digits of 8×8 pixels, three times as large, in the middle of 32×32: there is room to move them.

    images: (n, 8, 8).  Returns (n, 32, 32) float32.
    """
    large = ndimage.zoom(np.asarray(images, np.float32), (1, 3, 3), order=1, mode="nearest", grid_mode=True)
    return np.pad(large, ((0, 0), (BORDER, BORDER), (BORDER, BORDER)))


def shifted(images: np.ndarray, down: int, right: int) -> np.ndarray:
    """Images (n, rows, columns) moved by whole pixels; what leaves is lost, and paper (0) comes in."""
    return ndimage.shift(images, (0, down, right), order=0)


def rotated(images: np.ndarray, degrees: float) -> np.ndarray:
    """Images (n, rows, columns) turned about their middle, anticlockwise; paper (0) comes in at the corners."""
    return np.clip(ndimage.rotate(images, degrees, axes=(2, 1), reshape=False, order=1), 0, 1)


def thickened(images: np.ndarray, pixels: int) -> np.ndarray:
    """Images (n, rows, columns) with strokes thicker by `pixels` on each side, or thinner where it is negative."""
    side = 2 * abs(pixels) + 1
    spread = ndimage.grey_dilation if pixels >= 0 else ndimage.grey_erosion
    return spread(images, size=(1, side, side), mode="constant", cval=0.0)
