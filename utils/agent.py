"""The student's end of the wire: answers the judge's questions about what a notebook has defined.

It runs in the student's own process, where the student's code can change anything, this module included. So it decides
nothing; the judge takes what it sends as a claim about a value.
"""

import builtins
import socket
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from utils import checks, wire
from utils.wire import Reference


class Agent:
    """Answers questions about `names`, a notebook's namespace.

    A question is a dict: {"ask": "get", "name": …}, {"ask": "call", "id": …, "args": (…), "kwargs": {…}},
    {"ask": "parameters", "id": …}, {"ask": "set_parameters", "id": …, "arrays": […]} or {"ask": "done"}.
    An answer is {"value": …, "args": the arguments after the call, or None when they are as they were}
    or {"error": (type, builtin base classes, message, where)}.
    """

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names
        self.kept: list[Any] = []

    def serve(self, stream: BinaryIO) -> None:
        """Answer until the judge is done or gone."""
        while True:
            try:
                question = wire.decode(wire.receive(stream), self._resolve)
            except EOFError:
                return
            if question["ask"] == "done":
                return
            wire.send(stream, self.answer(question))

    def answer(self, question: dict) -> bytes:
        """The bytes of the answer; a failure of the student's code, or of sending its result, is an answer too."""
        try:
            return wire.encode(getattr(self, f"_{question['ask']}")(question), self._export)
        except BaseException as error:  # SystemExit and KeyboardInterrupt of the student's code too
            return wire.encode({"error": _described(error)})

    def _get(self, question: dict) -> dict:
        if question["name"] not in self.names:
            raise NameError(f"name {question['name']!r} is not defined", name=question["name"])
        return {"value": self.names[question["name"]]}

    def _call(self, question: dict) -> dict:
        args, kwargs = question["args"], question["kwargs"]
        before = wire.encode((args, kwargs), self._export)
        value = self.kept[question["id"]](*args, **kwargs)
        changed = wire.encode((args, kwargs), self._export) != before
        return {"value": value, "args": (args, kwargs) if changed else None}

    def _parameters(self, question: dict) -> dict:
        return {"value": [get() for get, _ in _parameters(self.kept[question["id"]])]}

    def _set_parameters(self, question: dict) -> dict:
        places, arrays = _parameters(self.kept[question["id"]]), question["arrays"]
        if len(places) != len(arrays):
            raise ValueError(f"this model has {len(places)} parameter arrays, not {len(arrays)}")
        for (_, put), array in zip(places, arrays, strict=True):
            put(array)
        return {"value": None}

    def _export(self, value: Any) -> Reference:
        number = next((n for n, kept in enumerate(self.kept) if kept is value), len(self.kept))
        if number == len(self.kept):
            self.kept.append(value)
        name = getattr(value, "__name__", None) or type(value).__name__
        return Reference(number, str(name), isinstance(value, Iterator))

    def _resolve(self, reference: Reference) -> Any:
        return self.kept[reference.id]


def _parameters(model: Any) -> list[tuple[Callable[[], Any], Callable[[Any], None]]]:
    """How to read and how to write each parameter array of a PyTorch module or a Keras model or layer."""
    if hasattr(model, "state_dict"):
        import torch

        def put(tensor: Any, array: Any) -> None:
            if tuple(tensor.shape) != array.shape:
                raise ValueError(
                    f"a parameter of shape {tuple(tensor.shape)} cannot take an array of shape {array.shape}"
                )
            with torch.no_grad():
                tensor.copy_(torch.as_tensor(array))

        return [
            (lambda t=t: t.detach().cpu().numpy(), lambda array, t=t: put(t, array))
            for t in model.state_dict().values()
        ]
    if hasattr(model, "weights"):
        return [(lambda w=w: w.numpy(), lambda array, w=w: w.assign(array)) for w in model.weights]
    raise TypeError(f"a {type(model).__name__} has no parameters")


def _described(error: BaseException) -> tuple:
    bases = [kind.__name__ for kind in type(error).__mro__ if getattr(builtins, kind.__name__, None) is kind]
    name = getattr(error, "name", None)
    return type(error).__name__, bases, str(error), checks.where(error), name if isinstance(name, str) else None


def serve(path: str, names: Mapping[str, Any]) -> None:
    """Connect to the judge's socket at `path`, and answer until it is done."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        with connection.makefile("rwb") as stream:
            Agent(names).serve(stream)
