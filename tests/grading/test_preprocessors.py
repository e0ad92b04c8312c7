"""What nbgrader does before and after the judge: tests in their places, nothing hidden in the feedback."""

import re
import time

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from support import hostile
from support.course import ROOT
from support.notebooks import marked, notebook

from utils.grading import opened_alone
from utils.grading.course import nbgrader_config
from utils.grading.nbgrader import pages, preprocessors
from utils.grading.pipeline import rebuild, sanitize
from utils.grading.pipeline.assignment import Assignment
from utils.grading.pipeline.execute import PRINTED

KINDS = {"s": "solution", "g": "read-only", "t": "test"}


def named(names):
    """A cell for each word: its first letter is its kind; "x" is a cell that nbgrader does not know."""
    return notebook(*(marked(name, name, KINDS[name[0]]) if name[0] in KINDS else name for name in names.split()))


@pytest.mark.parametrize(("submitted", "graded"), [
    ("g1 s1 t1 s2 t2a t2b", "g1 s1 t1 s2 t2a t2b"),
    ("g1 x s1 x t1 x s2 t2b t2a x", "g1 x s1 x t1 x s2 t2b t2a x"),
    ("g1 s1 s2", "g1 s1 t1 s2 t2a t2b"),
    ("g1 s1 s2 t2b", "g1 s1 t1 s2 t2a t2b"),
    ("t1 t2a g1 s1 s2 t2b", "g1 s1 t1 s2 t2a t2b"),
    ("t2b t2a s2 t1 s1 g1", "s2 s1 g1 t1 t2a t2b"),
    ("x x x", "x x x t1 t2a t2b"),
    ("t1 g1 x s2 t2a t2b", "g1 t1 x s2 t2a t2b"),
    ("", "t1 t2a t2b"),
])  # fmt: skip
def test_a_test_comes_after_what_it_rests_on(submitted, graded):
    text = nbformat.writes(named("g1 s1 t1 s2 t2a t2b"))
    done = named(submitted)
    sanitize.restore_tests(done, Assignment("lesson", "source", text, text))
    assert " ".join(cell.source.split()[-1] for cell in done.cells) == graded


@pytest.mark.parametrize("hidden", [True, False])
def test_what_a_hidden_test_made_the_student_print_stays_hidden(hidden):
    cell = named("t1").cells[0]
    cell.source = "### BEGIN HIDDEN TESTS\nassert f(271828)\n### END HIDDEN TESTS" if hidden else "assert f(3)"
    failure = new_output("error", ename="CheckFailed", evalue="too small", traceback=["assert f(271828)"])
    cell.outputs = [new_output("stream", text=f"{PRINTED}271828"), new_output("stream", text="✓ three"), failure]
    done, _ = preprocessors.HideTests().preprocess_cell(cell, {}, 0)
    assert ("271828" in str(done.outputs)) is not hidden
    assert "✓ three" in str(done.outputs) and done.outputs[-1].traceback == ["✗ too small"]


@pytest.mark.parametrize("written", [
    "a." * 9_000, "a." * 500_000, ".." * 9_000, "1." * 9_000, "!ls\n" * 4_000, "(" * 19_000, "'" * 19_000,
    "%a " * 6_000, "x:" + "\n " * 9_000 + "x", "'" + "\\N{" * 6_000,
], ids=["names", "a long cell", "dots", "numbers", "commands", "brackets", "quotes", "magics", "lines",
        "characters"])  # fmt: skip
def test_code_is_coloured_in_no_time(written):
    started = time.process_time()
    assert BeautifulSoup(pages.highlight_code({}, written), "html.parser").get_text().strip() == written.strip()
    assert time.process_time() - started < 5


def test_a_page_is_coloured_in_no_time(monkeypatch):
    """Of many cells that take long, and of code in markdown."""
    monkeypatch.setattr(pages, "PAGE_SECONDS", 0.5)
    slow, page = "x:" + "\n " * 9_000 + "x", {"resources": {}}
    started = time.process_time()
    shown = [pages.markdown_to_html(page, f"```python\n{slow}\n```")]
    shown += [pages.highlight_code(page, code) for code in (slow, slow, "x = 1")]
    assert not any("<span" in one for one in shown)
    assert time.process_time() - started < 2
    assert "<span" in pages.highlight_code({}, "x = 1")
    assert "<span" in pages.markdown_to_html({}, "```python\nx = 1\n```")


def test_an_output_of_very_many_colours_is_shown_without_them():
    few, many = "\x1b[31mred\x1b[0m", "\x1b[31mr\x1b[0m<" * 60_000
    assert "ansi-red" in pages.colours_to_html(few)
    started = time.process_time()
    assert pages.colours_to_html(many) == "r&lt;" * 60_000
    assert time.process_time() - started < 5


def test_the_cell_that_fetches_the_course_is_on_no_page_and_what_a_student_wrote_is():
    lesson, _ = opened_alone.OpenedAlone().preprocess(notebook("from utils import checks"), {})
    opened_alone.fetching_from(lesson, "https://example.org/course.zip#sha256=12ab")
    first, *rest = [cell.source for cell in lesson.cells]
    handed_in = notebook(first, first + "\nprint(1)", *rest)
    shown, _ = pages.Rebuild().preprocess(handed_in, {})
    assert [cell.source for cell in shown.cells] == [first + "\nprint(1)", *rest]


# (That none of them runs in a browser, and what an honest page holds, is in tests/end_to_end/test_browser.py.)
ACTS = {"script", "svg", "iframe", "object", "embed", "form", "style", "meta", "link", "base"}


def shown(*cells):
    """What the page of a notebook has more than the page of an empty one, as nbconvert itself makes it."""
    exporter = HTMLExporter(config=nbgrader_config(ROOT))
    empty, _ = exporter.from_notebook_node(new_notebook())
    page, _ = exporter.from_notebook_node(new_notebook(cells=list(cells)))
    own = BeautifulSoup(empty, "html.parser").main
    assert own is not None and not own.get_text(strip=True)
    return BeautifulSoup(page, "html.parser").main


def acting(found):
    """The tags that could run, open or hide something."""
    return [
        tag
        for tag in found.find_all(True)
        if tag.name in ACTS
        or any(name.startswith("on") or name == "style" for name in tag.attrs)
        or re.search(r"javascript:|data:text", f"{tag.get('href')} {tag.get('src')}", re.I)
    ]


@pytest.mark.parametrize("text", hostile.MARKDOWN.values(), ids=hostile.MARKDOWN.keys())
def test_html_made_from_markdown_is_sanitised(text):
    started = time.process_time()
    found = shown(new_markdown_cell(sanitize.writable(text)))
    assert time.process_time() - started < 10  # the page of an empty notebook included
    assert acting(found) == []
    assert not [tag for tag in found.find_all(src=True) if not pages.PICTURE.fullmatch(tag["src"])]


@pytest.mark.parametrize("name", hostile.outputs())
def test_outputs_are_made_anew(name):
    cell = new_code_cell("1")
    cell["outputs"] = rebuild.rebuilt_outputs([hostile.outputs()[name]])
    found = shown(cell)
    assert acting(found) == []
    assert {"red": "red", "as text": "as text"}.get(name, "") in found.get_text()
    assert all(picture.get("width", "1").isdigit() for picture in found.find_all("img"))


def test_a_page_keeps_text_colours_pictures_and_tables():
    size = {"width": 90, "alt": "dots"}
    outputs = [
        new_output("stream", text="\x1b[31mred\x1b[0m"),
        new_output("display_data", data={"image/png": hostile.PNG}, metadata={"image/png": size}),
        new_output(
            "execute_result", data={"text/plain": "   a\n0  1", "text/html": "<table></table>"}, execution_count=1
        ),
    ]
    markdown = "## Title\n\n| a | b |\n|---|---|\n| 1 | $x<y$ |\n\n```python\nprint(1)\n```\n\n"
    markdown += "[there](https://example.org) [up](#Title)"
    found = shown(new_code_cell("1", outputs=outputs), new_markdown_cell(markdown))
    picture = found.find("img")
    assert (picture["width"], picture["src"]) == ("90", f"data:image/png;base64,{hostile.PNG}")
    assert found.find("span", class_="ansi-red-fg").get_text() == "red" and "0  1" in found.get_text()
    assert [cell.get_text() for cell in found.find_all("td")] == ["1", "x<y"] and found.find("td").find_next("math")
    assert found.find("span", class_="nb").get_text() == "print"
    assert [link["href"] for link in found.find_all("a", class_=False)] == ["https://example.org", "#text-Title"]
    assert found.find(id="text-Title").name == "h2"


def test_a_record_holds_nothing_that_is_not_allowed():
    given = notebook(marked("def f(): pass", "s1", "solution"))
    handed_in = sanitize.parse(hostile.file_of(given))
    made = rebuild.rebuilt(handed_in)
    assert [cell.source for cell in made.cells] == [
        rebuild.ATTACHED.sub("#missing-gone.png", c.source) for c in handed_in.cells
    ]
    assert {key for cell in made.cells for key in cell.metadata} == {"nbgrader"}
    assert {key for cell in made.cells for key in cell} <= {
        "cell_type", "execution_count", "id", "metadata", "outputs", "source",
    }  # fmt: skip
    assert made.metadata == {} and not any(cell.get("outputs") for cell in made.cells)


@pytest.mark.parametrize(("content", "kind", "taken"), [
    (hostile.PNG, "image/png", True),
    (hostile.PNG, "image/jpeg", False),
    (hostile.DATA, "image/png", False),
    (hostile.PNG[:40], "image/png", False),
    (hostile.ENDS_IN_A_CHUNK, "image/png", False),
    ("x\" onerror=\"1", "image/png", False),
    (["ab", 3], "image/png", False),
    (None, "image/png", False),
])  # fmt: skip
def test_a_picture_is_looked_at_before_it_is_kept(content, kind, taken):
    assert bool(rebuild.checked_picture(content, kind)) is taken
