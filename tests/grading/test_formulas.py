"""Formulas on pages: MathML made anew, with no script and nothing from a network; hostile ones do nothing."""

import re
from xml.etree import ElementTree

import nbformat
import pytest
from bs4 import BeautifulSoup
from support.course import LESSONS
from support.small_course import RIGHT, hand_in, small_course

from utils.grading.nbgrader.formulas import ATTRIBUTES, LONGEST, TAGS, mathml
from utils.grading.nbgrader.pages import clean_html, markdown_to_html

FORMULAS = sorted(
    {
        found
        for lesson in LESSONS
        for cell in lesson.read_source().cells
        if cell.cell_type == "markdown"
        for found in re.findall(r"(?<![\\$])\$([^$\n]+)\$(?!\$)", cell.source)
    }
)


def rendered(text):
    return markdown_to_html({}, text)


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_formula_of_the_lessons_can_be_shown(formula):
    shown = mathml(formula)
    assert shown.startswith("<math") and "\\" not in "".join(ElementTree.fromstring(shown).itertext())


def test_formulas_in_markdown():
    shown = rendered(
        "An inline $\\frac{a}{b} < c$, *text*, and\n\n$$\\sum_{i=0}^{n} w_i x_i$$\n\na price of 5 \\$ and 6 \\$"
    )
    assert shown.count("<math") == 2 and 'display="block"' in shown and "<mfrac>" in shown and "<em>text</em>" in shown
    assert "&lt;</mo>" in shown and "formula" not in shown


def test_code_that_has_dollars_is_no_formula():
    assert "<math" not in rendered("`$x$`") and "<math" not in rendered("```\n$x$\n```")


HOSTILE = [
    r"\text{<script>alert(1)</script>}",
    r"\href{javascript:alert(1)}{x}",
    r"\style{position:fixed}{x}",
    r"\class{btn}{x}",
    r"\text{</mtext></math><img src=x onerror=alert(1)>}",
    r"\mathrm{<iframe srcdoc='x'>}",
    r"&#x3c;script&#x3e;",
    r"\color{red;background:url(//x)}{x}",
    r"\includegraphics{http://x}",
    "{" * 1900,
    "\\frac{" * 300 + "x" + "}" * 300,
    r"\begin{aligned}a&=b\end{aligned}",
    "\x00\x1b[2J",
    "x" * (LONGEST + 1),
    "",
]


@pytest.mark.parametrize("formula", HOSTILE, ids=lambda text: text[:20].encode("unicode_escape").decode())
@pytest.mark.parametrize("dollars", ["$", "$$"])
def test_a_hostile_formula_does_nothing(formula, dollars):
    for shown in (mathml(formula, "block"), rendered(f"{dollars}{formula}{dollars}")):
        elements = BeautifulSoup(shown, "html.parser").find_all(True)
        assert {element.name for element in elements} <= TAGS | {"code", "p", "pre", "span"}
        assert {name for element in elements for name in element.attrs} <= {*ATTRIBUTES, "alttext"}


def test_sanitising_again_keeps_formulas_and_no_forged_ones():
    text = rendered('$\\frac{a}{b}<c$ and $\\text{a "quoted" & b}$')
    assert clean_html(text) == text and text.count("<math") == 2
    forged = mathml("x").replace("<mi>x</mi>", "<mi><img src=x onerror=alert(1)></mi>")
    assert "<math" not in clean_html(forged) and "onerror" not in clean_html(forged)


@pytest.mark.parametrize(
    ("text", "attribute", "value"),
    [
        ("# The loss $x^2 + y$", "id", "text-The-loss-x^2-+-y"),
        ("![the $x < y$](a.png)", "alt", "the x < y"),
        ('[a](http://b.c "t $x$")', "title", "t $x$"),
        ("# $\\text{ onmouseover=alert(1) x=}$", "id", "text-\\text{-onmouseover=alert(1)-x=}"),
    ],
)
def test_in_an_attribute_a_formula_is_what_was_typed(text, attribute, value):
    for shown in (rendered(text), clean_html(rendered(text))):
        elements = BeautifulSoup(shown, "html.parser").find_all(True)
        assert [element[attribute] for element in elements if attribute in element.attrs] == [value]
        assert not any("onmouseover" in element.attrs for element in elements)


def test_a_formula_that_is_forged_in_an_attribute_goes():
    assert clean_html(f"<p title='{mathml('x')}'>text</p>") == '<p title="">text</p>'


def test_a_heading_shows_its_formula_and_is_led_to():
    found = BeautifulSoup(rendered("# The loss $x^2 + y$"), "html.parser")
    assert found.h1.math is not None and found.a["href"] == f"#{found.h1['id']}"


def test_marks_cannot_be_forged():
    assert "<math" not in rendered("formula0123456789abcdefn0; and 0;")


@pytest.mark.processes
def test_a_feedback_page_needs_no_network(tmp_path, sandboxed):
    classroom = small_course(tmp_path / "course")
    path = hand_in(classroom, "ada", RIGHT | {"why": "Since $x + x = 2x$."}) / "small.ipynb"
    assert "2x" in nbformat.read(path, as_version=4).cells[-1].source
    classroom.autograde("ada")
    classroom.feedback("ada")
    page = (classroom.path("feedback", "ada") / "small.html").read_text()
    found = BeautifulSoup(page, "html.parser")
    assert found.find("math") is not None
    fetched = [tag.get("src") or tag.get("href") for tag in found.find_all(["script", "img", "link", "iframe"])]
    assert [address for address in fetched if address and not address.startswith("data:")] == []
    assert not found.find_all("script", type=re.compile("mathjax"))
