"""Slides of a lesson: its predictions, its figures with the sentence that introduces each, and its summary."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from utils.grading.course import Lesson
from utils.grading.lesson_table import aims, title
from utils.grading.site.lesson_page import lesson_page

LEFT_OUT = ("Exercise", "Question")
QUESTION = re.compile(r"^> \*\*Predict\.\*\*(?:.*\n?)(?:^>.*\n?)*", re.MULTILINE)


def slides(lesson: Lesson) -> str:
    """The slides, in MyST: a slide deck is a page whose sections are the slides."""
    shown = [f"# {title(lesson)}", "", f"You will be able to {aims(lesson)}", ""]
    heading = title(lesson)
    prose = ""
    for cell in lesson_page(lesson).cells:
        if cell.cell_type == "markdown":
            heading, prose = _heading(cell.source) or heading, cell.source
            for question in QUESTION.findall(cell.source):
                shown += [f"## {heading}", "", re.sub(r"^> ?", "", question, flags=re.M).strip(), ""]
            if cell.source.startswith("## Summary"):
                shown += [cell.source, ""]
        else:
            for picture in _pictures(cell):
                shown += [f"## {heading}", "", _sentence(prose), "", picture, ""]
                prose = ""
    return "\n".join(shown)


def _heading(prose: str) -> str:
    """The last heading of a piece of prose that names no exercise."""
    found = [name for name in re.findall(r"^#{2,3} (.+)$", prose, flags=re.M) if not name.startswith(LEFT_OUT)]
    return found[-1] if found else ""


def _pictures(cell: NotebookNode) -> Iterator[str]:
    """The figures that a cell shows."""
    for output in cell.outputs:
        found = "".join(output.get("data", {}).get("text/html", ""))
        if found.startswith("<img"):
            yield found


def _sentence(prose: str) -> str:
    """The last sentence of a piece of prose, which says what the figure shows; nothing where that is no sentence."""
    text = re.sub(r"<details>.*?</details>", "", prose, flags=re.S)
    paragraph = re.sub(r"^[#>].*$", "", text, flags=re.M).strip().split("\n\n")[-1]
    if re.match(r"\s*([-|*$]|\d+\. )", paragraph):
        return ""
    paragraph = re.sub(r"\([^()]*\)", "", paragraph)  # remarks
    return re.split(r"(?<=[.?!:])\s+(?=[A-Z*`(])", " ".join(paragraph.split()))[-1].strip()
