"""What a process in the sandbox can see and do, tried from inside."""

import os
import resource
import socket
import struct
import subprocess
import sys
import textwrap

import pytest
from support.course import ROOT
from support.notebooks import GRADERS, assignment, executed, notebook, printed

from utils.errors import CourseError
from utils.grading.limits import Limits
from utils.grading.sandbox import bubblewrap, usage
from utils.grading.sandbox.kernel import KernelForkServer
from utils.isolation import control_group, system_calls

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


def test_the_photographs_and_what_comes_with_packages_can_be_loaded(inside):
    code = "from utils.datasets.photographs import photographs\nprint(photographs()[0].shape)"
    assert inside(code, Limits()) == "(132, 224, 224, 3)\n"
    code = "from utils.models import efficientnet\nprint(type(efficientnet.lite0()).__name__)"
    assert inside(code, Limits()) == "EfficientNetLite0\n"


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
    "path",
    [
        "/x",
        f"{ROOT}/utils/x.py",
        f"{ROOT}/data/pretrained/x",
        f"{ROOT}/data/photographs/x",
        f"{sys.prefix}/x",
        "/usr/x",
        "/etc/x",
        "/dev/x",
    ],
)
def test_what_cannot_be_written(inside, path):
    assert "Error" in inside(f"open({path!r}, 'w')")


FOLDER = "import os; from ipykernel.kernelapp import IPKernelApp as app; "
FOLDER += "folder = os.path.dirname(app.instance().abs_connection_file); "


def test_the_folder_of_the_sockets_takes_no_data(inside):
    """It lies on the grader's disk."""
    assert "connection.json" in inside(f"{FOLDER}print(os.listdir(folder))")
    for how in (
        "open(folder + '/x', 'w')",
        "os.open(folder, os.O_TMPFILE | os.O_WRONLY)",
        "open(folder + '/connection.json', 'a')",
        "os.mkdir(folder + '/x')",
        "os.symlink('/', folder + '/x')",
        "os.remove(folder + '/judge.sock')",
        "os.chmod(folder, 0o777)",
    ):
        assert "Error" in inside(f"{FOLDER}{how}"), how


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


# Numbers on x86-64, on 64-bit ARM, and how they fail
REFUSED = {
    "unshare": (272, 97, "EPERM"), "setns": (308, 268, "EPERM"),
    "mount": (165, 40, "EPERM"), "umount": (166, 39, "EPERM"),
    "pivot_root": (155, 41, "EPERM"), "chroot": (161, 51, "EPERM"), "shmget": (29, 194, "EPERM"),
    "semget": (64, 190, "EPERM"), "msgget": (68, 186, "EPERM"), "mq_open": (240, 180, "EPERM"),
    "ptrace": (101, 117, "EPERM"), "process_vm_readv": (310, 270, "EPERM"), "process_vm_writev": (311, 271, "EPERM"),
    "kcmp": (312, 272, "EPERM"), "add_key": (248, 217, "EPERM"), "request_key": (249, 218, "EPERM"),
    "keyctl": (250, 219, "EPERM"), "bpf": (321, 280, "EPERM"), "perf_event_open": (298, 241, "EPERM"),
    "userfaultfd": (323, 282, "EPERM"), "io_uring_setup": (425, 425, "EPERM"), "memfd_create": (319, 279, "EPERM"),
    "memfd_secret": (447, 447, "EPERM"), "open_by_handle_at": (304, 265, "EPERM"), "personality": (135, 92, "EPERM"),
    "swapon": (167, 224, "EPERM"), "fanotify_init": (300, 262, "EPERM"), "landlock_create_ruleset": (444, 444, "EPERM"),
    "inotify_init1": (294, 26, "EPERM"), "inotify_add_watch": (254, 27, "EPERM"),
    "clone3": (435, 435, "ENOSYS"), "a call of the future": (999, 999, "ENOSYS"),
}  # fmt: skip


def test_forbidden_system_calls(inside):
    column = list(system_calls.ARCHITECTURES).index(os.uname().machine)
    code = """
    import ctypes, errno
    libc = ctypes.CDLL(None, use_errno=True)
    for call in {calls}:
        print(libc.syscall(call, 0, 0, 0, 0, 0), errno.errorcode[ctypes.get_errno()])
    """
    found = inside(code.format(calls=[one[column] for one in REFUSED.values()])).splitlines()
    assert dict(zip(REFUSED, found, strict=True)) == {name: f"-1 {error}" for name, (*_, error) in REFUSED.items()}


def test_nobody_who_opens_a_file_is_kept_waiting(inside):
    code = """
    import fcntl, os, utils.wire
    for path, command, argument in ((utils.wire.__file__, fcntl.F_SETLEASE, 1), ("/usr", fcntl.F_NOTIFY, 0x80000002)):
        try:
            print(fcntl.fcntl(os.open(path, os.O_RDONLY), command, argument))
        except PermissionError as problem:
            print(problem.errno)
    with open("mine", "w") as file:
        print(fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB), fcntl.fcntl(file, fcntl.F_GETFD))
    """
    assert inside(code).splitlines() == ["1", "1", "None 1"]


def test_a_shell_has_a_terminal_and_nobody_has_many(inside, way):
    assert inside("get_ipython().system('echo here')") == "here\r\n"
    code = """
    import os, time
    held = []
    try:
        while len(held) < 110:
            held.append(os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        print(len(held))
    time.sleep(3)
    """
    held = inside(code, Limits())
    assert held == "16\n" if way == "forked" else "it opened more than 100 terminals" in held


NAMESPACES = {
    "user": 0x10000000, "pid": 0x20000000, "net": 0x40000000, "mount": 0x20000, "ipc": 0x8000000, "uts": 0x4000000,
    "cgroup": 0x2000000,
}  # fmt: skip


def test_no_namespace_can_be_made(inside):
    code = """
    import ctypes, errno, os, platform
    libc = ctypes.CDLL(None, use_errno=True)
    clone = 56 if platform.machine() == "x86_64" else 220
    for kind in {kinds}:
        child = libc.syscall(clone, ctypes.c_ulong(kind | 17), 0, 0, 0, 0)
        if child == 0:
            os._exit(0)
        print(child, errno.errorcode[ctypes.get_errno()])
    print(os.system("unshare -U true 2> /dev/null") != 0, libc.unshare(0x10000000), errno.errorcode[ctypes.get_errno()])
    """
    found = inside(code.format(kinds=list(NAMESPACES.values()))).splitlines()
    assert found[:-1] == ["-1 EPERM"] * len(NAMESPACES) and found[-1] == "True -1 EPERM"


FAMILIES = {
    "netlink": 16,
    "packet": 17,
    "vsock": 40,
    "alg": 38,
    "bluetooth": 31,
    "key": 15,
    "xdp": 44,
    "can": 29,
    "rds": 21,
}


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_sockets_of_other_families_cannot_be_made(inside, family):
    code = """
    import errno, socket
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        for make in (socket.socket, socket.socketpair):
            try:
                make({family}, kind)
            except OSError as problem:
                print(errno.errorcode[problem.errno])
    """
    assert inside(code.format(family=family)).splitlines() == ["EINVAL"] * 8


def test_what_python_needs_of_the_system_is_there(inside):
    code = """
    import multiprocessing, os, select, signal, socket, subprocess, tempfile, threading, time
    print(subprocess.run(["sh", "-c", "echo shell | cat"], capture_output=True, text=True).stdout.strip())
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(sum(pool.map(abs, range(5))))
    first, second = socket.socketpair()
    first.sendall(b"pair"); print(second.recv(4).decode())
    here = socket.create_server(("127.0.0.1", 0)); print(here.getsockname()[0])
    print("loop", select.epoll().fileno() > 0)
    thread = threading.Thread(target=time.sleep, args=(0,)); thread.start(); thread.join()
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x"); file.flush(); os.rename(file.name, file.name + "2"); os.rename(file.name + "2", file.name)
        print(os.stat(file.name).st_size, len(os.listdir("/proc/self/fd")) > 3)
    signal.signal(signal.SIGALRM, lambda *_: print("alarm"))
    signal.setitimer(signal.ITIMER_REAL, 0.01); time.sleep(0.1)
    """
    said = ["shell", "10", "pair", "127.0.0.1", "loop True", "1 True", "alarm"]
    assert inside(code, Limits()).splitlines() == said


def test_both_tables_of_calls_make_a_program():
    for machine in system_calls.ARCHITECTURES:
        calls = system_calls.numbers(machine)
        assert {"read", "openat", "futex", "clone", "socket", "execve"} <= set(calls)
        assert not {"unshare", "setns", "clone3", "ptrace", "semget", "shmget"} & set(calls)
        program = system_calls.program(machine)
        assert len(program) % 8 == 0 and len(program) < 8 * 4096
        places = set(range(0, len(program), 8))
        for place in range(0, len(program), 8):  # no jump leaves it
            code, yes, no, _ = struct.unpack("HBBI", program[place : place + 8])
            assert code in (0x06, 0x20) or {place + 8 * (1 + yes), place + 8 * (1 + no)} <= places
    assert system_calls.program("riscv64") == b""


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


FULL, SMALL_MAP = "0 0 4294967295", "0 100000 65536\n"


def test_under_root_a_submission_becomes_nobody_in_particular():
    assert bubblewrap._nobodys_uid(4711, FULL) == bubblewrap.FIRST_UID + 4711
    assert 30_000 < bubblewrap._nobodys_uid(4711, SMALL_MAP) < 65_536  # in a container with few numbers


def test_no_account_is_taken_for_nobody(monkeypatch):
    taken = {bubblewrap.FIRST_UID + 4712, bubblewrap.FIRST_UID + 4713}

    def account(number):
        if number not in taken:
            raise KeyError(number)

    monkeypatch.setattr(bubblewrap.pwd, "getpwuid", account)
    assert bubblewrap._nobodys_uid(4712, FULL) == bubblewrap.FIRST_UID + 4714


GROUPED = {
    "memory of sockets": """
    import socket
    kept, data = [], bytes(100_000)
    for _ in range(100):
        one, other = socket.socketpair()
        one.setblocking(False)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**24)
        try:
            while True:
                one.send(data)
        except BlockingIOError:
            kept.append((one, other))
    print("still here")
    """,
}


@pytest.mark.parametrize("code", GROUPED.values(), ids=GROUPED)
def test_memory_that_no_process_has_is_counted(code):
    if control_group.available() is None:
        pytest.skip("no control groups can be made here")
    group = control_group.make(control_group.Shares(memory=48 * 2**20))
    try:
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code)],
            preexec_fn=lambda: group.add(os.getpid()),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        group.close()
    assert "still here" not in done.stdout and done.returncode == -9


def test_a_submission_has_a_control_group_and_leaves_none(inside, way):
    if control_group.available() is None:
        pytest.skip("no control groups can be made here")
    seen = inside("print(open('/proc/self/cgroup').read())")
    assert "/course-" in seen or way == "started"  # which has a namespace of its own for this, too
    GRADERS.close()
    for folder in control_group.available().folders.values():
        assert not list(folder.glob(f"course-{os.getpid()}-*"))


def test_groups_of_graders_that_were_killed_are_removed():
    hierarchy = control_group.available()
    if hierarchy is None:
        pytest.skip("no control groups can be made here")
    left = [folder / "course-999999999-0" for folder in set(hierarchy.folders.values())]
    for folder in left:
        folder.mkdir()
    control_group.available.cache_clear()
    assert control_group.available() == hierarchy
    assert not [folder for folder in left if folder.exists()]


def test_too_many_sockets_and_too_much_time_are_seen():
    """Where there is no control group."""
    pairs = [socket.socketpair() for _ in range(usage.MOST_SOCKETS // 2 + 1)]
    assert "sockets" in usage.exceeded(os.getpid(), Limits(processor_seconds=10**6))
    for pair in pairs:
        pair[0].close(), pair[1].close()
    assert "processor time" in usage.exceeded(os.getpid(), Limits(processor_seconds=1))
    assert usage.exceeded(os.getpid(), Limits(processor_seconds=10**6)) == ""
