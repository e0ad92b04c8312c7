"""Networks given as lists of layers are measured on PyTorch."""

import pytest

from utils.models.layers import conv, dense, pool
from utils.models.measure import Measured, measure, problem

FITS = [conv("c", 4, 3, stride=2, padding=1, groups=2), pool("p", 3, 2), dense("d", 5), dense("e", 2, bias=False)]


def test_what_a_network_costs_and_sees():
    # conv: 4·(1·9 + 1) weights on 2 → 4 channels, 16×16 → 8×8; pool → 3×3; dense 36·5 + 5, 5·2
    assert measure(FITS, (2, 16, 16)) == Measured(40 + 185 + 10, 36 * 64 + 180 + 10, 7)


def test_a_network_of_any_size_costs_nothing():
    assert measure([conv("c", 8, 1), dense("d", 500_000)], (3, 64, 64)).parameters == 32 + 500_000 * (8 * 64 * 64 + 1)


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([], "a list of layers is wanted"),
        ("conv", "a list of layers is wanted"),
        ([dense("d", 2)], "there is no convolution"),
        ([conv("c", 2, 1.5)], "whole numbers from 1"),
        ([conv("c", 2, 3, padding=-1)], "padding is a whole number from 0"),
        ([conv("c", 2, 3), dense("d", 2), pool("p", 1, 1)], "no pooling may follow"),
        ([conv("c", 2, 17)], "a window does not fit"),
        ([conv("c", 4, 3, groups=4)], "cannot be split"),
    ],
)
def test_what_is_no_network_is_named(layers, said):
    assert said in problem(layers, (2, 16, 16))
    with pytest.raises(ValueError, match=said):
        measure(layers, (2, 16, 16))
