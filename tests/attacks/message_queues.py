# tries: to fill the memory of the machine with messages in queues, of System V and of POSIX
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
if libc.msgget(0, 0o1600) >= 0 or libc.mq_open(b"/x", 0o102, 0o600, None) >= 0:
    print("LEAK")
