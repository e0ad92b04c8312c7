"""What a submission uses and the system does not limit: memory and time of all its processes, sockets, their folder."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

import psutil

from utils.grading.limits import Limits

MOST_SOCKETS = 400  # that a submission has open
MOST_SHARED = 100  # entries of the folder that a kernel shares with the outside


def exceeded(process: int, folder: Path, limits: Limits) -> str:
    """Which limit a submission has passed that the system does not watch, in the student's terms; "" if none.

    process: the first of its processes.  folder: what it shares with the outside.
    """
    family: list[psutil.Process] = []
    with suppress(psutil.Error):
        first = psutil.Process(process)
        family = [first, *first.children(recursive=True)]
        # what forks share is counted once for each in `rss`, and fairly in `pss`, which takes long to find out
        if sum(_memory(p, "rss") for p in family) > limits.memory < sum(_memory(p, "pss") for p in family):
            return f"it used more than {limits.memory / 2**30:.3g} GiB of memory"
        if sum(map(_seconds, family)) > limits.processor_seconds:
            return f"it used more than {limits.processor_seconds} seconds of processor time"
    opened = _opened(family)
    if sum(name.startswith("socket:") for name, _ in opened) > MOST_SOCKETS:
        return f"it opened more than {MOST_SOCKETS} sockets, whose memory nobody else counts"
    try:
        entries = list(islice(_below(folder), MOST_SHARED))
        shared = sum(_bytes(entry) for entry in entries) + _unlinked(opened, folder.stat().st_dev)
    except OSError:  # folders that are closed, or too deep to be named
        entries, shared = [], limits.shared + 1
    if len(entries) == MOST_SHARED or shared > limits.shared:
        return "it wrote too much into the folder of its sockets"
    return ""


class LostTime:
    """How long a submission has been ready to run while the machine was busy with others, from now on.

    Linux counts it for each process, in nanoseconds (sched-stats); elsewhere none is found.
    process: the first of the submission's.
    """

    def __init__(self, process: int) -> None:
        self._process = process
        self._counted: dict[int, tuple[int, int]] = {}  # of each process: at first, and at last
        self.seconds()

    def seconds(self) -> float:
        """Of the process that has waited longest."""
        with suppress(psutil.Error):
            first = psutil.Process(self._process)
            for process in [first, *first.children(recursive=True)]:
                with suppress(OSError, IndexError):
                    waited = int(Path(f"/proc/{process.pid}/schedstat").read_text().split()[1])
                    self._counted[process.pid] = (self._counted.get(process.pid, (waited,))[0], waited)
        return max((last - first for first, last in self._counted.values()), default=0) / 1e9


def _below(folder: Path) -> Iterator[os.DirEntry]:
    """Everything in `folder`, without following links. Raises OSError where it cannot look."""
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)


def _bytes(entry: os.DirEntry) -> int:
    with suppress(FileNotFoundError):  # gone again
        return entry.stat(follow_symlinks=False).st_blocks * 512
    return 0


def _opened(family: list[psutil.Process]) -> dict[tuple[str, int], os.stat_result]:
    """What these processes hold open: its name and number → what it is. Each once, whoever holds it."""
    found: dict[tuple[str, int], os.stat_result] = {}
    for process in family:
        with suppress(OSError):  # it has ended
            for entry in os.scandir(f"/proc/{process.pid}/fd"):
                with suppress(OSError):
                    status = os.stat(entry.path)
                    found[os.readlink(entry.path) if stat.S_ISSOCK(status.st_mode) else "", status.st_ino] = status
    return found


def _unlinked(opened: dict[tuple[str, int], os.stat_result], device: int) -> int:
    """Bytes in files on `device` that are held open, and that have no name any more."""
    files = (one for one in opened.values() if stat.S_ISREG(one.st_mode) and one.st_dev == device)
    return sum(one.st_blocks * 512 for one in files if one.st_nlink == 0)


def _seconds(process: psutil.Process) -> float:
    """Processor time of a process, and of its children that have ended."""
    try:
        times = process.cpu_times()
        return times.user + times.system + times.children_user + times.children_system
    except psutil.Error:
        return 0.0


def _memory(process: psutil.Process, kind: str) -> int:
    try:
        return getattr(process.memory_info() if kind == "rss" else process.memory_full_info(), kind)
    except psutil.Error:
        return 0
