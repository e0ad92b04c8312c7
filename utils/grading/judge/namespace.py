"""A namespace whose names come from a notebook's cells, each of which is run when a name of it is first needed."""

import builtins
import io
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from typing import Any

from utils.grading.judge.notebook import CodeCell


class CellNamespace(dict):
    """The global names of a piece of code that stands below `cells`.

    elsewhere: where a name is got that none of them binds; raises NameError when it is not there either.
    """

    def __init__(self, cells: Sequence[CodeCell], elsewhere: Callable[[str], Any]) -> None:
        super().__init__(__name__="__main__", __builtins__=builtins)
        self._cells, self._elsewhere = cells, elsewhere
        self._run: set[int] = set()

    def __missing__(self, name: str) -> Any:
        for number in reversed(range(len(self._cells))):
            if name in self._cells[number].names and number not in self._run:
                self._run.add(number)
                self._execute(self._cells[number])
                return self[name]
        if hasattr(builtins, name):
            raise KeyError(name)
        try:
            value = self[name] = self._elsewhere(name)
        except NameError:
            raise KeyError(name) from None
        return value

    def _execute(self, cell: CodeCell) -> None:
        with redirect_stdout(io.StringIO()):
            exec(compile(cell.code, file_name(cell), "exec"), self)


def file_name(cell: CodeCell) -> str:
    """What a traceback calls the cell."""
    return f"<{cell.kind} cell {cell.grade_id}>"
