"""Cells that try to run a script, to hide something or to break the page on which they are shown.

A script that runs sets `window.RAN`, the page's title, or asks the server for /ran.
"""

import base64
import io
import json

import nbformat
from matplotlib import image as pictures

RUN = "window.RAN=1;document.title='RAN';fetch('/ran')"


def a_picture():
    """A small PNG in base 64."""
    file = io.BytesIO()
    pictures.imsave(file, [[0.0, 1.0, 0.5]] * 2, format="png")
    return base64.b64encode(file.getvalue()).decode()


PNG = a_picture()
ENDS_IN_A_CHUNK = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFEl5QVR4nGPk5ORkwAaYsIoOWgkAG+oAK8Pc6uQAAAAASUVORK5CYII="  # a PNG on which its reader stumbles with IndexError
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script></svg>'
DATA = base64.b64encode(f"<script>{RUN}</script>".encode()).decode()

MARKDOWN = {
    "script": f"<script>{RUN}</script>",
    "handler": f'<img src="x" onerror="{RUN}">',
    "handler without quotes": f"<img src=x onerror={RUN}>",
    "svg": SVG,
    "link": f"[click](javascript:{RUN})",
    "link in a line": f"[click](java&#x0A;script:{RUN})",
    "link in capitals": f'<a href=" JaVaScRiPt:{RUN}">click</a>',
    "data link": f"[click](data:text/html;base64,{DATA})",
    "automatic link": f"<javascript:{RUN}>",
    "reference": f"[click][1]\n\n[1]: javascript:{RUN}",
    "picture's address": f'![x](x" onerror="{RUN})',
    "picture's address in brackets": f'![x](<x" onerror="{RUN}>)',
    "picture's text": f'![x" onerror="{RUN}](x.png)',
    "picture's title": f"![x](x.png 't\" onerror=\"{RUN}')",
    "frame": f'<iframe srcdoc="<script>parent.RAN=1</script>"></iframe><iframe src="javascript:parent.{RUN}"></iframe>',
    "object": f'<object data="data:text/html;base64,{DATA}"></object><embed src="data:text/html;base64,{DATA}">',
    "refresh": '<meta http-equiv="refresh" content="0;url=/ran">',
    "base": '<base href="http://127.0.0.1:1/">',
    "style": '<style>@import "/ran"; #notebook { display: none }</style><p style="background:url(/ran)">x</p>',
    "stylesheet": '<link rel="stylesheet" href="/ran">',
    "form": '<form action="/ran" id="f"><input name="score" autofocus onfocus="window.RAN=1"><button>Go</button></form>',
    "ask the server": '![x](/formgrader?path=/tmp/ran) <img src="/ran">',
    "closes the page": f"</div></div></div></div></div></body></html><script>{RUN}</script>",
    "over the page": '<div class="navbar-fixed-top modal in" id="statusmessage">Score saved</div>',
    "math in a script": f"$$</script><script>{RUN}</script>$$ $\\href{{javascript:{RUN}}}{{x}}$",
    "code": f"```html\n<script>{RUN}</script>\n```",
    "language of code": f'```x" onmouseover="{RUN}\n1\n```',
    "heading": f'# <img src=x onerror="{RUN}"> " onmouseover="{RUN}',
    "table": f"| a |\n|---|\n| <script>{RUN}</script> <img src=x onerror={RUN}> |",
    "comment": f"<!--><img src=x onerror={RUN}>-->",
    "noscript": f'<noscript><p title="</noscript><img src=x onerror={RUN}>"></noscript>',
    "math markup": f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}></style></mglyph></table></mtext></math>",
    "half of a character": "\ud83d here",
    "a missing picture": "![gone](attachment:gone.png)",
    "deep quotes": ">" * 3000 + " deep",
    "deep lists": "\n".join("  " * depth + "- x" for depth in range(500)),
    "many brackets": "[" * 20_000,
    "many formulas": "\\begin{a}" * 2_000,
    "many stars": "*a" * 9_000,
    "a long text": "x " * 200_000,
}


def outputs():
    """Name → outputs of a code cell, as a kernel may send them or a file may hold them."""
    picture = {"output_type": "display_data", "data": {"image/png": PNG}}
    return {
        "width": picture | {"metadata": {"image/png": {"width": f"1 onerror={RUN} src=x"}}},
        "height of text": picture | {"metadata": {"image/png": {"height": f'1><script>{RUN}</script>'}}},
        "unconfined": picture | {"metadata": {"unconfined": True, "alt": f'" onload="{RUN}', "filenames": {"image/png": "/ran"}}},
        "alternative text": picture | {"metadata": {"image/png": {"alt": f'"><script>{RUN}</script>'}}},
        "no picture": {"output_type": "display_data", "data": {"image/png": f'x" onerror="{RUN}'}, "metadata": {}},
        "a script as a picture": {"output_type": "display_data", "data": {"image/jpeg": DATA}, "metadata": {}},
        "html": {"output_type": "display_data", "data": {"text/html": MARKDOWN["script"], "text/plain": "as text"}, "metadata": {"text/html": {"isolated": True}}},
        "javascript": {"output_type": "display_data", "data": {"application/javascript": RUN}, "metadata": {}},
        "svg": {"output_type": "display_data", "data": {"image/svg+xml": SVG}, "metadata": {}},
        "markdown": {"output_type": "display_data", "data": {"text/markdown": MARKDOWN["link"]}, "metadata": {}},
        "latex": {"output_type": "display_data", "data": {"text/latex": f"$</script><script>{RUN}</script>$"}, "metadata": {}},
        "widget": {"output_type": "display_data", "data": {"application/vnd.jupyter.widget-view+json": {"model_id": f'</script><script>{RUN}'}}, "metadata": {}},
        "mermaid": {"output_type": "display_data", "data": {"text/vnd.mermaid": f"graph TD; a-->b; click a href \"javascript:{RUN}\""}, "metadata": {}},
        "stream": {"output_type": "stream", "name": f'x" onload="{RUN}', "text": f"<script>{RUN}</script>\x1b]0;RAN\x07\x1b[31mred\x1b[0m"},
        "error": {"output_type": "error", "ename": f"<script>{RUN}</script>", "evalue": SVG, "traceback": [f"<script>{RUN}</script>", f"\x1b[31m<img src=x onerror={RUN}>\x1b[0m"]},
        "result": {"output_type": "execute_result", "execution_count": f"<script>{RUN}</script>", "data": {"text/plain": f"<script>{RUN}</script>"}, "metadata": {}},
        "not a number": picture | {"metadata": {"image/png": {"width": float("nan"), "height": float("inf")}}},
        "unknown": {"output_type": "display_data", "data": {"text/x-unknown": {"deep": [[[1]]]}}, "metadata": {"isolated": True}},
    }  # fmt: skip


METADATA = {
    "hides its input": {"transient": {"remove_source": True}, "tags": ["hide_input", "remove_cell"], "jupyter": {"source_hidden": True}},
    "not a number": {"weight": float("nan")},
    "deep": {"deep": json.loads("[" * 900 + "]" * 900)},
    "language": {"magics_language": f'"><script>{RUN}</script>'},
    "collapsed": {"collapsed": True, "editable": False, "deletable": False},
}  # fmt: skip


def file_of(notebook):
    """The text of a file with the notebook's cells and all of these, as a student can write it."""
    made = json.loads(nbformat.writes(notebook))
    made["cells"] += [{"cell_type": "markdown", "metadata": {}, "source": text} for text in MARKDOWN.values()]
    made["cells"] += [{"cell_type": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": MARKDOWN["handler"]}]
    code = {
        "cell_type": "code",
        "metadata": {},
        "source": "print('an honest line')",
        "execution_count": f"<script>{RUN}</script>",
    }
    made["cells"] += [code | {"metadata": one, "outputs": []} for one in METADATA.values()]
    made["cells"] += [code | {"source": SENDS, "outputs": list(outputs().values())}]
    made["cells"] += [
        code | {"source": f"raise type({MARKDOWN['script']!r}, (Exception,), {{}})({SVG!r})", "outputs": []}
    ]
    for cell in made["cells"]:
        cell["metadata"] |= METADATA["hides its input"]
    made["metadata"] |= {
        "title": f"</title><script>{RUN}</script>",
        "widgets": {"application/vnd.jupyter.widget-state+json": MARKDOWN["script"]},
    }
    return json.dumps(made)


SENDS = f"""
import json
from IPython.display import publish_display_data
for output in json.loads({json.dumps(json.dumps([o for o in outputs().values() if "data" in o]))}):
    publish_display_data(output["data"], output["metadata"])
"""
