"""Pictures: slashes as arrays of +1 (ink) and −1 (paper), and the photograph of a cat."""

import numpy as np

BACKSLASH = np.array([[1, -1], [-1, 1]])
SLASH = np.array([[-1, 1], [1, -1]])


def with_one_wrong_pixel(image: np.ndarray) -> np.ndarray:
    """Every way to draw `image` badly by one pixel.

    image: (rows, columns) of +1 and −1.  Returns (rows · columns, rows, columns); picture k has pixel k turned over,
    in reading order.
    """
    image = np.asarray(image)
    flips = 1 - 2 * np.eye(image.size, dtype=image.dtype)
    return image * flips.reshape(-1, *image.shape)


def slashes() -> tuple[np.ndarray, list[str]]:
    r"""The ten pictures of lesson 01: each slash drawn well, then its four bad drawings.

    Returns images (10, 2, 2) of +1 and −1, and ten labels: five "\\", then five "/".
    """
    images = np.concatenate([[BACKSLASH], with_one_wrong_pixel(BACKSLASH), [SLASH], with_one_wrong_pixel(SLASH)])
    return images, ["\\"] * 5 + ["/"] * 5


def on_screen(image: np.ndarray, rows: int, columns: int, top: int, left: int) -> np.ndarray:
    """`image` on a larger sheet of paper, its top left pixel at (top, left).

    Returns (rows, columns) of +1 and −1. Raises ValueError when the picture does not fit there.
    """
    height, width = np.shape(image)
    if not (0 <= top <= rows - height and 0 <= left <= columns - width):
        raise ValueError(f"a {height}×{width} picture at ({top}, {left}) does not fit on a {rows}×{columns} screen")
    screen = np.full((rows, columns), -1)
    screen[top : top + height, left : left + width] = image
    return screen


def cat() -> np.ndarray:
    """The face of Chelsea the cat, from scikit-image (photograph by Stefan van der Walt, CC0), at half its size.

    Returns (130, 170, 3) float32 from 0 to 1: rows, columns, and the colours red, green, blue.
    """
    from skimage.data import chelsea

    face = chelsea()[20:280, 30:370].astype(np.float32) / 255
    return face.reshape(130, 2, 170, 2, 3).mean(axis=(1, 3))


def coin() -> np.ndarray:
    """One of the old coins in scikit-image's photograph (Brooklyn Museum, no known copyright restrictions).

    Returns (64, 64) float32 from 0 to 1.
    """
    from skimage.data import coins

    return coins()[230:294, 14:78].astype(np.float32) / 255


def camera() -> np.ndarray:
    """A man with a camera on a tripod, from scikit-image (photograph by Lav Varshney, CC0), at half its size.

    Returns (256, 256) float32 from 0 to 1.
    """
    from skimage.data import camera as photograph

    return (photograph().astype(np.float32) / 255).reshape(256, 2, 256, 2).mean(axis=(1, 3))
