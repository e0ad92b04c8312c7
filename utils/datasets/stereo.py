"""Pairs of pictures from two cameras side by side: a photographed pair with its measured disparity, and random dots.

A point that is near is seen further to the left by the right camera. By how many pixels is its disparity.
"""

import numpy as np

SHRUNK = 3  # the photographs are this many times smaller than scikit-image's, and so are their disparities


def motorcycle() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A motorcycle in a garage: left and right picture (166, 247) in grey from 0 to 1, and the disparity in pixels.

    The disparity was measured with structured light; it is nan where nothing could be measured. From the Middlebury
    Stereo Dataset of 2014, as scikit-image has it.
    """
    from skimage.color import rgb2gray
    from skimage.data import stereo_motorcycle

    left, right, disparity = stereo_motorcycle()
    rows, columns = (size // SHRUNK * SHRUNK for size in disparity.shape)

    def smaller(image: np.ndarray) -> np.ndarray:
        blocks = image[:rows, :columns].reshape(rows // SHRUNK, SHRUNK, columns // SHRUNK, SHRUNK)
        return blocks.mean((1, 3))

    middle = np.asarray(disparity, float)[SHRUNK // 2 : rows : SHRUNK, SHRUNK // 2 : columns : SHRUNK] / SHRUNK
    middle = np.where(np.isfinite(middle), middle, np.nan)
    return smaller(rgb2gray(left)), smaller(rgb2gray(right)), middle


def random_dots(mask: np.ndarray, near: int, far: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two pictures of random dots, 0 and 1, in each of which nothing can be seen. What is in `mask` is nearer.

    mask: (rows, columns) of truth values, as the left camera sees it.  near, far: disparities, whole numbers.
    """
    left = random.integers(0, 2, mask.shape).astype(np.float32)
    right = random.integers(0, 2, mask.shape).astype(np.float32)
    for places, shift in ((~mask, far), (mask, near)):  # the nearer ones hide the farther ones
        rows, columns = np.nonzero(places)
        seen = columns >= shift
        right[rows[seen], columns[seen] - shift] = left[rows[seen], columns[seen]]
    return left, right
