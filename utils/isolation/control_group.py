"""A control group (cgroups(7)) for one submission, where one can be had: what all its processes may take together.

It counts what no limit of a single process does, such as the memory of sockets, and shares the processor fairly between
submissions, however many processes one of them starts. Where none can be had, `usage.exceeded` looks instead, now and
then.
"""

import itertools
import logging
import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

KINDS = ("memory", "pids", "cpu")
PERIOD = 100_000  # microseconds over which the processor is shared out
GONE = 5.0  # seconds for killed processes to leave
_number = itertools.count()
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shares:
    """What the processes of a group take together at most. memory: bytes."""

    memory: int = 2**30
    processes: int = 128
    processors: float = 2


@dataclass(frozen=True)
class Hierarchy:
    """Where groups can be made. folders: for each of `KINDS`; the same three times with version 2."""

    version: int
    folders: dict[str, Path]


class ControlGroup:
    """The group of one submission. Its folders are made at once, with the limits; `add` puts processes in."""

    def __init__(self, hierarchy: Hierarchy, shares: Shares) -> None:
        name = f"course-{os.getpid()}-{next(_number)}"
        self.folders = list(dict.fromkeys(folder / name for folder in hierarchy.folders.values()))
        self._made: list[Path] = []
        try:
            for folder in self.folders:
                folder.mkdir()
                self._made.append(folder)
            for (kind, file), value in _settings(hierarchy.version, shares).items():
                (hierarchy.folders[kind] / name / file).write_text(value)
        except OSError:
            self.close()
            raise

    def add(self, process: int) -> None:
        """Put a process in; its children follow. Raises OSError."""
        for folder in self.folders:
            (folder / "cgroup.procs").write_text(str(process))

    def ran_out_of_memory(self) -> bool:
        """Whether Linux has ended a process in it because all of them together had too much."""
        for name in ("memory.events", "memory.oom_control"):  # of version 2, of version 1
            for folder in self.folders:
                with suppress(OSError):
                    if re.search(r"^oom_kill [1-9]", (folder / name).read_text(), re.M):
                        return True
        return False

    def close(self) -> None:
        """End whatever is still in it, and remove it."""
        give_up = time.monotonic() + GONE
        while self._made:
            folder = self._made[-1]
            with suppress(OSError):
                for process in map(int, (folder / "cgroup.procs").read_text().split()):
                    if process > 1:  # 0 stands for one that cannot be seen from here
                        with suppress(OSError):
                            os.kill(process, signal.SIGKILL)
            try:
                folder.rmdir()
            except FileNotFoundError:
                pass
            except OSError as problem:  # killed processes take a moment to leave
                if time.monotonic() > give_up:
                    log.warning("a control group is left: %s (%s)", folder, problem.strerror)
                    return
                time.sleep(0.01)
                continue
            self._made.pop()


def make(shares: Shares) -> ControlGroup | None:
    """A group for a submission; None where none can be had."""
    hierarchy = available()
    if hierarchy is None:
        return None
    try:
        return ControlGroup(hierarchy, shares)
    except OSError as problem:
        log.info("no control group can be made: %s", problem)
        return None


@cache
def available() -> Hierarchy | None:
    """Where this process may make control groups that limit; None where it may not."""
    for hierarchy in _candidates():
        try:
            if hierarchy.version == 2:
                folder = hierarchy.folders["memory"]
                with suppress(OSError):  # it may be so already
                    (folder / "cgroup.subtree_control").write_text(" ".join(f"+{kind}" for kind in KINDS))
            _try(hierarchy)
            _remove_stale(hierarchy)
            return hierarchy
        except OSError as problem:
            log.debug("no control groups in %s: %s", hierarchy.folders, problem)
    return None


def _try(hierarchy: Hierarchy) -> None:
    """Make a group and put a process into it. Raises OSError where that is not allowed."""
    group = ControlGroup(hierarchy, Shares())
    try:
        with subprocess.Popen(["sleep", "9"]) as process:
            try:
                group.add(process.pid)
            finally:
                process.kill()
    finally:
        group.close()


def _remove_stale(hierarchy: Hierarchy) -> None:
    """Remove the groups of graders that were killed. (What was in them has ended with them.)"""
    for top in dict.fromkeys(hierarchy.folders.values()):
        for folder in top.glob("course-*-*"):
            if not Path("/proc", folder.name.split("-")[1]).exists():
                with suppress(OSError):  # somebody else was faster
                    folder.rmdir()


def _candidates() -> list[Hierarchy]:
    """Version 2, then version 1: below the group that this process is in, then at the top."""
    own = _own_groups()
    mounts = _mounts()
    found = []
    if (top := mounts.get("cgroup2")) is not None:
        for below in (own.get("", "/"), "/"):
            found.append(Hierarchy(2, dict.fromkeys(KINDS, top / below.lstrip("/"))))
    if set(KINDS) <= mounts.keys():
        found.append(Hierarchy(1, {kind: mounts[kind] / own.get(kind, "/").lstrip("/") for kind in KINDS}))
        found.append(Hierarchy(1, {kind: mounts[kind] for kind in KINDS}))
    return found


def _own_groups() -> dict[str, str]:
    """Controller (version 2: "") → path of the group that this process is in."""
    found: dict[str, str] = {}
    with suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            found |= dict.fromkeys(controllers.split(","), path)
    return found


def _mounts() -> dict[str, Path]:
    """Controller (version 2: "cgroup2") → where it is mounted."""
    found: dict[str, Path] = {}
    with suppress(OSError):
        for line in Path("/proc/self/mountinfo").read_text().splitlines():
            before, _, after = line.partition(" - ")
            kind, _, options = after.split(" ", 2)
            if kind == "cgroup2":
                found.setdefault("cgroup2", Path(before.split(" ")[4]))
            elif kind == "cgroup":
                found |= dict.fromkeys(options.split(","), Path(before.split(" ")[4]))
    return found


def _settings(version: int, shares: Shares) -> dict[tuple[str, str], str]:
    """(kind, file) → what is written into it."""
    quota = str(round(shares.processors * PERIOD))
    if version == 2:
        return {
            ("memory", "memory.max"): str(shares.memory),
            ("memory", "memory.oom.group"): "1",
            ("pids", "pids.max"): str(shares.processes),
            ("cpu", "cpu.max"): f"{quota} {PERIOD}",
        }
    return {
        ("memory", "memory.limit_in_bytes"): str(shares.memory),
        ("pids", "pids.max"): str(shares.processes),
        ("cpu", "cpu.cfs_period_us"): str(PERIOD),
        ("cpu", "cpu.cfs_quota_us"): quota,
    }
