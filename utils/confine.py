"""What a process does to itself before it runs a student's code: limits, namespaces of its own, no rights.

The calls are Linux's own (the manual pages namespaces(7), capabilities(7), mount(2), prctl(2)); Python has no names for
most of them. utils.grading.sandbox has bubblewrap do the same for a process that is started in the ordinary way.
"""

import ctypes
import os
import resource
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID = 0x20000, 0x8000000, 0x20000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_MOVE, MS_REC, MS_PRIVATE = 4096, 8192, 16384, 1 << 18
PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 4, 24, 38
CAPABILITIES_3 = 0x20080522  # the version of capset's data that has 64 bits
ASIDE = "/mnt"  # an empty directory that the sandbox has


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    memory: bytes of one process, and of all together.  file: bytes of one file.  scratch: bytes of each place for
    files.  shared: bytes in the folder of the sockets.  processes, open_files: numbers.  seconds: of processor time.
    """

    memory: int = 8 * 2**30
    file: int = 64 * 2**20
    scratch: int = 512 * 2**20
    shared: int = 16 * 2**20
    processes: int = 128
    open_files: int = 512
    seconds: int = 900

    def apply(self) -> None:
        """Set them for this process and its children. Where memory runs out, the system ends these first."""
        with suppress(OSError):  # macOS has no such file
            Path("/proc/self/oom_score_adj").write_text("1000")
        for kind, value, spare in (
            (resource.RLIMIT_AS, self.memory, 0),
            (resource.RLIMIT_FSIZE, self.file, 0),
            (resource.RLIMIT_NPROC, self.processes, 0),
            (resource.RLIMIT_NOFILE, self.open_files, 0),
            (resource.RLIMIT_CPU, self.seconds, 1),  # a second between the signal that has this name and SIGKILL
            (resource.RLIMIT_CORE, 0, 0),
        ):
            with suppress(ValueError):  # a lower limit was there before
                resource.setrlimit(kind, (value, value + spare))


def leave_processes() -> None:
    """The next fork is process 1 of a namespace of its own: it sees no others, and all end with it."""
    _call("unshare", CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID)


def own_files(folder: Path, places: list[str], size: int, needed: Iterable[str] = ()) -> None:
    """See nothing that another process here has written.

    folder: stays; whatever lies beside it is out of sight.  places: get empty file systems of `size` bytes each; one
    that holds a path of `needed` cannot be written to instead.
    """
    _mount("none", "/", "", MS_REC | MS_PRIVATE)
    _mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    _mount(str(folder), ASIDE, "", MS_BIND)
    for place in places:
        if any(Path(path).is_relative_to(place) for path in needed):
            _mount("none", place, "", MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)
        else:
            _mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, f"mode=1777,size={size}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    _mount("tmpfs", str(folder.parent), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=65536")
    folder.mkdir()
    _mount(ASIDE, str(folder), "", MS_MOVE)


def drop_rights(uid: int | None) -> None:
    """Become user and group `uid` (None: stay who one is) without any capability, for good."""
    for capability in range(64):
        with suppress(OSError):  # there are fewer
            _call("prctl", PR_CAPBSET_DROP, capability, 0, 0, 0)
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    _call("capset", (ctypes.c_uint32 * 2)(CAPABILITIES_3, 0), (ctypes.c_uint32 * 6)())
    _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)  # else its own files in /proc belong to root


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    _call("mount", source.encode(), target.encode(), kind.encode(), flags, options.encode())


def _call(name: str, *arguments: object) -> None:
    """Call the C library. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    converted = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    if getattr(libc, name)(*converted) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
