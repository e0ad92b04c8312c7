"""What a lesson and its grading depend on: modules of the course, files that they read, and packages.

Found by reading import statements, transitively; nothing is imported. A lesson is stale, and a class is graded again,
when one of these has changed, and for no other reason.
"""

import ast
import hashlib
import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from utils.grading.python_code import imports

UTILS = Path(__file__).resolve().parents[1]  # the package's folder
FILES_READ = {  # module → what it reads
    "utils.models.pretrained": "data/pretrained/small_vgg.*",
    "utils.datasets.photographs": "data/photographs/*/*",
}
DISTRIBUTIONS = {"IPython": "ipython", "PIL": "pillow", "skimage": "scikit-image", "sklearn": "scikit-learn"}


def modules(roots: Iterable[str], utils: Path = UTILS) -> dict[str, Path]:
    """The modules of the course that importing `roots` brings in: name → file, sorted.

    roots: names as `imports` gives them; those that are no module of the course are passed over.
    utils: the package's folder.
    """
    found: dict[str, Path] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        file = _file(name, utils)
        if file is None or name in found:
            continue
        found[name] = file
        waiting += [name.rpartition(".")[0], *_imports(file, file.stat().st_mtime_ns)]
    return dict(sorted(found.items()))


def packages(roots: Iterable[str], utils: Path = UTILS) -> dict[str, str]:
    """The installed packages that `roots` and the course's modules under them import: name → version, sorted."""
    roots = set(roots)
    names = roots.union(*(_imports(file, file.stat().st_mtime_ns) for file in modules(roots, utils).values()))
    tops = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"utils"}
    return {name: installed(name) for name in sorted(DISTRIBUTIONS.get(top, top) for top in tops)}


def digest(roots: Iterable[str], versions: Mapping[str, str], *more: str, utils: Path = UTILS) -> str:
    """A hash over what a lesson depends on.

    roots: the modules that it imports; theirs, and the files that they read, are found.  versions: of packages.
    more: other texts.
    """
    found = modules(roots, utils)
    read = [path for name, pattern in FILES_READ.items() if name in found for path in utils.parent.glob(pattern)]
    hashed = hashlib.sha256(repr((sorted(versions.items()), more)).encode())
    for path in (*found.values(), *sorted(read)):
        hashed.update(str(path.relative_to(utils.parent)).encode() + b"\0" + path.read_bytes() + b"\0")
    return hashed.hexdigest()[:16]


def _file(name: str, utils: Path) -> Path | None:
    """The file of a module of the course; None for any other name."""
    root, *parts = name.split(".")
    if root != "utils":
        return None
    path = utils.joinpath(*parts)
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


@lru_cache(maxsize=1000)
def _imports(file: Path, modified: int) -> frozenset[str]:
    return frozenset(imports([ast.parse(file.read_text(encoding="utf-8-sig"))]))


@lru_cache(maxsize=1000)
def installed(package: str) -> str:
    """The version of a package that is installed, or "missing"."""
    try:
        return version(package).partition("+")[0]  # without what tells a build for processors from one for a GPU
    except PackageNotFoundError:
        return "missing"
