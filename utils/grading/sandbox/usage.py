"""What a submission uses and the system does not limit: memory and time of all its processes, sockets,
terminals."""

import os
from contextlib import suppress
from pathlib import Path

import psutil

from utils.grading.limits import Limits

MOST_SOCKETS = 400  # that a submission has open
MOST_TERMINALS = 100  # the same of pseudo-terminals, counted for each process that holds one


def exceeded(process: int, limits: Limits) -> str:
    """Which limit a submission has passed that the system does not watch, in the student's terms; "" if none.

    process: the first of its processes.
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
    if len({name for name in opened if name.startswith("socket:")}) > MOST_SOCKETS:
        return f"it opened more than {MOST_SOCKETS} sockets, whose memory nobody else counts"
    if sum(name.endswith("/ptmx") for name in opened) > MOST_TERMINALS:
        return f"it opened more than {MOST_TERMINALS} terminals"
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


def _opened(family: list[psutil.Process]) -> list[str]:
    """The names of what these processes have open; a socket's is its number."""
    found = []
    for process in family:
        with suppress(OSError):  # it has ended
            for entry in os.scandir(f"/proc/{process.pid}/fd"):
                with suppress(OSError):
                    found.append(os.readlink(entry.path))
    return found


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
