"""The student's end of the wire: answers the judge's questions about what a notebook has defined.

It runs in the student's own process, where the student's code can change anything, this module included. So it decides
nothing; the judge takes what it sends as a claim about a value.
"""

import builtins
import socket
from collections.abc import Iterator, Mapping
from typing import Any

from utils import wire
from utils.checks.failure import where
from utils.models import parameters
from utils.wire import Reference


class NamespaceServer:
    """Answers questions about `names`, a notebook's namespace.

    A question is a dict: {"ask": "get", "name": …}, {"ask": "call", "id": …, "args": (…), "kwargs": {…}},
    {"ask": "calls", "id": …, "calls": [args, …]},
    {"ask": "parameters", "id": …}, {"ask": "set_parameters", "id": …, "arrays": […]} or {"ask": "done"}.
    An answer is {"value": …, "args": the arguments after the call, or None when they are as they were}
    or {"error": (type, builtin base classes, message, where)}.
    """

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names
        self.kept: list[Any] = []

    def serve(self, stream: wire.Stream) -> None:
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

    def _calls(self, question: dict) -> dict:
        """Several calls in one answer: for each, what a call by itself answers."""
        return {
            "value": [self._answered({"id": question["id"], "args": args, "kwargs": {}}) for args in question["calls"]]
        }

    def _answered(self, question: dict) -> dict:
        try:
            return self._call(question)
        except BaseException as error:  # as in `answer`
            return {"error": _described(error)}

    def _parameters(self, question: dict) -> dict:
        return {"value": parameters.parameters(self.kept[question["id"]])}

    def _set_parameters(self, question: dict) -> dict:
        parameters.set_parameters(self.kept[question["id"]], question["arrays"])
        return {"value": None}

    def _export(self, value: Any) -> Reference:
        number = next((n for n, kept in enumerate(self.kept) if kept is value), len(self.kept))
        if number == len(self.kept):
            self.kept.append(value)
        iterates = isinstance(value, Iterator)
        name = "" if iterates else getattr(value, "__name__", "")  # a generator's would be its function's
        return Reference(number, str(name or type(value).__name__), iterates)

    def _resolve(self, reference: Reference) -> Any:
        return self.kept[reference.id]


def _described(error: BaseException) -> tuple:
    bases = [kind.__name__ for kind in type(error).__mro__ if getattr(builtins, kind.__name__, None) is kind]
    name = getattr(error, "name", None)
    return type(error).__name__, bases, str(error), where(error), name if isinstance(name, str) else None


def serve(path: str, names: Mapping[str, Any]) -> None:
    """Connect to the judge's socket at `path`, and answer until it is done."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        with connection.makefile("rwb") as stream:
            NamespaceServer(names).serve(stream)
