"""A model's parameters as arrays, the same for PyTorch and Keras.

With them a test loads weights that it knows into a student's model and compares the model's output with a calculation
of its own. In the judge, where a student's model is a stand-in, both functions ask the student's process.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

stand_ins: tuple[Any, ...] = ()  # in the judge, what stands for a student's model, which has both functions itself
Place = tuple[Callable[[], np.ndarray], Callable[[Any], Any]]  # how to read a parameter array, and how to write it


def parameters(model: Any, example: Any = None) -> list[np.ndarray]:
    """The parameter arrays of a PyTorch module, or of a Keras model or layer, in the framework's own order.

    That is the order of `state_dict()` in PyTorch (buffers, such as running means, included) and of `weights` in Keras.
    A Keras model has weights once it is built: call it on an input first. Raises TypeError for anything else.

    example: an input. It is run through the model first where a layer waits for one to get its size (LazyLinear).
    """
    try:
        return model.parameters() if isinstance(model, stand_ins) else [get() for get, _ in _places(model)]
    except ValueError:
        if example is None:
            raise
    model(example)
    return parameters(model)


def set_parameters(model: Any, arrays: Sequence[np.ndarray]) -> None:
    """Load `arrays` into the model, in the order of `parameters`.

    Raises ValueError when their number or a shape does not fit (nothing is loaded then), TypeError for no model.
    """
    if isinstance(model, stand_ins):
        model.set_parameters(arrays)
        return
    places = list(_places(model))
    if len(places) != len(arrays):
        raise ValueError(f"this model has {len(places)} parameter arrays, not {len(arrays)}")
    for (get, _), array in zip(places, arrays, strict=True):
        if get().shape != np.shape(array):
            raise ValueError(f"a parameter of shape {get().shape} cannot take an array of shape {np.shape(array)}")
    for (_, put), array in zip(places, arrays, strict=True):
        put(array)


def _places(model: Any) -> Iterable[Place]:
    """How to read and how to write each parameter array."""
    keras, torch = sys.modules.get("keras"), sys.modules.get("torch")
    if keras is not None and isinstance(model, keras.layers.Layer):  # on PyTorch it is a PyTorch module, too
        return map(_weight, model.weights)
    if torch is not None and isinstance(model, torch.nn.Module):
        return map(_tensor, model.state_dict().values())  # these share their memory with the model
    raise TypeError(f"a {type(model).__name__} has no parameters")


def _tensor(tensor: Any) -> Place:
    import torch

    return lambda: tensor.detach().cpu().numpy().copy(), lambda array: tensor.detach().copy_(torch.as_tensor(array))


def _weight(weight: Any) -> Place:
    import keras

    return lambda: np.array(keras.ops.convert_to_numpy(weight)), weight.assign
