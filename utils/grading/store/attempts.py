"""A student's earlier attempts: folders as they were handed in, beside the one in `submitted/`."""

import hashlib
import os
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from utils.grading.pipeline.submission import accepted_files, refused_files, submission_time

FOLDER = "attempts"


def keep_attempt(attempt: Path, attempts: Path) -> None:
    """Move a submission's folder to a student's attempts, once; its name there is the hash of what is in it."""
    kept = attempts / digest(content(attempt))
    if kept.exists():
        shutil.rmtree(attempt)
    else:
        kept.parent.mkdir(parents=True, exist_ok=True)
        attempt.rename(kept)


def earlier_attempts(attempts: Path) -> list[Path]:
    """The folders of a student's earlier attempts, the earliest first as far as that is known."""
    folders = [path for path in attempts.glob("*") if path.is_dir() and not path.is_symlink()]
    return sorted(folders, key=lambda path: (submission_time(path) or datetime.min, path.stat().st_mtime, path.name))


def digest(files: Mapping[str, bytes]) -> str:
    """A hash of a submission's files: path → bytes."""
    return hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:16]


def content(folder: Path) -> dict[str, bytes]:
    """What is in a submission's folder and is taken: path → bytes."""
    if not folder.is_dir():
        return {}
    found = {}
    for path in sorted(accepted_files(folder, refused_files(folder))):
        with open(opened(path), "rb") as file:
            found[path.relative_to(folder).as_posix()] = file.read()
    return found


def opened(path: Path) -> int:
    """An ordinary file, opened; one that has become a link since it was looked at is not followed."""
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
