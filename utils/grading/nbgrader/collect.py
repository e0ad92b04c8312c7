"""Collecting: fetch what was handed in, as nbgrader does, but follow no link and take nothing that is refused."""

import os
import pwd
import shutil
import stat
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect

from utils.grading.pipeline.submission import TIMESTAMP, accepted_files, is_student, refused_files
from utils.grading.store.attempts import FOLDER, content, keep_attempt, opened
from utils.printable import printable

NOBODY = ""  # whose folder it is where it must not be taken


class Collect(ExchangeCollect):
    """Fetches what was handed in, as nbgrader does, but follows no link: behind it may lie the instructor's files.

    What lies there in somebody else's name, or cannot be read, is left there and named; the student's last submission
    before it is taken.
    """

    src_records: list[dict[str, Any]]

    def init_src(self) -> None:
        """Find out which submissions to fetch."""
        super().init_src()
        records: list[dict[str, Any]] = self.src_records
        self.src_records = [record for record in records if record["username"] != NOBODY]

    def _path_to_record(self, path: str) -> dict[str, Any]:
        """What the name of a folder says; for one that cannot be taken, that it is nobody's."""
        name = os.path.basename(path)
        student, _, when, *_ = [*name.rsplit("+", 3), "", ""]
        try:
            timestamp = self._time(when)
            problem = self._problem(Path(path), student)
        except Exception as failure:  # nbgrader's parser knows more ways to fail than it says
            problem = f"cannot be read ({failure})"
        if not problem:
            return {"username": student, "filename": name, "timestamp": timestamp}
        self.log.warning("not collected: %s %s", printable(name), printable(problem))
        return {"username": NOBODY, "filename": name, "timestamp": datetime.min}

    def _time(self, text: str) -> datetime:
        """The time in a folder's name. Raises an error when there is none."""
        record: dict[str, Any] = super()._path_to_record(f"x+x+{text}+x")
        return record["timestamp"]

    def _problem(self, path: Path, student: str) -> str:
        """Why a folder in the exchange cannot be taken as this student's; "" if it can."""
        status = path.lstat()
        if not is_student(student):
            return "is in nobody's name"
        if not stat.S_ISDIR(status.st_mode):
            return "is no folder"
        if self.check_owner and status.st_uid not in (os.geteuid(), _account(student)):
            return (
                f"is in the name of {student} and belongs to {_name(status.st_uid)}: somebody else has laid it there "
                "(where accounts have other names than students: c.ExchangeCollect.check_owner = False)"
            )
        for file in accepted_files(path, refused_files(path)):
            os.close(opened(file))
        return ""

    def copy_files(self) -> None:
        """Copy what is new. What was collected before it is kept as an earlier attempt."""
        self.src_records = [record for record in self.src_records if self._is_new(record)]
        for record in self.src_records:
            student, lesson = record["username"], self.coursedir.assignment_id
            there = Path(self.coursedir.format_path(self.coursedir.submitted_directory, student, lesson))
            before = self.coursedir.get_existing_timestamp(str(there)) if there.is_dir() else None
            newer = before is None or record["timestamp"] > before
            if there.is_dir() and ((self.update and newer) or (self.before_duedate and before != record["timestamp"])):
                keep_attempt(there, Path(self.coursedir.root, FOLDER, student, lesson))
        super().copy_files()

    def _is_new(self, record: dict[str, Any]) -> bool:
        """Whether a submission may be copied: unless it lies there already, whatever time somebody has written beside
        it, or a human has laid something there since, which has no time.
        """
        student, lesson = record["username"], self.coursedir.assignment_id
        there = Path(self.coursedir.format_path(self.coursedir.submitted_directory, student, lesson))
        if not there.is_dir():
            return True
        here, handed_in = content(there), content(Path(self.inbound_path, record["filename"]))
        if here | {TIMESTAMP: b""} == handed_in | {TIMESTAMP: b""}:
            return False
        if TIMESTAMP in here or not here:
            return True
        laid = max(datetime.fromtimestamp(Path(there, name).stat().st_mtime, UTC) for name in here)
        if record["timestamp"] > laid.replace(tzinfo=None):
            return True
        self.log.warning("not collected: %s is older than what lies in %s without a time", record["filename"], there)
        return False

    def do_copy(self, src: str, dest: str, log: object = None) -> None:
        """Copy a submission's folder, without what is refused."""
        folder = Path(src)
        refused = refused_files(folder)
        for path, why in refused.items():
            self.log.warning("not collected: %s %s", printable(path), why)
        with tempfile.TemporaryDirectory() as temporary:
            staged = Path(temporary) / "staged"
            staged.mkdir()
            for path in accepted_files(folder, refused):
                target = staged / path.relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                with open(opened(path), "rb") as file, open(target, "wb") as copy:
                    shutil.copyfileobj(file, copy)
            super().do_copy(str(staged), dest, log)


def _account(student: str) -> int | None:
    try:
        return pwd.getpwnam(student).pw_uid
    except KeyError:
        return None


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
