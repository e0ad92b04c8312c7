# tries: to be deaf to interrupts while a test is waiting
import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)


def double(x):
    while True:
        pass


# where: last
# seconds: 3
