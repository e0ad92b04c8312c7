"""`course site`: the course as static pages, to read before anything is installed."""

from pathlib import Path
from typing import Annotated

import typer

from utils.errors import CourseError
from utils.grading.building import stale_files
from utils.grading.course import find_root, lessons
from utils.grading.site.build import build_site


def site(
    to: Annotated[Path | None, typer.Option(help="the folder to write; dist/site if not given")] = None,
    booklet: Annotated[bool, typer.Option(help="with every solution and misconception: not for students")] = False,
) -> None:
    """Write the course's pages: lessons to read, notebooks to download, and pages for teachers."""
    root = find_root()
    if stale := [str(path.relative_to(root)) for lesson in lessons(root) for path in stale_files(lesson)]:
        raise CourseError(f"stale: {', '.join(stale)}; run `make build` first")
    target = to or root / "dist" / ("site-with-booklet" if booklet else "site")
    build_site(root, target, booklet)
    print(f"{target / 'index.html'}")
