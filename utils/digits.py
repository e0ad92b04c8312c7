"""1,797 handwritten digits (those of scikit-learn): one fixed split, and ways to move, turn and thicken them.

Every lesson that classifies digits uses this split, so that their accuracies stand in one table. data/README.md says
where the digits come from.
"""

from pathlib import Path

import numpy as np
from scipy import ndimage

TEST_SIZE, SPLIT_SEED, BORDER = 500, 0, 4


def digits_split() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The digits in a fixed order: `train_images, train_labels, test_images, test_labels`.

    1,297 images to learn from and 500 to test with, each digit with its share in both. Images (n, 8, 8) float32 from
    0 (paper) to 1 (ink), labels (n,) int64 from 0 to 9. The order is shuffled: the first n images are a fair sample.
    """
    with np.load(Path(__file__).with_suffix(".npz")) as stored:
        images, labels = stored["images"].astype(np.float32) / 16, stored["labels"].astype(np.int64)
    random = np.random.RandomState(SPLIT_SEED)  # NumPy promises that the numbers of this one stay the same
    share = np.empty(len(labels))  # where an image stands among those of its digit, in a random order, from 0 to 1
    for digit in range(10):
        own = random.permutation(np.flatnonzero(labels == digit))
        share[own] = (np.arange(len(own)) + 0.5) / len(own)
    order = np.argsort(share, kind="stable")
    test, train = random.permutation(order[:TEST_SIZE]), random.permutation(order[TEST_SIZE:])
    return images[train], labels[train], images[test], labels[test]


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
