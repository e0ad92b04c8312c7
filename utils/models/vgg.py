"""The VGG networks (Simonyan and Zisserman, 2014): VGG16 and VGG19, and a small one for small pictures.

All have `features`, the base that turns a picture into maps, and `classifier`, the head that turns these into one score
for each class. Keys and shapes of the large ones' `state_dict()` are those of torchvision's published checkpoints.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal

from torch import Tensor, nn

Plan = Sequence[int | Literal["pool"]]
POOL: Final = "pool"
VGG16: Plan = (64, 64, POOL, 128, 128, POOL, 256, 256, 256, POOL, 512, 512, 512, POOL, 512, 512, 512, POOL)
VGG19: Plan = (64, 64, POOL, 128, 128, POOL, *(256,) * 4, POOL, *(512,) * 4, POOL, *(512,) * 4, POOL)
SMALL: Plan = (16, 16, POOL, 32, 32, POOL, 64, 64, POOL, 128, 128, POOL)


class VGG(nn.Module):
    """3×3 convolutions and 2×2 pools, then dense layers.

    plan: the output channels of each convolution, and `POOL` for each pool.  Takes (batch, in_channels, rows, columns)
    float32, gives logits (batch, classes).
    """

    def __init__(
        self,
        plan: Plan,
        *,
        in_channels: int = 3,
        classes: int = 1000,
        side: int = 7,
        dense: Sequence[int] = (4096, 4096),
        batch_norm: bool = False,
    ) -> None:
        """side: maps are averaged to side × side before the head.  dense: sizes of the head's hidden layers."""
        super().__init__()
        self.features = nn.Sequential(*_base(plan, in_channels, batch_norm))
        self.avgpool = nn.AdaptiveAvgPool2d((side, side))
        last = next(size for size in reversed(plan) if size != POOL)
        self.classifier = nn.Sequential(*_head([last * side * side, *dense, classes]))

    def forward(self, images: Tensor) -> Tensor:
        """Logits (batch, classes)."""
        return self.classifier(self.avgpool(self.features(images)).flatten(1))


def vgg16(classes: int = 1000) -> VGG:
    """VGG16: 13 convolutions and 3 dense layers, 138,357,544 parameters (553 MB) for 1,000 classes; random weights."""
    return VGG(VGG16, classes=classes)


def vgg19(classes: int = 1000) -> VGG:
    """VGG19: three convolutions more than VGG16, 143,667,240 parameters; random weights."""
    return VGG(VGG19, classes=classes)


def small_vgg(classes: int) -> VGG:
    """A VGG for grey pictures of 32×32: four blocks of two convolutions with batch normalisation, and two dense layers.

    Takes (batch, 1, rows, columns) float32.  Random weights; `pretrained.small_vgg()` gives the trained one.
    """
    return VGG(SMALL, in_channels=1, classes=classes, side=2, dense=(256,), batch_norm=True)


def _base(plan: Plan, channels: int, batch_norm: bool) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for size in plan:
        if size == POOL:
            layers.append(nn.MaxPool2d(2))
            continue
        layers.append(nn.Conv2d(channels, size, kernel_size=3, padding=1))
        if batch_norm:
            layers.append(nn.BatchNorm2d(size))
        layers.append(nn.ReLU(inplace=True))
        channels = size
    return layers


def _head(sizes: Sequence[int]) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes[:-1]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU(inplace=True), nn.Dropout(0.5)]
    return [*layers, nn.Linear(sizes[-2], sizes[-1])]
