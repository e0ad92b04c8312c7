"""A photograph of one's own: its size, its shades, and what is said of a file that is none."""

import numpy as np
import pytest
from PIL import Image

from utils.datasets.images import cat
from utils.datasets.own_photo import grey_photo
from utils.errors import CourseError


def test_without_a_file_it_is_the_cat():
    assert np.array_equal(grey_photo(), cat().mean(axis=2))


def test_a_file_is_made_small_and_grey(tmp_path):
    picture = np.zeros((200, 340, 3), np.uint8)
    picture[:, 170:] = (255, 0, 255)
    Image.fromarray(picture).save(tmp_path / "own.png")
    grey = grey_photo(str(tmp_path / "own.png"))
    assert grey.shape == (100, 170) and grey.dtype == np.float32
    assert np.allclose(grey[:, :80], 0, atol=0.02) and np.allclose(grey[:, 90:], 2 / 3, atol=0.02)


def test_a_photograph_taken_upright_stands_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by 90°
    Image.new("RGB", (340, 200)).save(tmp_path / "phone.jpg", exif=exif)
    assert grey_photo(str(tmp_path / "phone.jpg")).shape == (170, 100)


def test_what_is_no_picture_is_named(tmp_path):
    with pytest.raises(CourseError, match=r"there is no file nothing\.jpg"):
        grey_photo("nothing.jpg")
    (tmp_path / "words.jpg").write_text("no picture")
    with pytest.raises(CourseError, match=r"words\.jpg is no picture"):
        grey_photo(str(tmp_path / "words.jpg"))
