"""What lies in the folder of a submission, looked at before anything in it is copied or followed.

A lesson is one notebook: whatever comes with it is kept for the instructor to read, and never runs. So nothing is lost
to a student when a link, a device or a heap of files is put aside.
"""

import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import parse_utc

MAX_NOTEBOOK = 20 * 2**20  # bytes
MAX_FILE, MAX_ALL, MAX_FILES = 20 * 2**20, 100 * 2**20, 200  # bytes of one file, of all; how many
TIMESTAMP = "timestamp.txt"  # when it was handed in, as nbgrader writes it


def read(path: Path, most: int = MAX_NOTEBOOK) -> str:
    """The text of a file. Raises ValueError, in the student's terms, when it is no ordinary file of ordinary size."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, encoding="utf-8") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise ValueError(f"the file is {_kind(status.st_mode)}")
            if status.st_size > most:
                raise ValueError(
                    f"the file has {status.st_size / 2**20:.3g} MB, at most {most / 2**20:g} are read: "
                    "clear the outputs and submit again"
                )
            return file.read()
    except UnicodeDecodeError:
        raise ValueError("the file is no text") from None
    except FileNotFoundError:
        others = ", ".join(sorted(other.name for other in path.parent.glob("*.ipynb")))
        raise ValueError(f"the file {path.name} was not handed in{others and f'; this was: {others}'}") from None
    except IsADirectoryError:
        raise ValueError("the file is a folder") from None
    except OSError as problem:
        if path.is_symlink():
            raise ValueError("the file is a link to another file") from None
        raise ValueError(f"the file cannot be read ({problem.strerror})") from None


def refused(folder: Path) -> dict[Path, str]:
    """What in `folder` cannot be taken, and why. Of too many or too large files, all but notebooks in the folder."""
    found: dict[Path, str] = {}
    files = size = 0
    for path in _below(folder):
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            found[path] = f"is {_kind(status.st_mode)}"
        elif status.st_size > MAX_FILE:
            found[path] = f"has {status.st_size / 2**20:.3g} MB, at most {MAX_FILE / 2**20:g} are taken"
        else:
            files, size = files + 1, size + status.st_size
        if files > MAX_FILES or size > MAX_ALL:
            why = f"is part of more than {MAX_FILES} files or {MAX_ALL / 2**20:g} MB"
            return {p: why for p in folder.iterdir() if p.suffix != ".ipynb" and p.name != TIMESTAMP} | found
    timestamp = folder / TIMESTAMP
    if timestamp.exists() and timestamp not in found and not _is_time(timestamp):
        found[timestamp] = "is no date and time"
    return found


@dataclass(frozen=True)
class Handed:
    """A submission: whose, to which lesson and notebook, a hash of it, and when (UTC) it was handed in, if known."""

    student: str
    assignment: str
    notebook: str
    digest: str
    timestamp: datetime | None = None


@dataclass(frozen=True)
class Submission:
    """What was handed in: whose and when, and its text, or the problem that there is with it."""

    handed: Handed
    text: str
    problem: str = ""


def submission(folder: Path, student: str, assignment: str, notebook: str) -> Submission:
    """What lies in the folder of a submission."""
    text = problem = when = ""
    try:
        text = read(folder / f"{notebook}.ipynb")
    except ValueError as reason:
        problem = str(reason)
    with suppress(ValueError):
        when = read(folder / TIMESTAMP, 1000).strip()
    digest = hashlib.sha256(f"{when}\0{problem}\0{text}".encode()).hexdigest()
    timestamp = parse_utc(when) if when and _is_time(folder / TIMESTAMP) else None
    return Submission(Handed(student, assignment, notebook, digest, timestamp), text, problem)


def tidy(folder: Path, aside: Path) -> list[str]:
    """Move what cannot be taken out of a submission's folder. Returns what was done."""
    done = []
    for path, why in refused(folder).items():
        if path.suffix != ".ipynb" or path.parent != folder:  # notebooks are read, never copied
            done.append(f"{path.name} {why}: put aside into {put_aside(path, folder, aside)}")
    return done


def put_aside(path: Path, folder: Path, aside: Path) -> Path:
    """Move `path`, which lies in `folder`, to the same place in `aside`, without following or copying it."""
    target = wanted = aside / path.relative_to(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    number = 1
    while os.path.lexists(target):
        number += 1
        target = wanted.with_name(f"{wanted.name}.{number}")
    path.rename(target)
    return target


class Collect(ExchangeCollect):
    """Fetches what was handed in, as nbgrader does, but follows no link: behind it may lie the instructor's files."""

    def do_copy(self, src: str, dest: str, log: object = None) -> None:
        """Copy a submission's folder, without what is refused."""
        bad = refused(Path(src))
        for path, why in bad.items():
            self.log.warning("not collected: %s %s", path, why)
        with tempfile.TemporaryDirectory() as folder:
            staged = Path(folder) / "staged"
            shutil.copytree(
                src, staged, symlinks=True, copy_function=_copy,
                ignore=lambda at, names: [name for name in names if Path(at, name) in bad],
            )  # fmt: skip
            super().do_copy(str(staged), dest, log)


def unfinished(folder: Path, notebook: str) -> bool:
    """Whether grading into `folder` was begun and not brought to an end."""
    try:
        return "unfinished" in json.loads((folder / notebook).read_bytes())["metadata"].get("course", {})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return folder.exists()


def _below(folder: Path) -> Iterator[Path]:
    """Everything in `folder` that is no folder, links to folders included."""
    for here, folders, files in os.walk(folder):
        yield from (Path(here, name) for name in sorted(files))
        yield from (Path(here, name) for name in sorted(folders) if os.path.islink(os.path.join(here, name)))


def _kind(mode: int) -> str:
    return "a link to another file" if stat.S_ISLNK(mode) else "a folder" if stat.S_ISDIR(mode) else "no ordinary file"


def _is_time(path: Path) -> bool:
    try:
        text = read(path, 1000).strip()
        return not text or parse_utc(text) is not None
    except Exception:  # the parser knows more ways to fail than it says
        return False


def _copy(source: str, target: str) -> None:
    """Copy an ordinary file; one that has become a link since it was looked at is not followed."""
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as file, open(target, "wb") as copy:
        shutil.copyfileobj(file, copy)
