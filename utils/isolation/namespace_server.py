"""The student's end of the wire: answers the judge's questions about what a notebook has defined.

It runs in the student's own process, where the student's code can change anything, this module included. So it decides
nothing; the judge takes what it sends as a claim about a value.
"""

import builtins
import io
import socket
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import nullcontext, redirect_stdout
from typing import Any

from utils import wire
from utils.checks.failure import where
from utils.checks.results import Reused, handed_over
from utils.checks.routines import Watch
from utils.models import parameters
from utils.wire import Reference

_NOTHING = object()


class Provided(dict):
    """The names that the instructor's own cells define, run once more; what they lack is the notebook's."""

    def __init__(self, notebook: Mapping[str, Any]) -> None:
        super().__init__(__name__="__main__", __builtins__=builtins)
        self._notebook = notebook

    def __missing__(self, name: str) -> Any:
        return self._notebook[name]


class NamespaceServer:
    """Answers questions about `names`, a notebook's namespace.

    A question is a dict: {"ask": "get", "name": …}, {"ask": "call", "id": …, "args": (…), "kwargs": {…},
    "without": […]}, {"ask": "calls", "id": …, "calls": [args, …], "without": […]}, {"ask": "stand_in", "names": […]},
    {"ask": "provide", "cells": [code, …]},
    {"ask": "parameters", "id": …}, {"ask": "set_parameters", "id": …, "arrays": […]} or {"ask": "done"}.
    An answer is {"value": …, "args": the arguments after the call, or None when they are as they were, "used": which of
    the routines "without" was called, or ""}, or {"error": (type, builtin base classes, message, where)}.
    While it works on one, a function that stands in for another may ask the judge {"ours": its name, "args": (…),
    "kwargs": {…}}, who answers {"value": …} or {"error": …}.
    """

    def __init__(self, names: MutableMapping[str, Any]) -> None:
        self.names = names
        self.provided = Provided(names)
        self.kept: list[Any] = []
        self._replaced: dict[str, Any] = {}

    def serve(self, stream: wire.Stream) -> None:
        """Answer until the judge is done or gone."""
        self._stream = stream
        try:
            self._serve(stream)
        finally:
            self._stand_in({"names": ()})

    def _serve(self, stream: wire.Stream) -> None:
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
        name = question["name"]
        if name not in self.provided and name not in self.names:
            raise NameError(f"name {name!r} is not defined", name=name)
        return {"value": self.provided[name]}

    def _provide(self, question: dict) -> dict:
        """Run cells of the instructor's, whatever the notebook has made of the names that they define."""
        for code in question["cells"]:
            with redirect_stdout(io.StringIO()):
                exec(compile(code, "<given cell>", "exec"), self.provided)
        return {"value": None}

    def _call(self, question: dict) -> dict:
        args, kwargs = question["args"], question["kwargs"]
        before = wire.encode((args, kwargs), self._export)
        watch = Watch(question["without"])
        with watch() if question["without"] else nullcontext():
            value = self.kept[question["id"]](*args, **kwargs)
        changed = wire.encode((args, kwargs), self._export) != before
        return {"value": value, "args": (args, kwargs) if changed else None, "used": watch.used}

    def _calls(self, question: dict) -> dict:
        """Several calls in one answer: for each, what a call by itself answers. Results are written into in between."""
        reused = Reused()
        return {
            "value": [self._answered(question | {"args": reused(args), "kwargs": {}}) for args in question["calls"]]
        }

    def _answered(self, question: dict) -> dict:
        try:
            answer = self._call(question)
            args = answer["args"] and wire.decode(wire.encode(answer["args"], self._export), self._resolve)
            return {"value": handed_over(answer["value"]), "args": args, "used": answer["used"]}
        except BaseException as error:  # as in `answer`
            return {"error": _described(error)}

    def _stand_in(self, question: dict) -> dict:
        """Put functions that ask the judge in the places of those with these names, and the others back."""
        for name, value in self._replaced.items():
            if value is _NOTHING:
                self.names.pop(name, None)
            else:
                self.names[name] = value
        self._replaced = {name: self.names.get(name, _NOTHING) for name in question["names"]}
        self.names.update({name: self._stand_in_for(name) for name in question["names"]})
        return {"value": None}

    def _stand_in_for(self, name: str) -> Callable:
        def ours(*args: Any, **kwargs: Any) -> Any:
            wire.send(self._stream, wire.encode({"ours": name, "args": args, "kwargs": kwargs}, self._export))
            answer = wire.decode(wire.receive(self._stream), self._resolve)
            if "error" in answer:
                raise getattr(builtins, answer["error"][0])(answer["error"][1])
            return answer["value"]

        ours.__name__ = name
        return ours

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
    if isinstance(error, wire.WireError):  # it did its work, and gave something that is no data
        return "ValueError", ["ValueError", "Exception"], str(error), "what your code gives cannot be read: ", None
    bases = [kind.__name__ for kind in type(error).__mro__ if getattr(builtins, kind.__name__, None) is kind]
    name = getattr(error, "name", None)
    return type(error).__name__, bases, str(error), where(error), name if isinstance(name, str) else None


def serve(path: str, names: MutableMapping[str, Any]) -> None:
    """Connect to the judge's socket at `path`, and answer until it is done."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        with connection.makefile("rwb") as stream:
            NamespaceServer(names).serve(stream)
