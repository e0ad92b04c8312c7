# tries: references to nothing, to everything and with names made to be believed
from utils import wire
from utils.isolation import namespace_server
import socket

answers = [
    b'["dict",[["value",["reference",-1,"\\u001b[2J<script>alert(1)</script>",false]]]]',
    b'["dict",[["value",["reference",' + b"9" * 3000 + b',"6",true]]]]',
    b'["dict",[["value",["reference",true,"6",true]]]]',
    b'["dict",[["value",["reference","__class__",6,[]]]]]',
]


def serve(path, names):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        with s.makefile("rwb") as stream:
            while True:
                if b"done" in wire.receive(stream):
                    return
                wire.send(stream, answers[0])
                answers.append(answers.pop(0))


namespace_server.serve = serve
