"""Data that is too large to ship: MNIST and Fashion-MNIST, fetched once, checked, and kept.

Every file has a known SHA-256, and nothing else is ever accepted or read in its place. What is fetched lies in
data/cache/ of the course, or where that cannot be written to, in the user's own cache folder. An interrupted transfer
goes on where it stopped. COURSE_DATA_MIRROR names another place that has the files: an address or a folder, below which
they lie as NAME/FILE, for example fashion_mnist/t10k-labels-idx1-ubyte.gz.
"""

import gzip
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from utils.training import progress_wanted

TIMEOUT = 20  # seconds without a byte
ATTEMPTS = 3  # for each address, as long as each brings the transfer forward
CHUNK = 2**16
FILES = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")  # fmt: skip
SETS = {
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
}


class DataUnavailable(RuntimeError):
    """A data set could not be had. The message says why, and what to do."""

    def _render_traceback_(self) -> list[str]:
        return [f"✗ {self}"]


def load(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A data set: `train_images, train_labels, test_images, test_labels`, fetched if it is not there yet.

    name: "mnist" or "fashion_mnist".  Images (n, 28, 28) uint8, 0 is the background; labels (n,) uint8.
    Raises ValueError for another name, DataUnavailable when a file cannot be had or is not the one that it should be.
    """
    if name not in SETS:
        raise ValueError(f"there is no data set {name!r}; there are {', '.join(SETS)}")
    return tuple(_numbers(_fetched(name, file, sha)) for file, sha in zip(FILES, SETS[name]["sha256"], strict=True))


def how_to(name: str) -> str:
    """What to do to get a data set, in two lines."""
    return (
        f"{name} is not used: this notebook fetches nothing unasked. Where there is a network, set FETCH = True\n"
        f"(about {SETS[name]['megabytes']} MB, once). Without one, nothing takes its place: {_by_hand(name)}."
    )


def cache() -> Path:
    """The folder for what is fetched: data/cache/ of the course, or the user's own cache where that is read-only."""
    own = Path(__file__).resolve().parent.parent / "data" / "cache"
    try:
        own.mkdir(parents=True, exist_ok=True)
    except OSError:
        own = None
    if own is not None and os.access(own, os.W_OK):
        return own
    import pooch

    return Path(pooch.os_cache("slash-to-vgg"))


def _fetched(name: str, file: str, sha: str) -> Path:
    """The path of one file with the right contents. Raises DataUnavailable."""
    import pooch

    folder = cache() / name
    there = folder / file
    if there.is_file() and pooch.file_hash(str(there)) == sha:
        return there
    reasons = []
    pooch.get_logger().setLevel("WARNING")
    for address in _addresses(name):
        try:
            pooch.retrieve(f"{address}/{file}", sha, fname=file, path=folder, downloader=_Resuming(folder / f"{file}.part"))
            return there
        except OSError as error:  # no network, no such address, no such file, interrupted: requests' errors are OSErrors
            reasons.append(f"{address}: {_cause(error)}")
        except ValueError:  # pooch's word for a wrong hash; it has removed the file
            reasons.append(f"{address} sent a file with the wrong SHA-256, which was thrown away")
    raise DataUnavailable(
        f"{name}: {file} could not be fetched ({'; '.join(reasons)}). Is there a network? What has arrived is kept, and "
        f"running this again goes on from there. Or {_by_hand(name)}."
    )


def _addresses(name: str) -> list[str]:
    """Where to look, in this order: the mirror alone if one is named, else the set's own addresses."""
    mirror = os.environ.get("COURSE_DATA_MIRROR", "").rstrip("/")
    return [f"{mirror}/{name}"] if mirror else list(SETS[name]["addresses"])


def _by_hand(name: str) -> str:
    return (
        f"put its four .gz files into data/cache/{name}/, or set COURSE_DATA_MIRROR to an address or a folder that has "
        f"{name}/"
    )


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

    def __init__(self, part: Path) -> None:
        self.part = part

    def __call__(self, url: str, output_file: Any, pooch: Any, check_only: bool = False) -> None:
        """Write what lies at `url` to `output_file`. Raises OSError."""
        if url.startswith("/") or url.startswith("file://"):
            shutil.copyfile(url.removeprefix("file://"), output_file)
            return
        self._fill(url)
        os.replace(self.part, output_file)  # if its hash is wrong, the next attempt begins anew

    def _fill(self, url: str) -> None:
        """Go on until all is there, or an attempt brings nothing."""
        for attempt in range(1, ATTEMPTS + 1):
            before = self._arrived()
            try:
                self._transfer(url)
                return
            except OSError as error:
                if attempt == ATTEMPTS or self._arrived() <= before or getattr(error, "response", None) is not None:
                    raise

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
    return np.frombuffer(content, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


def _big_endian(content: bytes) -> Iterator[int]:
    return (int.from_bytes(content[k : k + 4], "big") for k in range(0, len(content), 4))
