"""The first cell of a released lesson: opened by itself, as in Colab or Kaggle, it fetches what is around it."""

import hashlib
import re
from textwrap import dedent

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from utils.grading import cells

WHERE = 'os.environ.get("COURSE_BUNDLE", "{address}")'
FETCH = dedent("""\
    # Is the lesson opened by itself, as in Colab or Kaggle? Then this cell fetches the rest of the course.
    import importlib.util

    if importlib.util.find_spec("utils") is None:
        import hashlib, io, os, sys, urllib.request, zipfile

        address, _, digest = {where}.partition("#sha256=")
        if not digest:
            sys.exit("This lesson needs the course's folder around it: open it there with `python start.py`. In Colab "
                     "or Kaggle, put `%env COURSE_BUNDLE=...` with your instructor's address into a cell above this.")
        try:
            content = urllib.request.urlopen(address).read()
        except (OSError, ValueError) as problem:
            sys.exit(f"{{address}} cannot be fetched ({{problem}}): see that this machine may use the network.")
        if hashlib.sha256(content).hexdigest() != digest:
            sys.exit(f"{{address}} is not the course that your instructor released: ask for its new address.")
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            bundle.extractall()
            sys.path.insert(0, os.path.abspath(bundle.namelist()[0].split("/")[0]))
        from utils import opened_alone
        opened_alone.set_up()
""").rstrip()
ANY_ADDRESS = re.compile(re.escape(FETCH.format(where=WHERE.format(address="@"))).replace("@", r'[^"\\\n]*'))


class OpenedAlone(NbGraderPreprocessor):
    """Put the cell that fetches the course in front of a lesson's code."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Add it above the first code cell of a lesson that uses the course's modules, folded away."""
        first = next((n for n, cell in enumerate(nb.cells) if cells.is_code(cell)), None)
        if first is not None and any(cells.is_code(cell) and "from utils" in cell.source for cell in nb.cells):
            nb.cells.insert(first, _cell(""))
        return nb, resources


def fetches(source: str) -> bool:
    """Whether this is that cell as the course wrote it, with whatever address: it has nothing to do with the lesson."""
    return bool(ANY_ADDRESS.fullmatch(source.strip()))


def fetching_from(notebook: NotebookNode, address: str) -> None:
    """Have a released lesson fetch the course from `address`, which ends with `#sha256=` and the zip file's hash."""
    for n, cell in enumerate(notebook.cells):
        if cell.id == _cell("").id:
            notebook.cells[n] = _cell(address)


def _cell(address: str) -> NotebookNode:
    folded = {"jupyter": {"source_hidden": True}, "cellView": "form"}  # by JupyterLab, and by Colab
    cell = nbformat.v4.new_code_cell(FETCH.format(where=WHERE.format(address=address)), metadata=folded)
    cell.id = hashlib.sha256(b"opened alone").hexdigest()[:8]
    return cell
