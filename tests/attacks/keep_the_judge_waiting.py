# tries: to let the judge wait for the end of an answer until the grader has lost patience
from utils.isolation import namespace_server
import socket, struct, time


def serve(path, names):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        s.recv(1000)
        s.sendall(struct.pack(">Q", 100) + b"[")
        time.sleep(4)


namespace_server.serve = serve
# seconds: 2
