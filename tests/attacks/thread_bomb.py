# tries: as many threads as it can get
import threading, time

try:
    while True:
        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
except RuntimeError:
    pass
