"""The pages that show a submission: the formgrader's and the feedback's.

What a graded notebook holds was made anew when it was recorded (utils.grading.pipeline.rebuild). Here comes what a
page adds: HTML from markdown is sanitised after it was made, by nh3, and a Content-Security-Policy lets no script run
but the page's own.
"""

import base64
import hashlib
import html
import re
import secrets
import time
from typing import Any

import nh3
from bs4 import BeautifulSoup, Tag
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import ansi2html, strip_ansi
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from nbformat import NotebookNode, v4
from nbgrader.preprocessors import NbGraderPreprocessor
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.token import STANDARD_TYPES

from utils.grading.lexing import SECONDS, PromptPythonLexer, TooSlow
from utils.grading.nbgrader.formulas import FormulaRenderer, keeping_formulas
from utils.grading.opened_alone import fetches
from utils.grading.pipeline.rebuild import rebuilt

MOST_MARKDOWN = 20_000  # characters of a cell that are formatted; a longer one is shown as it was typed
MOST_FORMULAS = 100  # environments of LaTeX in one cell: nbconvert's time grows with their square
MOST_CODE = 20_000  # characters of a code cell that are coloured
PAGE_SECONDS = 5.0  # of a processor, for colouring all code of a page
PYTHON = {"python", "python3", "py", "ipython", "ipython3"}  # what markdown calls it
MOST_COLOURS = 1000  # changes of colour in one output: nbconvert's time grows with their square
TAGS = nh3.ALLOWED_TAGS - {"area", "map", "bdo"}
ATTRIBUTES = {
    "*": {"id", "title", "class"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align"},
    "ol": {"start"},
}
CODE_CLASSES = {"highlight", "anchor-link", *filter(None, STANDARD_TYPES.values())}  # others could look like buttons
PICTURE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]*|[\w][\w. -]*\.(?:png|jpe?g|gif)", re.I)
NUMBERS = {"width", "height", "colspan", "rowspan", "start"}
OWN = "text-"  # before the ids that a text makes: the page's own are others
STYLES = (
    "style-src 'self' 'unsafe-inline' https://cdnjs.cloudflare.com; font-src 'self' data: https://cdnjs.cloudflare.com"
)
INSTEAD_OF_MATHJAX = (  # the formgrader waits until it has come to its end
    "window.MathJax = {Hub: {Startup: {signal: {Interest: done => addEventListener('load', () => done('End'))}}}};"
)
LEGIBLE = """<style>
#notebook a, .panel a { color: #23527c; text-decoration: underline; }
#notebook .panel-heading a { color: #fff; }
#notebook .scoring-buttons .btn-success { background: #2a6496; }
.navbar-default .navbar-nav > li > a, .navbar-default .navbar-text, .breadcrumb a { color: #23527c; }
#notebook .input_area, #notebook .input_area pre { background: #fff; }
</style>"""  # nbgrader's own colours have less contrast than WCAG 2.2 asks for (AA: 4.5 to 1)
POLICY = f"default-src 'none'; {STYLES}; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"


def clean(text: str) -> str:
    """HTML without anything that acts, opens or hides: an allow-list of tags, attributes and addresses."""
    return nh3.clean(
        text,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The value that an attribute keeps; None for one that goes."""
    if name == "class":
        return " ".join(word for word in value.split() if word in CODE_CLASSES) or None
    if name == "id":
        return value if value.startswith(OWN) else OWN + value  # it may pass here twice
    if name == "href":
        if value.startswith("#"):
            return value if value.startswith(f"#{OWN}") else f"#{OWN}{value[1:]}"
        return value if re.match(r"(?:https?://|mailto:)", value, re.I) else None
    if name == "src":  # nothing that asks a server: neither the student's, nor ours with the instructor's rights
        return value if PICTURE.fullmatch(value) else None
    if name in NUMBERS:
        return value if re.fullmatch(r"\d{1,4}", value) else None
    return value


@pass_context
def markdown_to_html(context: Context, source: str) -> str:
    """nbconvert's filter `markdown2html`, whose result is sanitised; what cannot be formatted is shown as typed."""
    try:
        if len(source) > MOST_MARKDOWN or source.count(r"\begin") > MOST_FORMULAS:
            raise ValueError("it would take too long")
        renderer = PageRenderer(context, escape=False, attachments=context.get("cell", {}).get("attachments", {}))
        return renderer.put_in(clean(MarkdownWithMath(renderer=renderer).render(source)))
    except Exception:  # whatever a text does to its formatter, the page has to open
        return f"<pre>{html.escape(source)}</pre>"


class PageRenderer(FormulaRenderer):
    """The renderer of markdown on a page: of code, Python is coloured, as in code cells."""

    def __init__(self, context: Context, **options: object) -> None:
        super().__init__(**options)
        self._context = context

    def block_code(self, code: str, info: str | None = None) -> str:
        """Code between lines of three backticks, or code that is indented."""
        if (info or "").strip().lower() in PYTHON:
            return highlight_code(self._context, code)
        return f"<pre><code>{html.escape(code)}</code></pre>\n"


@pass_context
def highlight_code(context: Context, source: str, language: str | None = None, metadata: object = None) -> str:
    """nbconvert's filter of the same name, whose time grows with the square of what some lines hold; a cell that is too
    long, or takes too long, is shown without colours, and so are all others when the page has taken too long."""
    resources = context.get("resources", {})  # of this page
    left, started = resources.get("seconds_for_colours", PAGE_SECONDS), time.thread_time()
    try:
        if len(source) > MOST_CODE:
            raise TooSlow("it is too long")
        lexer = PromptPythonLexer(min(SECONDS, left), stripall=True)
        return highlight(source or " ", lexer, HtmlFormatter(cssclass="highlight hl-python"))
    except TooSlow:
        return f'<div class="highlight"><pre>{html.escape(source)}</pre></div>'
    finally:
        resources["seconds_for_colours"] = left - (time.thread_time() - started)


def colours_to_html(text: str) -> str:
    """nbconvert's filter `ansi2html`; of what changes its colour too often, only the text."""
    return ansi2html(text if text.count("\x1b") <= MOST_COLOURS else strip_ansi(text))


def as_it_is(text: str) -> str:
    """In the place of nbconvert's `strip_files_prefix`, whose time grows with the square of a text's brackets. (The
    prefix is of notebooks from before 2014.)"""
    return text


def clean_html(text: str) -> str:
    """nbconvert's filter of the same name."""
    return keeping_formulas(clean, str(text))


class Rebuild(NbGraderPreprocessor):
    """Shows what an earlier version of the course recorded as if it were recorded now.

    The course's own first cell, which nobody wrote or marks, is left out.
    """

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Make the notebook anew."""
        nb = rebuilt(nb)
        nb.cells = [cell for cell in nb.cells if not fetches(cell.source)]
        return nb, resources


class SubmissionPages(HTMLExporter):
    """nbconvert's exporter; no script runs on its pages but those that stand on the page of an empty notebook too."""

    def from_notebook_node(  # type: ignore[override]  # as nbconvert's own
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page with a Content-Security-Policy, its language, and colours that can be told apart."""
        empty, _ = super().from_notebook_node(v4.new_notebook(metadata=nb.metadata), resources, **kw)
        page, resources = super().from_notebook_node(nb, resources, **kw)
        marks = resources.get("nbgrader", {}).get("marks", "")
        head = f'{LEGIBLE}<meta name="course-marks" content="{marks}"></head>'
        page = page.replace("<html>", '<html lang="en">', 1).replace("</head>", head, 1)
        return guarded(page, empty), resources


def guarded(page: str, trusted: str) -> str:
    """`page` with a policy that lets no script and no handler run but those that stand in `trusted` too."""
    soup, own = BeautifulSoup(page, "html.parser"), BeautifulSoup(trusted, "html.parser")
    scripts = {_identity(script) for script in own.find_all("script")}
    handlers = {value for tag in own.find_all(True) for name, value in tag.attrs.items() if name.startswith("on")}
    nonce = secrets.token_urlsafe(18)
    allowed = [f"'nonce-{nonce}'", "'strict-dynamic'"]
    for script in soup.find_all("script"):
        if "mathjax" in str(script.get("type", "")).lower():
            script.decompose()
        elif "mathjax" in str(script.get("src", "")).lower():  # it comes from a network, and formulas need none
            script.replace_with(soup.new_tag("script", attrs={"nonce": nonce}, string=INSTEAD_OF_MATHJAX))
        elif _identity(script) in scripts:
            script["nonce"] = nonce
    if handlers:
        hashes = [base64.b64encode(hashlib.sha256(str(code).encode()).digest()).decode() for code in handlers]
        allowed += ["'unsafe-hashes'", *(f"'sha256-{one}'" for one in sorted(hashes))]
    policy = f"{POLICY}; script-src {' '.join(dict.fromkeys(allowed))}"
    meta = soup.new_tag("meta", attrs={"http-equiv": "Content-Security-Policy", "content": policy})
    if soup.head is not None:
        soup.head.insert(0, meta)
    return str(soup)


def _identity(script: Tag) -> tuple[str, str, str]:
    return str(script.get("src", "")), str(script.get("type", "")), script.get_text()
