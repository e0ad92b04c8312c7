"""Pieces of the pages' text, in MyST's Markdown."""

from collections.abc import Iterable

from utils.grading.course import Lesson
from utils.grading.lesson_table import title


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """The lines of a table."""
    head = list(head)
    return ["", _row(head), _row(["---"] * len(head)), *map(_row, rows), ""]


def code(text: str) -> list[str]:
    """The lines of a piece of Python."""
    return ["```python", text.strip(), "```"]


def link(lesson: Lesson) -> str:
    """A lesson's name, as a link to its page."""
    return f"[{lesson.id[:2]} {title(lesson)}](../{lesson.id}.ipynb)"


def number(value: float) -> str:
    """A number with one decimal, if it has any."""
    return f"{value:.1f}".removesuffix(".0")


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in cells)} |"
