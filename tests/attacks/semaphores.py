# tries: to fill the memory of the machine with semaphores, which stay when their process ends
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
made = [libc.semget(0, 30_000, 0o1600) for _ in range(1000)]
if max(made) >= 0:
    print("LEAK", max(made))
