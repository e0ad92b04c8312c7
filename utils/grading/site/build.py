"""Static pages of the course, made by Sphinx: for everybody, or with solutions for teachers."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from utils.errors import CourseError
from utils.grading.course import Lesson, lessons
from utils.grading.lesson_table import aims, time, title
from utils.grading.site import decks
from utils.grading.site.booklet import booklet as booklet_of
from utils.grading.site.exam import exam
from utils.grading.site.lesson_page import lesson_page
from utils.grading.site.slides import slides
from utils.grading.site.syllabus import syllabus

SETTINGS = Path("docs", "site")
LEFT_OUT = (".doctrees", ".buildinfo*", "objects.inv", "_sources")


def build_site(root: Path, target: Path, booklet: bool = False) -> None:
    """Build pages and slides into `target`, in place of what lies there; `booklet` adds every solution.

    Raises CourseError, and leaves what lies there, when Sphinx finds fault with a page.
    """
    with tempfile.TemporaryDirectory(prefix="course-site-") as folder:
        made = Path(folder, "made")
        for name, builder, write in (
            ("pages", "html", lambda source: write_pages(root, source, booklet)),
            ("slides", "revealjs", lambda source: write_slides(root, source)),
        ):
            source = Path(folder, name)
            shutil.copytree(root / SETTINGS, source)
            write(source)
            _sphinx(root, builder, source, made / ("slides" if builder == "revealjs" else ""))
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(made, target, ignore=shutil.ignore_patterns(*LEFT_OUT))


def _sphinx(root: Path, builder: str, source: Path, made: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", builder, str(source), str(made)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode:
        first = next(filter(None, done.stderr.splitlines()), "it says nothing")
        raise CourseError(f"Sphinx finds fault with a page, and nothing was written: {first}")


def write_slides(root: Path, source: Path) -> None:
    """Write Sphinx's sources of the slides: a page for each lesson."""
    every = lessons(root)
    for lesson in every:
        (source / f"{lesson.id}.md").write_text(slides(lesson), encoding="utf-8")
    contents = "\n".join(["# Slides", "", *_contents("Lessons", [lesson.id for lesson in every])])
    (source / "index.md").write_text(contents, encoding="utf-8")


def write_pages(root: Path, source: Path, booklet: bool) -> None:
    """Write Sphinx's sources: an index, a page and a notebook to download for each lesson, and the teachers'."""
    every = lessons(root)
    for name in ("download", "teachers"):
        (source / name).mkdir()
    for lesson in every:
        nbformat.write(lesson_page(lesson), source / f"{lesson.id}.ipynb")
        shutil.copyfile(lesson.release, source / "download" / lesson.release.name)
    pages = {
        "syllabus": syllabus(root),
        "decks": decks.topics(root),
        "errata": decks.errata(root),
        "slides": _slides(every),
    }
    if booklet:
        pages |= {"exam": exam(root)} | {f"booklet_{lesson.id}": booklet_of(lesson) for lesson in every}
    for name, text in pages.items():
        (source / "teachers" / f"{name}.md").write_text(text, encoding="utf-8")
    shutil.copyfile(root / "docs" / "course.png", source / "course.png")
    (source / "index.md").write_text(_index(root, every, list(pages)), encoding="utf-8")


def _index(root: Path, every: list[Lesson], for_teachers: list[str]) -> str:
    """The first page: the README's beginning, a card for each lesson, and the list of all pages."""
    beginning = (
        (root / "README.md").read_text(encoding="utf-8").split("```")[0].replace("docs/course.png", "course.png")
    )
    cards = [line for lesson in every for line in _card(lesson)]
    pages = [*_contents("Lessons", [lesson.id for lesson in every])]
    pages += _contents("For teachers", [f"teachers/{name}" for name in for_teachers])
    return "\n".join([beginning, ":::::{grid} 1 1 2 3", ":gutter: 3", "", *cards, ":::::", "", *pages])


def _slides(every: list[Lesson]) -> str:
    """The page with links to the slides."""
    links = [f'<li><a href="../slides/{one.id}.html">{one.id[:2]} {title(one)}</a></li>' for one in every]
    about = "Each deck has the lesson's questions, its figures and its summary. The arrow keys turn the slides."
    return "\n".join(["# Slides", "", about, "", "<ul>", *links, "</ul>", ""])


def _card(lesson: Lesson) -> list[str]:
    head = f"::::{{grid-item-card}} {lesson.id[:2]} · {title(lesson)}"
    return [
        head,
        f":link: {lesson.id}",
        ":link-type: doc",
        "",
        aims(lesson),
        "",
        ":::{card-footer}",
        f"About {time(lesson)}",
        ":::",
        "::::",
        "",
    ]


def _contents(caption: str, pages: list[str]) -> list[str]:
    return ["```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```", ""]
