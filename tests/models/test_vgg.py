"""The VGG networks: keys and shapes of the published checkpoints, and that the small one computes."""

import numpy as np
import pytest
import torch
from torch import nn

from utils.models import vgg

# Of torchvision's published state_dicts: the place of each convolution in `features`, and its output channels.
PUBLISHED = {
    "vgg16": ([0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28], [64, 64, 128, 128, *[256] * 3, *[512] * 6], 138357544),
    "vgg19": (
        [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34],
        [64, 64, 128, 128, *[256] * 4, *[512] * 8],
        143667240,
    ),
}


def published(name):
    """Keys and shapes of the checkpoint with this name."""
    places, channels, _ = PUBLISHED[name]
    shapes = {}
    for place, before, after in zip(places, [3, *channels], channels, strict=False):
        shapes[f"features.{place}.weight"], shapes[f"features.{place}.bias"] = (after, before, 3, 3), (after,)
    for place, before, after in ((0, 25088, 4096), (3, 4096, 4096), (6, 4096, 1000)):
        shapes[f"classifier.{place}.weight"], shapes[f"classifier.{place}.bias"] = (after, before), (after,)
    return shapes


@pytest.mark.parametrize("name", PUBLISHED)
def test_keys_and_shapes_are_the_published_ones(name):
    with torch.device("meta"):
        model = getattr(vgg, name)()
    shapes = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    assert shapes == published(name) and list(shapes) == list(published(name))
    assert sum(values.numel() for values in model.parameters()) == PUBLISHED[name][2]


def test_dropout_stands_after_both_hidden_dense_layers():
    with torch.device("meta"):
        kinds = [type(layer) for layer in vgg.vgg16().classifier]
    assert kinds == [nn.Linear, nn.ReLU, nn.Dropout, nn.Linear, nn.ReLU, nn.Dropout, nn.Linear]


def test_a_thin_vgg16_computes_what_its_layers_compute_one_by_one():
    torch.manual_seed(0)
    thin = [size if size == vgg.POOL else size // 32 for size in vgg.VGG16]
    model = vgg.VGG(thin, classes=5, side=2, dense=(8, 6)).eval()
    images = torch.rand(2, 3, 64, 96)
    maps = images
    for layer in model.features:
        maps = layer(maps)
    assert maps.shape == (2, 16, 2, 3)
    means = nn.functional.adaptive_avg_pool2d(maps, 2)  # to a square, whatever the picture's shape
    hidden = means.reshape(2, 64)
    for place in (0, 3):
        hidden = (hidden @ model.classifier[place].weight.T + model.classifier[place].bias).clip(0)
    logits = hidden @ model.classifier[6].weight.T + model.classifier[6].bias
    assert torch.allclose(model(images), logits, atol=1e-6)


def test_the_small_one_has_the_same_split():
    model = vgg.small_vgg(10).eval()
    assert model.features(torch.zeros(3, 1, 32, 32)).shape == (3, 128, 2, 2)
    assert model(torch.zeros(3, 1, 32, 32)).shape == (3, 10)
    assert [type(layer) for layer in model.classifier] == [nn.Linear, nn.ReLU, nn.Dropout, nn.Linear]
    counted = sum(np.prod(values.shape) for values in model.state_dict().values())
    assert counted < 1.5e6
