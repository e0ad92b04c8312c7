"""Whether a changed copy's matrix says where each point went, and how matches are counted."""

import numpy as np
import pytest

from utils import sift
from utils.datasets.images import cat


@pytest.fixture(scope="module")
def grey():
    return cat().mean(axis=2)


def test_the_matrix_says_where_a_point_is_in_the_copy():
    image = np.zeros((20, 30))
    image[5:8, 20:23] = 1  # its middle is row 6, column 21
    for name, (copy, matrix) in sift.changed(image).items():
        if "noise" in name:
            continue
        column, row, _ = matrix @ [21, 6, 1]
        rows, columns = np.indices(copy.shape)
        middle = np.array([(rows * copy).sum(), (columns * copy).sum()]) / copy.sum()
        assert np.abs(middle - [row, column]).max() < 0.5, name


def test_a_picture_matches_itself_without_error(grey):
    result = sift.matched(grey, grey, np.eye(3))
    assert result["points"] == result["points in the copy"] >= result["matches"] == result["right"] > 150
    assert result["is_right"].all()


def test_with_a_wrong_matrix_no_match_is_right(grey):
    moved = np.array([[1, 0, 40], [0, 1, 40], [0, 0, 1.0]])
    assert sift.matched(grey, grey, moved)["right"] <= 2


def test_where_no_point_is_found_nothing_matches(grey):
    result = sift.matched(grey, np.full((60, 60), 0.5), np.eye(3))
    assert (result["points in the copy"], result["matches"], result["right"]) == (0, 0, 0)


def test_pairs_are_right_to_within_three_pixels(grey):
    _, matrix = sift.moved(grey, 90, 1)  # anticlockwise: the right border goes to the top
    here, there = np.array([[10.0, 20.0]] * 2), np.array([[grey.shape[1] - 1 - 20.0, 10.0], [40.0, 10.0]])
    assert sift.are_right(here, there, matrix).tolist() == [True, False]
    assert sift.are_right(np.zeros((0, 2)), [], matrix).shape == (0,)
