"""A network as plain data: a list of layers in the order in which a picture goes through them.

Each layer is a dictionary with a `kind` ("conv", "pool" or "dense"), a `name`, and what else describes it.
"""

from typing import Any

Layer = dict[str, Any]


def conv(
    name: str, channels: int, kernel: int, stride: int = 1, padding: int = 0, groups: int = 1, bias: bool = True
) -> Layer:
    """A convolution with `channels` kernels of `kernel` × `kernel` pixels.

    padding: zeros on all four sides.  groups: the channels are split into so many parts that do not see each other.
    """
    return {
        "kind": "conv",
        "name": name,
        "channels": channels,
        "kernel": kernel,
        "stride": stride,
        "padding": padding,
        "groups": groups,
        "bias": bias,
    }


def pool(name: str, kernel: int, stride: int) -> Layer:
    """Pooling over windows of `kernel` × `kernel` pixels, each channel by itself, without padding."""
    return {"kind": "pool", "name": name, "kernel": kernel, "stride": stride, "padding": 0}


def dense(name: str, channels: int, bias: bool = True) -> Layer:
    """A dense (fully connected) layer with `channels` outputs. A volume that comes in is flattened first."""
    return {"kind": "dense", "name": name, "channels": channels, "bias": bias}
