"""The sandbox for a student's process: bubblewrap, limits, and a clean environment.

Inside there is no network, no other process, no home directory and no file but: the system's programs and libraries,
the Python that runs the course, `utils` without the instructor's side (all read-only), and some memory to write files
to. Where the grader is root, the process becomes an unprivileged user that nobody else is.
"""

import os
import resource
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import matplotlib

from utils.cli import CourseError

UTILS = Path(__file__).resolve().parent.parent
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/alternatives", "/etc/ld.so.cache", "/etc/fonts")
SCRATCH = "/scratch"  # inside: the working directory, in memory
FIRST_UID = 200_000  # above the users and below the ranges that Debian hands out to containers


@dataclass(frozen=True)
class Limits:
    """What one submission may use: bytes of memory and of one file, processes, open files, seconds of processor."""

    memory: int = 8 * 2**30
    file: int = 64 * 2**20
    processes: int = 128
    open_files: int = 512
    seconds: int = 900
    scratch: int = 512 * 2**20

    def apply(self) -> None:
        """Set them for this process and its children; to be called between fork and exec."""
        for kind, value in (
            (resource.RLIMIT_AS, self.memory),
            (resource.RLIMIT_FSIZE, self.file),
            (resource.RLIMIT_NPROC, self.processes),
            (resource.RLIMIT_NOFILE, self.open_files),
            (resource.RLIMIT_CPU, self.seconds),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(kind, (value, value))


def require() -> str:
    """The path of bubblewrap. Raises CourseError when it is missing or may not make a sandbox."""
    path = shutil.which("bwrap")
    if path is None:
        raise CourseError("grading needs bubblewrap: sudo apt-get install bubblewrap")
    attempt = subprocess.run(
        [path, "--ro-bind", "/", "/", "--unshare-all", "true"], capture_output=True, text=True, check=False
    )
    if attempt.returncode:
        raise CourseError(
            f"bubblewrap is not allowed to make a sandbox ({attempt.stderr.strip()}): see `course doctor`"
        )
    return path


def confined(command: list[str], folder: Path, limits: Limits) -> list[str]:
    """`command` as it is run in the sandbox. Start it with `limits.apply` as preexec_fn and `environment()`.

    folder: for the sockets to the outside, bound at its own path; the process can write there (see `open_to`). Its
    working directory is another: in memory, limited to `limits.scratch` bytes, and gone when it ends.
    """
    files = _files(folder, limits.scratch)
    return [require(), *_namespaces(), *files, "--chdir", SCRATCH, "--", *_another_user(), *command]


def open_to(folder: Path) -> None:
    """Let the sandboxed process, whoever it is, use `folder`."""
    if os.geteuid() == 0:
        os.chown(folder, uid_of(os.getpid()), -1)


def environment() -> dict[str, str]:
    """A clean environment: nothing of the grader's but where Python is."""
    return {
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "HOME": SCRATCH,
        "IPYTHONDIR": f"{SCRATCH}/.ipython",
        "TMPDIR": SCRATCH,
        "MPLCONFIGDIR": f"{SCRATCH}/.matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(UTILS.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONSAFEPATH": "1",  # a numpy.py beside the notebook is not numpy
        "COURSE_DEVICE": "cpu",
        "COURSE_FIGURES": "off",
        "COURSE_WIDGETS": "off",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def uid_of(process: int) -> int:
    """The unprivileged user that a submission graded by process number `process` becomes under root."""
    return FIRST_UID + process % 50_000


def _namespaces() -> list[str]:
    kinds = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    if os.geteuid() != 0:
        kinds.append("--unshare-user")
    return [*kinds, "--hostname", "sandbox", "--die-with-parent", "--new-session"]


def _files(folder: Path, scratch: int) -> list[str]:
    arguments = ["--tmpfs", "/", "--proc", "/proc", "--dev", "/dev"]
    for path in (SCRATCH, "/tmp", "/dev/shm"):
        arguments += ["--perms", "1777", "--size", str(scratch), "--tmpfs", path]
    for path in SYSTEM:
        if os.path.islink(path):
            arguments += ["--symlink", os.readlink(path), path]
        else:
            arguments += ["--ro-bind-try", path, path]
    for path in dict.fromkeys([sys.base_prefix, sys.prefix, str(UTILS)]):
        if not path.startswith("/usr/"):
            arguments += [*_ways_to(Path(path)), "--ro-bind", path, path]
    arguments += ["--perms", "0755", "--tmpfs", str(UTILS / "grading")]
    arguments += ["--perms", "1777", "--dir", f"{SCRATCH}/.matplotlib"]
    for fonts in Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):  # else matplotlib looks for fonts every time
        arguments += ["--ro-bind", str(fonts), f"{SCRATCH}/.matplotlib/{fonts.name}"]
    return [*arguments, *_ways_to(folder), "--bind", str(folder), str(folder), "--remount-ro", "/"]


def _ways_to(path: Path) -> list[str]:
    """Directories that lead to `path`, which anyone may pass through."""
    return [word for parent in reversed(path.parents[:-1]) for word in ("--perms", "0755", "--dir", str(parent))]


def _another_user() -> list[str]:
    if os.geteuid() != 0:
        return []
    uid = str(uid_of(os.getpid()))
    return ["setpriv", "--reuid", uid, "--regid", uid, "--clear-groups", "--no-new-privs", "--inh-caps=-all",
            "--bounding-set=-all"]  # fmt: skip
