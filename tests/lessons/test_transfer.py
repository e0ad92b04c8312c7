"""Lesson 06's own helpers, and the cells of it that need a network, run on a small stand-in for VGG16."""

from itertools import pairwise

import numpy as np
import pytest
from support.course import ROOT

from utils.datasets import download, glyphs
from utils.grading.cells import grade_id
from utils.grading.course import lessons
from utils.models import pretrained
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


def test_printed_letters_lie_in_the_middle_and_differ():
    letters = glyphs.printable("Ab\U0001d7d8Ж")
    assert letters == "AbЖ"  # the font has no double-struck digits
    images = glyphs.printed(letters)
    assert images.shape == (3, 1, 32, 32) and images.dtype == np.float32
    assert images.min() == 0 and images.max() <= 1 and (images.max((1, 2, 3)) > 0.9).all()
    assert not images[:, :, :4].any() and not images[:, :, -4:].any()
    assert all(np.abs(one - other).mean() > 0.05 for one, other in pairwise(images))


def test_the_small_network_reads_most_printed_letters():
    torch = pytest.importorskip("torch")
    alphabet = pretrained.letters()
    latin = glyphs.printable(alphabet[:52])
    with torch.no_grad():
        answers = pretrained.small_vgg()(torch.tensor(glyphs.printed(latin))).argmax(1)
    assert np.mean([alphabet[answer] == letter for answer, letter in zip(answers, latin, strict=True)]) > 0.5


def run_cells_that_fetch(replacements):
    """Run lesson 06's cells that use what is fetched, and what they rest on. Returns their names."""
    names = {"__name__": "__main__"}
    solutions = ("preprocess", "top_k", "extract_features")
    for cell in lessons(ROOT, ["06"])[0].read_source().cells:
        wanted = "import copy" in cell.source or "FETCH" in cell.source or "def strongest_maps(" in cell.source
        wanted = wanted or grade_id(cell) in solutions
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
    monkeypatch.setattr(pretrained, "imagenet_classes", lambda: [f"class {k}" for k in range(1000)])
    monkeypatch.setenv("COURSE_FIGURES", "off")
    mine = tmp_path / "mine.jpg"
    turned = Image.Exif()
    turned[0x0112] = 6  # a telephone's note that the picture is to be turned
    Image.fromarray(camera()[:64, :80]).save(mine, exif=turned)  # in grey
    names = run_cells_that_fetch(FETCHING | {'MY_PICTURE = ""': f"MY_PICTURE = {str(mine)!r}"})
    assert names["shots"].shape == (4, 224, 224, 3) and names["photograph"](mine).shape == (80, 64, 3)
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
    in_torch = theirs(photos.copy(), mode="torch").transpose(0, 3, 1, 2)
    assert np.allclose(names["preprocess"](photos, "torch"), in_torch, atol=1e-4)
