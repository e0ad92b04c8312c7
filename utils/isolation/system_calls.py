"""The system calls that a submission's processes may make: a seccomp(2) program of an allow-list.

It holds what Python, Jupyter, NumPy, PyTorch and TensorFlow use to compute, to handle files, processes and signals of
their own, to give up rights, and to talk on sockets of few kinds. Not in it: namespaces, mounts, keys, tracing, other
processes' memory, memory without a name or counted nowhere (System V's shared memory, semaphores and queues), what
there is little of for a whole account (inotify), and whatever is new.
"""

import errno
import platform
import struct
from collections.abc import Iterable

# name:number on x86-64/number on 64-bit ARM, from the kernel's own tables
_TABLE = """
    accept4:288/242 accept:43/202 access:21/- alarm:37/- arch_prctl:158/- bind:49/200 brk:12/214 capget:125/90
    capset:126/91 chdir:80/49 chmod:90/- chown:92/- clock_getres:229/114 clock_gettime:228/113
    clock_nanosleep:230/115 clone:56/220 close:3/57 close_range:436/436 connect:42/203 copy_file_range:326/285
    creat:85/- dup2:33/- dup3:292/24 dup:32/23 epoll_create1:291/20 epoll_create:213/- epoll_ctl:233/21
    epoll_pwait2:441/441 epoll_pwait:281/22 epoll_wait:232/- eventfd2:290/19 eventfd:284/- execve:59/221
    execveat:322/281 exit:60/93 exit_group:231/94 faccessat2:439/439 faccessat:269/48 fadvise64:221/223
    fallocate:285/47 fchdir:81/50 fchmod:91/52 fchmodat:268/53 fchown:93/55 fchownat:260/54 fcntl:72/25
    fdatasync:75/83 fgetxattr:193/10 flistxattr:196/13 flock:73/32 fork:57/- fstat:5/80 fstatfs:138/44 fsync:74/82
    ftruncate:77/46 futex:202/98 futex_waitv:449/449 futimesat:261/- get_mempolicy:239/236 get_robust_list:274/100
    getcpu:309/168 getcwd:79/17 getdents64:217/61 getdents:78/- getegid:108/177 geteuid:107/175 getgid:104/176
    getgroups:115/158 getitimer:36/102 getpeername:52/205 getpgid:121/155 getpgrp:111/- getpid:39/172
    getppid:110/173 getpriority:140/141 getrandom:318/278 getresgid:120/150 getresuid:118/148 getrlimit:97/163
    getrusage:98/165 getsid:124/156 getsockname:51/204 getsockopt:55/209 gettid:186/178 gettimeofday:96/169
    getuid:102/174 getxattr:191/8 ioctl:16/29 kill:62/129 lchown:94/- lgetxattr:192/9 link:86/- linkat:265/37
    listen:50/201 listxattr:194/11 llistxattr:195/12 lseek:8/62 lstat:6/- madvise:28/233 mbind:237/235
    membarrier:324/283 mincore:27/232 mkdir:83/- mkdirat:258/34 mknod:133/- mknodat:259/33 mlock2:325/284
    mlock:149/228 mmap:9/222 mprotect:10/226 mremap:25/216 msync:26/227 munlock:150/229 munmap:11/215
    nanosleep:35/101 newfstatat:262/79 open:2/- openat2:437/437 openat:257/56 pause:34/- pidfd_open:434/434
    pidfd_send_signal:424/424 pipe2:293/59 pipe:22/- poll:7/- ppoll:271/73 prctl:157/167 pread64:17/67
    preadv2:327/286 preadv:295/69 prlimit64:302/261 pselect6:270/72 pwrite64:18/68 pwritev2:328/287 pwritev:296/70
    read:0/63 readahead:187/213 readlink:89/- readlinkat:267/78 readv:19/65 recvfrom:45/207 recvmmsg:299/243
    recvmsg:47/212 rename:82/- renameat2:316/276 renameat:264/38 restart_syscall:219/128 rmdir:84/- rseq:334/293
    rt_sigaction:13/134 rt_sigpending:127/136 rt_sigprocmask:14/135 rt_sigqueueinfo:129/138 rt_sigreturn:15/139
    rt_sigsuspend:130/133 rt_sigtimedwait:128/137 rt_tgsigqueueinfo:297/240 sched_get_priority_max:146/125
    sched_get_priority_min:147/126 sched_getaffinity:204/123 sched_getattr:315/275 sched_getparam:143/121
    sched_getscheduler:145/120 sched_rr_get_interval:148/127 sched_setaffinity:203/122 sched_setattr:314/274
    sched_setparam:142/118 sched_setscheduler:144/119 sched_yield:24/124 select:23/- sendfile:40/71 sendmmsg:307/269
    sendmsg:46/211 sendto:44/206 set_mempolicy:238/237 set_robust_list:273/99 set_tid_address:218/96
    setfsgid:123/152 setfsuid:122/151 setgid:106/144 setgroups:116/159 setitimer:38/103 setpgid:109/154
    setpriority:141/140 setregid:114/143 setresgid:119/149 setresuid:117/147 setreuid:113/145 setrlimit:160/164
    setsid:112/157 setsockopt:54/208 setuid:105/146 shutdown:48/210 sigaltstack:131/132 signalfd4:289/74
    signalfd:282/- socket:41/198 socketpair:53/199 splice:275/76 stat:4/- statfs:137/43 statx:332/291 symlink:88/-
    symlinkat:266/36 sync:162/81 sync_file_range:277/84 syncfs:306/267 sysinfo:99/179 tee:276/77 tgkill:234/131
    time:201/- timer_create:222/107 timer_delete:226/111 timer_getoverrun:225/109 timer_gettime:224/108
    timer_settime:223/110 timerfd_create:283/85 timerfd_gettime:287/87 timerfd_settime:286/86 times:100/153
    tkill:200/130 truncate:76/45 umask:95/166 uname:63/160 unlink:87/- unlinkat:263/35 utime:132/- utimensat:280/88
    utimes:235/- vfork:58/- wait4:61/260 waitid:247/95 write:1/64 writev:20/66
"""
ARCHITECTURES = {"x86_64": (0xC000003E, 0, 435), "aarch64": (0xC00000B7, 1, 435)}  # its number; column; clone3
X32 = 0x40000000  # from here on, another numbering of the same calls
NEWEST = 450  # later calls do not exist, as far as a submission can tell: libraries then use older ones
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # of a 32-bit word, with a constant
ALLOW, FAIL = 0x7FFF0000, 0x50000
NUMBER, ARCHITECTURE, FIRST, SECOND = 0, 4, 16, 24  # where they lie in what a program looks at
NEW_NAMESPACES = 0x7E020000  # CLONE_NEW…, all that this call can make
FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6: the last two reach nothing but the submission itself
TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
DELAYS_OTHERS = (1024, 1026)  # F_SETLEASE, F_NOTIFY: whoever opens such a file would have to wait

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant


def numbers(machine: str = "") -> dict[str, int]:
    """The calls that are allowed on this kind of processor: name → number; none on one that is not known."""
    machine = machine or platform.machine()
    if machine not in ARCHITECTURES:
        return {}
    column = ARCHITECTURES[machine][1]
    entries = (entry.split(":") for entry in _TABLE.split())
    return {name: int(number) for name, both in entries if (number := both.split("/")[column]) != "-"}


def program(machine: str = "") -> bytes:
    """The seccomp program for this kind of processor; b"" for one that is not known."""
    machine = machine or platform.machine()
    calls = numbers(machine)
    if not calls:
        return b""
    architecture, _, clone3 = ARCHITECTURES[machine]
    checked = {  # (ZeroMQ asks for its interfaces by AF_NETLINK; of all answers but EINVAL it dies)
        "clone": _argument(FIRST, [(ANY_BIT, NEW_NAMESPACES)], errno.EPERM, refuse=True),
        "socket": _argument(FIRST, [(EQUAL, family) for family in FAMILIES], errno.EINVAL),
        "socketpair": _argument(FIRST, [(EQUAL, FAMILIES[0])], errno.EINVAL),
        "ioctl": _argument(SECOND, [(EQUAL, command) for command in TERMINAL_INPUT], errno.EPERM, refuse=True),
        "fcntl": _argument(SECOND, [(EQUAL, command) for command in DELAYS_OTHERS], errno.EPERM, refuse=True),
    }
    made: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        _fail(errno.EPERM),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, X32),
        _fail(errno.EPERM),
        (EQUAL, 0, 1, clone3),  # its flags cannot be seen from here
        _fail(errno.ENOSYS),
        (AT_LEAST, 0, 1, NEWEST),
        _fail(errno.ENOSYS),
    ]
    for name, part in checked.items():
        made += [(EQUAL, 0, len(part), calls[name]), *part]
    for first, last in _runs(number for name, number in calls.items() if name not in checked):
        made += [(AT_LEAST, 0, 2, first), (AT_LEAST, 1, 0, last + 1), (RETURN, 0, 0, ALLOW)]
    made.append(_fail(errno.EPERM))
    return b"".join(struct.pack("HBBI", *instruction) for instruction in made)


def _fail(error: int) -> Instruction:
    return RETURN, 0, 0, FAIL | error


def _argument(where: int, tests: list[tuple[int, int]], error: int, refuse: bool = False) -> list[Instruction]:
    """Look at an argument (its lower half: the kernel takes no more of these): allow where a test holds, or refuse."""
    part: list[Instruction] = [(LOAD, 0, 0, where)]
    part += [(code, len(tests) - number, 0, constant) for number, (code, constant) in enumerate(tests)]
    otherwise, holds = (RETURN, 0, 0, ALLOW), _fail(error)
    return [*part, *((otherwise, holds) if refuse else (holds, otherwise))]


def _runs(calls: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers as runs of neighbours: the first and the last of each."""
    found: list[tuple[int, int]] = []
    for number in sorted(calls):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
