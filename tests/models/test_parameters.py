"""Known weights go into a PyTorch module and into a Keras model, and come out again."""

import os
import subprocess
import sys

import numpy as np
import pytest

from utils import device
from utils.models import parameters

KERNEL, BIAS = np.arange(6, dtype="float32").reshape(3, 2), np.array([1, -1], "float32")


def linear():
    import torch

    return torch.nn.Linear(3, 2), lambda kernel: kernel.T, torch.tensor([[1.0, 0, 2]])


def dense():
    device.use()
    import keras

    layer = keras.layers.Dense(2)
    layer.build((None, 3))
    return layer, lambda kernel: kernel, np.array([[1.0, 0, 2]], "float32")


@pytest.mark.parametrize("framework", [linear, dense])
def test_weights_go_in_and_come_out(framework):
    model, layout, x = framework()
    parameters.set_parameters(model, [layout(KERNEL), BIAS])
    kernel, bias = parameters.parameters(model)
    np.testing.assert_array_equal(kernel, layout(KERNEL))
    out = model(x)
    out = out.detach() if hasattr(out, "detach") else out
    np.testing.assert_allclose(np.asarray(out), [[9, 10]])
    bias += 100  # a copy
    assert parameters.parameters(model)[1].tolist() == [1, -1]


@pytest.mark.parametrize("framework", [linear, dense])
def test_what_does_not_fit_changes_nothing(framework):
    model, layout, _ = framework()
    before = parameters.parameters(model)
    with pytest.raises(ValueError, match="2 parameter arrays, not 1"):
        parameters.set_parameters(model, [layout(KERNEL)])
    with pytest.raises(ValueError, match=r"shape \(2,\) cannot take an array of shape \(3,\)"):
        parameters.set_parameters(model, [layout(KERNEL), np.ones(3)])
    for old, new in zip(before, parameters.parameters(model), strict=True):
        np.testing.assert_array_equal(old, new)


def test_what_is_no_model_has_no_parameters():
    with pytest.raises(TypeError, match="a list has no parameters"):
        parameters.parameters([1])


def test_a_layer_that_waits_for_its_first_input_gets_one():
    import torch

    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.LazyLinear(3))
    with pytest.raises(ValueError, match="uninitialized"):
        parameters.parameters(model)
    assert [array.shape for array in parameters.parameters(model, torch.zeros(1, 2, 5))] == [(3, 10), (3,)]


@pytest.mark.processes
def test_keras_on_pytorch_is_a_keras_model():
    """There a Keras model is a PyTorch module as well, whose state names every weight twice."""
    code = (
        "import keras, numpy as np; from utils.models.parameters import parameters, set_parameters;"
        "net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]);"
        "set_parameters(net, [np.ones((4, 3)), np.arange(3)]);"
        "print([array.tolist() for array in parameters(net)][1])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"KERAS_BACKEND": "torch"}, capture_output=True, text=True
    )
    assert ran.stdout.strip() == "[0.0, 1.0, 2.0]", ran.stderr
