"""A small network in stages, put together as EfficientNet-Lite0 is, to try functions on that work on both."""

from collections.abc import Sequence

from torch import Tensor, nn


class Staged(nn.Module):
    """Convolutions with batch normalisation in stages, then a head. Random weights.

    `features` is the base, a stage after the other: `features[0]` is the first. Each halves rows and columns.
    `classifier` is the head: the average of each map, then dense layers.

    Takes (batch, in_channels, rows, columns) float32, gives logits (batch, classes).
    """

    def __init__(
        self, stages: Sequence[Sequence[int]], *, in_channels: int = 3, classes: int = 10, dense: Sequence[int] = ()
    ) -> None:
        """stages: for each the output channels of its convolutions.  dense: sizes of the head's hidden layers."""
        super().__init__()
        base, channels = [], in_channels
        for stage in stages:
            layers: list[nn.Module] = []
            for size in stage:
                layers += [nn.Conv2d(channels, size, kernel_size=3, padding=1), nn.BatchNorm2d(size), nn.ReLU()]
                channels = size
            base.append(nn.Sequential(*layers, nn.MaxPool2d(2)))
        head: list[nn.Module] = [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
        for size in dense:
            head += [nn.Linear(channels, size), nn.ReLU(), nn.Dropout(0.5)]
            channels = size
        self.features = nn.Sequential(*base)
        self.classifier = nn.Sequential(*head, nn.Linear(channels, classes))

    def forward(self, images: Tensor) -> Tensor:
        """Logits (batch, classes)."""
        return self.classifier(self.features(images))
