"""Draws vary what code has to cope with, and are the same for the same seed."""

import numpy as np
import pytest

from utils.checks.draws import KINDS, Draw


def drawn(count=300, **how):
    return [Draw([number]).array(3, 4, **how) for number in range(count)]


def test_an_array_varies_by_itself():
    arrays = drawn()
    assert {array.dtype for array in arrays} >= {np.dtype(kind) for kind in ("int64", "uint16", "float64", "float32")}
    assert {array.flags.writeable for array in arrays} == {True, False}
    orders = {(array.flags.c_contiguous, array.flags.f_contiguous) for array in arrays}
    assert orders == {(True, False), (False, True), (False, False)}
    assert any(np.any(array < 0) for array in arrays) and any(0 < np.abs(array).max() < 0.02 for array in arrays)
    assert any(np.sum(array == 0) > 1 for array in arrays) and any(
        np.unique(array).size < array.size for array in arrays
    )


def test_what_is_asked_for_is_kept():
    assert all(array.dtype == np.uint8 for array in drawn(50, kinds=("grey",)))
    assert all(array.flags.c_contiguous and array.flags.writeable for array in drawn(50, plain=True))
    assert all(np.unique(array).size == array.size for array in drawn(50, kinds=("whole", "eighths"), ties=False))
    with pytest.raises(ValueError, match="no kind of values is called 'red'"):
        drawn(1, kinds=("red",))


@pytest.mark.parametrize("kind", KINDS)
def test_equal_seeds_give_equal_draws(kind):
    one, other = (Draw([7, 1]).array(2, 5, kinds=(kind,)) for _ in range(2))
    assert np.array_equal(one, other) and one.strides == other.strides


def test_numbers_lie_where_they_should():
    values = [Draw([n]).number(-1, 1, 0.5) for n in range(60)]
    assert set(values) == {-1, -0.5, 0.5, 1}
    assert {Draw([n]).whole(2, 4) for n in range(60)} == {2, 3, 4}
    assert {Draw([n]).kernel().shape for n in range(200)} == {(i, j) for i in (1, 2, 3) for j in (1, 2, 3)}
    assert all(0 <= Draw([n]).labels(5, 3).max() < 3 for n in range(20))
