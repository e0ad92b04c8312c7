# tries: mount, unshare, chroot, mknod, bpf, keys and other calls that could lead out of the sandbox
import ctypes, os, platform

libc = ctypes.CDLL(None, use_errno=True)
utils = os.path.dirname(__import__("utils").__file__)


def tried(name, *arguments):
    ctypes.set_errno(0)
    result = getattr(libc, name)(*arguments)
    print(name, *arguments[:2], "→", result, os.strerror(ctypes.get_errno()))
    return result


def open_up():
    for place in (b"/", b"/usr", utils.encode(), utils.encode() + b"/grading", b"/tmp", b"/proc", b"/dev"):
        libc.mount(b"none", place, b"", ctypes.c_ulong(32 | 4096), b"")
        while libc.umount2(place, 2) == 0:
            print("uncovered", place)
    wanted = (utils + "/grading/judge/server.py", os.path.dirname(utils) + "/solutions", "/root/.bashrc")
    found = [path for path in wanted if os.path.exists(path)]
    print("LEAK" if found else "nothing", found)
    try:
        open(utils + "/mine.py", "w").close()
        print("LEAK: wrote into utils")
    except OSError:
        pass


if platform.machine() == "x86_64":
    for name, number in {"bpf": 321, "userfaultfd": 323, "perf_event_open": 298, "open_by_handle_at": 304,
                         "kexec_load": 246, "init_module": 175, "io_uring_setup": 425, "pivot_root": 155}.items():
        print(name, end=" ")
        tried("syscall", number, 0, 0, 0, 0, 0)
tried("chroot", b"/tmp")
tried("setuid", 0)
tried("mknod", b"sda", 0o60666, os.makedev(8, 0))
tried("mknod", b"memory", 0o20666, os.makedev(1, 1))
tried("setns", os.open("/proc/1/ns/mnt", os.O_RDONLY), 0)
open_up()
child = os.fork()
if child == 0:
    try:
        if tried("unshare", 0x10000000 | 0x20000) == 0:
            open_up()
    finally:
        os._exit(0)
os.waitpid(child, 0)
