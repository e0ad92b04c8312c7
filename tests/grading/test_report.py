"""The instructor's report: what it says of a class, and that its page is read by browsers of all widths."""

import random
import shutil
import time
from dataclasses import replace

import pytest
from support.course import LESSONS

from utils.grading import answers as bank
from utils.grading.pipeline.record import Outcome, Record
from utils.grading.report import report
from utils.grading.report.report import ClassReport
from utils.grading.report.similar import Pair, similar_pairs
from utils.grading.store.course_folder import StudentResult

LESSON = LESSONS[0]
TESTS = LESSON.exercises()


def result(student, code="", failed=(), score=None, **more):
    """A student who failed these tests of `pixel_sum`, and passed all others."""
    names = [name for tests in TESTS.values() for name in tests]
    tests = {name: Outcome(0, 1, *failed[name]) if name in failed else Outcome(1, 1) for name in names}
    record = Record("v", "e", "", tests, code={"pixel_sum": code}, seconds=1.0, machine="here", **more)
    return StudentResult(student, record, record.points if score is None else score)


SMALL, ANY = TESTS["pixel_sum"]
LARGE, LARGER = ("too large", "2×2"), ("too large", "3×4: and a colon")  # the same mistake in two cases


@pytest.fixture
def told():
    """Three who were told the same in other words for their case, one who was not, one whose kernel died."""
    return [
        result("ada", "def pixel_sum(image):\n    '''By Ada.'''\n    return image  # mine", {SMALL: LARGE}),
        result("bob", "def pixel_sum(image):\n    return image[0]\n", {SMALL: LARGE, ANY: LARGER}),
        result("cyd", "x" * 900, {ANY: LARGER}),
        result("dan"),
        result(
            "eve",
            failed=dict.fromkeys(TESTS["score"], ("gone",)),
            kernel_exit="it used too much memory",
            tampering=("changed",),
        ),
    ]


def test_misconceptions_are_ranked_and_shown_without_names(told):
    found = ClassReport.of(LESSON, told, 25).exercises[0]
    assert (found.name, found.max_points, found.mean, found.solved) == ("pixel_sum", 2, 6 / 5, 2 / 5)
    assert [(one.message, one.students) for one in found.misconceptions] == [("too large", 3)]
    assert found.misconceptions[0].example == "x" * 900 or "Ada" not in found.misconceptions[0].example
    assert report.anonymous("def f():\n    '''By Ada.'''\n    return 1  # Ada") == "def f():\n    return 1"
    assert report.anonymous("def f(:") == ""


def test_the_distribution_and_those_to_look_at(told):
    told += [result("zoe", failed=dict.fromkeys((n for tests in TESTS.values() for n in tests), ("no",)), score=4.0)]
    found = ClassReport.of(LESSON, told, 25)
    assert sum(count for _, _, count in found.histogram) == 6
    assert [one.student for one, _ in found.in_need] == ["zoe"]
    assert found.in_need[0][1] == list(TESTS)
    assert [(one.student, why) for one, why in found.remarkable] == [
        ("eve", ["its kernel was ended: it used too much memory", "changed"])
    ]


def test_full_marks_are_in_the_last_bin():
    assert ClassReport.of(LESSON, [result("ada", score=30.0)], 30).histogram[-1] == (27, 30, 1)


def test_a_copy_with_other_names_is_found_in_a_class_and_nothing_else():
    """A class of 120 whose answers come from the bank, where many have some answers in common."""
    draw, answers = random.Random(3), bank.read(LESSON)
    codes = {f"s{n:03}": "\n\n".join(draw.choice(one.answers).code for one in answers.values()) for n in range(120)}
    codes["copycat"] = "# all mine\n" + codes["s042"].replace("total", "summe").replace("image", "bild")
    assert [{pair.one, pair.other} for pair in similar_pairs(codes)] == [{"copycat", "s042"}]
    assert similar_pairs({"ada": "", "bob": ""}) == []


def test_of_a_class_that_is_alike_the_terminal_names_ten_pairs(told):
    pairs = [Pair(f"s{n}", "copycat", 1 - n / 1000, 20) for n in range(297)]
    table = replace(ClassReport.of(LESSON, told, 25), similar=pairs)._people()
    who = [str(cell) for cell in table.columns[0].cells]
    assert who[-11:] == [*(f"s{n}, copycat" for n in range(10)), "287 more pairs"]


def test_code_that_takes_long_to_read_is_compared_with_nobodys():
    started = time.process_time()
    assert similar_pairs(dict.fromkeys(["ada", "bob"], ":" + " \n" * 24_000)) == []
    assert time.process_time() - started < 5


def test_what_everyone_was_given_is_no_similarity():
    given = "\n".join(f"value_{n} = compute({n}, other[{n}]) + {n} ** 2 if flag else [{n}]" for n in range(60))
    assert similar_pairs({"ada": given, "bob": given, "cyd": "pass"}, given) == []
    assert len(similar_pairs({"ada": given, "bob": given, "cyd": "pass"})) == 1


@pytest.mark.processes
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_opens_from_disk_and_fits(told, tmp_path, width):
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no browser is installed: sudo apt-get install chromium")
    from playwright.sync_api import sync_playwright

    bad = result("mal", "def pixel_sum(image):\n    return '<script>alert(1)</script>'", {SMALL: ("<b>bold</b>", "a")})
    page_file = tmp_path / "report" / "01.html"
    ClassReport.of(LESSON, [*told, bad], 25).write(page_file)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": width, "height": 900})
        asked, errors = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: errors.append(dialog.message))
        page.goto(page_file.as_uri())
        page.locator("summary").first.click()
        assert page.get_by_text("3 students").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert asked == [page_file.as_uri()] and errors == []
        browser.close()
