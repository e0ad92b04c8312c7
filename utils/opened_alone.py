"""A lesson that was opened by itself, as in Colab or Kaggle: install what it needs, and let it know %hint.

The lesson's first cell has fetched the students' copy around this module, and calls `set_up`.
"""

import importlib
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from IPython import get_ipython

COURSE = Path(__file__).resolve().parents[1]
AROUND = {
    "jupyterlab",
    "jupytext",
    "nbgrader",
    "nbval",
}  # what the lessons are opened and checked with, not what they use
NAMED = re.compile(r"^([A-Za-z0-9._-]+)==")


def set_up() -> None:
    """Install what is missing, and let the notebook know the course's magics.

    What is there stays, whatever its version: it fits the machine, its GPU included.
    Raises RuntimeError, in one line, when pip fails.
    """
    install()
    if shell := get_ipython():
        shell.extension_manager.load_extension("utils.magics")


def install() -> None:
    """Install what is missing. Raises RuntimeError when pip fails."""
    missing = list(missing_packages())
    if not missing:
        return
    print(f"Installing {', '.join(missing)}", flush=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *missing]
    pip = subprocess.run(command, capture_output=True, text=True, check=False)
    if pip.returncode:
        raise RuntimeError(f"pip could not install {', '.join(missing)}: see that this machine may use the network")
    importlib.invalidate_caches()


def missing_packages() -> Iterator[str]:
    """The packages that lessons import and that are not installed here, each as `name==version`."""
    for name in ("requirements.txt", "requirements-networks.txt"):
        for line in (COURSE / name).read_text(encoding="utf-8").splitlines():
            found = NAMED.match(line)
            if found and found[1] not in AROUND and not _is_installed(found[1]):
                yield line.split("#")[0].strip()


def _is_installed(package: str) -> bool:
    try:
        importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
