"""A submission's folder, looked at before anything in it is copied or followed.

A lesson is one notebook: whatever comes with it is kept for the instructor to read, and never runs. So nothing is lost
to a student when a link, a device or a heap of files is put aside.
"""

import json
import logging
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from utils.grading.files import decoded
from utils.printable import printable

log = logging.getLogger(__name__)

MAX_NOTEBOOK = 20 * 2**20  # bytes
MAX_FILE, MAX_ALL, MAX_FILES = 20 * 2**20, 100 * 2**20, 200  # bytes of one file, of all; how many
MAX_FOLDERS, MAX_DEPTH = 200, 10  # how many; how many in each other
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
    """What in `folder` cannot be taken, and why.

    Of too much, all but notebooks that lie in the folder itself; `folder` stands for that where it holds too many to be
    named. Whatever lies there, no more than a few hundred entries are looked at.
    """
    found: dict[Path, str] = {}
    files = folders = size = 0
    for path, status, depth in _below(folder):
        if isinstance(status, str):
            found[path] = status
        elif stat.S_ISDIR(status.st_mode):
            folders += 1
        elif not stat.S_ISREG(status.st_mode):
            files, found[path] = files + 1, f"is {_kind(status.st_mode)}"
        elif status.st_size > MAX_FILE:
            files += 1
            found[path] = f"has {status.st_size / 2**20:.3g} MB, at most {MAX_FILE / 2**20:g} are taken"
        else:
            files, size = files + 1, size + status.st_size
        if files > MAX_FILES or size > MAX_ALL:
            return _all_but_notebooks(
                folder, f"is part of more than {MAX_FILES} files or {MAX_ALL / 2**20:g} MB", found
            )
        if folders > MAX_FOLDERS or depth > MAX_DEPTH:
            why = f"is part of more than {MAX_FOLDERS} folders, or of more than {MAX_DEPTH} in each other"
            return _all_but_notebooks(folder, why, found)
    timestamp = folder / TIMESTAMP
    if timestamp.exists() and timestamp not in found and not is_time(timestamp):
        found[timestamp] = "is no date and time such as 2026-01-05 14:00:00 UTC or 2026-01-05 15:00:00+01:00"
    return found


def _all_but_notebooks(folder: Path, why: str, found: dict[Path, str]) -> dict[Path, str]:
    with os.scandir(folder) as entries:
        names = [entry.name for entry in islice(entries, MAX_FILES + 1)]
    if len(names) > MAX_FILES:
        return {folder: why}
    return {folder / name: why for name in names if not _is_notebook(name) and name != TIMESTAMP} | found


def accepted_files(folder: Path, refused: Mapping[Path, str]) -> Iterator[Path]:
    """The files of a submission's folder but those that are refused (see `refused_files`)."""
    if folder in refused:
        yield from (folder / name for name in _kept_of_too_many(folder))
        return
    for path, status, _ in _below(folder, refused):
        if not isinstance(status, str) and stat.S_ISREG(status.st_mode):
            yield path


def _kept_of_too_many(folder: Path) -> list[str]:
    """The notebooks, and when it was handed in, of a folder that holds too much."""
    with os.scandir(folder) as entries:
        names = (entry.name for entry in entries if entry.is_file(follow_symlinks=False) and is_text(entry.name))
        return list(islice((name for name in names if _is_notebook(name) or name == TIMESTAMP), MAX_FILES))


def is_text(name: str) -> bool:
    """Whether a file's name is text that a person can read: no bytes that are none, and no control characters."""
    return printable(name) == name


def is_student(name: str) -> bool:
    """Whether a folder's name can be a student's. (It stands on pages, in tables and in other paths.)"""
    return (
        is_text(name) and 0 < len(name) <= 150 and not name.startswith((".", "-")) and not set(name) & set('<>"&/\\`')
    )


def _is_notebook(name: str) -> bool:
    return name.endswith(".ipynb")


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
        return when_in(read_text(folder / TIMESTAMP, 1000))
    except ValueError:
        return None


def when_in(text: str) -> datetime | None:
    """The date and time that a text says, in UTC and without a zone; None where it is empty.

    As ISO 8601 has it, with an offset or without (then it is UTC), or as nbgrader writes it, with " UTC". Raises
    ValueError for all else: nbgrader's own parser takes 6.1.2026 for the first of June, and PST or +0200 for UTC.
    """
    stamp = text.strip()
    if not stamp:
        return None
    iso = re.sub(r" (?=[+-]\d)", "", stamp.removesuffix(" UTC"))
    if len(iso) < len("20260105T1000"):
        raise ValueError("there is no time of day")
    try:
        found = datetime.fromisoformat(iso)
        return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    except OverflowError as problem:
        raise ValueError(str(problem)) from problem


def quarantine_refused(folder: Path, aside: Path) -> list[str]:
    """Move what is refused out of a submission's folder, into `aside`. Returns what was done."""
    done = []
    refused = refused_files(folder)
    if folder in refused:
        return [f"the folder {refused[folder]}: all but notebooks put aside into {_quarantine_all(folder, aside)}"]
    for path, why in refused.items():
        if path.suffix != ".ipynb" or path.parent != folder:  # notebooks are read, never copied
            done.append(printable(f"{path.name} {why}: put aside into {quarantine(path, folder, aside)}"))
    return done


def quarantine(path: Path, folder: Path, aside: Path) -> Path:
    """Move `path`, which lies in `folder`, to the same place in `aside`, without following or copying it."""
    target = _free(aside / path.relative_to(folder))
    path.rename(target)
    return target


def _quarantine_all(folder: Path, aside: Path) -> Path:
    """Move a folder as it is, in one move, and put its notebooks back. What is done half is done again next time."""
    target = _free(aside / "all")
    folder.rename(target)
    folder.mkdir()
    for name in _kept_of_too_many(target):
        (target / name).rename(folder / name)
    return target


def _free(wanted: Path) -> Path:
    """`wanted`, or a name like it that nothing has yet, in a folder that is there."""
    wanted.parent.mkdir(parents=True, exist_ok=True)
    target, number = wanted, 1
    while os.path.lexists(target):
        number += 1
        target = wanted.with_name(f"{wanted.name}.{number}")
    return target


def is_unfinished(folder: Path, notebook: str) -> bool:
    """Whether grading into `folder` was begun and not brought to an end."""
    try:
        return "unfinished" in json.loads((folder / notebook).read_bytes())["metadata"].get("course", {})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return folder.exists()


def _below(folder: Path, skipped: Collection[Path] = ()) -> Iterator[tuple[Path, os.stat_result | str, int]]:
    """Everything in `folder`: its path, what it is (or why it is not looked at), and how many folders it lies in.

    Links are not followed. It is for the caller to stop when there is too much.
    """
    waiting = [(folder, 0)]
    while waiting:
        here, depth = waiting.pop()
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    path = here / entry.name
                    if path in skipped:
                        continue
                    if not is_text(entry.name):
                        yield path, "has a name that is no text", depth
                        continue
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISDIR(status.st_mode):
                        waiting.append((path, depth + 1))
                    yield path, status, depth
        except OSError as problem:
            yield here, f"cannot be read ({problem.strerror})", depth


def _kind(mode: int) -> str:
    return "a link to another file" if stat.S_ISLNK(mode) else "a folder" if stat.S_ISDIR(mode) else "no ordinary file"


def is_time(path: Path) -> bool:
    """Whether a file holds a date and time, or nothing."""
    try:
        when_in(read_text(path, 1000))
    except ValueError as problem:
        log.info("%s is no date and time: %s", path.name, printable(problem))
        return False
    return True
