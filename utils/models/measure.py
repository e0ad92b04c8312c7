"""What a network given as a list of layers costs and sees, measured on PyTorch.

A lesson's test asks this about a network that a student has designed, so it rests on no exercise: parameters and work
are counted on real layers, and what a value sees is where its gradient is not 0. (Where an exercise asks for these
numbers by hand, this module counts as a routine that does the work.)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from utils.models.layers import Layer

LONG = 4096  # pixels of the row on which a field is measured


@dataclass(frozen=True)
class Measured:
    """Parameters, multiply-accumulates for one picture, and the pixels of a row that a value of the last map sees."""

    parameters: int
    work: int
    field: int


def measure(layers: Sequence[Layer], shape: tuple[int, int, int]) -> Measured:
    """Measure a network on pictures of this shape, (channels, rows, columns). Raises ValueError for one of no use."""
    if wrong := problem(layers, shape):
        raise ValueError(wrong)
    parameters, work = 0, 0
    with torch.device("meta"):  # shapes without numbers: a network of any size costs nothing
        values = torch.zeros(1, *shape)
        for one in layers:
            made = _made(one, values)
            values = made(values)
            sizes = [tensor.numel() for tensor in made.parameters()]
            parameters += sum(sizes)
            if sizes:
                work += sizes[0] * (values[0, 0].numel() if values.ndim == 4 else 1)
    return Measured(parameters, work, _field(layers))


def problem(layers: Sequence[Layer], shape: tuple[int, int, int]) -> str:
    """Why these layers are no convolutional network for such pictures; "" when they are."""
    if not isinstance(layers, (list, tuple)) or not layers or not all(isinstance(one, dict) for one in layers):
        return "a list of layers is wanted, made with `conv`, `pool` and `dense`"
    kinds = [layer["kind"] for layer in layers]
    numbers = [layer[key] for layer in layers for key in ("channels", "kernel", "stride", "groups") if key in layer]
    if not all(isinstance(number, int) and number > 0 for number in numbers):
        return "channels, windows, strides and groups are whole numbers from 1"
    if not all(isinstance(layer.get("padding", 0), int) and layer.get("padding", 0) >= 0 for layer in layers):
        return "padding is a whole number from 0: it adds pixels and takes none away"
    if "conv" not in kinds:
        return "there is no convolution in it: this is to be a convolutional network"
    if "dense" in kinds and (later := set(kinds[kinds.index("dense") :]) - {"dense"}):
        no = {"conv": "no convolution", "pool": "no pooling"}
        what = no[min(later)] if len(later) == 1 else "neither convolution nor pooling"
        return f"behind a dense layer there are no rows and columns: {what} may follow"
    return _misfit(layers, shape)


def _misfit(layers: Sequence[Layer], shape: tuple[int, int, int]) -> str:
    channels, *sides = shape
    for one in layers:
        if one["kind"] == "dense":
            break
        groups = one.get("groups", 1)
        if channels % groups or one.get("channels", 0) % groups:
            return "the channels cannot be split into that many groups"
        if min(sides) + 2 * one["padding"] < one["kernel"]:
            return "a window does not fit: at its place the map has become smaller than the window"
        with torch.device("meta"):
            values = torch.zeros(1, channels, *sides)
            values = _made(one, values)(values)
        channels, *sides = values.shape[1:]
    return ""


def _made(layer: Layer, values: torch.Tensor) -> nn.Module:
    """The layer in PyTorch, for such values."""
    kind = layer["kind"]
    if kind == "dense":
        return nn.Sequential(nn.Flatten(), nn.Linear(values[0].numel(), layer["channels"], layer["bias"]))
    if kind == "pool":
        return nn.MaxPool2d(layer["kernel"], layer["stride"])
    how = [layer[key] for key in ("kernel", "stride", "padding")]
    return nn.Conv2d(values.shape[1], layer["channels"], *how, groups=layer["groups"], bias=layer["bias"])


def _field(layers: Sequence[Layer]) -> int:
    """The pixels of a row that one value of the last map sees: every window adds up what is under it."""
    row = torch.ones(1, 1, LONG, dtype=torch.float64, requires_grad=True)
    values: torch.Tensor = row
    for one in layers:
        if one["kind"] != "dense":
            window = torch.ones(1, 1, one["kernel"], dtype=torch.float64)
            values = nn.functional.conv1d(values, window, stride=one["stride"], padding=one["padding"])
            values = values / values.detach().abs().max()  # the sums of many layers would become too large
    values[0, 0, values.shape[2] // 2].backward()
    seen = torch.nonzero(row.grad[0, 0])
    return int(seen.max() - seen.min() + 1)
