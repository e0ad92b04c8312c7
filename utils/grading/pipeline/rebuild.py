"""The record of a graded notebook, made anew from an allow-list.

Instructors open it in the formgrader and students its feedback: whatever a submission or its kernel put into a cell or
an output that is not named here is left behind, rather than looked at and cleaned.
"""

import base64
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode
from PIL import Image

from utils.printable import printable, printable_lines

PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG"}
MOST_PICTURE, MOST_PIXELS, LONGEST_SIDE = 8 * 2**20, 40_000_000, 10_000  # bytes; how many; in a page's pixels
MOST_OUTPUTS = 500  # of one cell
MOST_ALT = 1000  # characters of a picture's alternative text
ATTACHED = re.compile(r"attachment:([^\s)\"'<>]+)")
ID = re.compile(r"[a-zA-Z0-9-_]{1,64}")


def rebuilt(notebook: NotebookNode) -> NotebookNode:
    """A notebook with the cells of `notebook`. Their metadata are nbgrader's alone, which are the lesson's (see
    `sanitize.restore_metadata`)."""
    made = nbformat.v4.new_notebook(metadata=notebook.metadata)
    made.cells = [_cell(cell) for cell in notebook.cells]
    return made


def _cell(cell: Mapping[str, Any]) -> NotebookNode:
    kind = cell["cell_type"] if cell["cell_type"] in ("code", "markdown", "raw") else "raw"
    name = str(cell.get("id", ""))
    made: dict[str, Any] = {
        "cell_type": kind,
        "id": name if ID.fullmatch(name) else nbformat.v4.nbbase.random_cell_id(),
        "metadata": {key: value for key, value in cell["metadata"].items() if key == "nbgrader"},
        "source": str(cell["source"]),
    }
    if kind == "code":
        count = cell.get("execution_count")
        made["execution_count"] = count if type(count) is int and 0 < count < 10**6 else None
        made["outputs"] = rebuilt_outputs(cell.get("outputs", []))
    elif kind == "markdown":
        made |= _with_attachments(made["source"], cell.get("attachments"))
    return nbformat.from_dict(made)


def rebuilt_outputs(outputs: Iterable[Mapping[str, Any]]) -> list[NotebookNode]:
    """The outputs of a cell that can be shown: text, errors, pictures."""
    made: list[NotebookNode] = []
    for output in outputs:
        if (one := _output(output)) is not None and len(made) < MOST_OUTPUTS:
            made.append(nbformat.from_dict(one))
    return made


def _output(output: Mapping[str, Any]) -> dict[str, Any] | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _text(output.get("text"))}
    if kind == "error":
        lines = output.get("traceback")
        return {
            "output_type": "error",
            "ename": printable(output.get("ename", "")),
            "evalue": _text(output.get("evalue")),
            "traceback": [_text(line) for line in lines] if isinstance(lines, list) else [],
        }
    if kind not in ("display_data", "execute_result"):
        return None
    data, metadata = _data(output.get("data"), output.get("metadata"))
    if not data:
        return None
    made = {"output_type": kind, "data": data, "metadata": metadata}
    if kind == "execute_result":
        count = output.get("execution_count")
        made["execution_count"] = count if type(count) is int and 0 < count < 10**6 else None
    return made


def _data(given: object, said: object) -> tuple[dict[str, str], dict[str, Any]]:
    """Of the forms in which a value is shown, the text and the picture; of what is said about them, sizes and words."""
    data: dict[str, str] = {}
    metadata: dict[str, Any] = {}
    if not isinstance(given, dict):
        return data, metadata
    if "text/plain" in given:
        data["text/plain"] = _text(given["text/plain"])
    for kind in PICTURES:
        if picture := checked_picture(given.get(kind), kind):
            data[kind] = picture
            own = said.get(kind) if isinstance(said, dict) else None
            if kept := _about_picture(own if isinstance(own, dict) else {}):
                metadata[kind] = kept
    return data, metadata


def _about_picture(said: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {
        side: said[side]
        for side in ("width", "height")
        if type(said.get(side)) is int and 0 < said[side] <= LONGEST_SIDE
    }
    if isinstance(said.get("alt"), str):
        kept["alt"] = printable(said["alt"], MOST_ALT)
    return kept


def checked_picture(encoded: object, kind: str) -> str:
    """A picture of this kind in base 64, encoded anew; "" when it is none."""
    text = "".join(encoded) if isinstance(encoded, list) and all(isinstance(e, str) for e in encoded) else encoded
    if not isinstance(text, str) or len(text) > MOST_PICTURE * 4 / 3:
        return ""
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
        with Image.open(io.BytesIO(content), formats=[PICTURES[kind]]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return ""
            picture.verify()
    except Exception:  # whatever it does to its reader, it is no picture
        return ""
    return base64.b64encode(content).decode()


def _with_attachments(source: str, given: object) -> dict[str, Any]:
    """The pictures that a text names and that are there. A name without a picture would end the page."""
    kept = {}
    for name in dict.fromkeys(ATTACHED.findall(source)):
        for kind in PICTURES:
            one = given.get(name) if isinstance(given, dict) else None
            if isinstance(one, dict) and (picture := checked_picture(one.get(kind), kind)):
                kept[name] = {kind: picture}
    source = ATTACHED.sub(lambda found: found[0] if found[1] in kept else f"#missing-{found[1]}", source)
    return {"source": source} | ({"attachments": kept} if kept else {})


def _text(value: object) -> str:
    if isinstance(value, list):
        value = "".join(str(part) for part in value)
    return printable_lines(value if isinstance(value, str) else "")
