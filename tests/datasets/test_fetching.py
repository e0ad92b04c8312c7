"""Fetching from a mirror on this machine: going on after a cut, and what all that can go wrong says and leaves."""

import hashlib
from types import SimpleNamespace

import numpy as np
import pytest
from support.mirror import Mirror

from utils.datasets import download
from utils.datasets.download import DataUnavailable

CONTENT = np.random.default_rng(0).bytes(300_001)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """An empty folder for what is fetched."""
    monkeypatch.setattr(download, "cache", lambda: tmp_path / "cache")
    return tmp_path / "cache" / "weights"


@pytest.fixture(params=["sha256", "md5"])
def mirror(tmp_path, kept, monkeypatch, request):
    """A mirror that has the one file of a set with the name "weights"."""
    known = {
        "megabytes": 0.3,
        "addresses": ("http://127.0.0.1:9/nowhere",),
        "files": ("w.bin",),
        request.param: (hashlib.new(request.param, CONTENT).hexdigest(),),
        "bytes": (len(CONTENT),),
    }
    monkeypatch.setitem(download.SETS, "weights", known)
    (tmp_path / "files" / "weights").mkdir(parents=True)
    (tmp_path / "files" / "weights" / "w.bin").write_bytes(CONTENT)
    with Mirror(tmp_path / "files") as served:
        monkeypatch.setenv("COURSE_DATA_MIRROR", served.address)
        yield served


def refused():
    """The message of the error, which is one line and says what to do without a traceback."""
    with pytest.raises(DataUnavailable) as caught:
        download.fetched("weights")
    assert "\n" not in str(caught.value) and caught.value._render_traceback_() == [f"✗ {caught.value}"]
    return str(caught.value)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def test_it_is_fetched_once(mirror, kept):
    assert download.fetched("weights") == [kept / "w.bin"]
    assert download.fetched("weights") == [kept / "w.bin"]
    assert contents(kept) == {"w.bin": CONTENT} and mirror.begins == [0]


def test_a_mirror_can_be_a_folder(mirror, kept, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(mirror.folder))
    download.fetched("weights")
    assert contents(kept) == {"w.bin": CONTENT} and mirror.begins == []


def test_after_a_cut_it_goes_on_where_it_stopped(mirror, kept):
    mirror.cuts = [100_000, 80_000]
    download.fetched("weights")
    assert contents(kept) == {"w.bin": CONTENT}
    assert mirror.begins[0] == 0 and mirror.begins == sorted(set(mirror.begins)) and len(mirror.begins) == 3


def test_what_has_arrived_is_kept_for_the_next_time(mirror, kept):
    mirror.cuts = [100_000, 0, 0]
    said = refused()
    assert "the transfer was interrupted" in said and "running this again goes on from there" in said
    arrived = contents(kept)
    assert list(arrived) == ["w.bin.part"] and CONTENT.startswith(arrived["w.bin.part"])
    begin = len(arrived["w.bin.part"])
    download.fetched("weights")
    assert begin > 0 and mirror.begins[-1] == begin and contents(kept) == {"w.bin": CONTENT}


def test_all_had_arrived_when_it_was_stopped(mirror, kept):
    kept.mkdir(parents=True)
    (kept / "w.bin.part").write_bytes(CONTENT)
    download.fetched("weights")
    assert contents(kept) == {"w.bin": CONTENT} and mirror.begins == []


def test_the_part_of_another_file_is_found_out(mirror, kept):
    kept.mkdir(parents=True)
    (kept / "w.bin.part").write_bytes(b"x" * 1000)
    assert "with the wrong " in refused() and contents(kept) == {}
    download.fetched("weights")
    assert contents(kept) == {"w.bin": CONTENT}


def test_a_wrong_hash(mirror, kept):
    (mirror.folder / "weights" / "w.bin").write_bytes(CONTENT[::-1])
    said = refused()
    assert "which was thrown away). Take it from another place" in said and ("SHA-256" in said or "MD5" in said)
    assert "put w.bin into data/cache/weights/" in said and contents(kept) == {}


def test_a_damaged_file_in_the_cache_is_fetched_anew(mirror, kept):
    download.fetched("weights")
    (kept / "w.bin").write_bytes(CONTENT[:-1] + b"?")
    download.fetched("weights")
    assert contents(kept) == {"w.bin": CONTENT}


@pytest.mark.parametrize("folder", [False, True], ids=["address", "folder"])
def test_a_truncated_file(mirror, kept, monkeypatch, folder):
    if folder:
        monkeypatch.setenv("COURSE_DATA_MIRROR", str(mirror.folder))
    (mirror.folder / "weights" / "w.bin").write_bytes(CONTENT[:1234])
    said = refused()
    assert "has only 1,234 of its 300,001 bytes" in said and "Take it from another place" in said
    assert contents(kept) == {}


def test_no_room_is_seen_before_it_begins(mirror, kept, monkeypatch):
    monkeypatch.setattr(download.shutil, "disk_usage", lambda folder: SimpleNamespace(free=200))
    said = refused()
    assert "no room for w.bin" in said and "it needs 0.3 MB" in said and "make room, and run this again" in said
    assert contents(kept) == {} and mirror.begins == []


def test_the_disk_fills_up_on_the_way(mirror, kept):
    kept.mkdir(parents=True)
    (kept / "w.bin.part").symlink_to("/dev/full")  # every write to it fails as on a full disk
    assert "no room for w.bin" in refused()
    assert contents(kept) == {} and mirror.begins == [0]


def test_no_network(mirror, kept, monkeypatch):
    monkeypatch.delenv("COURSE_DATA_MIRROR")
    said = refused()
    assert "http://127.0.0.1:9/nowhere: no connection" in said and "Is there a network?" in said
    assert "set COURSE_DATA_MIRROR to an address or a folder that has weights/" in said and contents(kept) == {}


def test_the_mirror_lacks_the_file(mirror, kept):
    (mirror.folder / "weights" / "w.bin").unlink()
    assert "status 404" in refused() and contents(kept) == {}


def test_size_and_time_are_said_before_a_large_file(mirror, monkeypatch, capsys):
    monkeypatch.setattr(download, "LARGE", 100_000)
    download.fetched("weights")
    assert "Fetching w.bin, once: 0 MB from http" in capsys.readouterr().out
    download.fetched("weights")
    assert capsys.readouterr().out == ""


def test_the_known_files_have_hashes_and_sizes():
    known = [file for name in download.SETS for file in download.files(name)]
    assert len({file.hash for file in known}) == len(known)
    assert all(len(file.hash) == {"sha256": 64, "md5": 32}[file.kind] for file in known)
    for name in ("vgg16", "vgg19"):  # PyTorch writes the hash's first digits into the name
        (file,) = download.files(name)
        assert file.name == f"{name}-{file.hash[:8]}.pth"


def test_the_keras_file_is_the_one_that_keras_names():
    from keras.src.applications import vgg16

    (file,) = download.files("keras_vgg16")
    assert f"{download.SETS['keras_vgg16']['addresses'][0]}/{file.name}" == vgg16.WEIGHTS_PATH


def test_how_to_get_the_weights_is_said_without_fetching_them():
    said = download.how_to("vgg16")
    assert "about 553 MB, once" in said and "put vgg16-397923af.pth into data/cache/vgg16/" in said
    assert "its 4 files" in download.how_to("mnist") and "about 12 MB" in download.how_to("mnist")


def test_only_pictures_are_loaded_as_pictures():
    with pytest.raises(ValueError, match="there are mnist, fashion_mnist"):
        download.load("vgg16")
