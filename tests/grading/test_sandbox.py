"""What a process in the sandbox can see and do, tried from inside."""

import os
import resource
import subprocess
import sys
import textwrap

import pytest
from support.course import ROOT
from support.notebooks import GRADERS, assignment, executed, notebook, printed

from utils.errors import CourseError
from utils.grading.limits import Limits
from utils.grading.sandbox import bubblewrap
from utils.grading.sandbox.kernel import KernelForkServer
from utils.isolation.confine import FORBIDDEN

SMALL = Limits(memory=2 * 2**30, file_size=2**20, processes=60, open_files=128, processor_seconds=20, scratch=8 * 2**20)
EMPTY = assignment()
WAYS = ("forked", "started")  # how the student's kernel comes into being


pytestmark = pytest.mark.usefixtures("sandboxed")


@pytest.fixture(params=WAYS, scope="module")
def way(request):
    """Each test holds for forked kernels, and for those that are started because none could be forked."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "started":

            def refused(*_):
                raise OSError("no forks here")

            patch.setattr(KernelForkServer, "start", refused)
            GRADERS.close()  # its next kernel is forked already
        yield request.param
    GRADERS.close()


@pytest.fixture
def inside(way):
    """Run Python code as a submission's only cell; returns what it printed. Its errors are printed too."""

    def _inside(code, limits=SMALL):
        body = textwrap.indent(textwrap.dedent(code), "    ")
        wrapped = f"try:\n{body}\nexcept BaseException as e:\n    print(repr(e))"
        return printed(executed(notebook(wrapped), EMPTY, limits).cells[0])

    return _inside


def test_kernels_come_into_being_in_both_ways(inside, way):
    assert inside("import sys; print('utils.isolation.forkserver' in sys.modules)") == f"{way == 'forked'}\n"


def test_python_and_the_lessons_modules_work(inside):
    code = "import numpy\nfrom utils import checks\nfrom utils.figures import charts\nprint(numpy.ones(2).sum())"
    assert inside(code) == "2.0\n"


def test_the_pretrained_network_can_be_loaded(inside):
    code = "from utils.models import pretrained\nprint(type(pretrained.small_vgg()).__name__)"
    assert inside(code, Limits()) == "VGG\n"


PRIVATE = [ROOT / name for name in ("solutions", "lessons", "tests", ".git", "nbgrader_config.py", "data/cache")]


@pytest.mark.parametrize("path", [*PRIVATE, "/home", "/etc/passwd", "/var", "/root/.ssh", "/sys", "/run"], ids=str)
def test_what_is_not_there(inside, path):
    assert inside(f"import os; print(os.path.exists({str(path)!r}))") == "False\n"


def test_the_instructors_modules_are_not_there(inside):
    assert inside("import os, utils; print(os.listdir(os.path.dirname(utils.__file__) + '/grading'))") == "[]\n"
    assert "ModuleNotFoundError" in inside("import utils.grading.judge.server")


def test_the_environment_is_clean(inside, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "s3cret")
    assert "s3cret" not in inside("import os; print(dict(os.environ))")


@pytest.mark.parametrize(
    "path", ["/x", f"{ROOT}/utils/x.py", f"{ROOT}/data/pretrained/x", f"{sys.prefix}/x", "/usr/x", "/etc/x", "/dev/x"]
)
def test_what_cannot_be_written(inside, path):
    assert "Error" in inside(f"open({path!r}, 'w')")


def test_its_files_are_gone_afterwards(inside):
    assert inside("open('mine', 'w').write('x'); import os; print('mine' in os.listdir('.'))") == "True\n"
    assert inside("import os; print('mine' in os.listdir('.'))") == "False\n"


def test_there_is_no_network(inside):
    assert "Error" in inside("import socket; socket.create_connection(('192.0.2.1', 80), 2)")
    listener = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); "
            "s.listen(); print(s.getsockname()[1], flush=True); s.accept()",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        port = listener.stdout.readline().strip()
        assert "Error" in inside(f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)")
    finally:
        listener.kill()
        listener.wait()
        listener.stdout.close()


def test_other_processes_cannot_be_seen_or_signalled(inside):
    assert int(inside("import os; print(sum(name.isdigit() for name in os.listdir('/proc')))")) <= 3
    assert "Error" in inside(f"import os; os.kill({os.getpid()}, 0)")


def test_nobody_has_rights(inside):
    said = inside("import os; print(os.getuid()); print(open('/proc/self/status').read())")
    assert os.geteuid() != 0 or not said.startswith("0\n")
    assert "CapEff:\t0000000000000000" in said and "NoNewPrivs:\t1" in said


def test_forbidden_system_calls(inside):
    code = """
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    for call in {calls}:
        libc.syscall(call, 0, 0, 0, 0, 0)
        print(os.strerror(ctypes.get_errno()))
    """
    calls = list(FORBIDDEN[os.uname().machine][1].values())
    assert inside(code.format(calls=calls)).splitlines() == ["Operation not permitted"] * len(calls)


def test_memory_is_limited(inside):
    assert "MemoryError" in inside("bytearray(3 * 2**30)")


def test_a_file_and_all_files_together_are_limited(inside):
    assert "Error" in inside("open('big', 'wb').write(b'0' * 2**21)")
    assert "No space" in inside("for k in range(100): open(str(k), 'wb').write(b'0' * 2**20)")


def test_a_fork_bomb_is_limited(inside):
    code = """
    import os, time
    children = 0
    try:
        while True:
            if os.fork() == 0:
                time.sleep(2); os._exit(0)
            children += 1
    except OSError:
        print(children)
    """
    assert int(inside(code)) < SMALL.processes


def test_open_files_are_limited(inside):
    assert "Too many open files" in inside("files = [open('/dev/null') for _ in range(100)]")


def test_endless_computing_is_ended(inside):
    assert "processor time" in inside("while True: pass", Limits(processor_seconds=4))


def test_nothing_survives_the_end(inside):
    inside("import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(31.4159)'])")
    assert "31.4159" not in subprocess.run(["ps", "ax"], capture_output=True, text=True, check=False).stdout


def test_a_module_beside_the_notebook_is_not_importable(inside):
    assert inside("open('numpy.py', 'w').write('fake = 1'); import numpy; print(hasattr(numpy, 'fake'))") == "False\n"


def test_without_bubblewrap_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: None)
    with pytest.raises(CourseError, match="sudo apt-get install bubblewrap"):
        bubblewrap.require()


def test_a_refused_sandbox_is_named(monkeypatch, tmp_path):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho no permission >&2; exit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: str(fake))
    with pytest.raises(CourseError, match="no permission"):
        bubblewrap.require()


def test_limits_are_for_the_child_only():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    subprocess.run(["true"], preexec_fn=SMALL.process_limits().apply, check=True)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before
