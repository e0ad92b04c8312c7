# tries: to become somebody else, by numbers that belong to people or to nobody
import os

for number in (0, 1, 1000, 65534, 200_000, 2**31 - 1):
    for become in (os.setuid, os.setgid, os.seteuid, os.setegid):
        try:
            become(number)
            print("LEAK" if number != os.getuid() else "")
        except (OSError, AttributeError):
            pass
