"""nbgrader's exchange for one user's own folders, and for a class whose instructors are a group.

nbgrader assumes an exchange that many accounts share, and makes parts of it writable for everyone. Out of the box it
lies in the user's own data folder, so everything in it is for that user alone.
"""

import os
from pathlib import Path

from nbgrader.exchange import default

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


class ReleaseFeedback(OwnerOnly, default.ExchangeReleaseFeedback):
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
