"""Lesson 04's layers by hand, in PyTorch and in Keras: the same forward and backward pass, on every device there is."""

import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from support.course import ROOT

from utils import device
from utils.grading.course import lessons

DEVICES = ["cpu"] + [
    kind for kind, there in (("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available())) if there
]
FORWARD, BACKWARD = 1e-5, 1e-4
NAMES = (
    "conv",
    "max_pool",
    "relu",
    "dense",
    "softmax_cross_entropy",
    "dense_backward",
    "relu_backward",
    "maxpool_backward",
    "conv_backward",
    "lenet_forward",
    "lenet_gradients",
    "fresh_parameters",
    "to_keras",
    "build_lenet_torch",
    "build_lenet_keras",
)


@pytest.fixture(scope="module")
def lesson():
    """The lesson's functions, as its solution has them."""
    names = {"np": np, "torch": torch}
    for cell in lessons(ROOT, ["04"])[0].read_source().cells:
        if cell.cell_type == "code" and any(f"def {name}(" in cell.source for name in NAMES):
            exec(cell.source, names)
    return names


def tensors(where, *arrays):
    return [torch.tensor(array, device=where, requires_grad=True) for array in arrays]


def same(ours, theirs, within):
    theirs = theirs.detach().cpu().numpy()
    assert np.shape(ours) == theirs.shape
    assert np.abs(ours - theirs).max() < within


@pytest.fixture(params=DEVICES)
def where(request, monkeypatch):
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    return request.param


def test_convolution(lesson, where):
    random = np.random.default_rng(1)
    x, w, b = (random.normal(size=s).astype(np.float32) for s in ((3, 2, 9, 8), (4, 2, 3, 2), (4,)))
    tx, tw, tb = tensors(where, x, w, b)
    out = torch.nn.functional.conv2d(tx, tw, tb)
    same(lesson["conv"](x, w, b), out, FORWARD)
    gradient = random.normal(size=out.shape).astype(np.float32)
    out.backward(torch.tensor(gradient, device=where))
    for ours, theirs in zip(lesson["conv_backward"](gradient, x, w), (tx.grad, tw.grad, tb.grad), strict=True):
        same(ours, theirs, BACKWARD)


def test_dense(lesson, where):
    random = np.random.default_rng(2)
    x, w, b = (random.normal(size=s).astype(np.float32) for s in ((5, 7), (4, 7), (4,)))
    tx, tw, tb = tensors(where, x, w, b)
    out = torch.nn.functional.linear(tx, tw, tb)
    same(lesson["dense"](x, w, b), out, FORWARD)
    gradient = random.normal(size=out.shape).astype(np.float32)
    out.backward(torch.tensor(gradient, device=where))
    for ours, theirs in zip(lesson["dense_backward"](gradient, x, w), (tx.grad, tw.grad, tb.grad), strict=True):
        same(ours, theirs, BACKWARD)


def pool(x):
    return torch.nn.functional.max_pool2d(x, 2)


@pytest.mark.parametrize(
    ("layer", "backward", "function"),
    [("relu", "relu_backward", torch.relu), ("max_pool", "maxpool_backward", pool)],
    ids=["ReLU", "max pooling"],
)
def test_layers_without_parameters(lesson, where, layer, backward, function):
    random = np.random.default_rng(3)
    x = random.normal(size=(2, 3, 6, 4)).astype(np.float32).round(1)  # with equal values, and some zeros
    (tx,) = tensors(where, x)
    out = function(tx)
    same(lesson[layer](x), out, FORWARD)
    gradient = random.normal(size=out.shape).astype(np.float32)
    out.backward(torch.tensor(gradient, device=where))
    same(lesson[backward](gradient, x), tx.grad, BACKWARD)


def test_loss(lesson, where):
    random = np.random.default_rng(4)
    z, y = (10 * random.normal(size=(6, 5))).astype(np.float32), random.integers(0, 5, 6)
    (tz,) = tensors(where, z)
    loss = torch.nn.functional.cross_entropy(tz, torch.tensor(y, device=where))
    loss.backward()
    ours, gradient = lesson["softmax_cross_entropy"](z, y)
    assert abs(ours - loss.item()) < FORWARD
    same(gradient, tz.grad, BACKWARD)


def test_the_whole_network(lesson, where):
    random = np.random.default_rng(5)
    pictures, labels = random.random((4, 1, 32, 32)).astype(np.float32), random.integers(0, 10, 4)
    arrays = lesson["fresh_parameters"](6)
    net = lesson["build_lenet_torch"]().to(where)
    for parameter, array in zip(net.parameters(), arrays, strict=True):
        parameter.data.copy_(torch.tensor(array))
    logits = net(torch.tensor(pictures, device=where))
    same(lesson["lenet_forward"](pictures, arrays), logits, FORWARD)
    torch.nn.functional.cross_entropy(logits, torch.tensor(labels, device=where)).backward()
    for ours, parameter in zip(lesson["lenet_gradients"](pictures, labels, arrays)[1], net.parameters(), strict=True):
        same(ours, parameter.grad, BACKWARD)


KERAS = '''
import os, sys
import numpy as np
from utils import device
device.use()
import keras
from support.course import ROOT
from test_layers_parity import NAMES
from utils.grading.course import lessons
from utils.models.parameters import set_parameters

names = {"np": np, "keras": keras, "torch": None}
for cell in lessons(ROOT, ["04"])[0].read_source().cells:
    if cell.cell_type == "code" and any(f"def {name}(" in cell.source for name in NAMES):
        exec(cell.source, names)
random = np.random.default_rng(5)
pictures, labels = random.random((4, 1, 32, 32)).astype(np.float32), random.integers(0, 10, 4)
arrays, net, nhwc = names["fresh_parameters"](6), names["build_lenet_keras"](), pictures.transpose(0, 2, 3, 1).copy()
net(nhwc)
set_parameters(net, names["to_keras"](arrays))
logits = keras.ops.convert_to_numpy(net(nhwc))
loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
if keras.backend.backend() == "tensorflow":
    import tensorflow as tf
    with tf.GradientTape() as tape:
        loss = loss_of(labels, net(nhwc))
    found = [keras.ops.convert_to_numpy(g) for g in tape.gradient(loss, [w.value for w in net.trainable_weights])]
else:
    loss = loss_of(labels, net(nhwc))
    loss.backward()
    found = [w.value.grad.cpu().numpy() for w in net.trainable_weights]
assert np.abs(logits - names["lenet_forward"](pictures, arrays)).max() < 1e-5
loss, ours = names["lenet_gradients"](pictures, labels, arrays)
for mine, theirs in zip(names["to_keras"](ours), found, strict=True):
    assert mine.shape == theirs.shape and np.abs(mine - theirs).max() < 1e-4, mine.shape

def in_keras(function, arrays, arriving):
    """What comes out of a layer in Keras, and the gradient of each input array."""
    ops = keras.ops
    if keras.backend.backend() == "tensorflow":
        tensors = [tf.constant(array) for array in arrays]
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            out = function(*tensors)
            loss = ops.sum(out * arriving)
        gradients = tape.gradient(loss, tensors)
    else:
        tensors = [ops.convert_to_tensor(array).detach().requires_grad_() for array in arrays]
        out = function(*tensors)
        ops.sum(out * ops.convert_to_tensor(arriving)).backward()
        gradients = [tensor.grad for tensor in tensors]
    return [ops.convert_to_numpy(value) for value in (out, *gradients)]


def turned(function):
    """A layer that works on NHWC, for arrays in NCHW."""
    return lambda x, *rest: keras.ops.transpose(function(keras.ops.transpose(x, (0, 2, 3, 1)), *rest), (0, 3, 1, 2))


def conv_of(x, w, b):
    return keras.ops.conv(x, keras.ops.transpose(w, (2, 3, 1, 0)), strides=1, padding="valid") + b


LAYERS = {
    "conv": (turned(conv_of), lambda g, x, w, b: names["conv_backward"](g, x, w), [(3, 2, 9, 8), (4, 2, 3, 2), (4,)]),
    "dense": (lambda x, w, b: keras.ops.matmul(x, keras.ops.transpose(w)) + b,
              lambda g, x, w, b: names["dense_backward"](g, x, w), [(5, 7), (4, 7), (4,)]),
    "relu": (keras.ops.relu, lambda g, x: [names["relu_backward"](g, x)], [(2, 3, 6, 4)]),
    "max_pool": (turned(lambda x: keras.ops.max_pool(x, 2, 2)), lambda g, x: [names["maxpool_backward"](g, x)],
                 [(2, 3, 6, 4)]),
}
for name, (function, backward, shapes) in LAYERS.items():
    arrays = [random.normal(size=shape).astype(np.float32) for shape in shapes]
    ours = names[name](*arrays)
    arriving = random.normal(size=np.shape(ours)).astype(np.float32)
    out, *gradients = in_keras(function, arrays, arriving)
    assert out.shape == ours.shape and np.abs(out - ours).max() < 1e-5, name
    for mine, theirs in zip(backward(arriving, *arrays), gradients, strict=True):
        assert np.shape(mine) == theirs.shape and np.abs(mine - theirs).max() < 1e-4, name
print("the same on", device.best(), "with", keras.backend.backend())
'''


@pytest.mark.processes
@pytest.mark.parametrize(
    ("where", "backend"),
    [("cpu", "tensorflow"), *((where, "torch") for where in DEVICES), *((where, "") for where in DEVICES[1:])],
)
def test_every_layer_and_the_whole_network_in_keras(where, backend):
    """In a process of its own: Keras chooses its backend and its device once."""
    own = {
        "COURSE_DEVICE": where,
        "KERAS_BACKEND": backend or device.keras_backend(where),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests"), *sys.path]),
    }
    done = subprocess.run(
        [sys.executable, "-c", KERAS], env=os.environ | own, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"the same on {where}" in done.stdout
