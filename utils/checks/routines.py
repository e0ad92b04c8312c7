"""Which library routines a call rests on, watched while it runs.

Reading code finds what is written plainly (see utils.checks.static_analysis); this finds what is called, however it was
got hold of. It runs in the student's own process, so it is no proof either.
"""

import os
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

# Where Python, its packages and the course's code lie: what else is read from a file came with the submission
INSTALLED = tuple(f"{folder}{os.sep}" for folder in (sys.prefix, sys.base_prefix, Path(__file__).parents[1]))


class Watch:
    """Sees which of `routines` are called inside its `with` statement; `used` is the first, as a dotted name, or "".

    Functions of a module that the submission brings along or writes count, too: nobody has read their code.

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
        threading.setprofile(self._look)  # in threads that begin here, too
        sys.setprofile(self._look)
        try:
            yield
        finally:
            threading.setprofile(before)
            if sys.getprofile() != self._look and not self.used:
                self.used = "sys.setprofile"
            sys.setprofile(before)

    def _look(self, frame: FrameType, event: str, called: Any) -> None:
        if self.used or event not in ("call", "c_call"):
            return
        if event == "call":
            module = str(frame.f_globals.get("__name__") or "")
            if _brought_along(frame.f_code.co_filename):
                self.used = f"{module}.{frame.f_code.co_name}"
            self._note(module, frame.f_code.co_name)
        else:
            self._note(str(_module_of(called)), str(getattr(called, "__name__", "")))

    def _note(self, module: str, name: str) -> None:
        if f"{module}.".startswith(self.packages) or (module.partition(".")[0], name) in self.functions:
            self.used = f"{module}.{name}"


def _module_of(called: Callable) -> Any:
    owner = getattr(called, "__self__", None)
    return getattr(called, "__module__", None) or getattr(type(owner), "__module__", "")


@lru_cache(maxsize=1000)
def _brought_along(file: str) -> bool:
    """Whether code was read from a file that is not installed; a notebook's cells are in no file."""
    return not file.startswith(INSTALLED) and Path(file).is_file()
