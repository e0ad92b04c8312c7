"""The patches of textures: what they are, that they are fixed, and that training and test share no pixel."""

import numpy as np
import pytest

from utils.datasets import textures


@pytest.fixture(scope="module")
def split():
    return textures.textures_split()


def test_shapes_types_and_range(split):
    train_images, train_labels, test_images, test_labels = split
    assert (train_images.shape, test_images.shape) == ((720, 32, 32), (480, 32, 32))
    assert (train_labels.shape, test_labels.shape) == ((720,), (480,))
    assert (train_images.dtype, train_labels.dtype) == (np.float32, np.int64)
    assert train_images.min() >= 0 and train_images.max() <= 1


def test_every_five_have_one_of_each_surface(split):
    for labels in split[1::2]:
        assert (np.sort(labels.reshape(-1, 5)) == range(5)).all()


def test_it_is_the_same_each_time(split):
    assert all(np.array_equal(a, b) for a, b in zip(split, textures.textures_split(), strict=True))
    assert len({image.tobytes() for image in (*split[0], *split[2])}) == 1200


def test_brightness_and_contrast_give_nothing_away(split):
    for images, labels in (split[:2], split[2:]):
        means = np.array([images[labels == label].mean() for label in range(5)])
        spreads = np.array([images[labels == label].std(axis=(1, 2)).mean() for label in range(5)])
        assert np.ptp(means) < 0.06 and np.ptp(spreads) < 0.06


def test_training_and_test_patches_come_from_different_columns_of_their_own_photograph(split):
    pieces = textures.sheets().reshape(5, 16, 32, 16, 32).transpose(0, 3, 1, 2, 4).reshape(5, 16, 16, -1)
    pieces = pieces - pieces.mean(-1, keepdims=True)
    pieces /= np.linalg.norm(pieces, axis=-1, keepdims=True)
    columns = []
    for images, labels in (split[:2], split[2:]):
        patches = (images - images.mean((1, 2), keepdims=True)).reshape(len(images), -1)
        patches /= np.linalg.norm(patches, axis=-1, keepdims=True)
        alike = np.einsum("np,ncrp->ncr", patches, pieces[labels]).max(-1)  # the best of each column
        assert alike.max(-1).min() > 0.7  # some stars were clipped
        columns.append(set(alike.argmax(-1)))
    assert columns == [set(range(9)), set(range(10, 16))]
