"""Tables for the terminal whose cells are text and nothing else."""

from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from utils.printable import printable


class PlainTable(Table):
    """rich's table; what stands in it is never taken for markup, nor for a command to the terminal."""

    def __init__(self, *headers: str, title: str = "", **options: Any) -> None:
        super().__init__(*headers, title=_text(title) if title else None, **options)

    def add_column(self, header: RenderableType = "", *more: Any, **options: Any) -> None:
        """Add a column."""
        super().add_column(_text(header), *more, **options)

    def add_row(self, *cells: RenderableType | None, **options: Any) -> None:
        """Add a row."""
        super().add_row(*map(_text, cells), **options)


def _text(cell: Any) -> Any:
    return Text("\n".join(map(printable, cell.split("\n")))) if isinstance(cell, str) else cell
