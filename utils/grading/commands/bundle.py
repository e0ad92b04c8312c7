"""`course bundle`: the zip file that students get, with no solution, no hidden test, nothing of the instructor's."""

import hashlib
import io
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import nbformat
import typer

from utils.errors import CourseError
from utils.grading.building import as_text, stale_files
from utils.grading.course import find_root, lessons
from utils.grading.files import write_file
from utils.grading.opened_alone import fetching_from

COPIED = (
    "lessons/*/*.ipynb",
    "utils/**/*.py",
    "utils/checks/drawn/*.json.bz2",
    "utils/checks/hints/*.json",
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


def bundle(
    at: Annotated[
        str, typer.Option(metavar="URL", help="where students will fetch it: lessons for Colab and Kaggle, too")
    ] = "",
) -> None:
    """Write dist/slash-to-vgg-student-VERSION.zip."""
    if at and not (urlsplit(at).scheme in ("https", "http", "file") and urlsplit(at).path and "#" not in at):
        raise CourseError(f"--at {at}: give the whole address of the zip file, as in https://example.org/course.zip")
    root = find_root()
    if stale := [str(path.relative_to(root)) for lesson in lessons(root) for path in stale_files(lesson)]:
        raise CourseError(f"stale: {', '.join(stale)}; run `make build` first")
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    target = root / "dist" / f"slash-to-vgg-student-{version}.zip"
    write_file(target, packed := _packed(root, target.stem))
    print(f"{target.relative_to(root)} ({len(packed) / 1e3:.0f} kB)")
    if at:
        _write_alone(root, f"{at}#sha256={hashlib.sha256(packed).hexdigest()}")


def _packed(root: Path, name: str) -> bytes:
    """The zip file, in which all lies in a folder of this name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, content in contents(root):
            entry = zipfile.ZipInfo(f"{name}/{path}", SINCE_1980)
            entry.external_attr = (0o755 if content.startswith(b"#!") else 0o644) << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _write_alone(root: Path, address: str) -> None:
    """Write each lesson as a notebook that fetches the students' copy from this address when it is opened by itself."""
    folder = root / "dist" / "opened-alone"
    for lesson in lessons(root):
        notebook = nbformat.read(lesson.release, as_version=4)
        fetching_from(notebook, address)
        write_file(folder / lesson.release.name, as_text(notebook).encode())
    print(f"{folder.relative_to(root)}/: the lessons for Colab and Kaggle; put the zip file where they look for it:")
    print(f"COURSE_BUNDLE={address}")


def contents(root: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the bundle: its path in it, and its bytes."""
    for pattern in COPIED:
        for path in sorted(root.glob(pattern)):
            if path.is_file() and not LEFT_OUT & set(path.relative_to(root).parts):
                yield str(path.relative_to(root)), path.read_bytes()
    for lesson in lessons(root):  # for `course revert`, when the student has worked on the other one
        yield f"originals/{lesson.id}/{lesson.release.name}", lesson.release.read_bytes()
    for path in sorted(filter(Path.is_file, (root / "student").rglob("*"))):
        yield str(path.relative_to(root / "student")), path.read_bytes()
    yield "pyproject.toml", student_pyproject((root / "pyproject.toml").read_text()).encode()


def student_pyproject(text: str) -> str:
    """pyproject.toml without the instructor's commands."""
    return "".join(line for line in text.splitlines(keepends=True) if "utils.grading" not in line)
