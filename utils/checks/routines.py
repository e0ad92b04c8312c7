"""Which library routines a call rests on, watched while it runs.

Reading code finds what is written plainly (see utils.checks.static_analysis); this finds what is called, however it was
got hold of. It runs in the student's own process, so it is no proof either.
"""

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Watch:
    """Sees which of `routines` are called inside its `with` statement; `used` is the first, as a dotted name, or "".

    routines: packages such as "scipy" and "numpy.fft", and functions such as "numpy.pad", in whichever of its modules
    a package has them.
    """

    def __init__(self, routines: Collection[str]) -> None:
        self.packages = tuple(f"{name}." for name in routines)
        self.functions = {(name.partition(".")[0], name.rpartition(".")[2]) for name in routines if "." in name}
        self.used = ""

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Watch what is called in the body."""
        before = sys.getprofile()
        sys.setprofile(self._look)
        try:
            yield
        finally:
            if sys.getprofile() != self._look and not self.used:
                self.used = "sys.setprofile"
            sys.setprofile(before)

    def _look(self, frame: FrameType, event: str, called: Any) -> None:
        if self.used or event not in ("call", "c_call"):
            return
        if event == "call":
            self._note(str(frame.f_globals.get("__name__") or ""), frame.f_code.co_name)
        else:
            self._note(str(_module_of(called)), str(getattr(called, "__name__", "")))

    def _note(self, module: str, name: str) -> None:
        if f"{module}.".startswith(self.packages) or (module.partition(".")[0], name) in self.functions:
            self.used = f"{module}.{name}"


def _module_of(called: Callable) -> Any:
    owner = getattr(called, "__self__", None)
    return getattr(called, "__module__", None) or getattr(type(owner), "__module__", "")
