# tries: a cell that goes on after it was interrupted
import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
# seconds: 2
