# tries: to keep whoever opens a file of the course waiting, and to take what an account has few of for watching files
import ctypes, fcntl, os, utils.wire

for path, command, argument in ((utils.wire.__file__, fcntl.F_SETLEASE, fcntl.F_WRLCK), ("/usr", fcntl.F_NOTIFY, 2)):
    try:
        fcntl.fcntl(os.open(path, os.O_RDONLY), command, argument)
        print("LEAK", path)
    except OSError as error:
        print(error)
libc = ctypes.CDLL(None)
while libc.inotify_init1(0) >= 0:
    print("LEAK", "inotify")
