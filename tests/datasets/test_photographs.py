"""Photographs: those that are shipped, with their origin, and folders as students make them."""

import csv
import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from utils.datasets import photographs
from utils.datasets.download import DataUnavailable

RED, BLUE, WHITE = (220, 20, 20), (20, 20, 220), (255, 255, 255)


@pytest.fixture(scope="module")
def shipped():
    return photographs.photographs()


@pytest.fixture
def folder(tmp_path):
    """A student's folder: two mugs and two cups, 300 pixels wide and 200 high, red on the left, blue on the right."""
    for kind in ("mug", "cup"):
        (tmp_path / kind).mkdir()
        for number in range(2):
            picture().save(tmp_path / kind / f"{number}.png")
    return tmp_path


def picture(size=(300, 200)):
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image


def read(folder, name, image, **options):
    """What is read of this picture, when it is the first one of the cups."""
    image.save(folder / "cup" / name, **options)
    return photographs.folder_of_photographs(folder)[0][0]


def near(pixel, colour):
    return np.abs(np.subtract(pixel, colour, dtype=float)).max() < 16


# --- what the course ships


def test_the_photographs_are_squares_on_white_in_six_classes(shipped):
    images, labels, names = shipped
    assert images.shape == (132, 224, 224, 3) and images.dtype == np.uint8 and labels.dtype == np.int64
    assert names == ["bird", "flower", "fruit", "hoofed animal", "pawed animal", "vegetable"]
    assert np.bincount(labels).tolist() == [26, 19, 18, 29, 23, 17]
    assert images[:, [0, 0, -1, -1], [0, -1, 0, -1]].min() > 245
    assert len({image.tobytes() for image in images}) == 132


def test_each_has_a_row_that_says_where_it_comes_from():
    with (photographs.FOLDER / "origin.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    there = sorted(str(path.relative_to(photographs.FOLDER)) for path in photographs.FOLDER.rglob("*.jpg"))
    assert [row["file"] for row in rows] == there
    for row in rows:
        assert row["title"] and row["author"] and row["licence"] == "GPL-2"
        assert row["sha256"] == hashlib.sha256((photographs.FOLDER / row["file"]).read_bytes()).hexdigest()
        assert row["source"].startswith("tuxpaint-stamps-default 2022.06.04-1, ") and row["source"].endswith(".png")


def test_their_licence_lies_beside_them_and_they_are_small():
    assert (
        "GNU GENERAL PUBLIC LICENSE\n                       Version 2, June 1991"
        in (photographs.FOLDER / "COPYING").read_text()
    )
    assert sum(path.stat().st_size for path in photographs.FOLDER.rglob("*") if path.is_file()) < 1.1e6


def test_students_get_them_with_their_licence():
    from utils.grading.commands.bundle import contents

    given = {path for path, _ in contents(Path(__file__).resolve().parents[2])}
    for name in ("COPYING", "README.md", "origin.csv", "hoofed animal/zebra.jpg"):
        assert f"data/photographs/{name}" in given


# --- folders of one's own


def test_a_folder_is_a_class(folder):
    (folder / "notes.txt").write_text("no photograph")
    (folder / "mug" / "notes.txt").write_text("no photograph")
    (folder / "mug" / ".DS_Store").write_bytes(b"x")
    (folder / ".cache").mkdir()
    (folder / "empty").mkdir()
    images, labels, names = photographs.folder_of_photographs(str(folder))
    assert names == ["cup", "mug"] and labels.tolist() == [0, 0, 1, 1]
    assert images.shape == (4, 224, 224, 3) and images.dtype == np.uint8
    assert near(images[0, 100, 20], RED) and near(images[0, 100, 200], BLUE)


@pytest.mark.parametrize("name", ["0.jpg", "0.JPEG", "0.webp", "0.png"])
@pytest.mark.parametrize("size", [(300, 200), (90, 150), (3000, 2250)])
def test_formats_and_sizes(folder, name, size):
    image = read(folder, name, picture(size))
    assert near(image[100, 40], RED) and near(image[100, 180], BLUE)


def test_a_photograph_is_turned_upright_as_the_camera_noted(folder):
    turned = Image.Exif()
    turned[0x0112] = 6  # to be turned a quarter clockwise: left comes to the top
    image = read(folder, "0.jpg", picture(), exif=turned)
    assert near(image[20, 112], RED) and near(image[200, 112], BLUE)


def test_what_is_transparent_becomes_white(folder):
    image = picture().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 150, 200))
    seen = read(folder, "0.png", image)
    assert near(seen[100, 40], WHITE) and near(seen[100, 180], BLUE)
    assert near(read(folder, "0.png", image.quantize())[100, 40], WHITE)


@pytest.mark.parametrize("mode", ["L", "1", "I;16", "CMYK"])
def test_grey_and_other_modes(folder, mode):
    if mode == "I;16":
        image = Image.fromarray(np.full((60, 80), 128 * 256, np.uint16))
    else:
        image = Image.new("L", (80, 60), 255 if mode == "1" else 128).convert(mode)
    seen = read(folder, "0.jpg" if mode == "CMYK" else "0.png", image)
    assert near(seen[100, 100], WHITE if mode == "1" else (128, 128, 128))


@pytest.mark.parametrize("kind", ["HEIC", "tiff"])
def test_a_format_that_is_not_read_is_named(folder, kind):
    (folder / "mug" / f"IMG_1.{kind}").write_bytes(b"x")
    with pytest.raises(
        DataUnavailable, match=rf"IMG_1\.{kind} is a {kind.upper()} file, [^\n]*: save or export it as JPEG"
    ):
        photographs.folder_of_photographs(folder)


@pytest.mark.parametrize("content", [b"", b"no picture", "cut"])
@pytest.mark.parametrize("name", ["broken.jpg", "broken.png"])
def test_a_broken_file_is_named_in_one_line(folder, name, content):
    path = folder / "mug" / name
    if content == "cut":
        Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)).save(path)
        content = path.read_bytes()[:1000]
    path.write_bytes(content)
    with pytest.raises(DataUnavailable) as refused:
        photographs.folder_of_photographs(folder)
    assert str(path) in str(refused.value) and "\n" not in str(refused.value)


def test_too_little_is_said(folder, tmp_path_factory):
    (folder / "cup" / "1.png").unlink()
    with pytest.raises(DataUnavailable, match=r"cup has one photograph: 2 of a class are needed"):
        photographs.folder_of_photographs(folder)
    (folder / "cup" / "0.png").unlink()
    with pytest.raises(DataUnavailable, match=r"has 1 folder\(s\) with photographs: make one for each class"):
        photographs.folder_of_photographs(folder)
    with pytest.raises(DataUnavailable, match=r"there is no folder .*: make one"):
        photographs.folder_of_photographs(folder / "nowhere")


# --- splits


def test_a_split_has_the_same_number_of_each_class_and_shares_nothing(shipped):
    labels = shipped[1]
    train, validation, test = photographs.few_shot_split(labels, 5, seed=3, validation=4)
    assert np.bincount(labels[train]).tolist() == [5] * 6 and np.bincount(labels[validation]).tolist() == [4] * 6
    assert sorted([*train, *validation, *test]) == list(range(132))
    assert not np.array_equal(labels[train], np.sort(labels[train]))  # in random order


def test_another_seed_draws_others(shipped):
    first, same, other = (photographs.few_shot_split(shipped[1], 5, seed) for seed in (0, 0, 1))
    assert all(np.array_equal(a, b) for a, b in zip(first, same, strict=True))
    assert set(first[0]) != set(other[0])


def test_a_split_without_validation_and_one_that_leaves_nothing():
    train, validation, test = photographs.few_shot_split([1, 1, 0, 0, 0], 1, validation=0)
    assert (len(train), len(validation), len(test)) == (2, 0, 3) and validation.dtype == train.dtype
    with pytest.raises(ValueError, match="class 1 has 2 photographs: 1 to learn from and 1 to choose with leave none"):
        photographs.few_shot_split([1, 1, 0, 0, 0], 1, validation=1)


# --- on other backgrounds


def test_pasted_on_a_background_both_are_seen(shipped):
    images = shipped[0][::20]
    blue = np.full((300, 250, 3), BLUE, np.uint8)
    found = photographs.pasted(images, [blue], seed=1)
    assert found.shape == images.shape and found.dtype == np.uint8
    share = (np.abs(found.astype(int) - BLUE).max(axis=-1) < 16).mean(axis=(1, 2))
    assert (share > 0.4).all() and (share < 0.97).all()
    assert (found.min(axis=-1) > 250).mean() < 0.02  # nothing of the paper
    assert np.array_equal(found, photographs.pasted(images, [blue], seed=1))
    assert not np.array_equal(found, photographs.pasted(images, [blue], seed=2))


def test_backgrounds_to_learn_from_and_to_test_with_are_others():
    train, test = photographs.backgrounds("train"), photographs.backgrounds("test")
    assert [len(train), len(test)] == [3, 3]
    for image in (*train, *test):
        assert image.dtype == np.uint8 and image.shape[2] == 3 and min(image.shape[:2]) >= 224
    assert len({image.tobytes() for image in (*train, *test)}) == 6
