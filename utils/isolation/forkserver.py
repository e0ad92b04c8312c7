"""A process that has imported large packages and forks: what a child needs is there at once.

`serve` runs in that process, whose standard input is a socket; `ForkServer` is the other end. A request is one message
with a JSON object and some file descriptors, which the child gets.
"""

import gc
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from itertools import chain
from typing import Any

from utils.device import quiet

log = logging.getLogger(__name__)

IDLE = 600.0  # seconds without a request after which the process ends by itself
START = 120.0  # seconds for its imports
LONGEST, MOST_DESCRIPTORS = 65_536, 16  # bytes of a request; file descriptors that come with it
LATER = {"torch": "torch._dynamo"}  # what a package imports when it is first used, here its optimisers: a second each
FORKS = sys.platform != "darwin"  # Apple's libraries do not survive a fork


def serve(modules: Collection[str], child: Callable[[dict[str, Any], list[int]], None]) -> None:
    """Import `modules`, then run `child(request, descriptors)` in a process of its own for every request.

    A module that cannot be imported is left out, with a line in the log: whoever needs it will get the error. Where the
    system does not let a process with these libraries fork, the first request is served by this process.
    """
    missing: dict[str, Exception] = {}
    with quiet():
        for name in chain(modules, [LATER[name] for name in modules if name in LATER]):
            try:
                import_module(name)
            except ModuleNotFoundError as error:  # `from a import b` does not tell whether b is a module
                log.debug("not imported before forking: %s", error)
            except Exception as error:
                missing[name] = error
    for name, problem in missing.items():
        log.warning("%s could not be imported before forking: %s", name, problem)
    gc.freeze()  # what is there now is shared by all children, and stays so
    requests = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    requests.send(b"ready")
    while select.select([requests], [], [], IDLE)[0]:
        request, descriptors, _, _ = socket.recv_fds(requests, LONGEST, MOST_DESCRIPTORS)
        if not request:
            return
        if not FORKS or os.fork() == 0:
            requests.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _run(child, json.loads(request), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _run(child: Callable[[dict[str, Any], list[int]], None], request: dict[str, Any], descriptors: list[int]) -> None:
    """Run the child's work; whatever happens, the child does not become a second server."""
    status = 1
    try:
        child(request, descriptors)
        status = 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


class ForkServer:
    """Starts `command`, which is to call `serve`, and asks it for children. The imports go on in the background."""

    def __init__(self, command: Sequence[str], **options: Any) -> None:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            # in a session of its own: a ctrl-C in the terminal is for the program that asks, and not for the server
            self._process = subprocess.Popen(command, stdin=theirs.fileno(), start_new_session=True, **options)
        self._ready = False

    def fork(self, request: dict[str, Any], descriptors: Sequence[int]) -> None:
        """Have a child work on `request`. Raises OSError when there is no server any more."""
        if not self._ready:
            self._requests.settimeout(START)
            self._ready = self._requests.recv(16) == b"ready"
        if not self._ready:
            raise ConnectionError("the process to fork from did not start")
        socket.send_fds(self._requests, [json.dumps(request).encode()], descriptors)

    @property
    def alive(self) -> bool:
        """Whether another child can be asked for."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the server. (To let Python end by itself, with such libraries imported, takes half a second.)"""
        self._requests.close()
        self._process.kill()
        self._process.wait()
