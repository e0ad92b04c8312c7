"""A submission's folder, looked at before anything in it is copied or followed.

A lesson is one notebook: whatever comes with it is kept for the instructor to read, and never runs. So nothing is lost
to a student when a link, a device or a heap of files is put aside.
"""

import json
import logging
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from utils.grading.files import decoded

log = logging.getLogger(__name__)

MAX_NOTEBOOK = 20 * 2**20  # bytes
MAX_FILE, MAX_ALL, MAX_FILES = 20 * 2**20, 100 * 2**20, 200  # bytes of one file, of all; how many
TIMESTAMP = "timestamp.txt"  # when it was handed in, as nbgrader writes it


def read_text(path: Path, most: int = MAX_NOTEBOOK) -> str:
    """The text of a file. Raises ValueError, in the student's terms, when it is no ordinary file of ordinary size."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise ValueError(f"the file is {_kind(status.st_mode)}")
            if status.st_size > most:
                raise ValueError(
                    f"the file has {status.st_size / 2**20:.3g} MB, at most {most / 2**20:g} are read: "
                    "clear the outputs and submit again"
                )
            return decoded(file.read())
    except UnicodeDecodeError:
        raise ValueError("the file is no text") from None
    except FileNotFoundError:
        raise ValueError(f"the file {path.name} was not handed in") from None
    except IsADirectoryError:
        raise ValueError("the file is a folder") from None
    except OSError as problem:
        if path.is_symlink():
            raise ValueError("the file is a link to another file") from None
        raise ValueError(f"the file cannot be read ({problem.strerror})") from None


def refused_files(folder: Path) -> dict[Path, str]:
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
    if timestamp.exists() and timestamp not in found and not is_time(timestamp):
        found[timestamp] = "is no date and time"
    return found


@dataclass(frozen=True)
class SubmissionKey:
    """Which submission: whose, to which lesson and notebook, its hash, and when (UTC) it was handed in, if known."""

    student: str
    assignment: str
    notebook: str
    digest: str
    timestamp: datetime | None = None


@dataclass(frozen=True)
class Submission:
    """What was handed in: its key, and its text or the problem that there is with it.

    remark: which file it is, where that is not the lesson's own name.
    """

    key: SubmissionKey
    text: str
    problem: str = ""
    remark: str = ""


def submission_time(folder: Path) -> datetime | None:
    """When (UTC) what is in a submission's folder was handed in, if that is known."""
    try:
        when = read_text(folder / TIMESTAMP, 1000).strip()
    except ValueError:
        return None
    return parse_utc(when) if when and is_time(folder / TIMESTAMP) else None


def quarantine_refused(folder: Path, aside: Path) -> list[str]:
    """Move what is refused out of a submission's folder, into `aside`. Returns what was done."""
    done = []
    for path, why in refused_files(folder).items():
        if path.suffix != ".ipynb" or path.parent != folder:  # notebooks are read, never copied
            done.append(f"{path.name} {why}: put aside into {quarantine(path, folder, aside)}")
    return done


def quarantine(path: Path, folder: Path, aside: Path) -> Path:
    """Move `path`, which lies in `folder`, to the same place in `aside`, without following or copying it."""
    target = wanted = aside / path.relative_to(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    number = 1
    while os.path.lexists(target):
        number += 1
        target = wanted.with_name(f"{wanted.name}.{number}")
    path.rename(target)
    return target


def is_unfinished(folder: Path, notebook: str) -> bool:
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


def is_time(path: Path) -> bool:
    """Whether a file holds a date and time, or nothing."""
    try:
        text = read_text(path, 1000).strip()
        return not text or parse_utc(text) is not None
    except Exception as problem:  # the parser knows more ways to fail than it says
        log.info("%s is no date and time: %s", path.name, problem)
        return False
