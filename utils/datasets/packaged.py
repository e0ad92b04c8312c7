"""Data that pip has installed: files of other packages, found without running these packages, and checked.

Nothing here needs a network. A package that is missing or another version is said in one line.
"""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from utils.datasets.download import DataUnavailable


def file_of(package: str, path: str, sha256: str, distribution: str) -> Path:
    """A file that a package has brought along, with exactly the contents that the course was made with.

    package: the name to import.  path: in the package's folder.  distribution: the name for pip.
    Raises DataUnavailable when the package or the file is missing, or has other contents.
    """
    found = find_spec(package)  # imports nothing
    if found is None or not found.submodule_search_locations:
        raise DataUnavailable(f"the package {distribution} is missing: {_repair(distribution)}.")
    file = Path(found.submodule_search_locations[0]) / path
    if not file.is_file():
        raise DataUnavailable(f"the package {distribution} has no {path}: {_repair(distribution)}.")
    with file.open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() != sha256:
            raise DataUnavailable(f"{path} of the package {distribution} is another one: {_repair(distribution)}.")
    return file


def _repair(distribution: str) -> str:
    return f"`pip install --force-reinstall {distribution} -c constraints.txt` in the course's folder brings it"
