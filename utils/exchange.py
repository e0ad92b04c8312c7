"""nbgrader's exchange for one user's own folders, and for a class whose instructors are a group.

nbgrader assumes an exchange that many accounts share, and makes parts of it writable for everyone. Out of the box it
lies in the user's own data folder, so everything in it is for that user alone.
"""

import os
import re
import shutil
from glob import glob
from pathlib import Path

from nbgrader.exchange import default
from nbgrader.utils import notebook_hash

from utils.printable import printable

OWNER = 0o700
OWNER_AND_GROUP = 0o770


class OwnerOnly(default.Exchange):
    """Mixed into nbgrader's exchange classes: whatever mode they ask for, only the owner's part is granted."""

    def ensure_root(self) -> None:
        root = Path(self.root)
        root.mkdir(mode=OWNER, parents=True, exist_ok=True)
        if not os.access(root, os.R_OK | os.W_OK | os.X_OK):
            self.fail(f"cannot write to the exchange {root}: give yourself access, or set COURSE_EXCHANGE")

    def ensure_directory(self, path: str, mode: int) -> None:
        super().ensure_directory(path, mode & OWNER)

    def set_perms(self, dest: str, fileperms: int, dirperms: int) -> None:
        super().set_perms(dest, fileperms & OWNER, dirperms & OWNER)


class ReleaseAssignment(OwnerOnly, default.ExchangeReleaseAssignment):
    """Puts a lesson into the exchange."""


class ReleaseFeedbackToAll(default.ExchangeReleaseFeedback):
    """Puts feedback into an exchange that a class shares, where each student finds their own by its secret name.

    nbgrader's own stops at a submission that did not come through the exchange, which has no secret; and it takes the
    lesson's name for the notebook's, where a student looks for what they have handed in.
    """

    def copy_files(self) -> None:
        """Release each page that can be fetched, and name the students whose cannot."""
        excluded = set(self.coursedir.student_id_exclude.split(","))
        came_otherwise = []
        for page in map(Path, sorted(glob(os.path.join(self.src_path, "*.html")))):
            student = self._student(page)
            if student in excluded:
                continue
            try:
                secret = page.with_name("submission_secret.txt").read_text(encoding="utf-8")
            except FileNotFoundError:
                came_otherwise.append(student)
                continue
            self.log.info("Releasing feedback for student '%s'", printable(student))
            for name in self._handed_in(student, page.stem):
                self._release(page, notebook_hash(secret=secret, notebook_id=name))
        if came_otherwise:
            self.log.warning(
                "not released, since these did not hand in through the exchange: %s (send them what lies in %s/)",
                printable(", ".join(came_otherwise)),
                self.coursedir.feedback_directory,
            )

    def _path(self, step: str, student: str, escape: bool = False) -> str:
        return self.coursedir.format_path(step, student, self.coursedir.assignment_id, escape)

    def _student(self, page: Path) -> str:
        found = re.fullmatch(self._path(self.coursedir.feedback_directory, "(?P<student>.*)", True), str(page.parent))
        return found["student"] if found else page.parent.parent.name

    def _handed_in(self, student: str, notebook: str) -> list[str]:
        """What the notebook is called that a page is about: its own name, or those that were handed in instead."""
        folder = Path(self._path(self.coursedir.submitted_directory, student))
        names = [path.stem for path in folder.glob("*.ipynb")]
        return [notebook] if notebook in names else [notebook, *names]

    def _release(self, page: Path, name: str) -> None:
        """Copy a page, in one move."""
        target = Path(self.dest_path, f"{name}.html")
        unfinished = target.with_name(f"{name}-tmp.html")
        shutil.copy(page, unfinished)
        os.replace(unfinished, target)


class ReleaseFeedback(OwnerOnly, ReleaseFeedbackToAll):
    """Puts feedback into the exchange."""


class Submit(OwnerOnly, default.ExchangeSubmit):
    """Puts a student's work into the exchange."""

    def copy_files(self) -> None:
        super().copy_files()
        os.chmod(os.path.join(self.inbound_path, self.assignment_filename), OWNER)


class SubmitToGroup(default.ExchangeSubmit):
    """Puts a student's work where only the student and the instructors' group can read it.

    The group is that of the exchange's folder, which passes it on (nbgrader's `groupshared`). nbgrader itself leaves
    the work open to everybody who knows its random name.
    """

    def copy_files(self) -> None:
        super().copy_files()
        os.chmod(os.path.join(self.inbound_path, self.assignment_filename), OWNER_AND_GROUP)
