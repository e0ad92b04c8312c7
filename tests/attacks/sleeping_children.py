# tries: as many sleeping children as it can get, each with a child of its own and deaf to signals
import os, signal, time

children = 0
try:
    while True:
        if os.fork() == 0:
            try:
                os.setsid()
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                if os.fork() == 0:
                    time.sleep(1000)
            except BaseException:
                pass
            time.sleep(1000)
        children += 1
except OSError:
    print(children, "children")
