# tries: to be root in namespaces of its own, with a file system in memory as large as it likes
import ctypes, os, platform

libc = ctypes.CDLL(None, use_errno=True)
clone = 56 if platform.machine() == "x86_64" else 220
for kinds in (0x10000000, 0x10020000, 0x20000, 0x40000000, 0x20000000):
    if libc.unshare(kinds) == 0:
        print("LEAK unshare", kinds)
    child = libc.syscall(clone, ctypes.c_ulong(kinds | 17), 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    if child > 0:
        print("LEAK clone", kinds)
    arguments = (ctypes.c_uint64 * 11)(kinds, 0, 0, 0, 17)
    child = libc.syscall(435, arguments, 88)
    if child == 0:
        os._exit(0)
    if child > 0:
        print("LEAK clone3", kinds)
if libc.mount(b"none", b"/scratch", b"tmpfs", 0, None) == 0 or os.system("unshare -Ur true 2> /dev/null") == 0:
    print("LEAK mount")
