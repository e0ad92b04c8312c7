"""Pretrained networks: the one that the course ships, and the way to VGG's at their full size.

The full-size checkpoints are made here, with random weights, and served from this machine: names, keys, shapes and file
formats are those of the published ones.
"""

import hashlib
import math
import shutil
from types import SimpleNamespace

import h5py
import numpy as np
import pytest
import torch
from skimage.transform import resize
from support.mirror import Mirror

from utils import device
from utils.datasets import download, images
from utils.datasets.download import DataUnavailable
from utils.models import pretrained, vgg

device.use()


@pytest.fixture
def served(tmp_path, monkeypatch):
    """A mirror with the files that a test puts into its folder, and an empty cache. All of it is removed afterwards."""
    monkeypatch.setattr(download, "cache", lambda: tmp_path / "cache")
    with Mirror(tmp_path / "files") as mirror:
        monkeypatch.setenv("COURSE_DATA_MIRROR", mirror.address)
        yield mirror
    shutil.rmtree(tmp_path)  # pytest would keep gigabytes


def offer(monkeypatch, mirror, name, path, **hash):
    """Let the mirror have this file under the set's name. hash: sha256=… or md5=…"""
    for key, value in {"files": path.name, "bytes": path.stat().st_size, **hash}.items():
        monkeypatch.setitem(download.SETS[name], key, (value,))
    target = mirror.folder / name / path.name
    target.parent.mkdir(parents=True)
    path.rename(target)


def hashed(path, kind):
    with path.open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest()


def checkpoint(folder, name, weights, **way):
    """A file as PyTorch publishes them, with the first digits of its hash in its name."""
    torch.save(weights, folder / "new.pth", **way)
    hash = hashed(folder / "new.pth", "sha256")
    return (folder / "new.pth").rename(folder / f"{name}-{hash[:8]}.pth"), hash


def keras_file(folder, model, name="weights.h5"):
    """A VGG16's weights in the format of Keras's published files, with their names of layers."""
    blocks = [f"block{block}_conv{k + 1}" for block, number in enumerate((2, 2, 3, 3, 3), 1) for k in range(number)]
    layers = [layer for layer in (*model.features, *model.classifier) if hasattr(layer, "weight")]
    with h5py.File(folder / name, "w") as file:
        file.attrs["layer_names"] = [key.encode() for key in (*blocks, "flatten", "fc1", "fc2", "predictions")]
        file.create_group("flatten").attrs["weight_names"] = []
        for key, layer in zip((*blocks, "fc1", "fc2", "predictions"), layers, strict=True):
            kernel, bias = layer.weight.detach(), layer.bias.detach()
            if kernel.ndim == 4:
                kernel = kernel.permute(2, 3, 1, 0)
            elif key == "fc1":  # rows, columns and channels are flattened in another order
                kernel = kernel.reshape(-1, 512, 7, 7).permute(2, 3, 1, 0).reshape(512 * 49, -1)
            else:
                kernel = kernel.T
            group = file.create_group(key)
            group.attrs["weight_names"] = [f"{key}_W_1:0".encode(), f"{key}_b_1:0".encode()]
            group[f"{key}_W_1:0"], group[f"{key}_b_1:0"] = kernel.contiguous().numpy(), bias.numpy()
    return folder / name


def cat(convention):
    """The cat (1, 224, 224, 3), prepared as torchvision's weights want it ("torch"), or Keras's ("caffe")."""
    from keras.applications.imagenet_utils import preprocess_input

    picture = resize(255 * images.cat(), (224, 224), preserve_range=True, anti_aliasing=True).astype(np.float32)
    return np.ascontiguousarray(preprocess_input(picture[None], mode=convention))


def strengthened(model):
    """The same model with larger weights, such that its scores neither vanish nor explode."""
    with torch.no_grad():
        for layer in (*model.features, *model.classifier):
            if hasattr(layer, "weight"):
                layer.weight.mul_(math.sqrt(6))
    return model.eval()


def scores(model, picture):
    """What a PyTorch model says of a picture (1, rows, columns, channels)."""
    with torch.no_grad():
        return model(torch.from_numpy(picture).permute(0, 3, 1, 2).contiguous()).numpy()


# --- the network that the course ships


def test_the_small_network_is_small_and_ready():
    model = pretrained.small_vgg()
    assert not model.training and sum(values.numel() for values in model.parameters()) < 1.5e6
    assert (pretrained.FOLDER / "small_vgg.npz").stat().st_size < 6e6
    assert model(torch.zeros(2, 1, 32, 32)).shape == (2, len(pretrained.letters()))
    assert all(values.dtype == torch.float32 for values in model.parameters())


def test_it_knows_letters_and_no_digits():
    letters = pretrained.letters()
    assert len(set(letters)) == len(letters) > 500 and letters.startswith("ABCDEFG")
    assert not any(letter.isnumeric() for letter in letters)


def test_its_curve_is_kept():
    training = pretrained.training()
    curve = training["curve"]
    assert curve[-1]["loss"] < curve[0]["loss"] and curve[-1]["accuracy"] > 10 * curve[0]["accuracy"]
    assert abs(training["accuracy"] - curve[-1]["accuracy"]) < 0.01  # half precision costs nothing


def test_it_reads_letters_in_a_font_it_has_not_seen():
    from pathlib import Path

    import matplotlib as mpl
    from PIL import Image, ImageDraw, ImageFont

    path = Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{pretrained.training()['font_not_trained_on']}.ttf"
    font, right = ImageFont.truetype(str(path), 30), 0
    for letter in "ABEFGHKLMPRTUYabdefghmqrty":
        sheet = Image.new("L", (32, 32))
        left, top, end, bottom = font.getbbox(letter)
        ImageDraw.Draw(sheet).text(((32 - left - end) / 2, (32 - top - bottom) / 2), letter, font=font, fill=255)
        with torch.no_grad():
            logits = pretrained.small_vgg()(torch.from_numpy(np.asarray(sheet) / np.float32(255))[None, None])
        best = [pretrained.letters()[k] for k in logits[0].topk(5).indices]
        right += letter in best
    assert right >= 16


def test_a_damaged_file_is_named(tmp_path, monkeypatch):
    for path in pretrained.FOLDER.iterdir():
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(pretrained, "FOLDER", tmp_path)
    (tmp_path / "small_vgg.npz").write_bytes((tmp_path / "small_vgg.npz").read_bytes()[:-10])
    with pytest.raises(DataUnavailable, match=r"small_vgg\.npz is damaged: get the course's files anew"):
        pretrained.small_vgg()


def test_the_small_network_in_keras_gives_the_same_logits():
    model = pretrained.small_vgg()
    twin = pretrained.in_keras(model, 32)
    pictures = np.random.default_rng(0).random((3, 32, 32, 1), np.float32)
    with torch.no_grad():
        logits = model(torch.from_numpy(pictures).permute(0, 3, 1, 2)).numpy()
    assert np.abs(np.asarray(twin(pictures)) - logits).max() < 1e-4
    assert [layer.name for layer in twin.layers] == ["features", "classifier"]


def test_a_thin_vgg16_in_keras_gives_the_same_logits():
    torch.manual_seed(0)
    thin = [size if size == vgg.POOL else size // 16 for size in vgg.VGG16]
    model = vgg.VGG(thin, classes=11, side=2, dense=(24, 12)).eval()
    pictures = np.random.default_rng(0).random((2, 64, 64, 3), np.float32)
    with torch.no_grad():
        logits = model(torch.from_numpy(pictures).permute(0, 3, 1, 2)).numpy()
    assert np.abs(np.asarray(pretrained.in_keras(model, 64)(pictures)) - logits).max() < 1e-5
    with pytest.raises(ValueError, match="maps of 3×3, not"):
        pretrained.in_keras(model, 96)


@pytest.mark.parametrize("convention", ["torch", "caffe"])
def test_both_ways_to_prepare_a_picture_suit_both_libraries(convention):
    torch.manual_seed(0)
    thin = [size if size == vgg.POOL else size // 16 for size in vgg.VGG16]
    model = strengthened(vgg.VGG(thin, classes=11, dense=(24, 12)))
    expected = scores(model, cat(convention))
    twin = pretrained.in_keras(model, 224)
    assert np.ptp(expected) > 0.01 and np.abs(np.asarray(twin(cat(convention))) - expected).max() < 1e-3


# --- the networks that are fetched


def test_a_checkpoint_with_other_keys_is_refused(served, monkeypatch, tmp_path):
    path, hash = checkpoint(tmp_path, "vgg16", {"features.0.weight": torch.zeros(64, 3, 3, 3)})
    offer(monkeypatch, served, "vgg16", path, sha256=hash)
    with pytest.raises(RuntimeError, match="Missing key"):
        pretrained.vgg16()


@pytest.mark.parametrize("name", ["vgg16", "keras_vgg16"])
@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("hash", "sent a file with the wrong"),
        ("cut", "has only 900 of its 1,000 bytes"),
        ("disk", "there is no room for weights"),
        ("network", "no connection"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line_and_nothing_broken_is_left(
    served, monkeypatch, tmp_path, name, trouble, said
):
    path = tmp_path / "weights"
    path.write_bytes(b"x" * (900 if trouble == "cut" else 1000))
    kind = "md5" if name == "keras_vgg16" else "sha256"
    offer(monkeypatch, served, name, path, **{kind: hashlib.new(kind, b"y" * 1000).hexdigest()})
    monkeypatch.setitem(download.SETS[name], "bytes", (1000,))
    if trouble == "disk":
        monkeypatch.setattr(download.shutil, "disk_usage", lambda folder: SimpleNamespace(free=200))
    if trouble == "network":
        monkeypatch.setenv("COURSE_DATA_MIRROR", "http://127.0.0.1:9")
    with pytest.raises(DataUnavailable) as refused:
        getattr(pretrained, name)()
    assert said in str(refused.value) and "\n" not in str(refused.value)
    assert refused.value._render_traceback_() == [f"✗ {refused.value}"]
    assert [found for found in (tmp_path / "cache").rglob("*") if found.is_file()] == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_full_size_checkpoints_are_fetched_loaded_and_run(served, monkeypatch, tmp_path, capsys):
    """VGG16 through PyTorch's format, the transfer cut on the way, and through Keras's: the same scores for the cat.

    It writes and reads gigabytes, and takes about half a minute.
    """
    torch.manual_seed(0)
    model = strengthened(vgg.vgg16())
    expected = {convention: scores(model, cat(convention)) for convention in ("torch", "caffe")}
    path, hash = checkpoint(tmp_path, "vgg16", model.state_dict(), _use_new_zipfile_serialization=False)
    offer(monkeypatch, served, "vgg16", path, sha256=hash)
    path = keras_file(tmp_path, model)
    offer(monkeypatch, served, "keras_vgg16", path, md5=hashed(path, "md5"))
    del model

    served.cuts = [200_000_000]
    loaded = pretrained.vgg16()
    assert served.begins[0] == 0 and 190_000_000 < served.begins[1] <= 200_000_000 and len(served.begins) == 2
    assert "553 MB from http" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "cache" / "vgg16").iterdir()] == [f"vgg16-{hash[:8]}.pth"]
    assert all(np.array_equal(scores(loaded, cat(convention)), right) for convention, right in expected.items())
    del loaded

    twin = pretrained.keras_vgg16(activation=None)
    for convention, right in expected.items():
        theirs = np.asarray(twin(cat(convention)))
        assert np.ptp(right) > 0.5 and np.abs(theirs - right).max() < 1e-3
        assert np.argsort(theirs[0])[-5:].tolist() == np.argsort(right[0])[-5:].tolist()
