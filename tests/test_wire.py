"""What crosses between judge and student arrives as it was, and nothing else arrives at all."""

import io
import json
import math
from fractions import Fraction

import numpy as np
import pytest

from utils import wire
from utils.wire import Reference, WireError

PLAIN = [
    None, True, False, 0, -7, 10**300, 1.5, -0.0, 1e-320, "", "ß\\\"\n\0", b"\x00\xff", 2 + 3j, complex(math.nan, 1),
    [], [1, [2, [3]]], (), (1, "a"), {1, 2}, frozenset({3}), {}, {"a": [1], 2: (3,), (4, 5): None},
]  # fmt: skip
ARRAYS = [
    np.arange(6).reshape(2, 3), np.array([]), np.zeros((0, 3)), np.array(5), np.array([1.5, np.nan, np.inf], "f4"),
    np.array([[True], [False]]), np.array([1 + 2j]), np.array(["ab", "c"]), np.array([1, 2], ">i2"),
    np.asfortranarray(np.arange(6).reshape(2, 3)), np.arange(10)[::3], np.float16(2.5), np.int8(-3), np.bool_(True),
]  # fmt: skip


def there_and_back(value):
    return wire.decode(wire.encode(value))


@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_plain_values_arrive_with_their_exact_types(value):
    back = there_and_back(value)
    assert type(back) is type(value)
    assert repr(back) == repr(value)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_floats_that_are_no_numbers(value):
    assert repr(there_and_back(value)) == repr(value)


@pytest.mark.parametrize("array", ARRAYS, ids=lambda a: f"{a.dtype}{np.shape(a)}")
def test_arrays_keep_dtype_shape_and_values(array):
    back = there_and_back(array)
    assert (type(back), back.dtype, back.shape) == (type(array), array.dtype, array.shape)
    np.testing.assert_array_equal(back, array)
    if isinstance(back, np.ndarray):
        assert back.flags.writeable and not np.shares_memory(back, array)


WIDE = np.arange(24.0).reshape(4, 6)


@pytest.mark.parametrize(
    "array", [WIDE, np.asfortranarray(WIDE), WIDE[:, ::2], WIDE.T[::2]], ids=["C", "F", "view", "T"]
)
@pytest.mark.parametrize("writeable", [True, False])
def test_arrays_lie_in_memory_as_they_did(array, writeable):
    array = array.copy("K") if array.flags.forc else array[:]
    array.flags.writeable = writeable
    back = there_and_back(array)
    for flag in ("c_contiguous", "f_contiguous", "writeable"):
        assert getattr(back.flags, flag) == getattr(array.flags, flag)
    np.testing.assert_array_equal(back, array)


def test_an_unknown_layout_is_refused():
    node = json.loads(wire.encode(WIDE))
    with pytest.raises(WireError, match="unknown layout"):
        wire.decode(json.dumps([*node, "diagonal"]).encode())


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "bool", "float16"])
def test_torch_tensors(dtype):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    tensor = torch.arange(6).reshape(2, 3).to(getattr(torch, dtype))
    back = there_and_back(tensor)
    assert back.dtype == tensor.dtype and torch.equal(back, tensor)


def test_torch_tensors_with_gradients_and_short_floats():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    assert there_and_back(torch.ones(2, requires_grad=True)).tolist() == [1, 1]
    assert there_and_back(torch.ones(2, dtype=torch.bfloat16)).dtype == torch.float32


def test_tensorflow_tensors():
    tensorflow = pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    back = there_and_back(tensorflow.constant([[1.5, 2.5]]))
    assert tensorflow.is_tensor(back) and back.dtype == tensorflow.float32 and back.numpy().tolist() == [[1.5, 2.5]]


def test_without_tensorflow_its_tensors_are_read_as_arrays(monkeypatch):
    monkeypatch.setattr(wire, "find_spec", lambda name: None)  # Keras runs on PyTorch there
    numbers = wire.encode(np.array([[1.5, 2.5]], np.float32)).replace(b'"array"', b'"tensorflow"')
    back = wire.decode(numbers)
    assert type(back) is np.ndarray and back.dtype == np.float32 and back.tolist() == [[1.5, 2.5]]


class Everything(list):
    def __eq__(self, other):
        return True

    def __iter__(self):
        return iter([42])

    __hash__ = None


class Seven(int):
    def __eq__(self, other):
        return True

    def __int__(self):
        return 42

    __hash__ = int.__hash__


class Sly(str):
    def __str__(self):
        return "sly"


class Sneaky(dict):
    def items(self):
        return [("forged", 1)]


@pytest.mark.parametrize(
    ("value", "plain"), [(Everything([1]), [1]), (Seven(7), 7), (Sly("a"), "a"), (Sneaky(a=2), {"a": 2})]
)
def test_subclasses_arrive_as_what_they_hold(value, plain):
    back = there_and_back(value)
    assert type(back) is type(plain) and back == plain


@pytest.mark.parametrize("value", [object(), len, lambda: 0, type, np, iter([])], ids=lambda v: type(v).__name__)
def test_what_is_no_data_is_refused_or_exported(value):
    with pytest.raises(WireError, match="cannot be sent"):
        wire.encode(value)
    reference = Reference(3, "f")
    assert wire.decode(wire.encode([value], lambda v: reference)) == [reference]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Fraction(1, 4), 0.25),
        (np.array([[1, 2], [3, 4]], object), np.array([[1, 2], [3, 4]])),
        (np.array([1, 0.5], object), np.array([1, 0.5])),
        (np.array([Fraction(1, 2), 3], object), np.array([0.5, 3])),
        (np.array(["a", "bc"], object), np.array(["a", "bc"])),
    ],
)
def test_numbers_of_pythons_own_arrive_as_ordinary_ones(value, plain):
    back = there_and_back(value)
    assert type(back) is type(plain) and np.array_equal(back, plain)
    assert not isinstance(plain, np.ndarray) or back.dtype == plain.dtype


@pytest.mark.parametrize("array", [np.array([object()]), np.array([(1, 2.0)], "i4,f8"), np.array(["2026"], "M8[Y]")])
def test_arrays_of_anything_but_numbers_and_text_are_refused(array):
    with pytest.raises(WireError, match="dtype"):
        wire.encode(array)


def deep(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


def test_what_is_too_deep_too_many_or_too_large_is_refused(monkeypatch):
    for value in (deep(100), deep(1_000_000), [0] * (wire.MAX_NODES + 1)):
        with pytest.raises(WireError):
            wire.encode(value)
    circle = []
    circle.append(circle)
    with pytest.raises(WireError):
        wire.encode(circle)
    with pytest.raises(WireError):
        wire.encode(10**5000)
    monkeypatch.setattr(wire, "MAX_BYTES", 1000)
    for value in (np.zeros(200), "x" * 2000, b"x" * 1001):
        with pytest.raises(WireError, match="too large"):
            wire.encode(value)


ARRAY = ["array", "<f8", [2], "AAAAAAAAAAAAAAAAAAAAAA=="]
FORGED = [
    b"", b"{", b"\xff\xfe", b"nul", b"{}", b'{"a": 1}', b"[[]]", b'["list"]', b'["list", 5]', b'["nothing", 1]',
    b'["__class__", 1]', b'["value", 1]', b'["items", [1]]', b'["dict", [1]]', b'["dict", [[1]]]',
    b'["dict", [[["list", []], 1]]]',
    b'["set", [["list", []]]]', b'["bytes", 5]', b'["bytes", "*"]', b'["complex", "1", 2]', b'["complex", 1]',
    b'["reference", "a", "b", true]', b'["reference", 1, "b", 5]', b"[" * 10**6, b'["list", [' * 500 + b"]]" * 500,
    b'"' + b"9" * 100, b"9" * 10_000, b'["scalar", "<f8", [2], "AAAAAAAAAAAAAAAAAAAAAA=="]',
    *[json.dumps([*ARRAY[:k], wrong, *ARRAY[k + 1 :]]).encode() for k, wrong in [
        (1, "O"), (1, "|O8"), (1, "V8"), (1, "f8,f8"), (1, "<f8<f8"), (1, "U999999"), (1, 5), (1, None), (2, [3]),
        (2, [-2]), (2, [2.0]), (2, ["2"]), (2, 2), (2, [2**62, 2**62]), (2, [1] * 40), (2, [True, 2]),
        (3, "AA"), (3, 5)]],
]  # fmt: skip


@pytest.mark.parametrize("data", FORGED, ids=lambda d: repr(d[:40]))
def test_forged_bytes_are_a_wire_error_and_nothing_else(data):
    with pytest.raises(WireError):
        wire.decode(data)


def test_any_bytes_at_all_are_a_value_or_a_wire_error():
    rng = np.random.default_rng(0)
    sample = wire.encode({"a": [np.arange(4), (1, 2j)], "b": b"xyz"})
    for _ in range(3000):
        data = bytearray(sample)
        for place in rng.integers(0, len(data), rng.integers(1, 6)):
            data[place] = rng.integers(0, 256)
        try:
            wire.decode(bytes(data))
        except WireError:
            continue


@pytest.mark.parametrize("shape", [[60_000_000, 0], [0, 60_000_000], [10_000, 0, 10_000]])
def test_very_many_empty_rows_are_refused(shape):
    told = wire.encode(np.zeros((7, 0))).replace(b"[7,0]", json.dumps(shape).encode())
    with pytest.raises(WireError, match="too large"):
        wire.decode(told)


def test_frames():
    stream = io.BytesIO()
    wire.send(stream, b"one")
    wire.send(stream, b"")
    stream.seek(0)
    assert [wire.receive(stream), wire.receive(stream)] == [b"one", b""]
    with pytest.raises(EOFError):
        wire.receive(stream)


def test_a_frame_that_claims_too_much_is_refused_before_anything_is_read():
    with pytest.raises(WireError, match="too large"):
        wire.receive(io.BytesIO(wire.LENGTH.pack(10 * 2**30)))


def test_a_frame_that_breaks_off():
    with pytest.raises(EOFError):
        wire.receive(io.BytesIO(wire.LENGTH.pack(10) + b"abc"))
