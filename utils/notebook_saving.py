"""What is put right in a notebook when JupyterLab saves it."""

from typing import Any


def tidy(model: dict[str, Any], **_: Any) -> None:
    """Leave nbgrader's marks to the first of several cells that have the same.

    JupyterLab copies them when a cell is split or copied, and Validate would refuse the notebook. A second cell is then
    an ordinary one: it runs where it stands, and can be deleted. This is what Jupyter calls before it writes a file.
    """
    content = model.get("content")
    if model.get("type") != "notebook" or not isinstance(content, dict):
        return
    seen = set()
    for cell in content.get("cells", ()):
        metadata = cell.get("metadata", {})
        marks = metadata.get("nbgrader")
        name = marks.get("grade_id") if isinstance(marks, dict) else None
        if isinstance(name, str) and name in seen:
            for mark in ("nbgrader", "deletable", "editable"):
                metadata.pop(mark, None)
        seen.add(name)
