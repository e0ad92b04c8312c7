"""Lesson 06's own helpers, and the cells of it that need a network, run on a small stand-in for VGG16."""

import copy

import numpy as np
import pytest
from support.course import ROOT

from utils.datasets import download
from utils.grading.cells import grade_id
from utils.grading.course import lessons
from utils.models import pretrained
from utils.models.efficientnet import EfficientNetLite0
from utils.statistics import confidence_interval, samples_per_class


def test_samples_are_drawn_evenly_and_each_draw_is_another():
    labels = np.array([2, 0, 1, 0, 2, 1, 0, 1, 2, 0])
    places = samples_per_class(labels, 2, draw=0)
    assert labels[places].tolist() == [0, 0, 1, 1, 2, 2] and len(set(places)) == 6
    assert np.array_equal(places, samples_per_class(labels, 2, draw=0))
    assert any(not np.array_equal(places, samples_per_class(labels, 2, draw)) for draw in (1, 2, 3))


def test_an_interval_is_students():
    mean, half = confidence_interval([0.1, 0.2, 0.6])
    assert (round(mean, 3), round(half, 3)) == (0.3, 0.657)  # 4.303 · 0.2646 / √3


@pytest.mark.parametrize("name", ["freeze", "unfreeze_from", "parameter_groups", "extract_features", "replace_head"])
def test_what_is_written_for_the_small_network_works_on_the_one_that_knows_imagenet(name):
    torch = pytest.importorskip("torch")
    names = {"np": np, "torch": torch, "nn": torch.nn, "copy": copy}
    exec(lessons(ROOT, ["06"])[0].solutions()[name], names)
    net, function = EfficientNetLite0(classes=4), names[name]
    if name == "freeze":
        assert function(net) == ["classifier.3.weight", "classifier.3.bias"] and not net.features.training
    elif name == "unfreeze_from":
        learning = function(net, 8)
        assert {label.rpartition(".")[0] for label in learning} == {"features.8.0", "features.8.1", "classifier.3"}
    elif name == "parameter_groups":
        groups = function(net, 1.0, 0.5)
        assert [group["lr"] for group in groups] == [0.5**k for k in range(10)]
        assert sum(len(group["params"]) for group in groups) == len(list(net.parameters()))
    elif name == "extract_features":
        assert function(net, np.zeros((3, 3, 64, 64), np.float32), 9, 2).shape == (3, 1280, 2, 2)
    else:
        heir = function(net, 6)
        assert heir(torch.zeros(2, 3, 64, 64)).shape == (2, 6) and net.classifier[3].out_features == 4


def run_cells_that_fetch(replacements):
    """Run lesson 06's cells that use what is fetched, and what they rest on. Returns their names."""
    names = {"__name__": "__main__"}
    solutions = ("preprocess", "top_k")
    for cell in lessons(ROOT, ["06"])[0].read_source().cells:
        wanted = "import copy" in cell.source or "FETCH" in cell.source or "MY_PICTURE" in cell.source
        wanted = (
            wanted or grade_id(cell) in solutions or cell.source.startswith(("import skimage", "lite = ", "def ready("))
        )
        if cell.cell_type == "code" and wanted:
            code = cell.source
            for old, new in replacements.items():
                code = code.replace(old, new)
            exec(code, names)
    return names


FETCHING = {"FETCH = False": "FETCH = True", "FETCH_KERAS = False": "FETCH_KERAS = True"}


def test_the_cells_of_lesson_06_that_need_a_network_run(monkeypatch, capsys, tmp_path):
    torch = pytest.importorskip("torch")
    from PIL import Image
    from skimage.data import camera

    from utils.models.vgg import POOL, VGG

    torch.manual_seed(0)
    stand_in = VGG(
        [4, POOL] * 5, dense=(8, 8)
    ).eval()  # VGG16's five poolings and its input, at a price that a test can pay
    monkeypatch.setattr(pretrained, "vgg16", lambda: stand_in)
    monkeypatch.setattr(pretrained, "keras_vgg16", lambda activation: pretrained.in_keras(stand_in, 224))
    monkeypatch.setenv("COURSE_FIGURES", "off")
    mine = tmp_path / "mine.jpg"
    turned = Image.Exif()
    turned[0x0112] = 6  # a telephone's note that the picture is to be turned
    Image.fromarray(camera()[:64, :80]).save(mine, exif=turned)  # in grey
    names = run_cells_that_fetch(FETCHING | {'MY_PICTURE = ""': f"MY_PICTURE = {str(mine)!r}"})
    assert names["shots"].shape == (6, 224, 224, 3) and names["photograph"](mine).shape == (80, 64, 3)
    assert "largest difference" in capsys.readouterr().out and names["keras_big"] is not None


def test_lesson_06_goes_on_where_the_weights_cannot_be_had(monkeypatch, capsys, tmp_path):
    pytest.importorskip("torch")
    monkeypatch.setattr(download, "cache", lambda: tmp_path)
    monkeypatch.setenv("COURSE_FIGURES", "off")
    monkeypatch.setenv("COURSE_DATA_MIRROR", "http://127.0.0.1:9")
    names = run_cells_that_fetch(FETCHING)
    said = capsys.readouterr().out
    assert not names["FETCH"] and "big" not in names and names["keras_big"] is None
    assert "no connection" in said and "The notebook goes on without it." in said and said.count("✗") == 1


def test_preprocess_is_what_the_libraries_do():
    import keras

    names = {"np": np}
    exec(lessons(ROOT, ["06"])[0].solutions()["preprocess"], names)
    photos = np.random.default_rng(0).integers(0, 256, (2, 5, 4, 3)).astype(np.float32)
    theirs = keras.applications.imagenet_utils.preprocess_input
    assert np.allclose(names["preprocess"](photos, "keras"), theirs(photos.copy(), mode="caffe"), atol=1e-3)
    assert np.allclose(names["preprocess"](photos, "lite"), (photos.transpose(0, 3, 1, 2) - 127) / 128)
    in_torch = theirs(photos.copy(), mode="torch").transpose(0, 3, 1, 2)
    assert np.allclose(names["preprocess"](photos, "torch"), in_torch, atol=1e-4)
