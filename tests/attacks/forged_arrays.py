# tries: arrays with a negative, a wrapped round or an endless shape, of objects, of records, of nothing
from utils import wire
from utils.isolation import namespace_server
import socket

DTYPES, SHAPES = ["|O8", "|V8", "<U0", "<f8,<f8", "<f3", "<M8[s]"], ["[-1,-1]", "[4294967296,4294967296]", "[0,1e3]", "[[1]]"]
answers = [
    f'["dict",[["value",["array","{dtype}",{shape},"AAAAAAAAAAA="]]]]'.encode() for dtype in DTYPES for shape in SHAPES
] + [f'["dict",[["value",["array","<f8",{shape},"AAAAAAAAAAA="]]]]'.encode() for shape in SHAPES]
good = b'["dict",[["value",["reference",0,"double",false]]]]'


def serve(path, names):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        with s.makefile("rwb") as stream:
            while True:
                question = wire.decode(wire.receive(stream))
                if question["ask"] == "done":
                    return
                wire.send(stream, good if question["ask"] == "get" else answers.pop())


namespace_server.serve = serve
