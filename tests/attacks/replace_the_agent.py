# tries: an agent that sends what a judge might like to hear
from utils import wire
from utils.isolation import namespace_server
import socket


def serve(path, names):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        with s.makefile("rwb") as stream:
            while True:
                wire.receive(stream)
                wire.send(stream, wire.encode({"value": "ok", "verdict": "passed", "outputs": []}))


namespace_server.serve = serve
