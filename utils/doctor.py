"""`course doctor`: what is installed here, which device is used, and what to do about anything missing."""

import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Table

from utils import device
from utils.errors import CourseError
from utils.isolation import bubblewrap_probe, control_group

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"
FONT = "DejaVu Sans"
MACOS = sys.platform == "darwin"


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `remedy` is empty when nothing is wrong; `needed` says whether lessons run without it."""

    what: str
    state: str
    remedy: str = ""
    needed: bool = True


def doctor() -> None:
    """Print what is installed, the device, fonts and optional tools; exit 1 when something needed is missing."""
    findings = list(examine())
    table = Table("", "what", "found", "what to do")
    for finding in findings:
        mark = "✓" if not finding.remedy else "✗" if finding.needed else "–"
        table.add_row(mark, finding.what, finding.state, finding.remedy)
    Console().print(table)
    if missing := [finding.what for finding in findings if finding.remedy and finding.needed]:
        raise CourseError(f"needed and missing: {', '.join(missing)}; the table says what to do")
    print("Everything the lessons need is here. Lines with – are optional.")


def examine() -> Iterator[Finding]:
    """All findings, in the order of the table."""
    yield python()
    folder = Path(__file__).parent.parent
    yield from packages(folder / "requirements.txt")
    yield from packages(folder / "requirements-networks.txt", "comes when a lesson needs it, or: python start.py all")
    yield processor()
    yield fonts()
    yield tool(
        "bubblewrap",
        ["bwrap"],
        "runs students' code in a sandbox (instructors, Linux)",
        "brew has none: grade on Linux" if MACOS else "sudo apt-get install bubblewrap",
        sandbox,
    )
    if not MACOS:
        yield temporary_folder()
        yield control_groups()
    yield tool(
        "Chromium",
        ["chromium", "chromium-browser", "google-chrome"],
        "drives the browser tests (contributors)",
        "brew install --cask chromium" if MACOS else "sudo apt-get install chromium",
    )


def python() -> Finding:
    """The interpreter, whose version TensorFlow limits."""
    found = f"{platform.python_version()} ({sys.executable})"
    if (platform.system(), platform.machine()) == ("Darwin", "x86_64"):
        remedy = "PyTorch and TensorFlow have no packages for Intel Macs; on Apple silicon install a Python for arm64"
        return Finding("Python", f"{found}, for Intel processors", remedy)
    _, oldest, beyond = re.split(r"requires-python = .*3\.(\d+),<3\.(\d+)", PYPROJECT.read_text())[:3]
    fits = (3, int(oldest)) <= sys.version_info[:2] < (3, int(beyond))
    return Finding("Python", found, "" if fits else f"install Python 3.{oldest}, delete .venv, run make lab")


def packages(requirements: Path, later: str = "") -> Iterator[Finding]:
    """Every package that a file pins, at its version.  later: what is said of one that may be missing."""
    for name, pinned in re.findall(r"^([\w.-]+)==([\w.]+)", requirements.read_text(), flags=re.MULTILINE):
        try:
            found = version(name)
        except PackageNotFoundError:
            yield Finding(name, "missing", later or "delete .venv, run make lab", needed=not later)
            continue
        same = found.partition("+")[0] == pinned
        yield Finding(
            name, found, "" if same else f"the course is tested with {pinned}: delete .venv, run make lab", needed=False
        )


def processor() -> Finding:
    """The device that PyTorch and Keras will use."""
    if find_spec("torch") is None:
        return Finding("device", "PyTorch is not here yet")
    try:
        chosen = device.best()
        asked = os.environ.get("COURSE_DEVICE", "auto")
        return Finding("device", f"{chosen}, Keras on {device.keras_backend(chosen)} (COURSE_DEVICE={asked})")
    except (ValueError, RuntimeError, ImportError) as error:
        return Finding("device", "unclear", str(error))


def fonts() -> Finding:
    """The figures' font, which matplotlib ships."""
    from matplotlib import font_manager

    there = any(font.name == FONT for font in font_manager.fontManager.ttflist)
    return Finding(
        "font", FONT if there else "missing", "" if there else "delete ~/.cache/matplotlib and try again", needed=False
    )


def tool(
    name: str, programs: Iterable[str], purpose: str, remedy: str, works: Callable[[str], str] = lambda path: ""
) -> Finding:
    """An optional program. `works(path)` returns a remedy when it is installed but cannot do its work."""
    path = next(filter(None, map(shutil.which, programs)), None)
    if path is None:
        return Finding(name, f"missing; {purpose}", remedy, needed=False)
    return Finding(name, path, works(path), needed=False)


def sandbox(bwrap: str) -> str:
    """What to do when bubblewrap is installed but may not make namespaces; "" when it works."""
    refused = bubblewrap_probe.refusal(bwrap)
    return bubblewrap_probe.remedy(refused) if refused else ""


def temporary_folder() -> Finding:
    """Where graders have their sockets: others must not be able to put something else there."""
    unsafe = bubblewrap_probe.unsafe_folder()
    remedy = "grade with TMPDIR set to a folder of your own, or sudo chmod +t" if unsafe else ""
    return Finding("tmp folder", unsafe or tempfile.gettempdir(), remedy, needed=False)


def control_groups() -> Finding:
    """Whether what all processes of a submission take together is limited by Linux itself."""
    found = control_group.available()
    if found is not None:
        return Finding("cgroups", f"version {found.version}")
    remedy = "grade as root, or with systemd-run --user --scope -p Delegate=yes"
    return Finding("cgroups", "none: submissions are looked at now and then", remedy, needed=False)
