"""The loader of large data, against a mirror that these tests serve themselves, with small files of the same form."""

import gzip
import hashlib
import io
import os
import re
import socket
import tarfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np
import pytest
from support.course import ROOT

from utils import training
from utils.datasets import download, mnist
from utils.figures import charts, learning
from utils.grading.course import lessons

LABELS = download.FILES[1]
CIFAR_PARTS = {"data_batch_2.bin": 2, "a.html": 1, "data_batch_1.bin": 2, "data_batch_3.bin": 1, "test_batch.bin": 2}


def idx(array):
    """An array as a gzipped file of MNIST's form."""
    header = bytes([0, 0, 8, array.ndim]) + b"".join(side.to_bytes(4, "big") for side in array.shape)
    return gzip.compress(header + array.tobytes(), mtime=0)


class Mirror:
    """Serves files. `cut`: of how many answers only half is sent; `asked`: what was asked for, with the range."""

    def __init__(self, contents):
        self.contents, self.cut, self.asked, self.ranges = contents, 0, [], True
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                mirror.answer(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request):
        begin = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        self.asked.append((request.path, begin and int(begin[1])))
        content = self.contents.get(request.path)
        if content is None:
            request.send_error(404)
            return
        start = int(begin[1]) if begin and self.ranges else 0
        if start and start >= len(content):
            request.send_error(416)
            return
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        rest = content[start:]
        if self.cut:
            self.cut -= 1
            rest = rest[: len(rest) // 2]
        request.wfile.write(rest)


@pytest.fixture
def arrays():
    random = np.random.default_rng(0)
    return [random.integers(0, 256, shape).astype(np.uint8) for shape in ((60, 28, 28), (60,), (10, 28, 28), (10,))]


@pytest.fixture
def mirror(arrays, monkeypatch, tmp_path):
    """A mirror of a small Fashion-MNIST, an empty cache, and no progress bars."""
    files = dict(zip(download.FILES, map(idx, arrays), strict=True))
    served = Mirror({f"/fashion_mnist/{name}": content for name, content in files.items()})
    hashes = tuple(hashlib.sha256(content).hexdigest() for content in files.values())
    own = {"megabytes": 1, "addresses": (f"{served.address}/fashion_mnist",), "sha256": hashes}
    monkeypatch.setitem(download.SETS, "fashion_mnist", own)
    monkeypatch.setattr(download, "cache", lambda: tmp_path / "cache")
    monkeypatch.setenv("COURSE_WIDGETS", "off")
    monkeypatch.delenv("COURSE_DATA_MIRROR", raising=False)
    yield served
    served.server.shutdown()


def left(tmp_path):
    return sorted(path.name for path in (tmp_path / "cache").rglob("*") if path.is_file())


def test_the_right_files_arrive_as_arrays(mirror, arrays, tmp_path):
    loaded = download.load("fashion_mnist")
    assert all(a.dtype == np.uint8 and np.array_equal(a, b) for a, b in zip(loaded, arrays, strict=True))
    assert left(tmp_path) == sorted(download.FILES)


def test_the_second_time_nothing_is_fetched(mirror, arrays):
    download.load("fashion_mnist")
    mirror.asked.clear()
    assert np.array_equal(download.load("fashion_mnist")[3], arrays[3])
    assert mirror.asked == []


def test_a_wrong_file_is_refused_and_not_kept(mirror, tmp_path):
    mirror.contents[f"/fashion_mnist/{LABELS}"] = idx(np.zeros(60, np.uint8))
    with pytest.raises(download.DataUnavailable, match="wrong SHA-256") as refused:
        download.load("fashion_mnist")
    assert LABELS in str(refused.value) and "\n" not in str(refused.value)
    assert left(tmp_path) == [download.FILES[0]]


def test_a_file_that_went_bad_in_the_cache_is_fetched_anew(mirror, arrays, tmp_path):
    download.load("fashion_mnist")
    (tmp_path / "cache" / "fashion_mnist" / LABELS).write_bytes(b"bad")
    assert np.array_equal(download.load("fashion_mnist")[1], arrays[1])


def test_an_interrupted_transfer_goes_on_where_it_stopped(mirror, arrays):
    mirror.cut = 1
    assert np.array_equal(download.load("fashion_mnist")[0], arrays[0])
    size = len(mirror.contents[f"/fashion_mnist/{download.FILES[0]}"])
    (_, first), (path, second) = mirror.asked[:2]
    assert path == f"/fashion_mnist/{download.FILES[0]}"
    assert first is None and size // 2 - download.CHUNK <= second <= size // 2


def test_interrupted_for_good_it_says_so_and_the_next_call_goes_on(mirror, arrays, tmp_path):
    mirror.cut = download.ATTEMPTS
    with pytest.raises(download.DataUnavailable, match="interrupted"):
        download.load("fashion_mnist")
    assert left(tmp_path) == [f"{download.FILES[0]}.part"]  # never a file with the name of a whole one
    mirror.asked.clear()
    assert np.array_equal(download.load("fashion_mnist")[0], arrays[0])
    assert mirror.asked[0][1] > 0


def test_a_server_that_knows_no_ranges_sends_all_again(mirror, arrays):
    mirror.cut, mirror.ranges = 1, False
    assert np.array_equal(download.load("fashion_mnist")[0], arrays[0])


def test_a_part_that_is_no_part_is_thrown_away(mirror, arrays, tmp_path):
    part = tmp_path / "cache" / "fashion_mnist" / f"{LABELS}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 10_000)
    with pytest.raises(download.DataUnavailable, match="status 416"):
        download.load("fashion_mnist")
    assert np.array_equal(download.load("fashion_mnist")[1], arrays[1])


def test_without_a_network_one_line_says_what_to_do(mirror, monkeypatch, tmp_path):
    with socket.socket() as closed:  # a port on which nobody listens
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setitem(download.SETS["fashion_mnist"], "addresses", (address,))
    with pytest.raises(download.DataUnavailable) as refused:
        download.load("fashion_mnist")
    said = str(refused.value)
    assert "no connection" in said and "COURSE_DATA_MIRROR" in said and "data/cache/fashion_mnist/" in said
    assert "\n" not in said
    assert left(tmp_path) == []


def test_the_second_address_is_tried(mirror, arrays, monkeypatch):
    addresses = (f"{mirror.address}/nowhere", f"{mirror.address}/fashion_mnist")
    monkeypatch.setitem(download.SETS["fashion_mnist"], "addresses", addresses)
    assert np.array_equal(download.load("fashion_mnist")[2], arrays[2])


@pytest.mark.parametrize("kind", ["address", "folder"])
def test_a_mirror_takes_the_place_of_all_addresses(mirror, arrays, monkeypatch, tmp_path, kind):
    monkeypatch.setitem(download.SETS["fashion_mnist"], "addresses", ("http://127.0.0.1:1",))
    folder = tmp_path / "mirror"
    for path, content in mirror.contents.items():
        (folder / path[1:]).parent.mkdir(parents=True, exist_ok=True)
        (folder / path[1:]).write_bytes(content)
    monkeypatch.setenv("COURSE_DATA_MIRROR", f"{mirror.address}/" if kind == "address" else str(folder))
    assert np.array_equal(download.load("fashion_mnist")[0], arrays[0])


def test_a_mirror_without_the_file_is_named_and_nothing_else_is_asked(mirror, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_MIRROR", f"{mirror.address}/empty")
    with pytest.raises(download.DataUnavailable, match="/empty/fashion_mnist: status 404"):
        download.load("fashion_mnist")
    assert all(path.startswith("/empty/") for path, _ in mirror.asked)


def test_the_section_of_lesson_04_runs_on_what_the_mirror_has(mirror, arrays, monkeypatch, capsys):
    torch = pytest.importorskip("torch")
    many = [np.zeros((5040, 28, 28), np.uint8), np.arange(5040, dtype=np.uint8) % 10, *arrays[2:]]
    many[3] = many[3] % 10
    files = {file: idx(array) for file, array in zip(download.FILES, many, strict=True)}
    mirror.contents.update({f"/fashion_mnist/{file}": content for file, content in files.items()})
    hashes = tuple(hashlib.sha256(content).hexdigest() for content in files.values())
    monkeypatch.setitem(download.SETS["fashion_mnist"], "sha256", hashes)
    monkeypatch.setenv("COURSE_TRAINING", "short")  # two steps are enough to see that it runs
    names = {
        "np": np,
        "torch": torch,
        "download": download,
        "training": training,
        "charts": charts,
        "learning": learning,
        "in_frame": mnist.in_frame,
        "where": "cpu",
    }
    needed = (
        "def build_lenet_torch(",
        "class RandomMove(",
        "def train_epoch(",
        "def evaluate(",
        "def sent(",
        "def fit_torch(",
        "def accuracy_and_confusion(",
        "FETCH",
    )
    cells = [cell.source for cell in lessons(ROOT, ["04"])[0].read_source().cells if cell.cell_type == "code"]
    for source in cells:
        if any(part in source for part in needed) and "checks." not in source:
            exec(source.replace("FETCH = False", "FETCH = True"), names)
    assert "fashion_mnist:" in capsys.readouterr().out
    assert names["big_confusion"].sum() == 10 and names["big_images"].shape == (5040, 1, 32, 32)


@pytest.fixture
def cifar_mirror(monkeypatch, tmp_path):
    """The parts of a small CIFAR-10, which a mirror in a folder has."""
    random, archive = np.random.default_rng(0), tmp_path / "mirror" / "cifar10" / "cifar-10-binary.tar.gz"
    parts = {name: random.integers(0, 256, (count, 3073), np.uint8) for name, count in CIFAR_PARTS.items()}
    archive.parent.mkdir(parents=True)
    with tarfile.open(archive, "w:gz") as file:
        for name, part in parts.items():
            part[:, 0] %= 10  # the label
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = part.size
            file.addfile(member, io.BytesIO(part.tobytes()))
    sha = hashlib.sha256(archive.read_bytes()).hexdigest()
    own = download.SETS["cifar10"] | {"sha256": (sha,), "bytes": (archive.stat().st_size,)}
    monkeypatch.setitem(download.SETS, "cifar10", own)
    monkeypatch.setattr(download, "cache", lambda: tmp_path / "cache")
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(tmp_path / "mirror"))
    return parts


def test_photographs_of_cifar_arrive_with_their_colours(cifar_mirror):
    images, labels, test_images, test_labels = download.load("cifar10")
    assert images.shape == (5, 32, 32, 3) and test_images.shape == (2, 32, 32, 3) and images.dtype == np.uint8
    second = cifar_mirror["data_batch_2.bin"][1]  # the fourth photograph: two, then two
    assert labels[3] == second[0] and test_labels.tolist() == cifar_mirror["test_batch.bin"][:, 0].tolist()
    row, column = 5, 7
    assert images[3, row, column].tolist() == [second[1 + 1024 * colour + 32 * row + column] for colour in range(3)]


def test_lesson_07_trains_its_network_on_cifar(cifar_mirror, monkeypatch, capsys):
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    import keras

    monkeypatch.setenv("COURSE_TRAINING", "short")
    names = {"np": np, "keras": keras, "download": download, "training": training}
    cells = [cell.source for cell in lessons(ROOT, ["07"])[0].read_source().cells if cell.cell_type == "code"]
    (building,) = (source for source in cells if "cifar_net = " in source)
    (fetching,) = (source for source in cells if "FETCH = False" in source)
    exec(building, names)
    before = [np.array(array) for array in names["cifar_net"].get_weights()]
    exec(fetching.replace("FETCH = False", "FETCH = True"), names)
    assert "val_accuracy" in capsys.readouterr().out
    assert any(np.any(old != new) for old, new in zip(before, names["cifar_net"].get_weights(), strict=True))


def test_another_name_is_refused():
    with pytest.raises(ValueError, match="there are mnist, fashion_mnist, cifar10"):
        download.load("emnist")


def test_how_to_says_that_nothing_takes_its_place():
    assert "nothing takes its place" in download.how_to("mnist") and "FETCH = True" in download.how_to("mnist")


def test_the_known_fingerprints_are_complete():
    hashes = [file.hash for name in download.PICTURES for file in download.files(name)]
    assert len(set(hashes)) == 9 and all(re.fullmatch(r"[0-9a-f]{64}", sha) for sha in hashes)


def test_the_cache_is_ignored_by_git():
    assert download.cache() == ROOT / "data" / "cache"
    ignored = (ROOT / ".gitignore").read_text().split()
    assert "data/cache/" in ignored


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write everywhere")
def test_where_the_course_is_read_only_the_users_cache_is_used(monkeypatch, tmp_path):
    module = tmp_path / "course" / "utils" / "datasets" / "download.py"
    module.parent.mkdir(parents=True)
    module.parents[2].chmod(0o500)
    monkeypatch.setattr(download, "__file__", str(module))
    assert "slash-to-vgg" in str(download.cache())
