"""Whether results agree, and whether sketches tell them apart."""

import numpy as np
import pytest
import torch

from utils.checks import agreement
from utils.checks.failure import CheckFailed


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ([[1, 2], [3, 4]], np.array([[1.0, 2], [3, 4]])),
        (np.float32(0.1) * 3, 0.3),
        (torch.tensor([1.0, 2]), np.array([1, 2])),
        (429.0, np.int64(429)),
        (np.int64(7), 7),
        ([np.int64(3), 4], (3, 4)),
        ({"b": [1.0], "a": "x"}, {"a": "x", "b": [1.0]}),
        (np.array([np.nan, np.inf]), np.array([np.nan, np.inf])),
        ([("bee", np.float32(0.5))], [("bee", 0.5)]),
    ],
)
def test_these_agree(actual, expected):
    agreement.require(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        (np.array([1, 2]).T, np.array([[1], [2]]), "their shape should be"),
        (4.0, 4, "this should be a whole number, yours is a number"),
        (True, 1, "yours is True or False"),
        (None, np.zeros(2), "returned nothing"),
        ([1, 2], (1, 2, 3), "should have 3 entries, yours has 2"),
        ([1, 2], ["a", "b"], "each entry should be text, yours is a whole number"),
        (["a", 2.5], ["a", 2], "entry 1 should be a whole number, yours is 2.5, a float: `//` divides"),
        (list(range(50)), [*range(40), *range(41, 51)], "the first of them is entry 40, yours is 40"),
        (["a", "b"], ["a", 2], "entry 1 should be a whole number, yours is text"),
        ({"a": 1}, {"a": 1, "b": 2}, "the key 'b' is missing"),
        ({"a": 1, "c": 2}, {"a": 1}, "the key 'c' does not belong here"),
        ("yes", "no", "that is not right"),
        (1e-6, 1.1e-6, "too small"),
        (np.array([1.0, 2.00001]), np.array([1.0, 2]), "values are not right"),
        (iter([1]), np.zeros(1), "hands out its values only when asked"),
    ],
)
def test_these_do_not(actual, expected, said):
    with pytest.raises(CheckFailed, match=said):
        agreement.require(actual, expected)


def test_it_is_said_which_of_several_things_is_wrong():
    with pytest.raises(CheckFailed, match=r"^the second of 2: 2 of 4 values are not right"):
        agreement.require((1.0, np.array([3.0, 1.0, 7.0, 5.0])), (1.0, np.array([3.0, 2.0, 7.0, 9.0])))


def test_single_precision_is_judged_by_the_size_of_the_numbers():
    right = np.array([1000.0, 0.001])
    assert agreement.agrees((right * (1 + 1e-5)).astype(np.float32), right)
    assert not agreement.agrees(right * (1 + 1e-5), right)
    assert agreement.agrees(right * (1 + 1e-5), right, single=True)
    assert not agreement.agrees((right * 1.001).astype(np.float32), right)


RESULTS = [
    None,
    True,
    1,
    "1",
    [1, 2],
    [2, 1],
    np.array([[1, 2]]),
    np.array([-1, 2]),
    [1, "a"],
    {"a": 1},
    {"a": 2},
    np.array([True, False]),
    [np.zeros(2), np.ones(3)],
    1 + 2j,
    np.array([np.nan, 2]),
]


def test_sketches_tell_results_apart():
    sketches = [agreement.sketch(value) for value in RESULTS]
    for number, one in enumerate(sketches):
        assert [n for n, other in enumerate(sketches) if agreement.coincide(one, other)] == [number]


def test_sketches_of_one_result_coincide_whatever_holds_it():
    array = np.random.default_rng(1).normal(size=(3, 4))
    for other in (array.tolist(), array.astype(np.float32), torch.tensor(array), np.asfortranarray(array)):
        assert agreement.coincide(agreement.sketch(array), agreement.sketch(other))
    assert agreement.sketch({"a": 1, "b": 2}) == agreement.sketch({"b": 2, "a": 1})
