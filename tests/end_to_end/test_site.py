"""The course's pages as their readers meet them: from a folder, without a network, on a desk and on a phone."""

import re
import shutil
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from support import axe
from support.closed_lines import readable, secrets
from support.course import LESSONS, ROOT

from utils.errors import CourseError
from utils.grading.commands import bundle
from utils.grading.site import build
from utils.grading.site.booklet import booklet
from utils.grading.site.exam import exam

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LESSON_PAGES = [lesson.id for lesson in LESSONS]
PAGES = ["index", "search", *LESSON_PAGES, "teachers/syllabus", "teachers/errata", "teachers/decks", "teachers/slides"]
# Long pages take a browser half a minute: `make test` opens the first lesson only.
SOME_LESSONS = [pytest.param(page, marks=pytest.mark.slow if page != LESSON_PAGES[0] else ()) for page in LESSON_PAGES]
SOME = [page for page in PAGES if page not in LESSON_PAGES] + SOME_LESSONS
WIDTHS = {"desk": 1280, "phone": 390}

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder with the built pages."""
    target = tmp_path_factory.mktemp("pages") / "site"
    build.build_site(ROOT, target)
    return target


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: sudo apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def text_of(path):
    return BeautifulSoup(path.read_text(errors="replace"), "html.parser").get_text()


def test_no_solution_and_no_hidden_test_is_in_any_file(site):
    files = {path: path.read_bytes() for path in site.rglob("*") if path.suffix in {".js", ".ipynb", ".txt"}}
    files |= {path: text_of(path).encode() for path in site.rglob("*.html")}
    held = set().union(*(readable(path.name, content) for path, content in files.items()))
    assert "raise NotImplementedError('not solved yet: put your code here instead')" in held
    for lesson in LESSONS:
        assert not secrets(lesson) & held
    assert not list(site.rglob("*hidden_cases*")) + list(site.rglob("*.json.bz2")) + list(site.rglob("*_sources*"))


def test_the_booklet_has_what_the_pages_leave_out():
    lesson = LESSONS[0]
    page = booklet(lesson)
    assert "    return np.sum(image)\n" in page
    assert "| takes the average | 0 of 2 | this is the average; leave out the division |" in page
    assert "MARK SCHEME" not in page and "SOLUTION" not in page
    assert page.count("\n## `") == len(lesson.exercises()) + 1


def test_the_exam_has_two_questions_for_each_lesson_and_no_student_gets_them():
    page = exam(ROOT)
    assert [page.count(f"**{lesson.id[:2]}.{k}**") for lesson in LESSONS for k in (1, 2)] == [1] * 2 * len(LESSONS)
    assert page.count("A good answer") == 2 * len(LESSONS)
    assert not [name for name, _ in bundle.contents(ROOT) if "exam_questions" in name]


def test_every_link_leads_somewhere(site):
    for path in (path for path in site.rglob("*.html") if "_static" not in path.parts):
        for tag in BeautifulSoup(path.read_text(), "html.parser").select("a[href], img[src], script[src], link[href]"):
            address = tag.get("href") or tag.get("src")
            if re.match(r"(https?|data|mailto):|#", address):
                continue
            target = path.parent / unquote(address.split("#")[0].split("?")[0])
            assert target.exists(), f"{path.relative_to(site)}: {address}"


def test_the_notebooks_to_download_are_those_that_students_get(site):
    offered = {path.name: path.read_bytes() for path in site.rglob("*.ipynb")}
    assert offered == {lesson.release.name: lesson.release.read_bytes() for lesson in LESSONS}


@pytest.fixture
def view(browser):
    """A new page of the browser."""
    view = browser.new_page()
    yield view
    view.close()


@pytest.mark.parametrize("page", SOME)
def test_a_page_fits_every_screen_and_asks_nothing_of_a_network(site, view, page):
    asked = []
    view.on("request", lambda request: asked.append(request.url))
    view.goto((site / f"{page}.html").as_uri())
    for width in WIDTHS.values():
        view.set_viewport_size({"width": width, "height": 900})
        assert view.evaluate("document.documentElement.scrollWidth") <= width
    assert not [address for address in asked if not address.startswith(("file:", "data:"))]


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("page", SOME)
def test_a_page_is_accessible(site, view, page, width):
    view.set_viewport_size({"width": width, "height": 900})
    view.goto((site / f"{page}.html").as_uri())
    assert not axe.faults(view)


@pytest.mark.parametrize("lesson", SOME_LESSONS)
def test_the_slides_turn_and_show_every_figure(site, view, lesson):
    asked = []
    view.on("request", lambda request: asked.append(request.url))
    view.goto((site / "slides" / f"{lesson}.html").as_uri())
    slides = view.locator(".slides section:not(:has(section))")
    pictures = view.locator(".slides img").count()
    assert pictures == slides.locator("img").count() > 8 and slides.count() > pictures
    first = view.evaluate("Reveal.getIndices().h")
    view.keyboard.press("ArrowRight")
    assert view.evaluate("Reveal.getIndices().h") == first + 1
    assert not [address for address in asked if not address.startswith(("file:", "data:"))]


def test_a_reader_finds_a_word(site, view):
    view.goto(f"{(site / 'search.html').as_uri()}?q=gradient+descent")
    view.wait_for_selector("ul.search li a", timeout=30_000)
    found = view.locator("ul.search li a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert any("01_slash_classifier.html" in address for address in found)


def test_a_fault_leaves_the_old_pages(tmp_path, monkeypatch):
    old = tmp_path / "site" / "index.html"
    old.parent.mkdir()
    old.write_text("old")

    def faulty(_root, source, _booklet):
        (source / "index.md").write_text("# Pages\n\n[nowhere](nowhere.md)\n")

    monkeypatch.setattr(build, "write_pages", faulty)
    with pytest.raises(CourseError, match=r"nothing was written.*nowhere"):
        build.build_site(ROOT, old.parent)
    assert old.read_text() == "old"
