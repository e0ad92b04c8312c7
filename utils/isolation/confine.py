"""What a process does to itself before it runs a student's code: limits, namespaces of its own, no rights.

The calls are Linux's own (the manual pages namespaces(7), capabilities(7), mount(2), prctl(2)); Python has no names for
most of them. For a process that is started in the ordinary way see utils.grading.sandbox.bubblewrap.
"""

import ctypes
import os
import resource
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from utils.isolation import system_calls

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID = 0x20000, 0x8000000, 0x20000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_MOVE, MS_REC, MS_PRIVATE = 4096, 8192, 16384, 1 << 18
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 4, 22, 24, 38
SECCOMP_MODE_FILTER = 2
CAPABILITIES_3 = 0x20080522  # the version of capset's data that has 64 bits
MOST_TERMINALS = 16  # pseudo-terminals of a submission, such as `!ls` takes; the machine has a few thousand
ASIDE = "/mnt"  # an empty directory that the sandbox has
SCRATCH_FOLDERS = ("/scratch", "/tmp", "/dev/shm")  # where a submission may write; it starts in the first


@dataclass(frozen=True)
class ProcessLimits:
    """What the system holds a submission's processes to. (All limits, with their defaults: utils.grading.limits.)

    memory: bytes of one process.  file_size: bytes of one file.  scratch: bytes of each of `SCRATCH_FOLDERS`.
    processes, open_files: numbers.  processor_seconds: of one process.
    """

    memory: int
    file_size: int
    scratch: int
    processes: int
    open_files: int
    processor_seconds: int

    def apply(self) -> None:
        """Set them for this process and its children. Where memory runs out, the system ends these first."""
        with suppress(OSError):  # macOS has no such file
            Path("/proc/self/oom_score_adj").write_text("1000")
        for kind, value, spare in (
            (resource.RLIMIT_AS, self.memory, 0),
            (resource.RLIMIT_FSIZE, self.file_size, 0),
            (resource.RLIMIT_NPROC, self.processes, 0),
            (resource.RLIMIT_NOFILE, self.open_files, 0),
            (resource.RLIMIT_CPU, self.processor_seconds, 1),  # a second from the signal of this name to SIGKILL
            (resource.RLIMIT_CORE, 0, 0),
        ):
            with suppress(ValueError):  # a lower limit was there before
                resource.setrlimit(kind, (value, value + spare))


def leave_processes() -> None:
    """The next fork is process 1 of a namespace of its own: it sees no others, and all end with it."""
    _call("unshare", CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID)


def own_files(folder: Path, size: int, needed: Iterable[str] = ()) -> None:
    """Hide everything that another process here has written.

    folder: stays; whatever lies beside it is out of sight.  size: bytes of the empty file systems that the
    `SCRATCH_FOLDERS` become; one that holds a path of `needed` is made read-only instead.
    """
    _mount("none", "/", "", MS_REC | MS_PRIVATE)
    _mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    terminals = f"newinstance,ptmxmode=0666,mode=0620,max={MOST_TERMINALS}"
    _mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, terminals)
    _mount(str(folder), ASIDE, "", MS_BIND)
    for place in SCRATCH_FOLDERS:
        if any(Path(path).is_relative_to(place) for path in needed):
            _mount("none", place, "", MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)
        else:
            _mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, f"mode=1777,size={size}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    _mount("tmpfs", str(folder.parent), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=65536")
    folder.mkdir()
    _mount(ASIDE, str(folder), "", MS_MOVE)


def _filter_system_calls() -> None:
    if program := system_calls.program():
        held = ctypes.create_string_buffer(program)
        described = struct.pack("HP", len(program) // 8, ctypes.addressof(held))
        _call("prctl", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, described, 0, 0)


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
    _filter_system_calls()


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    _call("mount", source.encode(), target.encode(), kind.encode(), flags, options.encode())


def _call(name: str, *arguments: object) -> None:
    """Call the C library. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    converted = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    if getattr(libc, name)(*converted) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
