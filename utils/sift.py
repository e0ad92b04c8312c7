"""A picture and changed copies of it, and how many of SIFT's points find each other in both."""

from collections.abc import Mapping
from typing import Any

import numpy as np

RIGHT_WITHIN = 3.0  # pixels, in the changed picture
RATIO = 0.8  # a match counts when the second best is clearly worse


def changed(image: np.ndarray) -> Mapping[str, tuple[np.ndarray, np.ndarray]]:
    """Changed copies of a grey picture (rows, columns): name → (picture, matrix).

    matrix (3, 3): takes a point (column, row, 1) of the picture to where it is in the copy.
    """
    from scipy.ndimage import gaussian_filter

    noise = np.random.RandomState(0).normal(0, 0.1, image.shape)
    still = np.eye(3)
    mirrored = np.array([[-1, 0, image.shape[1] - 1], [0, 1, 0], [0, 0, 1.0]])
    return {
        "rotated by 30°": moved(image, 30, 1),
        "rotated by 180°": moved(image, 180, 1),
        "half as large": moved(image, 0, 0.5),
        "twice as large": moved(image, 0, 2),
        "half as bright": (0.5 * image, still),
        "a fifth as bright": (0.2 * image, still),
        "noise": (np.clip(image + noise, 0, 1), still),
        "blurred": (gaussian_filter(image, 2), still),
        "mirrored": (image[:, ::-1], mirrored),
    }


def moved(image: np.ndarray, degrees: float, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """The picture turned (anticlockwise) and scaled, on a sheet that just holds it, and the matrix that does so."""
    from scipy.ndimage import gaussian_filter
    from skimage.transform import warp

    rows, columns = image.shape
    cos, sin = scale * np.cos(np.deg2rad(degrees)), scale * np.sin(np.deg2rad(degrees))
    matrix = np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1.0]])
    corners = matrix @ [[0, columns - 1, 0, columns - 1], [0, 0, rows - 1, rows - 1], [1, 1, 1, 1]]
    matrix[:2, 2] = -corners[:2].min(axis=1)
    width, height = np.ceil(np.ptp(corners[:2], axis=1)).astype(int) + 1
    smooth = gaussian_filter(image, 0.5 / scale) if scale < 1 else image  # or fine stripes turn into coarse ones
    return warp(smooth, np.linalg.inv(matrix), output_shape=(height, width)), matrix


def features(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """SIFT's points (n, 2), row and column, and their descriptors (n, 128). Both are empty when nothing is found."""
    from skimage.feature import SIFT

    sift: Any = SIFT()  # what it found is None until it has looked
    try:
        sift.detect_and_extract(np.asarray(image, dtype=float))
    except RuntimeError:  # no point at all
        return np.empty((0, 2)), np.empty((0, 128))
    return sift.positions, sift.descriptors


def matched(image: np.ndarray, copy: np.ndarray, matrix: np.ndarray) -> dict[str, Any]:
    """Match the points of a picture with those of a changed copy, and see which matches are right.

    Returns "points" (in the picture), "points in the copy", "matches", "right" as numbers, and for a figure
    "pairs": (row and column in the picture, in the copy), each (n, 2), and "is_right" (n,).
    """
    from skimage.feature import match_descriptors

    (here, mine), (there, others) = features(image), features(copy)
    pairs = np.empty((0, 2), int)
    if len(there):
        pairs = match_descriptors(mine, others, max_ratio=RATIO, cross_check=True)
    from_, to = here[pairs[:, 0]], there[pairs[:, 1]]
    is_right = are_right(from_, to, matrix)
    return {
        "points": len(here),
        "points in the copy": len(there),
        "matches": len(pairs),
        "right": int(is_right.sum()),
        "pairs": (from_, to),
        "is_right": is_right,
    }


def are_right(points: Any, others: Any, matrix: np.ndarray) -> np.ndarray:
    """Which pairs of a point and a point of a changed copy belong together, to within `RIGHT_WITHIN` pixels: (n,).

    points, others: (n, 2), row and column in the picture and in the copy.  matrix: as in `changed`.
    """
    points, others = np.reshape(points, (-1, 2)), np.reshape(others, (-1, 2))
    wanted = (np.column_stack([points[:, ::-1], np.ones(len(points))]) @ matrix.T)[:, 1::-1]
    return np.linalg.norm(wanted - others, axis=1) <= RIGHT_WITHIN
