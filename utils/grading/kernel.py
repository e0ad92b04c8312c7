"""A student's kernel, started in the sandbox. Jupyter finds it as the kernel provisioner "course-sandbox"."""

from copy import copy
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from utils.grading import sandbox

PROVISIONER = "course-sandbox"


class SandboxProvisioner(LocalProvisioner):
    """Starts a kernel as Jupyter does, but confined. The connection file's folder is what it shares with outside."""

    limits = sandbox.Limits()

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """The kernel's command, wrapped."""
        kwargs = await super().pre_launch(**kwargs)
        connection_file = Path(self.parent.connection_file)
        sandbox.open_to(connection_file)
        sandbox.open_to(connection_file.parent)
        kwargs["cmd"] = sandbox.confined(kwargs["cmd"], connection_file.parent, self.limits)
        return kwargs | {
            "env": sandbox.environment(),
            "preexec_fn": self.limits.apply,
            "cwd": None,
            "independent": True,  # it need not look whether its parent lives: bubblewrap ends it with us
            "stdout": DEVNULL,  # what its code writes past Jupyter does not reach the grader's terminal
            "stderr": DEVNULL,
        }


class SandboxKernelManager(AsyncKernelManager):
    """Starts Python kernels in the sandbox, with `folder` for the sockets: there is no network between."""

    def __init__(self, folder: Path, **kwargs: Any) -> None:
        super().__init__(
            transport="ipc", ip=str(folder / "kernel"), connection_file=str(folder / "connection.json"), **kwargs
        )

    @property
    def kernel_spec(self) -> KernelSpec:
        """Jupyter's own Python kernel, to be started by the sandbox's provisioner.

        Interrupts go as messages: a signal would reach bubblewrap, not the kernel.
        """
        spec = copy(super().kernel_spec)
        spec.interrupt_mode = "message"
        spec.metadata = {"kernel_provisioner": {"provisioner_name": PROVISIONER}}
        return spec
