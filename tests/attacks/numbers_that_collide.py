# tries: to keep the judge busy for minutes with a few numbers that all have the same hash
from utils import wire

items = ",".join(str(k * (2**61 - 1)) for k in range(1, 40_000))
send = wire.send


def busy(stream, data):
    """The answer to a call, with a set beside it that takes long to put together."""
    send(stream, data if b"reference" in data else data[:-2] + f',["more",["set",[{items}]]]]]'.encode())


wire.send = busy


def double(x):
    return 2 * x


# where: last
# seconds: 3
