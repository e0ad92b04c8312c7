import numpy as np
import pytest

from utils.datasets import digits


@pytest.fixture(scope="module")
def split():
    return digits.digits_split()


@pytest.fixture
def dot():
    """Two images (2, 7, 9); the first has one dot, in row 1 and column 2."""
    images = np.zeros((2, 7, 9), np.float32)
    images[0, 1, 2] = 1
    return images


def test_the_split_is_fixed_and_every_image_is_in_one_part(split):
    train_images, train_labels, test_images, test_labels = split
    assert (train_images.shape, test_images.shape) == ((1297, 8, 8), (500, 8, 8))
    assert (train_labels.shape, test_labels.shape) == ((1297,), (500,))
    assert (train_images.dtype, train_labels.dtype) == (np.float32, np.int64)
    assert (train_images.min(), train_images.max()) == (0, 1)
    seen = {image.tobytes() for image in train_images} | {image.tobytes() for image in test_images}
    assert len(seen) == 1797
    assert all(np.array_equal(a, b) for a, b in zip(split, digits.digits_split(), strict=True))


def test_every_digit_has_its_share_also_among_the_first(split):
    _, train_labels, _, test_labels = split
    assert np.abs(np.bincount(test_labels) / 500 - np.bincount(train_labels) / 1297).max() < 0.003
    assert np.bincount(train_labels[:100]).min() >= 1


def test_on_the_canvas_a_digit_is_three_times_as_large_with_a_border(split):
    images = digits.on_canvas(split[0][:20])
    assert images.shape == (20, 32, 32) and images.dtype == np.float32
    assert images[:, :4].max() == images[:, :, -4:].max() == 0
    assert images.min() >= 0 and images.max() <= 1
    assert np.allclose(images[:, 4:28, 4:28].reshape(20, 8, 3, 8, 3)[:, :, 1, :, 1], split[0][:20])


def test_shifted(dot):
    assert np.argwhere(digits.shifted(dot, 2, -1)).tolist() == [[0, 3, 1]]
    assert not digits.shifted(dot, -2, 0).any()


def test_rotated_is_anticlockwise():
    images = np.zeros((1, 9, 9), np.float32)
    images[0, 4, 7] = 1  # on the right
    assert np.argwhere(digits.rotated(images, 90) > 0.5).tolist() == [[0, 1, 4]]  # on top
    assert np.array_equal(digits.rotated(images, 0), images)


def test_thickened_and_thinned(dot):
    dot = digits.shifted(dot, 1, 0)
    thick = digits.thickened(dot, 1)
    assert np.argwhere(thick[0]).min(axis=0).tolist() == [1, 1] and np.argwhere(thick[0]).max(axis=0).tolist() == [3, 3]
    assert thick.sum() == 9 and not thick[1].any()
    assert np.array_equal(digits.thickened(thick, -1), dot)
    assert np.array_equal(digits.thickened(dot, 0), dot)
