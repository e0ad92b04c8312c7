"""Values as bytes, between the judge and a student's process.

One format for both directions: JSON for the structure, base64 for the numbers. Reading never runs anything: no pickle,
no eval, no classes by name. What comes out is built here from exact builtin types, NumPy arrays and framework tensors,
so an object that a student made to equal everything arrives as the plain data it claims to be, or not at all.

The student's process may send anything at all. Reading it costs bounded time and memory, and whatever is wrong with it
is a WireError. Both sides use this module, so it needs NumPy only and holds nothing of the instructor's.
"""

import base64
import binascii
import json
import math
import re
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from numbers import Real
from typing import Any, Protocol

import numpy as np

MAX_BYTES = 64 * 2**20  # of one message
MAX_EMPTY_ROWS = 100_000  # of an array without entries, which costs nothing to send and may cost much to look at
MAX_DEPTH = 60
MAX_NODES = 1_000_000
MAX_MEMBERS = 10_000  # of a set or a dictionary: numbers can be chosen so that each collides with all others
MAX_DIGITS = 4000  # of one whole number, below Python's own limit
DTYPE = re.compile(r"[<>|]?(?:[biufc]\d{1,2}|[SU]\d{1,6})")  # no object, no record, no void
LAYOUTS = ("", "F", "view", "read-only", "F read-only", "view read-only")  # of an array's values in memory; "" is C
LENGTH = struct.Struct(">Q")


class WireError(Exception):
    """A value that cannot cross, or bytes that are no value. The message is for a person."""


@dataclass(frozen=True)
class Reference:
    """An object that stays in the student's process: a function, a model, an iterator. `name` is for people only."""

    id: int
    name: str
    iterator: bool = False


class Stream(Protocol):
    """What frames are written to and read from: a binary file, or what a socket's `makefile` gives."""

    def read(self, count: int, /) -> bytes | None:
        """At most `count` bytes."""

    def write(self, data: bytes, /) -> object:
        """Write `data`."""

    def flush(self) -> object:
        """Send on what was written."""


Export = Callable[[Any], Reference]
Import = Callable[[Reference], Any]


def _refuse(value: Any) -> Reference:
    raise WireError(f"a {type(value).__name__} cannot be sent")


# ---------------------------------------------------------------------------------------------------------------------
# Writing


def encode(value: Any, export: Export = _refuse) -> bytes:
    """`value` as bytes. What is no data is handed to `export`, and its reference is sent instead.

    Raises WireError for object arrays, for values that are too deep, too many or too large, and from `export`.
    """
    try:
        text = json.dumps(_Writer(export).node(value, 0), separators=(",", ":"))
    except (ValueError, RecursionError, OverflowError, MemoryError) as error:
        raise WireError(f"this value cannot be sent: {error}") from None
    if len(text) > MAX_BYTES:
        raise WireError(f"this value is too large: {len(text):,} bytes, at most {MAX_BYTES:,} can be sent")
    return text.encode()


# Of a container's subclass, only what the builtin class itself finds in it
_ITEMS: dict[type, Callable[[Any], Iterator[Any]]] = {
    list: list.__iter__,
    tuple: tuple.__iter__,
    set: set.__iter__,
    frozenset: frozenset.__iter__,
}


class _Writer:
    def __init__(self, export: Export) -> None:
        self.export = export
        self.nodes = 0
        self.bytes = 0

    def node(self, value: Any, depth: int) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise WireError("this value is nested too deeply, or has too many parts")
        if value is None or value is True or value is False:
            return value
        kind = type(value)
        if kind in (int, float):
            return value
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, np.ndarray):
            return self.array("array", value)
        if isinstance(value, np.generic):
            return self.array("scalar", np.asarray(value))
        if tensor := _framework(value):
            return self.array(tensor, _tensor_as_array(value))
        return self.container(value, depth)

    def container(self, value: Any, depth: int) -> list | int | float:
        if isinstance(value, dict):
            return ["dict", [[self.node(k, depth + 1), self.node(v, depth + 1)] for k, v in dict.items(value)]]
        for kind, items in _ITEMS.items():
            if isinstance(value, kind):
                return [kind.__name__, [self.node(item, depth + 1) for item in items(value)]]
        if isinstance(value, (bytes, bytearray)):
            return ["bytes", self.blob(bytes(value))]
        if isinstance(value, complex):
            return ["complex", value.real, value.imag]
        if isinstance(value, int):  # a subclass: only what it counts
            return int.__int__(value)
        if isinstance(value, float):
            return float.__float__(value)
        if isinstance(value, Real):  # a fraction, say
            return float(value)
        reference = self.export(value)
        return ["reference", reference.id, reference.name, reference.iterator]

    def array(self, tag: str, array: np.ndarray) -> list:
        array = as_numbers(array)
        if not DTYPE.fullmatch(array.dtype.str):
            raise WireError(f"an array of dtype {array.dtype} cannot be sent; make it an array of numbers")
        layout = _layout(array) if tag != "scalar" else ""
        parts = [tag, array.dtype.str, list(array.shape), self.blob(np.ascontiguousarray(array).tobytes())]
        return [*parts, layout] if layout else parts

    def blob(self, data: bytes) -> str:
        self.bytes += len(data)
        if self.bytes > MAX_BYTES:
            raise WireError(f"this value is too large: at most {MAX_BYTES:,} bytes can be sent")
        return base64.b64encode(data).decode()


def as_numbers(array: np.ndarray) -> np.ndarray:
    """An array of Python's own numbers (dtype object) as an ordinary one; any other array as it is."""
    if array.dtype != object:
        return array
    with suppress(ValueError):  # lists of different lengths are in it
        array = np.asarray(array.tolist())
    if array.dtype == object and all(isinstance(item, Real) for item in array.flat):
        return array.astype(float)
    return array


def _framework(value: Any) -> str | None:
    """ "torch" or "tensorflow" when `value` is a tensor of one, without importing either."""
    for name, attribute in (("torch", "Tensor"), ("tensorflow", "Tensor")):
        module = sys.modules.get(name)
        if module is not None and isinstance(value, getattr(module, attribute)):
            return name
    return None


def _tensor_as_array(tensor: Any) -> np.ndarray:
    if hasattr(tensor, "detach"):
        tensor = tensor.detach().cpu()
        return (tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor).numpy()
    return np.asarray(tensor.numpy())


def _layout(array: np.ndarray) -> str:
    """How its values lie in memory, one of `LAYOUTS`: right code gives the same result whatever it is."""
    order = "" if array.flags.c_contiguous else "F" if array.flags.f_contiguous else "view"
    return f"{order} read-only".strip() if not array.flags.writeable else order


# ---------------------------------------------------------------------------------------------------------------------
# Reading


def _laid_out(array: np.ndarray, layout: str) -> np.ndarray:
    """A copy of `array` whose values lie in memory as `layout` says."""
    if layout not in LAYOUTS:
        raise WireError("not a value: an array with an unknown layout")
    if layout.startswith("F"):
        array = np.asfortranarray(array)
    elif layout.startswith("view") and array.ndim:
        wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
        wide[..., ::2] = array
        array = wide[..., ::2]
    array.flags.writeable = not layout.endswith("read-only")
    return array


def decode(data: bytes, resolve: Import = lambda reference: reference) -> Any:
    """The value in `data`. A reference is given to `resolve`. Raises WireError, and nothing else, for bad bytes."""
    if len(data) > MAX_BYTES:
        raise WireError(f"a message of {len(data):,} bytes is too large")
    try:
        return _Reader(resolve).value(json.loads(data, parse_int=_whole), 0)
    except WireError:
        raise
    except (ValueError, TypeError, RecursionError, OverflowError, MemoryError, binascii.Error) as error:
        raise WireError(f"not a value: {type(error).__name__}") from None


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise WireError(f"a whole number of {len(digits):,} digits is too large")
    return int(digits)


class _Reader:
    def __init__(self, resolve: Import) -> None:
        self.resolve = resolve
        self.nodes = 0

    def value(self, node: Any, depth: int) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise WireError("a value is nested too deeply, or has too many parts")
        if node is None or isinstance(node, (bool, int, float, str)):
            return node
        if not isinstance(node, list) or not node or not isinstance(node[0], str):
            raise WireError("not a value: a tag is missing")
        read = getattr(self, f"read_{node[0]}", None) if node[0] in _TAGS else None
        if read is None:
            raise WireError(f"not a value: unknown tag {node[0][:20]!r}")
        return read(depth, *node[1:])

    def items(self, depth: int, nodes: list) -> list:
        if not isinstance(nodes, list):
            raise WireError("not a value: a container without items")
        return [self.value(node, depth + 1) for node in nodes]

    def members(self, depth: int, nodes: list) -> list:
        if len(nodes) > MAX_MEMBERS:
            raise WireError(f"a set of {len(nodes):,} members is too large")
        return self.items(depth, nodes)

    def read_list(self, depth: int, nodes: list) -> list:
        return self.items(depth, nodes)

    def read_tuple(self, depth: int, nodes: list) -> tuple:
        return tuple(self.items(depth, nodes))

    def read_set(self, depth: int, nodes: list) -> set:
        return set(self.members(depth, nodes))

    def read_frozenset(self, depth: int, nodes: list) -> frozenset:
        return frozenset(self.members(depth, nodes))

    def read_dict(self, depth: int, pairs: list) -> dict:
        if len(pairs) > MAX_MEMBERS:
            raise WireError(f"a dictionary of {len(pairs):,} entries is too large")
        return {self.value(key, depth + 1): self.value(item, depth + 1) for key, item in pairs}

    def read_bytes(self, depth: int, blob: str) -> bytes:
        return base64.b64decode(blob, validate=True)

    def read_complex(self, depth: int, real: float, imaginary: float) -> complex:
        if not all(isinstance(part, (int, float)) for part in (real, imaginary)):
            raise WireError("not a value: a complex number needs two numbers")
        return complex(real, imaginary)

    def read_array(self, depth: int, dtype: str, shape: list, blob: str, layout: str = "") -> np.ndarray:
        if not isinstance(dtype, str) or not DTYPE.fullmatch(dtype):
            raise WireError("not a value: an array of a dtype that cannot be sent")
        if not isinstance(shape, list) or len(shape) > 32 or any(type(n) is not int or n < 0 for n in shape):
            raise WireError("not a value: an array of an impossible shape")
        if math.prod(max(n, 1) for n in shape) > (MAX_EMPTY_ROWS if 0 in shape else MAX_BYTES):
            raise WireError("an array of this shape is too large")
        data = base64.b64decode(blob, validate=True)
        if math.prod(shape) * np.dtype(dtype).itemsize != len(data):
            raise WireError("not a value: an array whose shape and bytes do not agree")
        return _laid_out(np.frombuffer(data, dtype=dtype).reshape(shape).copy(), layout)

    def read_scalar(self, depth: int, dtype: str, shape: list, blob: str) -> np.generic:
        array = self.read_array(depth, dtype, shape, blob)
        if array.shape != ():
            raise WireError("not a value: a scalar with a shape")
        return array.flat[0]

    def read_torch(self, depth: int, dtype: str, shape: list, blob: str, layout: str = "") -> Any:
        torch = import_module("torch")  # no import statement: what uses this module does not need PyTorch
        order = layout if layout in LAYOUTS[:3] else ""  # PyTorch has no tensor that cannot be written
        return torch.from_numpy(self.read_array(depth, dtype, shape, blob, order))

    def read_tensorflow(self, depth: int, dtype: str, shape: list, blob: str, layout: str = "") -> Any:
        array = self.read_array(depth, dtype, shape, blob)
        if find_spec("tensorflow") is None:  # Keras runs on PyTorch here: its tensors are others, the values are not
            return array
        return import_module("tensorflow").constant(array)

    def read_reference(self, depth: int, number: int, name: str, iterator: bool) -> Any:
        if type(number) is not int or not isinstance(name, str) or not isinstance(iterator, bool):
            raise WireError("not a value: a broken reference")
        return self.resolve(Reference(number, name[:200], iterator))


_TAGS = {name.removeprefix("read_") for name in vars(_Reader) if name.startswith("read_")}


# ---------------------------------------------------------------------------------------------------------------------
# Frames: a length, then that many bytes


def send(stream: Stream, data: bytes) -> None:
    """Write one frame."""
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()


def receive(stream: Stream) -> bytes:
    """Read one frame. Raises WireError when it is too large, EOFError when the stream ends."""
    length = LENGTH.unpack(_exactly(stream, LENGTH.size))[0]
    if length > MAX_BYTES:
        raise WireError(f"a message of {length:,} bytes is too large")
    return _exactly(stream, length)


def _exactly(stream: Stream, count: int) -> bytes:
    data = stream.read(count)
    if data is None or len(data) < count:
        raise EOFError("the other side has gone")
    return data
