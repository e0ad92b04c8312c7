"""Nothing that one submission leaves behind, or breaks, reaches the next one."""

import sys
from pathlib import Path

import pytest
from support.course import ROOT
from support.notebooks import GRADERS, assignment, executed, marked, notebook, printed

from utils.grading.sandbox.kernel import KernelForkServer

pytestmark = pytest.mark.usefixtures("sandboxed")

# Both know where to leave and where to look. `there` says what was found, so that a failure names the way.
PLACES = """
import ctypes, glob, os, socket, subprocess, sys, utils
from ipykernel.kernelapp import IPKernelApp
shared = os.path.dirname(IPKernelApp.instance().abs_connection_file)
folders = ["/tmp", "/dev/shm", "/scratch", "/scratch/.matplotlib", "/dev", "/dev/mqueue", "/mnt", "/var/tmp", "/",
           shared, os.path.dirname(shared), os.path.dirname(utils.__file__) + "/grading", sys.prefix]
libc = ctypes.CDLL(None, use_errno=True)
add_key, keyctl = (248, 250) if os.uname().machine == "x86_64" else (217, 219)
USER, GET_PERSISTENT, SEARCH, KEY = -4, 22, 10, 0x510ca7
def persistent():
    return libc.syscall(keyctl, GET_PERSISTENT, -1, USER)
"""
LEAVE = """
def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(error)
for folder in folders:
    attempt(lambda: open(folder + "/left_by_ada", "w").close())
libc.shmget.restype = libc.semget.restype = libc.msgget.restype = ctypes.c_int
print(libc.shmget(KEY, 4096, 0o1666), libc.semget(KEY, 1, 0o1666), libc.msgget(KEY, 0o1666))
for ring in (USER, -5, persistent()):
    print(libc.syscall(add_key, b"user", b"left_by_ada", b"hello", 5, ring))
held = socket.socket(socket.AF_UNIX)  # the child holds it too
held.bind("\\0left_by_ada")
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"], start_new_session=True)
if os.fork() == 0:
    import time
    time.sleep(99)
    os._exit(0)
sys.modules["numpy"].left_by_ada = utils.left_by_ada = True
os.environ["left_by_ada"] = "1"
"""
LOOK = """
there = [folder for folder in folders if os.path.exists(folder + "/left_by_ada")]
if libc.shmget(KEY, 4096, 0o666) >= 0 or libc.semget(KEY, 1, 0o666) >= 0 or libc.msgget(KEY, 0o666) >= 0:
    there.append("System V")
for ring in (USER, -5, persistent()):
    if libc.syscall(keyctl, SEARCH, ring, b"user", b"left_by_ada", 0) > 0:
        there.append(f"keyring {ring}")
try:
    socket.socket(socket.AF_UNIX).bind("\\0left_by_ada")
except OSError:
    there.append("abstract socket")
import numpy
if hasattr(numpy, "left_by_ada") or hasattr(utils, "left_by_ada") or "left_by_ada" in os.environ:
    there.append("module")
if sum(name.isdigit() for name in os.listdir("/proc")) > 2 + (os.getppid() != 1):
    there.append("process")
print("found:", there)
"""


TEST = marked("assert f(2) == 4, 'not four'", "t")
LESSON = assignment("import numpy", TEST)


def said(*cells):
    """What these cells of a submission printed, their errors included."""
    return "".join(map(printed, executed(notebook(*cells), LESSON).cells))


@pytest.mark.parametrize("way", ["forked", "started"])
def test_the_next_submission_finds_nothing(way, monkeypatch):
    GRADERS.close()  # its next kernel lives already
    if way == "started":

        def refused(*_):
            raise OSError("no forks here")

        monkeypatch.setattr(KernelForkServer, "start", refused)
    left = said(PLACES + LEAVE)
    assert "Traceback" not in left and "\n" in left
    assert said(PLACES + LOOK) == "found: []\n"
    GRADERS.close()


def test_what_is_looked_for_would_be_found():
    """The same two cells in one submission: else the test above would hold for a search that sees nothing."""
    found = said(PLACES + LEAVE + "\n" + LOOK)
    course_in_tmp = any(Path(folder).is_relative_to("/tmp") for folder in (ROOT, sys.prefix))  # it is read-only then
    ways = ["/dev/shm", "/scratch", "abstract socket", "module", "process", *([] if course_in_tmp else ["/tmp"])]
    for way in ways:
        assert way in found.partition("found:")[2], found
    assert "System V" not in found.partition("found:")[2]  # its calls are refused


@pytest.mark.parametrize(
    "harm",
    [
        "import os\nfor n in range(3000):\n    os.mkdir('d')\n    os.chdir('d')",
        "import os\nos.mkdir('a')\nopen('a/b', 'w').close()\nos.chmod('a', 0)\nos.chmod('.', 0)",
        "import os\nos.symlink('/', 'root')\nos.symlink('/etc/passwd', 'passwd')\nos.mkfifo('pipe')",
        "import os\nfor name in os.listdir('.'):\n    os.remove(name)\n    os.mkdir(name)",
    ],
    ids=["deep", "closed", "links", "folders"],
)
def test_a_folder_that_is_hard_to_clear_away_stops_neither_the_next_submission_nor_the_next_lesson(harm):
    there = "import os\nfrom ipykernel.kernelapp import IPKernelApp\n"
    there += "os.chdir(os.path.dirname(IPKernelApp.instance().abs_connection_file))\n"
    said(there + harm)
    assert "not four" not in said("def f(x):\n    return 2 * x", TEST)
    folder = GRADERS.of(LESSON)._kernels.folder
    GRADERS.close()
    assert not folder.exists()
