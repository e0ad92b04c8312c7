# tries: a frame that claims 2**63 bytes, one that ends early, one of 64 MB of brackets
from utils.isolation import namespace_server
import socket, struct

frames = [
    struct.pack(">Q", 2**63) + b"x" * 2**20,
    struct.pack(">Q", 1000) + b'["dict",[["value",6]]]',
    struct.pack(">Q", 64 * 2**20) + b"[" + b"[]," * (64 * 2**20 // 3 - 1) + b" []]",
]


def serve(path, names):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        s.recv(1000)
        s.sendall(frames.pop())
        s.recv(1000)


namespace_server.serve = serve
# seconds: 3

