"""What stands in the closed part of the lessons' sources only: in solutions, hidden tests and marking schemes."""

from collections import Counter
from functools import cache

import nbformat

from support.course import LESSONS

SHORT = 12  # a line of fewer characters (`return`, `total = 0`) gives nothing away


def regions(text, name):
    """The lines between the BEGIN and END marks of one kind."""
    inside = False
    for line in text.splitlines():
        bare = line.lstrip("# ").strip()
        if bare == f"BEGIN {name}":
            inside = True
        elif bare == f"END {name}":
            inside = False
        elif inside and len(line.strip()) >= SHORT:
            yield line.strip()


def secrets(lesson):
    """Lines of solutions, hidden tests and marking schemes that stand in the open part of no lesson's source."""
    return closed(lesson).keys() - set().union(*map(opened, LESSONS))


def closed(lesson):
    """The lines of solutions, hidden tests and marking schemes, each with how often it stands there."""
    text = lesson.source.read_text()
    return Counter(line for name in ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME") for line in regions(text, name))


@cache
def opened(lesson):
    """The lines of all else."""
    return set(Counter(line.strip() for line in lesson.source.read_text().splitlines()) - closed(lesson))


def readable(name, content):
    """A file's lines; a notebook's are those of its cells."""
    text = content.decode("utf-8", errors="replace")
    if name.endswith(".ipynb"):
        text = "\n".join(cell.source for cell in nbformat.reads(text, as_version=4).cells)
    return {line.strip() for line in text.splitlines()} | {line.strip().lstrip("# ") for line in text.splitlines()}
