"""What a student types in a lesson's notebook: %hint, %points, %revert and %desk. An IPython extension.

`start.py` loads it in every kernel of .venv, `utils/opened_alone.py` in Colab and the like. What it needs is imported
when one of them is used: it is also loaded where submissions are graded, and there they change nothing.
"""

import functools
import sys
from collections.abc import Callable
from typing import Any

from IPython.core.magic import Magics, line_magic, magics_class

from utils.errors import CourseError
from utils.printable import printable


def load_ipython_extension(shell: Any) -> None:
    """Let the shell know the four."""
    shell.register_magics(CourseMagics)


def in_one_line(magic: Callable[["CourseMagics", str], None]) -> Callable[["CourseMagics", str], None]:
    """Say what is wrong in one line, as the command does; *Run All Cells* goes on."""

    @functools.wraps(magic)
    def run(self: "CourseMagics", line: str) -> None:
        try:
            magic(self, line.strip())
        except CourseError as error:
            print(f"%{magic.__name__}: {printable(error)}", file=sys.stderr)

    return run


@magics_class
class CourseMagics(Magics):
    """The magics of a lesson's notebook."""

    @functools.cached_property
    def _notebook(self) -> Any:
        from utils.this_notebook import ThisNotebook

        return ThisNotebook(self.shell)

    @line_magic
    @in_one_line
    def hint(self, line: str) -> None:
        """%hint pad: a hint for an exercise, each time one that says more."""
        if not line:
            raise CourseError(f"name an exercise, as in %hint {next(iter(self._notebook.hints()))}")
        print(self._notebook.next_hint(line)[-1])
        if self._notebook.has_more_hints(line):
            print(f"Still stuck? %hint {line} again says more.")

    @line_magic
    @in_one_line
    def points(self, line: str) -> None:
        """%points: the points of the notebook as it is saved, which is run from the top."""
        from utils.own_work import points

        path = self._notebook.saved("points NOTEBOOK")
        print("The notebook runs from the top, as you saved it. This may take some minutes.", flush=True)
        points(path)

    @line_magic
    @in_one_line
    def revert(self, line: str) -> None:
        """%revert pad: an exercise's cell as it was at first, in the notebook's file; what you wrote is kept."""
        from utils.own_work import begin_again
        from utils.this_notebook import RELOAD

        if not line:
            raise CourseError(f"name an exercise, as in %revert {next(iter(self._notebook.hints()))}")
        print(begin_again(self._notebook.saved(f"revert NOTEBOOK {line}"), line))
        print(RELOAD)

    @line_magic
    @in_one_line
    def desk(self, line: str) -> None:
        """%desk: buttons for the three others."""
        from utils.runtime import widgets_wanted

        if not widgets_wanted():
            print("Type %hint, %points or %revert: the desk needs widgets, and there are none or they are off.")
            return
        from utils.desk import show

        show(self._notebook)
