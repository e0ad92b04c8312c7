"""Formulas as MathML, which browsers show by themselves: no script, and nothing from a network.

A formula is a claim of whoever typed it. The elements that latex2mathml makes of it are made anew from an allow-list.
"""

import html
import re
import secrets
from collections.abc import Callable, Sequence
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element
from nbconvert.filters.markdown_mistune import IPythonRenderer

LONGEST = 2000  # characters of a formula; a longer one is shown as it was typed
MOST = 500  # formulas of a text
TAGS = {
    *("math", "mrow", "mi", "mo", "mn", "mtext", "mspace", "mfrac", "msqrt", "mroot", "mstyle", "mphantom"),
    *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mpadded", "menclose"),
}
ATTRIBUTES = {
    "display": {"inline", "block"},
    "stretchy": {"true", "false"},
    "fence": {"true", "false"},
    "form": {"prefix", "infix", "postfix"},
    "accent": {"true", "false"},
    "linebreak": {"newline"},
    "mathvariant": {"normal", "bold", "italic", "bold-italic", "double-struck", "script", "fraktur", "monospace"},
    "columnalign": {"left", "right", "center"},
    "displaystyle": {"true", "false"},
}
_TAG = re.compile('<[^<>"]*(?:"[^"]*"[^<>"]*)*>')  # as a sanitiser writes it
_NAMES = re.compile('(?<= )(?:id|href)="[^"]*"')
_MADE = re.compile('<math display="(?P<display>inline|block)" alttext="(?P<formula>[^"]*)">.{0,20000}?</math>', re.S)


def mathml(formula: str, display: str = "inline") -> str:
    """The formula (TeX, without its dollars) as HTML; as it was typed where it is none.  display: "inline", "block"."""
    try:
        if len(formula) > LONGEST:
            raise ValueError("too long")
        made = _anew(convert_to_element(formula, display=display))
        made.set("alttext", formula)
        return ElementTree.tostring(made, encoding="unicode", short_empty_elements=False)
    except Exception:  # whatever the converter stumbles over: the reader sees what was typed
        dollars = "$$" if display == "block" else "$"
        return f"<code>{html.escape(f'{dollars}{formula}{dollars}')}</code>"


def keeping_formulas(clean: Callable[[str], str], text: str) -> str:
    """`text`, sanitised by `clean`, with the formulas in it that `mathml` has made; one that is forged goes."""
    mark, held = f"formula{secrets.token_hex(8)}n", []

    def hold(found: re.Match[str]) -> str:
        if mathml(html.unescape(found["formula"]), found["display"]) != found[0]:
            return found[0]
        held.append(found[0])
        return f"{mark}{len(held) - 1};"

    return _put_in(clean(_MADE.sub(hold, text)), mark, [(made, "") for made in held])


def _put_in(text: str, mark: str, formulas: Sequence[tuple[str, str]]) -> str:
    """`text`, which was sanitised, with formulas in the places of their marks.

    formulas: each as HTML, and as it was typed: so it stands in an attribute, such as a heading's id.
    """
    marks = re.compile(f"{mark}([0-9]+);")

    def in_a_tag(tag: re.Match[str]) -> str:
        named = _NAMES.sub(lambda name: marks.sub(lambda found: _named(formulas[int(found[1])][1]), name[0]), tag[0])
        return marks.sub(lambda found: html.escape(formulas[int(found[1])][1]), named)

    return marks.sub(lambda found: formulas[int(found[1])][0], _TAG.sub(in_a_tag, text))


def _named(formula: str) -> str:
    """A formula as a part of an id, which holds no space."""
    return html.escape("-".join(formula.split()))


def _anew(element: ElementTree.Element) -> ElementTree.Element:
    """The element with what is in it, as far as it is on the list. Raises RecursionError for one too deep."""
    tag = element.tag.rpartition("}")[2]
    made = ElementTree.Element(tag if tag in TAGS else "mrow")
    for name, value in element.attrib.items():
        if value in ATTRIBUTES.get(name, ()):
            made.set(name, value)
    made.text = html.unescape(element.text) if element.text else None
    made.extend(_anew(child) for child in element)
    return made


class FormulaRenderer(IPythonRenderer):
    """nbconvert's renderer of markdown that leaves marks where formulas stand; `put_in` puts these there.

    What is rendered can be sanitised in between, by a sanitiser that knows nothing of formulas.
    """

    def __init__(self, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]  # as they come
        self._mark = f"formula{secrets.token_hex(8)}n"  # which no text can hold
        self._made: list[tuple[str, str]] = []  # each formula, as HTML and as it was typed

    def inline_math(self, body: str) -> str:
        """A formula in a line."""
        return self._marked(body)

    def block_math(self, body: str) -> str:
        """A formula of its own."""
        return self._marked(body, "block")

    def latex_environment(self, name: str, body: str) -> str:
        r"""A formula that \\begin and \\end enclose."""
        return self._marked(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")

    def put_in(self, text: str) -> str:
        """The rendered text, with its formulas."""
        return _put_in(text, self._mark, self._made)

    def _marked(self, formula: str, display: str = "inline") -> str:
        if len(self._made) >= MOST:
            raise ValueError("too many formulas")
        self._made.append((mathml(formula, display), formula))
        return f"{self._mark}{len(self._made) - 1};"
