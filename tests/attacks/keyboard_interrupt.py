# tries: to interrupt the main thread for ever
import _thread, threading, time


def nag():
    while True:
        time.sleep(0.05)
        _thread.interrupt_main()


threading.Thread(target=nag, daemon=True).start()
# seconds: 5
