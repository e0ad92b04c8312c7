"""Data too large to ship: MNIST, Fashion-MNIST, CIFAR-10 and the weights of VGG, fetched once, checked, and kept.

Every file has a known hash, and nothing else is ever accepted or read in its place. What is fetched lies in
data/cache/ of the course, or where that cannot be written to, in the user's own cache folder. An interrupted transfer
goes on where it stopped. COURSE_DATA_MIRROR names another place that has the files: an address or a folder, below which
they lie as NAME/FILE, for example fashion_mnist/t10k-labels-idx1-ubyte.gz.
"""

import errno
import gzip
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NotRequired, TypedDict, TypeVar

import numpy as np

from utils.runtime import progress_wanted

Found = TypeVar("Found")
TIMEOUT = 20  # seconds without a byte
ATTEMPTS = 3  # for each address, when a transfer is interrupted
CHUNK = 2**13  # of an interrupted transfer, at most so many bytes are lost
LARGE = 100e6  # bytes from which on size and time are said first
FULL = (errno.ENOSPC, errno.EDQUOT)  # the disk, or this user's share of it
PICTURES = ("mnist", "fashion_mnist", "cifar10")
FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


class _Published(TypedDict):
    """What is known of a set: about how large it is, where its files lie, their names, hashes and sizes."""

    megabytes: float
    addresses: tuple[str, ...]
    files: NotRequired[tuple[str, ...]]  # else `FILES`
    sha256: NotRequired[tuple[str, ...]]  # one of the two hashes is there
    md5: NotRequired[tuple[str, ...]]
    bytes: NotRequired[tuple[int, ...]]


SETS: dict[str, _Published] = {
    "mnist": {
        "megabytes": 12,
        "addresses": (
            "https://ossci-datasets.s3.amazonaws.com/mnist",
            "https://storage.googleapis.com/cvdf-datasets/mnist",
        ),
        "sha256": (
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        ),
    },
    "fashion_mnist": {
        "megabytes": 31,
        "addresses": (
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
        ),
        "sha256": (
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        ),
    },
    # The authors' binary form, without pickles.
    "cifar10": {
        "megabytes": 170,
        "addresses": ("https://www.cs.toronto.edu/~kriz",),
        "files": ("cifar-10-binary.tar.gz",),
        "sha256": ("c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",),
        "bytes": (170052171,),
    },
    # Published by torchvision and by Keras, with these hashes and sizes.
    "vgg16": {
        "megabytes": 553,
        "addresses": ("https://download.pytorch.org/models",),
        "files": ("vgg16-397923af.pth",),
        "sha256": ("397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",),
        "bytes": (553433881,),
    },
    "vgg19": {
        "megabytes": 575,
        "addresses": ("https://download.pytorch.org/models",),
        "files": ("vgg19-dcbb9e9d.pth",),
        "sha256": ("dcbb9e9dad569fff7a846263a77324fc34978fea2bfb039c012d710e1776ae44",),
        "bytes": (574673361,),
    },
    "keras_vgg16": {
        "megabytes": 553,
        "addresses": ("https://storage.googleapis.com/tensorflow/keras-applications/vgg16",),
        "files": ("vgg16_weights_tf_dim_ordering_tf_kernels.h5",),
        "md5": ("64373286793e3c8b2b4e3219cbf3544b",),
        "bytes": (553467096,),
    },
}


class DataUnavailable(RuntimeError):
    """A data set could not be had. The message says why, and what to do."""

    def _render_traceback_(self) -> list[str]:
        return [f"✗ {self}"]


class CutShort(OSError):
    """A place has only the beginning of a file. What came of it has been thrown away."""


@dataclass(frozen=True)
class File:
    """A file of a set. kind, hash: "sha256" or "md5", and its digits.  size: bytes, None if they are not known."""

    name: str
    kind: str
    hash: str
    size: int | None

    def is_at(self, path: Path) -> bool:
        """Whether this file lies there, and no other."""
        import pooch

        return path.is_file() and pooch.file_hash(str(path), self.kind) == self.hash


def load(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A data set: `train_images, train_labels, test_images, test_labels`, fetched if it is not there yet.

    name: "mnist" or "fashion_mnist".  Images (n, 28, 28) uint8, 0 is the background; labels (n,) uint8.
    "cifar10": photographs (n, 32, 32, 3) uint8, as Keras has them; labels (n,) uint8.
    Raises ValueError for another name, DataUnavailable when a file cannot be had or is not the one that it should be.
    """
    if name not in PICTURES:
        raise ValueError(f"there is no data set {name!r}; there are {', '.join(PICTURES)}")
    if name == "cifar10":
        return _photographs(fetched(name)[0])
    train_images, train_labels, test_images, test_labels = map(_numbers, fetched(name))
    return train_images, train_labels, test_images, test_labels


def fetched(name: str) -> list[Path]:
    """The files of one of `SETS`, with the right contents, fetched if they are not there yet.

    Raises DataUnavailable when a file cannot be had or is not the one that it should be.
    """
    return [_fetched(name, file) for file in files(name)]


def attempt(fetch: Callable[[], Found]) -> Found | None:
    """What `fetch` gives; or None where it cannot be had, and one line says why and what to do."""
    try:
        return fetch()
    except DataUnavailable as error:
        print(f"✗ {error} The notebook goes on without it.")
        return None


def files(name: str) -> list[File]:
    """What one of `SETS` consists of."""
    known = SETS[name]
    kind: Literal["sha256", "md5"] = "sha256" if "sha256" in known else "md5"
    names = known.get("files", FILES)
    sizes: Sequence[int | None] = known.get("bytes", [None] * len(names))
    return [File(name, kind, hash, size) for name, hash, size in zip(names, known[kind], sizes, strict=True)]


def how_to(name: str) -> str:
    """What to do to get a data set, in two lines."""
    return (
        f"{name} is not used: this notebook fetches nothing unasked. Where there is a network, set FETCH = True\n"
        f"(about {SETS[name]['megabytes']} MB, once). Without one, nothing takes its place: {_by_hand(name)}."
    )


def cache() -> Path:
    """The folder for what is fetched: data/cache/ of the course, or the user's own cache where that is read-only."""
    own = Path(__file__).resolve().parents[2] / "data" / "cache"
    try:
        own.mkdir(parents=True, exist_ok=True)
        writable = os.access(own, os.W_OK)
    except OSError:
        writable = False
    if writable:
        return own
    import pooch

    return Path(pooch.os_cache("slash-to-vgg"))


def _fetched(name: str, file: File) -> Path:
    """The path of one file with the right contents. Raises DataUnavailable."""
    import pooch

    folder = cache() / name
    there, part = folder / file.name, folder / f"{file.name}.part"
    if file.is_at(there):
        return there
    reasons, advice = [], "Take it from another place"
    pooch.get_logger().setLevel("WARNING")
    for address in _addresses(name):
        try:
            _prepare(file, folder, part, address)
            arriving = _Resuming(part, file.size)
            pooch.retrieve(f"{address}/{file.name}", f"{file.kind}:{file.hash}", file.name, folder, None, arriving)
            return there
        except CutShort as error:
            reasons.append(f"{address} {error}")
        except OSError as error:  # no network, no such file, interrupted (all that requests raises), a full disk
            if error.errno in FULL:
                part.unlink(missing_ok=True)
                raise DataUnavailable(_no_room(name, file, folder)) from None
            reasons.append(f"{address}: {_cause(error)}")
            advice = "Is there a network? What has arrived is kept, and running this again goes on from there"
        except ValueError:  # pooch's word for a wrong hash; it has removed the file
            kind = {"sha256": "SHA-256", "md5": "MD5"}[file.kind]
            reasons.append(f"{address} sent a file with the wrong {kind}, which was thrown away")
    raise DataUnavailable(
        f"{name}: {file.name} could not be fetched ({'; '.join(reasons)}). {advice}. Or {_by_hand(name)}."
    )


def _prepare(file: File, folder: Path, part: Path, address: str) -> None:
    """See that there is room for a file whose size is known, and say what it takes if it is large. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    if file.size is None:
        return
    to_come = file.size - (part.stat().st_size if part.is_file() else 0)
    if shutil.disk_usage(folder).free < to_come:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if to_come >= LARGE:
        minutes = to_come * 8 / 50e6 / 60
        print(
            f"Fetching {file.name}, once: {to_come / 1e6:.0f} MB from {address}, "
            f"about {minutes:.1f} minutes at 50 Mbit/s, {5 * minutes:.0f} at 10. It is kept in {folder}."
        )


def _no_room(name: str, file: File, folder: Path) -> str:
    needed = f"{(file.size or 0) / 1e6:.1f} MB" if file.size else "more"
    free = shutil.disk_usage(folder).free / 1e6
    return (
        f"{name}: there is no room for {file.name} in {folder}: it needs {needed}, and {free:.1f} MB are free. "
        "Nothing of it was kept: make room, and run this again."
    )


def _addresses(name: str) -> list[str]:
    """Where to look, in this order: the mirror alone if one is named, else the set's own addresses."""
    mirror = os.environ.get("COURSE_DATA_MIRROR", "").rstrip("/")
    return [f"{mirror}/{name}"] if mirror else list(SETS[name]["addresses"])


def _by_hand(name: str) -> str:
    known = files(name)
    what = known[0].name if len(known) == 1 else f"its {len(known)} files"
    return f"put {what} into data/cache/{name}/, or set COURSE_DATA_MIRROR to an address or a folder that has {name}/"


def _cause(error: OSError) -> str:
    """An error of requests, in a few words."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"status {response.status_code}"
    words = {"Timeout": "no answer", "Chunked": "the transfer was interrupted", "Connection": "no connection"}
    kind = type(error).__name__
    return next((text for part, text in words.items() if part in kind), str(error) or kind)


class _Resuming:
    """A downloader for pooch that keeps what has arrived in a file beside, and goes on from there."""

    def __init__(self, part: Path, size: int | None) -> None:
        self.part, self.size = part, size

    def __call__(self, url: str, output_file: Any, pooch: Any, check_only: bool = False) -> None:
        """Write what lies at `url` to `output_file`. Raises OSError."""
        if url.startswith("/") or url.startswith("file://"):
            shutil.copyfile(url.removeprefix("file://"), output_file)
        else:
            if self.size is None or self._arrived() < self.size:
                self._fill(url)
            os.replace(self.part, output_file)  # if it is not the right one, the next attempt begins anew
        if self.size is not None and (arrived := os.path.getsize(output_file)) < self.size:
            raise CutShort(f"has only {arrived:,} of its {self.size:,} bytes; they were thrown away")

    def _fill(self, url: str) -> None:
        """Go on until all is there, or the transfer was interrupted too often."""
        from requests.exceptions import ChunkedEncodingError

        for _ in range(ATTEMPTS - 1):
            try:
                self._transfer(url)
                return
            except ChunkedEncodingError:
                continue
        self._transfer(url)

    def _transfer(self, url: str) -> None:
        import requests

        begin = self._arrived()
        headers = {"Range": f"bytes={begin}-"} if begin else {}
        headers["Accept-Encoding"] = "identity"  # the bytes as they lie there, so that they can be counted
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
            if response.status_code == 416:  # the part is longer than the file: it is not a part of it
                self.part.unlink(missing_ok=True)
            response.raise_for_status()
            goes_on = response.status_code == 206
            total = int(response.headers.get("Content-Length", 0)) + (begin if goes_on else 0)
            with (
                self.part.open("ab" if goes_on else "wb") as file,
                _bar(url.rpartition("/")[2], begin if goes_on else 0, total) as bar,
            ):
                for chunk in response.iter_content(CHUNK):
                    file.write(chunk)
                    bar.update(len(chunk))

    def _arrived(self) -> int:
        return self.part.stat().st_size if self.part.is_file() else 0


def _bar(name: str, begin: int, total: int) -> Any:
    from tqdm.auto import tqdm

    return tqdm(desc=name, initial=begin, total=total, unit="B", unit_scale=True, disable=not progress_wanted())


def _numbers(path: Path) -> np.ndarray:
    """The array in a file of MNIST's form: two zeros, the type (8 is uint8), the number of axes, their lengths."""
    with gzip.open(path) as file:
        content = file.read()
    shape = tuple(_big_endian(content[4 : 4 + 4 * content[3]]))
    return np.frombuffer(content, np.uint8, offset=4 + 4 * len(shape)).reshape(shape).copy()


def _photographs(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What the binary form of CIFAR-10 holds: records of a label and 32×32 pixels of red, of green and of blue."""
    parts = {}
    with tarfile.open(path) as archive:
        for member in archive:
            if member.name.endswith(".bin") and (file := archive.extractfile(member)):
                parts[member.name] = np.frombuffer(file.read(), np.uint8).reshape(-1, 1 + 3 * 32 * 32)
    train = np.concatenate([parts[name] for name in sorted(parts) if "data_batch" in name])
    test = next(part for name, part in parts.items() if "test_batch" in name)
    return *_pictures(train), *_pictures(test)


def _pictures(records: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Photographs (n, 32, 32, 3) and labels (n,) of such records."""
    return records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1).copy(), records[:, 0].copy()


def _big_endian(content: bytes) -> Iterator[int]:
    return (int.from_bytes(content[k : k + 4], "big") for k in range(0, len(content), 4))
