# tries: a thread that puts another function, or a number, in place of the tested one all the time
import itertools, sys, threading

sys.setswitchinterval(1e-6)
values = itertools.cycle([6, [[3, -4]], lambda x: x + 1, None])


def swap():
    while True:
        get_ipython().user_ns["double"] = next(values)


threading.Thread(target=swap, daemon=True).start()
# where: last
