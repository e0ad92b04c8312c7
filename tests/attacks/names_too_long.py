# tries: folders whose path is too long for a look at them, and then more in them than is allowed
from ipykernel.kernelapp import IPKernelApp
import os, time

os.chdir(os.path.dirname(IPKernelApp.instance().abs_connection_file))
for _ in range(20):
    os.mkdir("d" * 250)
    os.chdir("d" * 250)
for number in range(8):
    open(str(number), "wb").write(bytes(50 * 2**20))
time.sleep(3)


def double(x):  # it has 400 MB of the grader's disk, where none are allowed
    return 2 * x


# where: last
