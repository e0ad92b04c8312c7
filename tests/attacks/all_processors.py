# tries: to take all processors, with as many processes as it may have
import os, time

for _ in range(40):
    try:
        if os.fork() == 0:
            os.setsid()
            end = time.monotonic() + 2
            while time.monotonic() < end:
                pass
            os._exit(0)
    except OSError:
        break
# seconds: 9
