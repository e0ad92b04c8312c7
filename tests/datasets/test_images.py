import numpy as np
import pytest

from utils.datasets.images import BACKSLASH, SLASH, camera, coin, on_screen, slashes, with_one_wrong_pixel


def test_the_two_strokes_are_each_others_mirror_image():
    assert BACKSLASH.tolist() == [[1, -1], [-1, 1]]
    assert np.array_equal(SLASH, BACKSLASH[:, ::-1])


def test_each_bad_drawing_turns_over_one_pixel_in_reading_order():
    bad = with_one_wrong_pixel(np.array([[1, -1, 1], [-1, -1, 1]]))
    assert bad.shape == (6, 2, 3)
    assert [np.argwhere(b != [[1, -1, 1], [-1, -1, 1]]).tolist() for b in bad] == [
        [[0, 0]],
        [[0, 1]],
        [[0, 2]],
        [[1, 0]],
        [[1, 1]],
        [[1, 2]],
    ]


def test_ten_slashes_with_their_labels():
    images, labels = slashes()
    assert images.shape == (10, 2, 2)
    assert labels == ["\\"] * 5 + ["/"] * 5
    assert len(np.unique(images, axis=0)) == 10


def test_a_picture_on_a_larger_screen():
    assert on_screen(BACKSLASH, 3, 4, 1, 2).tolist() == [[-1, -1, -1, -1], [-1, -1, 1, -1], [-1, -1, -1, 1]]


@pytest.mark.parametrize("place", [(2, 0), (0, 2), (-1, 0)])
def test_a_picture_that_does_not_fit_is_refused(place):
    with pytest.raises(ValueError, match="does not fit"):
        on_screen(SLASH, 3, 3, *place)


def test_the_coin_is_brighter_than_what_it_lies_on():
    picture = coin()
    assert (picture.shape, picture.dtype) == ((64, 64), np.float32)
    assert picture.min() >= 0 and picture.max() <= 1
    assert picture[16:48, 16:48].mean() > 1.5 * picture[:4, :4].mean()


def test_the_photographer_is_darker_than_the_sky():
    picture = camera()
    assert (picture.shape, picture.dtype) == ((256, 256), np.float32)
    assert picture.min() >= 0 and picture.max() <= 1
    assert picture[150:200, 20:50].mean() < 0.3 < 0.5 < picture[:20, 150:].mean()
