"""Students' kernels that start at once: each is a fork of a process that has imported what lessons use.

That process, `python -m utils.isolation.kernel_server MODULE...`, lives in the sandbox and runs no student's code.
A fork of it makes namespaces of its own, so that it sees no process and no file of another submission, gives up all
rights, and only then becomes a kernel. Three processes serve one submission: a warden, which has rights and watches;
under it the first process of the new namespace, with which all others there end; under that, the kernel.
"""

import os
import select
import signal
import socket
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from utils.isolation import forkserver, given_sockets
from utils.isolation.confine import SCRATCH_FOLDERS, ProcessLimits, drop_rights, leave_processes, own_files

ALWAYS = [
    "numpy",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.inprocess.ipkernel",
    "psutil",
    "ipykernel.debugger",
    "debugpy.server.api",
    "IPython.core.completerlib",
    "IPython.extensions.storemagic",
    "sqlite3",
    "tornado.platform.asyncio",
    "tornado.queues",
    "numpy.random",
    "utils.isolation.namespace_server",
    "utils.checks",
    "utils.figures.style",
    "utils.datasets.images",
    "utils.magics",
]
NEEDED = (sys.prefix, sys.base_prefix, __file__)  # a course may lie in /tmp


def warden(request: dict[str, Any], descriptors: list[int]) -> None:
    """Start a confined kernel, wait until it ends or the grader lets go, and say how it ended.

    request: {"connection_file": …, "uid": … or None, "limits": …}.  descriptors: the socket to the grader, who hears
    "started" or "refused: why", later the exit status; another, on which he says when to begin; those that are bound
    for the kernel.
    """
    control, goes = (socket.socket(fileno=descriptor) for descriptor in descriptors[:2])
    try:
        leave_processes()
    except OSError as error:
        control.send(f"refused: {error}".encode())
        return
    first = os.fork()
    if first == 0:
        _first_process(request, control, goes, descriptors[2:])
    goes.close()
    for descriptor in descriptors[2:]:
        os.close(descriptor)
    watched = os.pidfd_open(first)
    ready, _, _ = select.select([control.fileno(), watched], [], [])
    if watched not in ready:
        os.kill(first, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(first, 0)[1])
    with suppress(OSError):  # the grader has gone
        control.send(str(status if status >= 0 else 128 - status).encode())


def _first_process(request: dict[str, Any], control: socket.socket, goes: socket.socket, bound: list[int]) -> None:
    """Give up everything, start the kernel, collect orphans until it ends, and end as it ended."""
    limits = ProcessLimits(**request["limits"])
    connection_file = Path(request["connection_file"])
    try:
        own_files(connection_file.parent, limits.scratch, NEEDED)
        os.setsid()
        os.chdir(SCRATCH_FOLDERS[0])
        limits.apply()
        drop_rights(request["uid"])
    except OSError as error:
        control.send(f"refused: {error}".encode())
        os._exit(1)
    control.send(b"started")
    control.close()
    if not goes.recv(2):  # the grader has gone, or could not put this process into a control group
        os._exit(1)
    goes.close()
    kernel = os.fork()
    if kernel == 0:
        _become_kernel(connection_file, bound)
    for descriptor in bound:
        os.close(descriptor)
    while True:
        process, status = os.wait()
        if process == kernel:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def _become_kernel(connection_file: Path, bound: list[int]) -> None:
    """What `python -m ipykernel_launcher -f FILE` does, in a process that has all of it imported."""
    silence = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(silence, descriptor)
    for one, next_one in pairwise([2, *sorted(bound), 4096]):
        os.closerange(one + 1, next_one)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # else all submissions would get the same random numbers
    status = 1
    try:
        given_sockets.launch(bound, ["-f", str(connection_file), "--ext", "utils.magics"])  # some are left in a cell
        status = 0
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    finally:
        os._exit(status)


if __name__ == "__main__":
    forkserver.serve([*ALWAYS, *sys.argv[1:]], warden)
