"""`course bundle`: the zip file that students get, with no solution, no hidden test, nothing of the instructor's."""

import io
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from utils.errors import CourseError
from utils.grading.building import stale_files
from utils.grading.course import find_root, lessons
from utils.grading.files import write_file

COPIED = (
    "lessons/*/*.ipynb",
    "utils/**/*.py",
    "utils/checks/drawn/*.json.gz",
    "data/**/*",
    "start.py",
    "requirements.txt",
    "requirements-networks.txt",
    "constraints.txt",
    "setup.mk",
    "nbgrader_config.py",
    "jupyterlab_overrides.json",
    "coursework/README.md",
    "coursework/nbgrader_config.py",
    "LICENSE",
)
LEFT_OUT = {"grading", "cache", ".ipynb_checkpoints", "__pycache__"}  # names of folders
SINCE_1980 = (1980, 1, 1, 0, 0, 0)  # the oldest date that a zip file can hold: equal contents make equal files


def bundle() -> None:
    """Write dist/slash-to-vgg-student-VERSION.zip."""
    root = find_root()
    if stale := [str(path.relative_to(root)) for lesson in lessons(root) for path in stale_files(lesson)]:
        raise CourseError(f"stale: {', '.join(stale)}; run `make build` first")
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    name = f"slash-to-vgg-student-{version}"
    target = root / "dist" / f"{name}.zip"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, content in contents(root):
            entry = zipfile.ZipInfo(f"{name}/{path}", SINCE_1980)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    write_file(target, packed.getvalue())
    print(f"{target.relative_to(root)} ({target.stat().st_size / 1e3:.0f} kB)")


def contents(root: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the bundle: its path in it, and its bytes."""
    for pattern in COPIED:
        for path in sorted(root.glob(pattern)):
            if path.is_file() and not LEFT_OUT & set(path.relative_to(root).parts):
                yield str(path.relative_to(root)), path.read_bytes()
    for lesson in lessons(root):  # for `course revert`, when the student has worked on the other one
        yield f"originals/{lesson.id}/{lesson.release.name}", lesson.release.read_bytes()
    for path in sorted((root / "student").iterdir()):
        yield path.name, path.read_bytes()
    yield "pyproject.toml", student_pyproject((root / "pyproject.toml").read_text()).encode()


def student_pyproject(text: str) -> str:
    """pyproject.toml without the instructor's commands."""
    return "".join(line for line in text.splitlines(keepends=True) if "utils.grading" not in line)
