# tries: every signal to every process that it can see, and some that it can guess
import os, signal

for number in signal.valid_signals():
    if number in (signal.SIGKILL, signal.SIGSTOP):
        continue
    signal.signal(number, signal.SIG_IGN)
for pid in (1, -1, os.getppid(), *range(2, 300)):
    for number in signal.valid_signals():
        if pid != os.getpid():
            try:
                os.kill(pid, number)
            except OSError:
                pass
# seconds: 5
