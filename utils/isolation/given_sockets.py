"""A kernel on sockets that were bound for it, so that it needs no folder in which it can write.

`python -m utils.isolation.given_sockets 5,6,7,8,9 -f FILE` is `python -m ipykernel_launcher -f FILE` with listening
sockets, which the process has inherited as these file descriptors.
"""

import os
import socket
import sys
from collections.abc import Iterable

import zmq
from ipykernel.heartbeat import Heartbeat
from ipykernel.kernelapp import IPKernelApp

GIVEN: dict[str, int] = {}  # path of a socket → its file descriptor


class GivenHeartbeat(Heartbeat):
    """A heartbeat on the socket that was bound for it."""

    def _try_bind_socket(self) -> None:
        self.socket.setsockopt(zmq.USE_FD, GIVEN[f"{self.ip}-{self.port}"])
        super()._try_bind_socket()


class GivenKernelApp(IPKernelApp):
    """A kernel's application whose sockets are those of `GIVEN`."""

    def _try_bind_socket(self, s: zmq.Socket, port: int) -> int:
        s.setsockopt(zmq.USE_FD, GIVEN[f"{self.ip}-{port}"])
        return super()._try_bind_socket(s, port)

    def init_heartbeat(self) -> None:
        """Start the heartbeat, in a context of its own, as ipykernel does."""
        self.heartbeat = GivenHeartbeat(zmq.Context(), (self.transport, self.ip, self.hb_port))
        self.heartbeat.start()


def launch(descriptors: Iterable[int], arguments: Iterable[str]) -> None:
    """Become a kernel that listens on these sockets. arguments: those of ipykernel_launcher."""
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)
        one = socket.socket(fileno=descriptor)
        GIVEN[one.getsockname()] = descriptor
        one.detach()
    sys.argv = ["ipykernel_launcher", *arguments]
    GivenKernelApp.launch_instance()


if __name__ == "__main__":
    launch(map(int, sys.argv[1].split(",")), sys.argv[2:])
