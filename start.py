"""Set the course up and open it, with nothing but Python: python start.py

    python start.py            set up what is missing, and open JupyterLab on the lessons
    python start.py setup      only set up
    python start.py all        set up, with PyTorch, Keras and TensorFlow; else a lesson fetches them when it needs them
    python start.py doctor     say what is installed, and what to do about what is not

Everything goes into the folder .venv beside this file. JupyterLab's options may follow:
python start.py lab --no-browser
"""

from __future__ import annotations  # an older Python is to reach the line that says which one is needed

import hashlib
import io
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
READY = VENV / ".ready"  # holds what was installed; `make` looks at its time
LOG = ROOT / ".venv.log"
LAB = "lessons/01_slash_classifier/slash_classifier.ipynb"
SETTINGS = ("pyproject.toml", "constraints.txt", "jupyterlab_overrides.json", "jupyter_server_config.json", "start.py")


def main(arguments: list[str]) -> int:
    """Run the command; the exit status is 0 when it is done."""
    command, *options = arguments or ["lab"]
    if command not in ("lab", "open", "setup", "all", "doctor"):
        print((__doc__ or "").strip())
        return 2
    if command == "open" and works_here():  # what `make` has set up
        return open_lab(options)
    try:
        set_up(everything=command == "all")
    except SetUpError as error:
        print(f"start.py: {error}")
        return 1
    if command == "doctor":
        return subprocess.call([program("course"), "doctor"], cwd=ROOT)
    return open_lab(options) if command in ("lab", "open") else 0


class SetUpError(Exception):
    """What is wrong, and what to do about it, in one line."""


def set_up(everything: bool = False) -> None:
    """Make .venv what the requirements say, if it is not. Raises SetUpError."""
    wanted = requirements(everything)
    if is_ready(wanted):
        return
    check_python()
    wanted = requirements(everything or networks_are_there())
    size = "4 GB" if len(wanted) > 1 else "800 MB"
    if READY.is_file() and not works_here():
        print(f"{VENV.name} was made in another folder, or by a Python that is gone: it is made anew.", flush=True)
    print(f"Setting up {VENV.name}, once. This takes a few minutes and about {size}.", flush=True)
    make_environment()
    install(wanted)
    write_settings()
    READY.write_text(fingerprint(wanted), encoding="utf-8")


def requirements(everything: bool) -> list[Path]:
    """The files of requirements to install: an instructor's folder needs them all."""
    base, networks, instructors = (ROOT / f"requirements{kind}.txt" for kind in ("", "-networks", "-dev"))
    if instructors.is_file():
        return [base, networks, instructors]
    return [base, networks] if everything else [base]


def networks_are_there() -> bool:
    """Whether a lesson has fetched PyTorch before."""
    return any(VENV.glob("lib*/**/site-packages/torch")) or any(VENV.glob("Lib/site-packages/torch"))


def fingerprint(wanted: list[Path]) -> str:
    """A text that changes when what is to be installed changes."""
    files = [*wanted, *filter(Path.is_file, (ROOT / name for name in SETTINGS))]
    return "\n".join(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files)


def is_ready(wanted: list[Path]) -> bool:
    """Whether .venv holds what the files say; what a lesson has fetched besides is no reason to begin anew."""
    held = READY.read_text(encoding="utf-8").splitlines() if READY.is_file() else []
    return set(fingerprint(wanted).splitlines()) <= set(held) and works_here()


def works_here() -> bool:
    """Whether .venv's Python runs and finds its packages, and its programs are of this folder: not so when the folder
    was moved, or Python was removed or became a newer one."""
    pip = Path(program("pip.exe" if os.name == "nt" else "pip"))
    try:
        subprocess.check_call([program("python"), "-c", "import pip"], stderr=subprocess.DEVNULL)
        return str(VENV.resolve()).encode() in pip.read_bytes()  # a link leads to one that works
    except (OSError, subprocess.CalledProcessError):
        return False


def check_python() -> None:
    """Refuse what no package exists for, before anything is fetched."""
    oldest, newest = pythons()
    if not oldest <= sys.version_info[1] <= newest or sys.version_info[0] != 3:
        found = platform.python_version()
        raise SetUpError(
            f"Python 3.{oldest} to 3.{newest} is needed, and this is {found}: install one and start with that"
        )
    if (platform.system(), platform.machine()) == ("Darwin", "x86_64"):
        raise SetUpError(
            "PyTorch and TensorFlow have no packages for Macs with Intel processors: use another computer; on Apple "
            "silicon, a Python for arm64"
        )
    if sys.maxsize < 2**32:
        raise SetUpError("this Python is a 32-bit one, for which no packages exist: install a 64-bit Python")


def pythons() -> list[int]:
    """The oldest and the newest Python 3 for which the course is made, as pyproject.toml says it: 11 for 3.11."""
    said = re.search(r'^requires-python = ">=3\.(\d+),<3\.(\d+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.M)
    assert said is not None, "pyproject.toml says nothing about Python"
    return [int(said.group(1)), int(said.group(2)) - 1]


def make_environment() -> None:
    """Make .venv anew with this Python, if it is none, another folder's or another Python's."""
    if VENV.is_symlink():  # to begin anew would empty what others may use
        raise SetUpError(f"{VENV.name} is a link to {os.path.realpath(VENV)}: remove the link and try again")
    with LOG.open("w", encoding="utf-8") as log:
        kept = works(program("python")) and works_here()
        command = [sys.executable, "-m", "venv", *([] if kept else ["--clear"]), str(VENV)]
        if subprocess.call(command, stdout=log, stderr=subprocess.STDOUT) and not with_debians_venv(command, log):
            raise SetUpError(
                f"cannot make .venv: sudo apt-get install python3-venv, then try again ({LOG.name} says more)"
            )


def with_debians_venv(command: list[str], log: IO[str]) -> bool:
    """Debian's Python comes without venv; root can fetch it."""
    if not hasattr(os, "geteuid") or os.geteuid() or not shutil.which("apt-get"):
        return False
    fetch = ["apt-get", "install", "-y", "-qq", "python3-venv"]
    return not any(subprocess.call(each, stdout=log, stderr=subprocess.STDOUT) for each in (fetch, command))


def works(python: str) -> bool:
    """Whether .venv has a Python of this version that runs."""
    ask = [python, "-c", "import sys, pip; print(sys.version_info[:2])"]
    try:
        return subprocess.check_output(ask, text=True, stderr=subprocess.DEVNULL).strip() == str(sys.version_info[:2])
    except (OSError, subprocess.CalledProcessError):
        return False


def install(wanted: list[Path]) -> None:
    """Install the requirements and the course itself, with a line for each package."""
    command = [
        program("python"),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "-c",
        "constraints.txt",
        "-e",
        ".",
    ]
    for path in wanted:
        command += ["-r", path.name]
    with LOG.open("a", encoding="utf-8") as log:
        pip = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8", errors="replace"
        )
        assert pip.stdout is not None
        for line in pip.stdout:
            log.write(line)
            if line.startswith(("Collecting ", "Installing collected packages")):
                print("  " + line.split("(")[0].split(":")[0].strip(), flush=True)
    if pip.wait():
        errors = [line for line in LOG.read_text(encoding="utf-8").splitlines() if "ERROR" in line]
        raise SetUpError(
            f"pip could not install the requirements: check the network and try again ({LOG.name} says more)"
            + "".join(f"\n  {line}" for line in errors[-2:])
        )


def write_settings() -> None:
    """Put Jupyter's settings into .venv."""
    for name, target in {
        "jupyterlab_overrides.json": "share/jupyter/lab/settings/overrides.json",  # it asks nothing of the network
        "jupyter_server_config.json": "etc/jupyter/jupyter_server_config.d/slash_to_vgg.json",  # has the last word
    }.items():
        if (ROOT / name).is_file():
            (VENV / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, VENV / target)
    kernel = VENV / "etc" / "ipython" / "ipython_kernel_config.py"
    kernel.parent.mkdir(parents=True, exist_ok=True)
    kernel.write_text('c.InteractiveShellApp.extensions = ["utils.on_demand", "utils.magics"]\n', encoding="utf-8")


def program(name: str) -> str:
    """The path of a program in .venv."""
    return str(VENV / ("Scripts" if os.name == "nt" else "bin") / name)


def open_lab(options: list[str]) -> int:
    """Open JupyterLab on the first lesson."""
    command = [program("jupyter"), "lab", f"--ServerApp.root_dir={ROOT}"]
    command += ["--ContentsManager.pre_save_hook=utils.notebook_saving.tidy"]
    if not any(option.startswith("--LabApp.default_url=") for option in options):
        command.append(f"--LabApp.default_url=/lab/tree/{LAB}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    path = os.pathsep.join([str(Path(program("python")).parent), os.environ.get("PATH", "")])  # terminals find `course`
    try:
        return subprocess.call([*command, *options], cwd=ROOT, env=os.environ | {"PATH": path})
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a file or an old console may have no such letter
    sys.exit(main(sys.argv[1:]))
