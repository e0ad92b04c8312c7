"""Whether a sandbox can be made here, and what to do if not: `course doctor` asks it, and grading does."""

import os
import stat
import subprocess
import tempfile
from pathlib import Path

# As a submission has it: a container that covers parts of /proc allows the namespaces and refuses a new /proc.
FLAGS = ("--ro-bind", "/", "/", "--proc", "/proc", "--unshare-all", "--die-with-parent")


def container() -> bool:
    """Whether this is a container, as far as its makers leave a sign."""
    named = os.environ.get("container")  # noqa: SIM112 (systemd's name for it)
    return bool(named) or any(map(os.path.exists, ("/.dockerenv", "/run/.containerenv")))


def remedy(refused: str) -> str:
    """What to do where bubblewrap is refused: it depends on who refuses it. refused: what it said."""
    if _says("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1") and os.geteuid() != 0:
        return (
            "this system restricts user namespaces (AppArmor): "
            "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for bwrap"
        )
    if container():
        return (
            f"this container may not make namespaces ({refused}): start it with --security-opt seccomp=unconfined "
            "--security-opt apparmor=unconfined --security-opt systempaths=unconfined --cap-add SYS_ADMIN, or grade "
            "outside of it"
        )
    if _says("/proc/sys/user/max_user_namespaces", "0"):
        return f"user namespaces are switched off ({refused}): sudo sysctl user.max_user_namespaces=10000"
    if _says("/proc/sys/kernel/unprivileged_userns_clone", "0"):
        return f"installed but refused ({refused}): sudo sysctl kernel.unprivileged_userns_clone=1"
    return f"installed but refused ({refused}): ask whoever runs this machine to allow user namespaces"


def _says(setting: str, value: str) -> bool:
    try:
        return Path(setting).read_text().strip() == value
    except OSError:
        return False


def unsafe_folder(folder: str = "") -> str:
    """Why others could exchange what a grader has in the folder for temporary files; "" when they cannot."""
    path = Path(folder or tempfile.gettempdir())
    for place in (path, *path.resolve().parents):
        status = place.stat()
        if status.st_uid not in (0, os.geteuid()):
            return f"{place} belongs to another user, who can exchange what is in it"
        if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not status.st_mode & stat.S_ISVTX:
            return f"others can rename what is in {place}"
    return ""


def refusal(bwrap: str) -> str:
    """What bubblewrap, at this path, says when it is refused; "" when it works."""
    attempt = subprocess.run([bwrap, *FLAGS, "true"], capture_output=True, text=True, check=False)
    return attempt.stderr.strip() or f"status {attempt.returncode}" if attempt.returncode else ""
