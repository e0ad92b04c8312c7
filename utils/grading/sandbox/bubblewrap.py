"""The sandbox for a student's process: bubblewrap, limits, and a clean environment.

Inside there is no network, no other process, no home directory and no file but: the system's programs and libraries,
the Python that runs the course, `utils` without the instructor's side, data/pretrained and data/photographs (all
read-only), and some memory to write files to. Where the grader is root, the process becomes an unprivileged user that
nobody else is.
"""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import matplotlib

from utils import runtime
from utils.errors import CourseError
from utils.isolation import system_calls
from utils.isolation.bubblewrap_probe import refusal, unsafe_folder
from utils.isolation.confine import ASIDE, SCRATCH_FOLDERS, ProcessLimits

UTILS = Path(__file__).resolve().parents[2]
LESSON_DATA = [UTILS.parent / "data" / name for name in ("pretrained", "photographs")]  # what lessons load from here
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/alternatives", "/etc/ld.so.cache", "/etc/fonts")
SCRATCH = SCRATCH_FOLDERS[0]  # inside: the working directory, in memory
FIRST_UID = 2_100_000_000  # above the ranges of directory services and of containers, and below 2**31
UIDS = 40_000_000  # from there on


def require() -> str:
    """The path of bubblewrap. Raises CourseError when it is missing or may not make a sandbox."""
    path = shutil.which("bwrap")
    if path is None:
        raise CourseError("grading needs bubblewrap: sudo apt-get install bubblewrap")
    if refused := refusal(path):
        raise CourseError(f"bubblewrap is not allowed to make a sandbox ({refused}): see `course doctor`")
    if unsafe := unsafe_folder():
        raise CourseError(f"{unsafe}: grade with TMPDIR set to a folder of your own")
    return path


def confined(command: list[str], folder: Path, limits: ProcessLimits, calls: int) -> list[str]:
    """`command` as it is run in the sandbox. Start it with `limits.apply` as preexec_fn and `environment()`.

    calls: a file descriptor from which `system_calls.program()` can be read; bubblewrap inherits it.
    folder: of the sockets to the outside, which is there under its own path, and read-only (see `open_to`): it lies on
    the grader's disk. The working directory is another: in memory, limited to `limits.scratch` bytes, gone at the end.
    """
    files = _files(folder, limits.scratch)
    filtered = ["--seccomp", str(calls)] if system_calls.program() else []
    return [require(), *_namespaces(), *files, *filtered, "--chdir", SCRATCH, "--", *_another_user(), *command]


def confined_server(command: list[str], folder: Path, limits: ProcessLimits) -> list[str]:
    """`command`, which confines further whatever it starts (see utils.isolation.kernel_server), as it is run in the
    sandbox.

    It sees the same files and nothing of the network, but has the rights to make namespaces. folder: for the folders
    that its children share with the outside.
    """
    rights = [] if os.geteuid() == 0 else ["--uid", "0", "--gid", "0", "--cap-add", "ALL"]
    files = _files(folder, limits.scratch, ASIDE)
    return [require(), *_namespaces(), *rights, *files, "--chdir", SCRATCH, "--", *command]


def open_to(path: Path, rights: int) -> None:
    """Give the sandboxed process these rights of a group, such as 0o070, if it is another user than the grader."""
    if (user := uid()) is not None:
        os.chown(path, -1, user)
        path.chmod(stat.S_IMODE(path.stat().st_mode) | rights)


def remove(folder: Path) -> None:
    """Remove a folder that a submission could write to. (Python's own way fails with folders a thousand deep.)"""
    subprocess.run(["rm", "-rf", "--", str(folder)], stderr=subprocess.DEVNULL, check=False)


def environment(scratch: str = SCRATCH) -> dict[str, str]:
    """A clean environment: nothing of the grader's but where Python is. Files go to `scratch`."""
    return {
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "HOME": scratch,
        "IPYTHONDIR": f"{scratch}/.ipython",
        "TMPDIR": scratch,
        "MPLCONFIGDIR": f"{scratch}/.matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(UTILS.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONSAFEPATH": "1",  # a numpy.py beside the notebook is not numpy
        "COURSE_DEVICE": "cpu",
        "CUDA_VISIBLE_DEVICES": "-1",
        **runtime.GRADING,
        "OMP_NUM_THREADS": "1",  # many submissions are graded side by side: threads would wait for each other
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
    }


def uid() -> int | None:
    """The unprivileged user that this grader's submissions become under root; None: they stay who the grader is."""
    return _nobodys_uid(os.getpid(), Path("/proc/self/uid_map").read_text()) if os.geteuid() == 0 else None


@lru_cache(maxsize=8)
def _nobodys_uid(process: int, mapped: str) -> int:
    """A number for a grader's submissions that is no account, also where a container has few numbers. mapped: those
    that there are, as in user_namespaces(7)."""
    last = max(int(start) + int(count) - 1 for start, _, count in map(str.split, mapped.splitlines()))
    first = FIRST_UID if last >= FIRST_UID + UIDS else last // 2
    room = min(UIDS, last - first)
    for step in range(room):
        number = first + (process + step) % room
        try:
            pwd.getpwuid(number)
        except KeyError:
            return number
    raise CourseError("there is no user number free for submissions: grade as an ordinary user")


def ways_to(path: Path) -> list[str]:
    """bubblewrap's arguments for directories that lead to `path`, which anyone may pass through."""
    return [word for parent in reversed(path.parents[:-1]) for word in ("--perms", "0755", "--dir", str(parent))]


def _namespaces() -> list[str]:
    kinds = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    if os.geteuid() != 0:
        kinds.append("--unshare-user")
    return [*kinds, "--hostname", "sandbox", "--die-with-parent", "--new-session"]


def _files(folder: Path, scratch: int, *empty: str) -> list[str]:
    arguments = ["--tmpfs", "/", "--proc", "/proc", "--dev", "/dev"]
    for path in SCRATCH_FOLDERS:
        arguments += ["--perms", "1777", "--size", str(scratch), "--tmpfs", path]
    for path in SYSTEM:
        if os.path.islink(path):
            arguments += ["--symlink", os.readlink(path), path]
        else:
            arguments += ["--ro-bind-try", path, path]
    for path in dict.fromkeys([sys.base_prefix, sys.prefix, str(UTILS), *map(str, LESSON_DATA)]):
        if not path.startswith("/usr/"):
            arguments += [*ways_to(Path(path)), "--ro-bind", path, path]
    arguments += ["--perms", "0755", "--tmpfs", str(UTILS / "grading"), "--remount-ro", str(UTILS / "grading")]
    arguments += ["--perms", "1777", "--dir", f"{SCRATCH}/.matplotlib"]
    for fonts in Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):  # else matplotlib looks for fonts every time
        arguments += ["--ro-bind", str(fonts), f"{SCRATCH}/.matplotlib/{fonts.name}"]
    for path in empty:
        arguments += ["--dir", path]
    shared = [*ways_to(folder), "--ro-bind", str(folder), str(folder)]
    return [*arguments, *shared, "--remount-ro", "/dev", "--remount-ro", "/"]


def _another_user() -> list[str]:
    if (user := uid()) is None:
        return []
    return [
        "setpriv",
        "--reuid",
        str(user),
        "--regid",
        str(user),
        "--clear-groups",
        "--no-new-privs",
        "--inh-caps=-all",
        "--bounding-set=-all",
    ]
