"""The judge's end of the wire: a student's names, functions and models, as far as the judge can see them.

Everything that arrives here is a claim by untrusted code. It is data of exact builtin types, or a stand-in for
something that stays in the student's process.
"""

import builtins
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from utils import wire
from utils.checks import compare, static_analysis
from utils.checks.cases import Outcome
from utils.checks.compare import not_by_hand
from utils.checks.failure import CheckFailed
from utils.models import parameters
from utils.wire import Reference, WireError


class StudentGone(CheckFailed):
    """The student's process no longer answers, or sends what is no answer. The message is for the student."""

    def __init__(self, message: str) -> None:
        super().__init__(message, recognised=True)


class Handle:
    """A model, a layer, anything that is no data. It can be called, and its parameters read and set; no more."""

    def __init__(self, student: "StudentProxy", reference: Reference) -> None:
        self._student, self._reference = student, reference

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._student.call(self._reference, args, kwargs)

    def call_each(self, calls: list[tuple]) -> list[Outcome]:
        """Call it with each of these arguments, in one question."""
        return self._student.call_each(self._reference, calls)

    def parameters(self) -> list[np.ndarray]:
        """The model's parameters as arrays, in the framework's own order."""
        return self._student.ask({"ask": "parameters", "id": self._reference.id})["value"]

    def set_parameters(self, arrays: list[np.ndarray]) -> None:
        """Load `arrays`, one for each parameter. Raises ValueError when their number or shapes do not fit."""
        self._student.ask({"ask": "set_parameters", "id": self._reference.id, "arrays": list(arrays)})

    @property
    def type_name(self) -> str:
        """What it is, in the student's words."""
        return self._reference.name

    def __repr__(self) -> str:
        return f"<{self.type_name} of the student>"

    def _no_data(self, *_: Any) -> Any:
        raise TypeError(
            f"a {self.type_name} is no data: a test can call it and look at its parameters, "
            "but not compare it or branch on it"
        )

    # (Python takes __hash__ away from a class that has an __eq__ of its own: a handle is no member of a set either.)
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __len__ = __iter__ = __contains__ = _no_data
    __getitem__ = __array__ = __int__ = __float__ = __index__ = _no_data


parameters.stand_ins = (Handle,)


class IteratorHandle(Handle):
    """A generator and the like, which a check names as such."""

    __next__ = Handle._no_data


class StudentProxy:
    """The student's process, at the other end of `connection`, for as many seconds as a test may take."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection = connection
        self._stream = connection.makefile("rwb")
        self._deadline = time.monotonic() + seconds
        self._ours: Mapping[str, Callable] = {}

    def get(self, name: str) -> Any:
        """What the student defined as `name`: data, or a Handle. Raises NameError when there is no such name."""
        return self.ask({"ask": "get", "name": name})["value"]

    def provide(self, cells: list[str]) -> None:
        """Have the student's process run these cells of the instructor's; `get` gives what they define from then on."""
        if cells:
            self.ask({"ask": "provide", "cells": cells})

    def call(self, reference: Reference, args: tuple, kwargs: dict) -> Any:
        """Call a student's function. Arguments that it changed are changed here only within `checks.in_place()`."""
        question = {"ask": "call", "id": reference.id, "args": args, "kwargs": kwargs, "without": _without()}
        answer = self.ask(question)
        _require_by_hand(answer)
        after = answer.get("args")
        if compare.arguments_come_back and isinstance(after, tuple) and len(after) == 2:
            _copy_back((args, kwargs), after)
        return answer.get("value")

    def call_each(self, reference: Reference, calls: list[tuple]) -> list[Outcome]:
        """Call a student's function with each of these arguments."""
        question = {"ask": "calls", "id": reference.id, "calls": calls, "without": _without()}
        answers = self.ask(question)["value"]
        if not isinstance(answers, list) or len(answers) != len(calls):
            raise StudentGone("the result of your code could not be read")
        return [_outcome(answer, args) for answer, args in zip(answers, calls, strict=True)]

    @contextmanager
    def with_ours(self, functions: Mapping[str, Callable]) -> Iterator[None]:
        """In the `with` statement's body these functions take the places of the student's with the same names.

        They stay here: what the student's process has is a stand-in, which sends arguments and gets the result.
        """
        self._ours = functions
        self.ask({"ask": "stand_in", "names": list(functions)})
        try:
            yield
        finally:
            self._ours = {}

    def _asked(self, question: dict) -> dict:
        """The answer to what a stand-in asks."""
        function, args, kwargs = self._ours.get(question["ours"]), question.get("args"), question.get("kwargs")
        if function is None or not isinstance(args, tuple) or not isinstance(kwargs, dict):
            return {"error": ("RuntimeError", "there is nobody to ask")}
        try:
            return {"value": function(*args, **kwargs)}
        except StudentGone:  # the time is over
            raise
        except Exception as error:
            return {"error": _as_builtin(error)}

    def done(self) -> None:
        """Let the student's process go on with its notebook."""
        with suppress(OSError):  # it may have gone by itself
            wire.send(self._stream, wire.encode({"ask": "done"}))
            self._connection.shutdown(socket.SHUT_RDWR)

    def ask(self, question: dict) -> dict:
        """One question, one answer. An error of the student's code is raised here as the builtin error it is."""
        try:
            self._connection.settimeout(max(0.001, self._deadline - time.monotonic()))
            wire.send(self._stream, wire.encode(question, _reference_of))
            answer = wire.decode(wire.receive(self._stream), self._stand_in)
            while isinstance(answer, dict) and isinstance(answer.get("ours"), str):
                wire.send(self._stream, self._answer_to(answer))
                answer = wire.decode(wire.receive(self._stream), self._stand_in)
        except TimeoutError:
            raise StudentGone("your code did not finish in time: is there an endless loop?") from None
        except (EOFError, OSError):
            raise StudentGone("your kernel stopped while this test was running") from None
        except WireError as error:
            raise StudentGone(f"the result of your code could not be read: {error}") from None
        if not isinstance(answer, dict) or not ("value" in answer or "error" in answer):
            raise StudentGone("the result of your code could not be read")
        if "error" in answer:
            raise _rebuilt(answer["error"])
        return answer

    def _answer_to(self, question: dict) -> bytes:
        answer = self._asked(question)
        try:
            return wire.encode(answer, _reference_of)
        except WireError as error:
            return wire.encode({"error": ("TypeError", str(error))})

    def _stand_in(self, reference: Reference) -> Handle:
        return (IteratorHandle if reference.iterator else Handle)(self, reference)


def _without() -> list[str]:
    """The routines that a student's function may not call in this test, since it is to be written by hand."""
    name, without = static_analysis.by_hand
    libraries = static_analysis.LIBRARIES - {"sys"}  # whose functions Python itself calls
    return sorted(libraries | static_analysis.DO_THE_WORK | without) if name else []


def _require_by_hand(answer: dict) -> None:
    """Raises CheckFailed where the student's process says that such a routine was called."""
    if isinstance(answer.get("used"), str) and answer["used"]:
        raise not_by_hand(static_analysis.by_hand[0], answer["used"][:100])


def _reference_of(value: Any) -> Reference:
    if isinstance(value, Handle):
        return value._reference
    raise WireError(f"a test cannot hand a {type(value).__name__} to a student's function; hand it data")


def _outcome(answer: Any, args: tuple) -> Outcome:
    """What the student's process says about one of several calls."""
    if not isinstance(answer, dict) or not ("value" in answer or "error" in answer):
        raise StudentGone("the result of your code could not be read")
    if "error" in answer:
        return Outcome(error=_rebuilt(answer["error"]))
    _require_by_hand(answer)
    after = answer.get("args")
    then = after[0] if isinstance(after, tuple) and len(after) == 2 and isinstance(after[0], tuple) else args
    changed = [n for n, (now, before) in enumerate(zip(then, args, strict=False)) if _differ(now, before)]
    return Outcome(answer["value"], changed=tuple(changed))


def _differ(now: Any, before: Any) -> bool:
    try:
        return wire.encode(now, _reference_of) != wire.encode(before)
    except WireError:
        return True


def _copy_back(ours: Any, theirs: Any) -> None:
    """Give the judge's own objects the contents that the student's copies have after the call."""
    if _is_array(ours):
        alike = type(theirs) is type(ours) and (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
        if alike and (hasattr(ours, "detach") or ours.flags.writeable):
            ours.detach().copy_(theirs) if hasattr(ours, "detach") else np.copyto(ours, theirs)
    elif isinstance(ours, tuple) and isinstance(theirs, tuple):
        for mine, yours in zip(ours, theirs, strict=False):
            _copy_back(mine, yours)
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) == len(theirs) and any(map(_is_array, ours)):
            _copy_back(tuple(ours), tuple(theirs))  # the arrays in a list stay the same objects
        else:
            ours[:] = theirs
    elif isinstance(ours, (dict, set)) and type(ours) is type(theirs):
        ours.clear()
        ours.update(theirs)


def _is_array(value: Any) -> bool:
    """Whether it is an array or a PyTorch tensor, whose values can change. (TensorFlow's tensors cannot.)"""
    torch = sys.modules.get("torch")
    return isinstance(value, np.ndarray) or (torch is not None and isinstance(value, torch.Tensor))


def _rebuilt(described: Any) -> Exception:
    """A builtin exception for what the student's process says it raised."""
    try:
        kind, bases, message, where, name = described
        assert all(isinstance(part, str) for part in (kind, message, where, *bases))
    except (TypeError, ValueError, AssertionError):
        return StudentGone("the error of your code could not be read")
    known = next((base for base in bases if _is_ordinary(base)), None)
    if known is None:  # SystemExit and the like, or an exception that the student made without a base
        error: Exception = StudentGone(f"your code ended with {kind}: {message}")
    else:
        cls = getattr(builtins, known)
        error = cls(message if kind == known else f"{kind}: {message}")
        if isinstance(error, NameError):
            error.name = name if isinstance(name, str) else None
    vars(error)["where"] = where  # see utils.checks.failure.where
    if where:
        error.add_note(f"({where.removesuffix(' with ')})")
    return error


def _as_builtin(error: Exception) -> tuple[str, str]:
    """The name of the builtin exception that it is one of, and its words."""
    return next(kind.__name__ for kind in type(error).__mro__ if _is_ordinary(kind.__name__)), str(error)[:1000]


def _is_ordinary(name: str) -> bool:
    """Whether `name` is a builtin exception that one message makes."""
    kind = getattr(builtins, name, None)
    unlike = (UnicodeError, ExceptionGroup, StopIteration, StopAsyncIteration)  # the last two would end a test's loop
    return isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, unlike)
