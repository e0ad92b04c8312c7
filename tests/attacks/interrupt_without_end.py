# tries: a child that interrupts the kernel for ever
import os, signal, time

kernel = os.getpid()
if os.fork() == 0:
    while True:
        time.sleep(0.01)
        os.kill(kernel, signal.SIGINT)
# seconds: 5
