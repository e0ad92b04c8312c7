"""Sphinx's settings for the course's pages. `course site` writes the pages and calls Sphinx."""

from docutils.nodes import SkipNode

from utils.grading.nbgrader.formulas import mathml

project = "Slash to VGG"
author = "the authors of Slash to VGG"
copyright = "the authors of Slash to VGG; lessons under CC BY 4.0, code under the MIT licence"

extensions = ["myst_nb", "sphinx_design", "sphinx_revealjs"]
exclude_patterns = ["download"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_dmath_double_inline = True
nb_execution_mode = "off"
nb_code_prompt_show = "Show the figure's code"
nb_code_prompt_hide = "Hide the figure's code"
nb_render_markdown_format = "myst"
suppress_warnings = ["mystnb.unknown_mime_type", "myst.header"]

html_theme = "sphinx_book_theme"
html_title = "Slash to VGG"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_math_renderer = "mathml"
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "use_download_button": False,  # it would give the page's own source; each page has a link to the notebook
    "navbar_persistent": [],  # a second field for searching
    "use_fullscreen_button": False,
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}

revealjs_style_theme = "white"
revealjs_static_path = ["_static"]
revealjs_css_files = ["slides.css"]
revealjs_script_conf = {"hash": True, "slideNumber": True}


def visit_inline(translator, node):
    """Formulas are MathML: no script and nothing from a network is needed to show them."""
    translator.body.append(mathml(node.astext()))
    raise SkipNode


def visit_block(translator, node):
    translator.body.append(f'<div class="math" tabindex="0">{mathml(node.astext(), "block")}</div>')
    raise SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
