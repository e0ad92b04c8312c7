"""A student's kernel, started in the sandbox. Jupyter finds it as the kernel provisioner "course-sandbox"."""

import asyncio
import atexit
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from queue import Empty
from resource import RLIM_INFINITY
from subprocess import DEVNULL
from typing import Any

import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Bool

from utils.confine import Limits, system_call_filter
from utils.forkserver import ForkServer
from utils.grading import sandbox

PROVISIONER = "course-sandbox"
ENDED = 5.0  # seconds for a kernel to be gone after it was killed
STARTED = 20.0  # seconds for a fork to say that it has started
LONGEST_MESSAGE, MOST_MESSAGES = 16 * 2**20, 64  # of a kernel, that wait to be read


class Warm:
    """A process in the sandbox that has imported `modules`; kernels are forked from it.

    folder: holds a folder for each kernel, which is all that it sees of it.
    """

    _current: "Warm | None" = None

    def __init__(self, modules: Sequence[str]) -> None:
        self.modules = modules
        self.folder = Path(tempfile.mkdtemp(prefix="course-warm-"))
        sandbox.open_to(self.folder, 0o010)  # the sandboxed user may pass through, and nobody else
        command = sandbox.around([sys.executable, "-m", "utils.warm", *modules], self.folder)
        self.server = ForkServer(command, env=sandbox.environment(), stdout=DEVNULL, stderr=DEVNULL)

    @classmethod
    def of(cls, modules: Sequence[str]) -> "Warm":
        """The one with these modules. Only the latest is kept: a class hands in the same lesson many times."""
        if cls._current is None or cls._current.modules != modules or not cls._current.server.alive:
            cls.stop()
            cls._current = cls(modules)
        return cls._current

    @classmethod
    def around(cls, path: Path) -> "Warm | None":
        """The one in whose folder `path` lies."""
        current = cls._current
        return current if current is not None and path.is_relative_to(current.folder) else None

    @classmethod
    def stop(cls) -> None:
        """End the one there is, if any."""
        current, cls._current = cls._current, None
        if current is not None:
            current.server.close()
            sandbox.remove(current.folder)

    def start(self, connection_file: Path, limits: Limits) -> "Fork":
        """A kernel. Raises OSError when this system does not let one be forked."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)  # who speaks, by the process number that we know
            request = {"connection_file": str(connection_file), "uid": sandbox.uid(), "limits": asdict(limits)}
            self.server.fork(request, [theirs.fileno()])
        return Fork(ours)


atexit.register(Warm.stop)


class Fork:
    """A forked kernel, to be used like a subprocess.Popen. Closing the connection ends it and all that it started."""

    stdin = stdout = stderr = None

    def __init__(self, control: socket.socket) -> None:
        control.settimeout(STARTED)
        said, ancillary, _, _ = control.recvmsg(1000, 100)
        if said != b"started":
            raise ConnectionError(said.decode() or "the fork ended before it had started")
        self.pid = struct.unpack("3i", ancillary[0][2])[0]
        self.returncode: int | None = None
        self._control = control

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        return self._end(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit status. Raises subprocess.TimeoutExpired."""
        if self._end(timeout) is None:
            raise subprocess.TimeoutExpired("kernel", timeout or 0)
        return self.returncode

    def kill(self) -> None:
        """End it."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)

    terminate = kill

    def send_signal(self, signal: int) -> None:
        """End it: there is no signal that has another meaning here, since interrupts go as messages."""
        self.kill()

    def _end(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            self._control.settimeout(timeout)
            try:
                status = self._control.recv(100)
            except (BlockingIOError, TimeoutError):
                return None
            except OSError:
                status = b""
            self.returncode = int(status) if status.isdigit() else 137  # without a word: its warden was killed as well
            self._control.close()
        return self.returncode


class SandboxProvisioner(LocalProvisioner):
    """Starts a kernel as Jupyter does, but confined. The connection file's folder is what it shares with outside."""

    limits = Limits()
    confined = Bool(True, help="whether there is a sandbox; if not, only the limits hold")
    warm = Bool(True, help="whether the kernel may be forked")

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel; where that is not possible, start one."""
        connection_file = Path(self.parent.connection_file)
        if self.confined:
            sandbox.open_to(connection_file, 0o060)
            sandbox.open_to(connection_file.parent, 0o070)
            warm = Warm.around(connection_file) if self.warm else None
            with suppress(OSError):
                if warm is not None:
                    self.process = await asyncio.to_thread(warm.start, connection_file, self.limits)
                    self.pid = self.process.pid
                    return self.connection_info
            options = {"env": sandbox.environment(), "preexec_fn": self.limits.apply}
        else:  # whoever runs this has other processes too
            limits = replace(self.limits, processes=RLIM_INFINITY)
            options = {"env": sandbox.environment(str(connection_file.parent)), "preexec_fn": limits.apply}
        with tempfile.TemporaryFile() as calls:
            if self.confined:
                calls.write(system_call_filter())
                calls.seek(0)
                cmd = sandbox.confined(cmd, connection_file.parent, self.limits, calls.fileno())
            return await super().launch_kernel(
                cmd,
                cwd=str(connection_file.parent),
                independent=self.confined,  # it need not look whether its parent lives: bubblewrap ends it with us
                pass_fds=[calls.fileno()],
                stdout=DEVNULL,  # what its code writes past Jupyter does not reach the grader's terminal
                stderr=DEVNULL,
                **options,
            )


class PromptClient(AsyncKernelClient):
    """A client that goes on as soon as its kernel has answered. (Jupyter's own then listens for 0.2 seconds more.)"""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for the answer to a question. Raises RuntimeError when the kernel has died, or stays silent."""
        deadline = time.monotonic() + (timeout or STARTED)
        while time.monotonic() < deadline:
            with suppress(Empty):
                asked = self.kernel_info()
                await self._hear(self.get_shell_msg, asked, "kernel_info_reply", 1)
                await self._hear(self.get_iopub_msg, asked, "status", 0.02)  # the channel for outputs is open too
                return
            if not await self.is_alive():
                break
        raise RuntimeError("the kernel did not answer")

    async def _hear(self, listen: Callable, asked: str, kind: str, seconds: float) -> None:
        while True:
            said = await listen(timeout=seconds)
            if (said["parent_header"].get("msg_id"), said["msg_type"]) == (asked, kind):
                return


class SandboxKernelManager(AsyncKernelManager):
    """Starts Python kernels in the sandbox, with `folder` for the sockets: there is no network between.

    warm: whether a kernel may be forked; it is started anew where that is not possible.
    """

    def __init__(self, folder: Path, confined: bool = True, warm: bool = True) -> None:
        self._config = {"confined": confined, "warm": warm}
        super().__init__(
            transport="ipc",
            client_factory=PromptClient,
            ip=str(folder / "kernel"),
            connection_file=str(folder / "connection.json"),
            context=_context(),
        )

    async def end(self) -> None:
        """End the kernel, as soon as may be. (Jupyter's own way looks every 0.1 seconds whether it has ended.)"""
        if (process := self.provisioner.process) is not None:
            await self.provisioner.kill()
            with suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(process.wait, ENDED)
        await self.shutdown_kernel(now=True)

    @property
    def kernel_spec(self) -> KernelSpec:
        """Jupyter's own Python kernel, to be started by the sandbox's provisioner.

        Interrupts go as messages: a signal would reach bubblewrap, not the kernel.
        """
        spec = copy(super().kernel_spec)
        spec.interrupt_mode = "message"
        spec.metadata = {"kernel_provisioner": {"provisioner_name": PROVISIONER, "config": self._config}}
        return spec


@cache
def _context() -> zmq.asyncio.Context:
    """For the sockets of all kernels: to end one takes ZeroMQ 0.1 seconds."""
    context = zmq.asyncio.Context()
    context.setsockopt(zmq.MAXMSGSIZE, LONGEST_MESSAGE)
    context.setsockopt(zmq.RCVHWM, MOST_MESSAGES)
    context.setsockopt(zmq.RECONNECT_IVL, 5)  # milliseconds from one look whether the kernel is there to the next
    return context
