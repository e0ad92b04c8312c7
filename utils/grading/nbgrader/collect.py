"""Collecting: fetch what was handed in, as nbgrader does, but follow no link and take nothing that is refused."""

import os
import shutil
import tempfile
from pathlib import Path

from nbgrader.exchange.default import ExchangeCollect

from utils.grading.pipeline.submission import refused_files
from utils.grading.store.attempts import FOLDER, keep_attempt


class Collect(ExchangeCollect):
    """Fetches what was handed in, as nbgrader does, but follows no link: behind it may lie the instructor's files."""

    def copy_files(self) -> None:
        """Copy what is new. What was collected before it is kept as an earlier attempt."""
        for record in self.src_records:
            student, lesson = record["username"], self.coursedir.assignment_id
            there = Path(self.coursedir.format_path(self.coursedir.submitted_directory, student, lesson))
            before = self.coursedir.get_existing_timestamp(str(there)) if there.is_dir() else None
            newer = before is None or record["timestamp"] > before
            if there.is_dir() and ((self.update and newer) or (self.before_duedate and before != record["timestamp"])):
                keep_attempt(there, Path(self.coursedir.root, FOLDER, student, lesson))
        super().copy_files()

    def do_copy(self, src: str, dest: str, log: object = None) -> None:
        """Copy a submission's folder, without what is refused."""
        bad = refused_files(Path(src))
        for path, why in bad.items():
            self.log.warning("not collected: %s %s", path, why)
        with tempfile.TemporaryDirectory() as folder:
            staged = Path(folder) / "staged"
            shutil.copytree(
                src,
                staged,
                symlinks=True,
                copy_function=_copy,
                ignore=lambda at, names: [name for name in names if Path(at, name) in bad],
            )
            super().do_copy(str(staged), dest, log)


def _copy(source: str, target: str) -> None:
    """Copy an ordinary file; one that has become a link since it was looked at is not followed."""
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as file, open(target, "wb") as copy:
        shutil.copyfileobj(file, copy)
