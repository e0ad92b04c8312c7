"""A student's kernel, started in the sandbox. Jupyter finds it as the kernel provisioner "course-sandbox"."""

import asyncio
import fcntl
import logging
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from copy import copy
from dataclasses import asdict, replace
from functools import partial
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
from traitlets import Any as AnyTrait

from utils.grading.sandbox import bubblewrap
from utils.isolation import system_calls
from utils.isolation.confine import ProcessLimits
from utils.isolation.control_group import ControlGroup
from utils.isolation.forkserver import ForkServer

FOLDERS, JUST_MADE = "course-kernels-", 60.0  # how their names begin; seconds for a new one to be locked
PROVISIONER = "course-sandbox"
ENDED, LOOK = 5.0, 0.002  # seconds for a kernel to be gone after it was killed; from one look to the next
CHANNELS = ("shell", "iopub", "stdin", "control", "hb")  # of a kernel, each on a socket
STARTED = 20.0  # seconds for a fork to say that it has started
LONGEST_MESSAGE, MOST_MESSAGES = 16 * 2**20, 64  # of a kernel, that wait to be read
log = logging.getLogger(__name__)


class KernelForkServer(ForkServer):
    """A process in the sandbox that has imported `modules`; kernels are forked from it.

    folder: holds a folder for each kernel, which is all that it sees of it.
    """

    def __init__(self, modules: Iterable[str], limits: ProcessLimits) -> None:
        self.limits = limits
        _remove_left_folders()
        self.folder = Path(tempfile.mkdtemp(prefix=FOLDERS))
        self._lock = os.open(self.folder, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)  # while this grader lives, whatever number it has and wherever
        bubblewrap.open_to(self.folder, 0o010)  # the sandboxed user may pass through, and nobody else
        command = [sys.executable, "-m", "utils.isolation.kernel_server", *sorted(modules)]
        confined = bubblewrap.confined_server(command, self.folder, limits)
        super().__init__(confined, env=bubblewrap.environment(), stdout=DEVNULL, stderr=DEVNULL)

    def start(
        self, connection_file: Path, group: ControlGroup | None = None, bound: Sequence[int] = ()
    ) -> "ForkedKernel":
        """Fork a kernel, into this control group. Raises OSError when this system does not let one be forked.

        bound: the file descriptors of the sockets on which it listens.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        go, goes = socket.socketpair()
        with theirs, go, goes:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)  # who speaks, by the process number that we know
            request = {"connection_file": str(connection_file), "uid": bubblewrap.uid(), "limits": asdict(self.limits)}
            self.fork(request, [theirs.fileno(), goes.fileno(), *bound])
            kernel = ForkedKernel(ours)
            if group is not None:
                group.add(kernel.pid)
            go.sendall(b"go")  # before, it has no children that could stay out of the group
        return kernel

    def close(self) -> None:
        """End the server and remove its folder."""
        super().close()
        bubblewrap.remove(self.folder)
        os.close(self._lock)


def _remove_left_folders() -> None:
    """Remove the folders of graders that were killed: nobody holds their locks."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDERS}*"):
        with suppress(OSError):  # it is another user's, or in use, or gone
            status = folder.lstat()
            if status.st_uid != os.geteuid() or time.time() - status.st_mtime < JUST_MADE:
                continue
            held = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                bubblewrap.remove(folder)
            finally:
                os.close(held)


class ForkedKernel:
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
        status = self._end(timeout)
        if status is None:
            raise subprocess.TimeoutExpired("kernel", timeout or 0)
        return status

    def kill(self) -> None:
        """End it."""
        with suppress(OSError):  # it has ended
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

    limits = AnyTrait(help="the `ProcessLimits` of the kernel")
    group = AnyTrait(help="the `ControlGroup` that the kernel is put into, or None")
    server = AnyTrait(help="the `KernelForkServer` to fork the kernel from, or None: it is started anew")
    sandboxed = AnyTrait(True, help="whether there is a sandbox; if not, only the limits hold")

    @property
    def _connection_file(self) -> Path:
        """The kernel's connection file, which its manager names."""
        if self.parent is None:
            raise RuntimeError("this provisioner has no kernel manager")
        return Path(self.parent.connection_file)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel; where that is not possible, start one."""
        connection_file = self._connection_file
        if not self.sandboxed:
            limits = replace(self.limits, processes=RLIM_INFINITY)  # whoever runs this has other processes too
            return await self._launch(cmd, limits, bubblewrap.environment(str(connection_file.parent)))
        bubblewrap.open_to(connection_file, 0o040)
        bubblewrap.open_to(connection_file.parent, 0o050)
        with ExitStack() as held:
            bound = [held.enter_context(self._listening(channel)).fileno() for channel in CHANNELS]
            if self.server is not None:
                try:
                    kernel = await asyncio.to_thread(self.server.start, connection_file, self.group, bound)
                except OSError as problem:
                    log.warning("no kernel could be forked (%s): one is started instead", problem)
                else:
                    self.process, self.pid = kernel, kernel.pid
                    return self.connection_info
            options = cmd[cmd.index("ipykernel_launcher") + 1 :]
            cmd = [sys.executable, "-m", "utils.isolation.given_sockets", ",".join(map(str, bound)), *options]
            return await self._launch(cmd, self.limits, bubblewrap.environment(), bound)

    def _listening(self, channel: str) -> socket.socket:
        """The socket of one of the kernel's channels. It is made here, since a submission could fill the disk with
        whatever it may write into the folder where it lies."""
        about = dict(self.connection_info)
        path = f"{about['ip']}-{about[f'{channel}_port']}"
        made = socket.socket(socket.AF_UNIX)
        made.bind(path)
        os.chmod(path, 0o666)  # its folder is closed to everyone but the sandboxed user
        made.listen()
        made.setblocking(False)  # as ZeroMQ has them
        return made

    async def _launch(
        self, cmd: list[str], limits: ProcessLimits, env: dict[str, str], bound: Sequence[int] = ()
    ) -> KernelConnectionInfo:
        folder = self._connection_file.parent
        with tempfile.TemporaryFile() as calls:
            if self.sandboxed:
                calls.write(system_calls.program())
                calls.seek(0)
                cmd = bubblewrap.confined(cmd, folder, limits, calls.fileno())
            return await super().launch_kernel(
                cmd,
                env=env,
                preexec_fn=partial(_prepare, limits, self.group),
                cwd=str(folder),
                independent=self.sandboxed,  # it need not look whether its parent lives: bubblewrap ends it with us
                pass_fds=[calls.fileno(), *bound],
                stdout=DEVNULL,  # what its code writes past Jupyter does not reach the grader's terminal
                stderr=DEVNULL,
            )


def _prepare(limits: ProcessLimits, group: ControlGroup | None) -> None:
    """What a new process does before it becomes bubblewrap."""
    if group is not None:
        group.add(os.getpid())
    limits.apply()


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

    server: what to fork the kernel from; None starts one anew.  group: the control group that it is put into.
    context: ZeroMQ's, for the sockets (see `context`).
    """

    def __init__(
        self,
        folder: Path,
        limits: ProcessLimits,
        context: zmq.asyncio.Context,
        server: KernelForkServer | None = None,
        sandboxed: bool = True,
        group: ControlGroup | None = None,
    ) -> None:
        self._config = {"limits": limits, "server": server, "sandboxed": sandboxed, "group": group}
        super().__init__(
            transport="ipc",
            client_factory=PromptClient,
            ip=str(folder / "kernel"),
            connection_file=str(folder / "connection.json"),
            context=context,
        )

    @property
    def sandbox(self) -> SandboxProvisioner:
        """The provisioner that started the kernel."""
        if not isinstance(self.provisioner, SandboxProvisioner):
            raise RuntimeError("this kernel has not been started")
        return self.provisioner

    @property
    def process_number(self) -> int:
        """The number of the process that was started for the kernel."""
        if self.sandbox.pid is None:
            raise RuntimeError("this kernel has no process")
        return self.sandbox.pid

    async def end(self) -> None:
        """End the kernel, as soon as may be. (Jupyter's own way looks every 0.1 seconds whether it has ended.)"""
        if (process := self.sandbox.process) is not None:
            await self.sandbox.kill()
            give_up = time.monotonic() + ENDED
            while process.poll() is None and time.monotonic() < give_up:
                await asyncio.sleep(LOOK)
            if process.poll() is None:
                log.warning("a kernel is still there %g seconds after it was killed (process %d)", ENDED, process.pid)
        await self.shutdown_kernel(now=True)

    @property
    def kernel_spec(self) -> KernelSpec:
        """Jupyter's own Python kernel, to be started by the sandbox's provisioner.

        Interrupts go as messages: a signal would reach bubblewrap, not the kernel.
        """
        own = super().kernel_spec
        if own is None:
            raise RuntimeError("Jupyter has no Python kernel here")
        spec = copy(own)
        spec.interrupt_mode = "message"
        spec.metadata = {"kernel_provisioner": {"provisioner_name": PROVISIONER, "config": self._config}}
        return spec


def context() -> zmq.asyncio.Context:
    """ZeroMQ's context for the sockets of one grader's kernels. (To end a context takes 0.1 seconds.)"""
    made = zmq.asyncio.Context()
    made.setsockopt(zmq.MAXMSGSIZE, LONGEST_MESSAGE)
    made.setsockopt(zmq.RCVHWM, MOST_MESSAGES)
    made.setsockopt(zmq.RECONNECT_IVL, 5)  # milliseconds from one look whether the kernel is there to the next
    return made
