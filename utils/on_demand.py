"""PyTorch, Keras and TensorFlow come when a lesson first asks for them: an IPython extension that fetches them.

`start.py` loads it in every kernel of .venv. It looks at each cell before it runs.
"""

import importlib
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

COURSE = Path(__file__).resolve().parents[1]
REQUIREMENTS = COURSE / "requirements-networks.txt"
ASKED_FOR = re.compile(r"^[ \t]*(?:import|from)[ \t]+(torch|keras|tensorflow|mlxtend)\b", re.MULTILINE)
ANNOUNCED = (
    "This lesson needs PyTorch, Keras and TensorFlow. They are installed now, once: about 3 GB, 5 to 20 minutes, "
    "depending on your network."
)
INSTALLED = "They are installed."
NO_TENSORFLOW = "For this Python there is no TensorFlow: Keras runs on PyTorch."
FAILED = "They could not be installed: see that the computer has a network and 4 GB of room, then run this cell again."


def load_ipython_extension(shell: Any) -> None:
    """Let the shell fetch what is missing before it runs a cell that imports it."""
    shell.events.register("pre_run_cell", _before)


def _before(info: Any) -> None:
    """Install the packages when the cell imports one that is not there."""
    missing = [name for name in ASKED_FOR.findall(info.raw_cell or "") if find_spec(name) is None]
    if missing and REQUIREMENTS.is_file():
        print(ANNOUNCED, flush=True)
        print(INSTALLED if install() else FAILED, flush=True)
        if find_spec("torch") and not find_spec("tensorflow"):
            print(NO_TENSORFLOW, flush=True)


def install() -> bool:
    """Install them as `start.py all` would, with a line for each package. Returns whether that went well."""
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "-r", str(REQUIREMENTS)]
    command += ["-c", str(COURSE / "constraints.txt")]
    pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    assert pip.stdout is not None
    for line in pip.stdout:
        if line.startswith(("Collecting ", "Installing collected packages", "ERROR")):
            print("  " + line.split("(")[0].strip()[:100], flush=True)
    importlib.invalidate_caches()
    return pip.wait() == 0
