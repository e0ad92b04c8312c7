"""Networks that have already learned: a small one that the course brings along, and VGG with the weights of ImageNet.

The small one was trained on letters by docs/pretrain.py; data/pretrained/ says how. The others are fetched once, from
where PyTorch and Keras publish them (see utils.datasets.download): call them only when asked.
A network that has learned ImageNet and comes with the course's packages is in utils/models/efficientnet.py.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from utils.datasets import download
from utils.models import vgg
from utils.models.efficientnet import imagenet_classes

__all__ = ["imagenet_classes", "in_keras", "keras_vgg16", "letters", "small_vgg", "training", "vgg16", "vgg19"]
FOLDER = Path(__file__).resolve().parents[2] / "data" / "pretrained"


def small_vgg() -> vgg.VGG:
    """The small network that can tell letters apart, ready to be used (in evaluation mode, on the CPU).

    Takes (batch, 1, 32, 32) float32 from 0 (paper) to 1 (ink), gives logits (batch, letters); see `letters`.
    Raises DataUnavailable when its file is not the one that was shipped.
    """
    file = FOLDER / "small_vgg.npz"
    if hashlib.sha256(file.read_bytes()).hexdigest() != training()["sha256"]:
        raise download.DataUnavailable("data/pretrained/small_vgg.npz is damaged: get the course's files anew.")
    model = vgg.small_vgg(len(letters()))
    with np.load(file) as arrays:
        model.load_state_dict({key: torch.from_numpy(arrays[key]) for key in arrays})
    return model.eval()


def letters() -> str:
    """The letters that `small_vgg` can tell apart, in the order of its logits."""
    return training()["letters"]


def training() -> dict[str, Any]:
    """How `small_vgg` was trained: "seconds", "pictures_seen", "accuracy", and "curve", a list of points with "step",
    "loss" and "accuracy" (on a font that it was not trained on)."""
    return json.loads((FOLDER / "small_vgg.json").read_text(encoding="utf-8"))


def vgg16() -> vgg.VGG:
    """VGG16 with torchvision's weights for ImageNet, ready to be used; 553 MB are fetched the first time.

    Raises DataUnavailable when they cannot be had.
    """
    return _imagenet("vgg16")


def vgg19() -> vgg.VGG:
    """VGG19 with torchvision's weights for ImageNet, ready to be used; 575 MB are fetched the first time.

    Raises DataUnavailable when they cannot be had.
    """
    return _imagenet("vgg19")


def keras_vgg16(activation: str | None = "softmax") -> Any:
    """VGG16 of keras.applications with Keras's weights for ImageNet; 553 MB are fetched the first time.

    activation: "softmax" for probabilities, None for logits.  Raises DataUnavailable when they cannot be had.
    """
    import keras

    (path,) = download.fetched("keras_vgg16")
    return keras.applications.VGG16(weights=str(path), classifier_activation=activation)


def in_keras(model: vgg.VGG, side: int) -> Any:
    """The same network with the same weights as a Keras model of two parts, the layers "features" and "classifier".

    side: of the pictures that it is to take, (batch, side, side, channels).  It gives logits (batch, classes).
    Raises ValueError when the maps would have to be averaged before the head: Keras has no such layer.
    """
    import keras

    channels = model.features[0].in_channels
    features = keras.Sequential([keras.Input((side, side, channels)), *map(_twin, model.features)], name="features")
    maps = features.output_shape[1:]
    if (maps[0], maps[1]) != model.avgpool.output_size:
        raise ValueError(f"pictures of {side}×{side} give maps of {maps[0]}×{maps[1]}, not {model.avgpool.output_size}")
    head = [keras.Input(maps), keras.layers.Flatten(), *map(_twin, model.classifier)]
    classifier = keras.Sequential(head, name="classifier")
    twin = keras.Sequential([keras.Input((side, side, channels)), features, classifier])
    theirs = [layer for part in (features, classifier) for layer in part.layers if layer.weights]
    ours = [layer for layer in (*model.features, *model.classifier) if layer.state_dict()]
    for layer, own in zip(theirs, ours, strict=True):
        layer.set_weights(_arrays(own, maps if own is model.classifier[0] else None))
    return twin


def _imagenet(name: str) -> vgg.VGG:
    (path,) = download.fetched(name)
    url = f"{download.SETS[name]['addresses'][0]}/{path.name}"  # not asked: the file is there
    weights = torch.hub.load_state_dict_from_url(
        url, model_dir=str(path.parent), map_location="cpu", check_hash=True, weights_only=True
    )
    with torch.device("meta"):  # shapes alone: its random weights would be thrown away
        model = getattr(vgg, name)()
    model.load_state_dict(weights, assign=True)
    return model.eval()


def _twin(layer: nn.Module) -> Any:
    """Keras's layer of the same kind."""
    import keras

    match layer:
        case nn.Conv2d():
            return keras.layers.Conv2D(layer.out_channels, layer.kernel_size, padding="same")
        case nn.BatchNorm2d() if layer.momentum is not None:
            return keras.layers.BatchNormalization(epsilon=layer.eps, momentum=1 - layer.momentum)
        case nn.MaxPool2d():
            return keras.layers.MaxPooling2D(layer.kernel_size)
        case nn.Linear():
            return keras.layers.Dense(layer.out_features)
        case nn.Dropout():
            return keras.layers.Dropout(layer.p)
        case nn.ReLU():
            return keras.layers.ReLU()
    raise TypeError(f"no layer of Keras is known for {type(layer).__name__}")


def _arrays(layer: nn.Module, maps: tuple[int, int, int] | None) -> list[np.ndarray]:
    """A layer's weights in Keras's order and axes. maps: what was flattened before it, (rows, columns, channels)."""
    weight, *others = [value.cpu().numpy() for value in layer.state_dict().values() if value.ndim]
    if weight.ndim == 4:  # from (out, in, rows, columns)
        weight = weight.transpose(2, 3, 1, 0)
    elif weight.ndim == 2:
        if maps is not None:  # from channels first to channels last
            weight = weight.reshape(-1, maps[2], maps[0], maps[1]).transpose(0, 2, 3, 1).reshape(len(weight), -1)
        weight = weight.T
    return [weight, *others]
