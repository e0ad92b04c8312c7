"""Arrays between calls: written into when they are results, used again when they are arguments."""

import numpy as np
import torch

from utils.checks.results import WRITTEN, Reused, handed_over


def test_a_result_is_copied_and_what_it_was_is_written_over():
    array, flags, tensor = np.arange(3.0), np.array([True, False]), torch.ones(2)
    value = {"list": [array, array], "tuple": (flags, "text", 3), "tensor": tensor}
    inner = value["list"]
    copied = handed_over(value)
    assert [a.tolist() for a in copied["list"]] == [[0, 1, 2]] * 2
    assert copied["tuple"][0].tolist() == [True, False] and copied["tensor"].tolist() == [1, 1]
    assert array.tolist() == [WRITTEN] * 3 and flags.tolist() == [False, True] and tensor.tolist() == [WRITTEN] * 2
    assert inner == [] and value == {}


def test_what_cannot_be_written_or_is_no_data_stays():
    array, network = np.arange(2), object()
    array.flags.writeable = False
    assert handed_over([array, network])[1] is network
    assert array.tolist() == [0, 1]


def test_an_argument_lies_where_one_of_its_shape_lay_before():
    reused = Reused()
    first = reused((np.zeros(2), np.ones(2), "x"))
    second = reused((np.array([3.0, 4]), np.array([5.0, 6]), "y"))
    assert second[0] is first[0] and second[1] is first[1] and second[0] is not second[1]
    assert (second[0].tolist(), second[1].tolist(), second[2]) == ([3, 4], [5, 6], "y")


def test_other_shapes_types_and_orders_are_arrays_of_their_own():
    reused = Reused()
    kinds = (np.zeros((2, 3)), np.zeros((3, 2)), np.zeros((2, 3), int), np.asfortranarray(np.ones((2, 3))))
    assert len({id(reused((array,))[0]) for array in kinds}) == 4
