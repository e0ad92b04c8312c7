"""What a process does to itself before it runs a student's code: limits, namespaces of its own, no rights.

The calls are Linux's own (the manual pages namespaces(7), capabilities(7), mount(2), prctl(2)); Python has no names for
most of them. For a process that is started in the ordinary way see utils.grading.sandbox.bubblewrap.
"""

import ctypes
import errno
import os
import platform
import resource
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID = 0x20000, 0x8000000, 0x20000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_MOVE, MS_REC, MS_PRIVATE = 4096, 8192, 16384, 1 << 18
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 4, 22, 24, 38
SECCOMP_MODE_FILTER, SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO = 2, 0x7FFF0000, 0x50000
BPF_LOAD, BPF_EQUAL, BPF_AT_LEAST, BPF_RETURN = 0x20, 0x15, 0x35, 0x06  # of a 32-bit word, with a constant
CAPABILITIES_3 = 0x20080522  # the version of capset's data that has 64 bits
# System calls for what outlives a process or is counted nowhere (keys, shared memory without a name), for looking into
# another process, and for parts of the kernel that no lesson needs. Numbers from the kernel's own tables.
FORBIDDEN = {
    "x86_64": (0xC000003E, {
        "shmget": 29, "ptrace": 101, "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272,
        "perf_event_open": 298, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "memfd_create": 319,
        "bpf": 321, "userfaultfd": 323, "io_uring_setup": 425, "memfd_secret": 447,
    }),
    "aarch64": (0xC00000B7, {
        "shmget": 194, "ptrace": 117, "add_key": 217, "request_key": 218, "keyctl": 219, "unshare": 97,
        "perf_event_open": 241, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271, "memfd_create": 279,
        "bpf": 280, "userfaultfd": 282, "io_uring_setup": 425, "memfd_secret": 447,
    }),
}  # fmt: skip
X32 = 0x40000000  # from here on, another numbering of the same calls
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


def system_call_filter() -> bytes:
    """The seccomp(2) program that fails the `FORBIDDEN` calls with "not permitted"; b"" on a processor not listed."""
    if platform.machine() not in FORBIDDEN:
        return b""
    architecture, calls = FORBIDDEN[platform.machine()]
    numbers = sorted(calls.values())
    refuse = SECCOMP_RET_ERRNO | errno.EPERM
    program = [
        (BPF_LOAD, 0, 0, 4),  # the architecture
        (BPF_EQUAL, 0, len(numbers) + 3, architecture),  # another: refuse
        (BPF_LOAD, 0, 0, 0),  # the number of the call
        (BPF_AT_LEAST, len(numbers) + 1, 0, X32),
        *((BPF_EQUAL, len(numbers) - k, 0, number) for k, number in enumerate(numbers)),
        (BPF_RETURN, 0, 0, SECCOMP_RET_ALLOW),
        (BPF_RETURN, 0, 0, refuse),
    ]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)


def _filter_system_calls() -> None:
    if program := system_call_filter():
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
