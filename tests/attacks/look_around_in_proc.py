# tries: to find a file, a socket or a variable of the grader in /proc
import os

for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        names = {line.partition(b"=")[0].decode() for line in open(f"/proc/{pid}/environ", "rb").read().split(b"\0")}
        links = {n: os.readlink(f"/proc/{pid}/fd/{n}") for n in os.listdir(f"/proc/{pid}/fd")}
        root, here = os.readlink(f"/proc/{pid}/root"), os.readlink(f"/proc/{pid}/cwd")
    except OSError as error:
        print(pid, error)
        continue
    print(pid, sorted(names), links, root, here)
    if any(name.startswith(("PYTEST", "COURSE_EXCHANGE", "SSH", "XDG")) for name in names):
        print("LEAK of the grader's environment")
    if int(pid) == 1 and any(not link.startswith("/dev/") for link in links.values()):
        print("LEAK: the first process holds", links)
    if any("/solutions" in link or link.endswith((".ipynb", ".db")) for link in links.values()):
        print("LEAK of an open file", links)
