"""Patches of five surfaces from scikit-image's photographs: brick, grass, gravel, stained tissue, stars.

They are as far from letters as pictures of this size can be. Training and test patches come from different parts of
each photograph, with a strip between them, so that no test patch shows anything that was learned from.
"""

import numpy as np

NAMES = ("brick", "grass", "gravel", "tissue", "stars")
SIZE, SHEET = 32, 512  # pixels: of a patch, and of the part of a photograph that is used
TRAINING_COLUMNS, TEST_COLUMNS = (0, 288), (320, 512)
MIDDLE, SPREAD = 0.5, 0.18  # every patch's mean and standard deviation


def textures_split() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The patches in a fixed order: `train_images, train_labels, test_images, test_labels`.

    144 patches of each surface to learn from and 96 to test with. Images (n, 32, 32) float32 from 0 to 1, labels (n,)
    int64, the place in `NAMES`. Each patch has the same brightness and contrast: only its pattern tells what it is. The
    order is shuffled, and a patch of every surface stands in every five.
    """
    return (*_patches(*TRAINING_COLUMNS), *_patches(*TEST_COLUMNS))


def sheets() -> np.ndarray:
    """The photographs that the patches are cut from, (5, 512, 512) float32 from 0 to 1, in grey."""
    from skimage import data
    from skimage.color import rgb2gray

    stars = data.hubble_deep_field()[180 : 180 + SHEET, 240 : 240 + SHEET]
    grey = [photograph() / 255 for photograph in (data.brick, data.grass, data.gravel)]
    return np.stack([*grey, rgb2gray(data.immunohistochemistry()), rgb2gray(stars)]).astype(np.float32)


def _patches(begin: int, end: int) -> tuple[np.ndarray, np.ndarray]:
    """All patches of these columns that do not overlap, and their labels."""
    cut = sheets()[:, :, begin:end]
    rows, columns = SHEET // SIZE, (end - begin) // SIZE
    grid = cut.reshape(len(NAMES), rows, SIZE, columns, SIZE).transpose(0, 1, 3, 2, 4)
    patches = grid.reshape(len(NAMES), rows * columns, SIZE, SIZE)
    mean, spread = patches.mean((2, 3), keepdims=True), patches.std((2, 3), keepdims=True)
    patches = np.clip(MIDDLE + SPREAD * (patches - mean) / spread, 0, 1)
    order = np.random.default_rng(0).permutation(rows * columns)
    images = patches[:, order].swapaxes(0, 1).reshape(-1, SIZE, SIZE)
    return images, np.tile(np.arange(len(NAMES), dtype=np.int64), rows * columns)
