# tries: a right answer that takes longer than a test may, each of its last bytes after a short pause
from utils import wire
import time

send = wire.send


def slowly(stream, data):
    if b"reference" in data:
        return send(stream, data)
    data = wire.LENGTH.pack(len(data)) + data
    stream.write(data[:-30])
    for byte in data[-30:]:
        time.sleep(0.3)
        stream.flush()
        stream.write(bytes([byte]))
    stream.flush()


wire.send = slowly


def double(x):
    return 2 * x


# where: last
# seconds: 3
