"""The small network in stages: its shapes, and that it is put together as EfficientNet-Lite0 is."""

import torch
from torch import nn

from utils.models.efficientnet import EfficientNetLite0
from utils.models.staged import Staged


def test_each_stage_halves_the_maps_and_the_head_takes_pictures_of_any_size():
    net, maps = Staged([[4], [6, 5]], in_channels=2, classes=3, dense=(7,)).eval(), torch.zeros(2, 2, 8, 12)
    shapes = [tuple((maps := stage(maps)).shape) for stage in net.features]
    assert shapes == [(2, 4, 4, 6), (2, 5, 2, 3)]
    assert net(torch.zeros(2, 2, 8, 12)).shape == net(torch.zeros(2, 2, 4, 4)).shape == (2, 3)
    assert [tuple(layer.weight.shape) for layer in net.classifier if isinstance(layer, nn.Linear)] == [(7, 5), (3, 7)]


def test_it_has_the_parts_of_the_large_one():
    for net in (Staged([[4], [5]], classes=6), EfficientNetLite0(classes=6)):
        assert isinstance(net.features, nn.Sequential) and isinstance(net.classifier, nn.Sequential)
        assert [type(layer) for layer in net.classifier[:2]] == [nn.AdaptiveAvgPool2d, nn.Flatten]
        last = net.classifier[-1]
        assert isinstance(last, nn.Linear) and last.out_features == 6
