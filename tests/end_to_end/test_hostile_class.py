"""Whatever one submission holds, all others are graded, collected and reported, soon and as they deserve."""

import csv
import io
import json
import os
import shutil
import time
from pathlib import Path

import nbformat
import pytest
from rich.console import Console
from support import hostile
from support.small_course import RIGHT, course_grade, hand_in, scores, small_course

from utils.grading.commands import grade, ledger
from utils.grading.pipeline.submission import MAX_FILES
from utils.grading.sandbox import bubblewrap

pytestmark = pytest.mark.usefixtures("sandboxed")
ESC = "\x1b]0;title\x07\x1b[2J"
RAISES = "def total(numbers):\n    raise ValueError('[/bold] [red]{}[/] \\x1b]0;t\\x07 \\u202e =1+1')"


def not_text(folder):
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.png")).write_bytes(b"x")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xe9tude")).mkdir()


def commands_in_names(folder):
    (folder / f"{ESC}.png").write_text("x")
    (folder / "[bold]x.png").write_text("x")
    (folder / "\u202egnp.exe").write_text("x")


def deep(folder):
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def empty_folders(folder):
    for number in range(20_000):
        (folder / f"{number}").mkdir()


def links(folder):
    for number in range(5_000):
        (folder / f"{number}").symlink_to("/etc/passwd")


def notebooks(folder):
    for number in range(3_000):
        (folder / f"{number}.ipynb").touch()


def folder_for_a_file(folder):
    (folder / "timestamp.txt").unlink()
    (folder / "timestamp.txt").mkdir()


FOLDERS = [not_text, commands_in_names, deep, empty_folders, links, notebooks, folder_for_a_file]


def many_cells(notebook):
    cell = {"cell_type": "code", "source": "", "metadata": {}, "outputs": [], "execution_count": None}
    return notebook | {"cells": [*notebook["cells"], *[cell] * 150_000]}


def many_parts(notebook):
    return notebook | {"metadata": {"x": [[]] * 4_000_000}}


def many_characters(notebook):
    return notebook | {"cells": [*notebook["cells"], notebook["cells"][0] | {"source": ["x = 1\n"] * 500_000}]}


def deep_metadata(notebook):
    for cell in notebook["cells"]:
        cell["metadata"]["deep"] = json.loads("[" * 482 + "]" * 482)
    return notebook


NOTEBOOKS = {many_cells: 0, many_parts: 0, many_characters: 0, deep_metadata: 5}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class with an honest student and many who are not; graded, and what was written."""
    classroom = small_course(tmp_path_factory.mktemp("hostile") / "course")
    for make in FOLDERS:
        make(hand_in(classroom, make.__name__, RIGHT))
    for change in NOTEBOOKS:
        path = hand_in(classroom, change.__name__, RIGHT) / "small.ipynb"
        path.write_text(json.dumps(change(json.loads(path.read_text()))))
    for student in ("=cmd()", "[bold]x", "@sum"):
        hand_in(classroom, student, RIGHT | {"total": RAISES})
    for name in (b"\xff\xfe", b"<img src=x onerror=alert(1)>", ESC.encode(), b"a\nb", b"x" * 200):
        shutil.copytree(
            classroom.path("submitted", "=cmd()"),
            Path(os.fsdecode(os.fsencode(classroom.folder / "submitted") + b"/" + name + b"/01_small")),
        )
    hand_in(classroom, "zoe", RIGHT)
    started = time.monotonic()
    process = course_grade(classroom, "--workers", "2")
    said, _ = process.communicate(timeout=200)
    yield classroom, said, process.returncode, time.monotonic() - started
    bubblewrap.remove(classroom.folder)  # pytest cannot


def test_everybody_is_graded_and_what_was_wrong_is_named(graded):
    classroom, said, status, seconds = graded
    found = {student: score for student, (score, _) in scores(classroom).items()}
    assert found == {
        **{make.__name__: 5 for make in FOLDERS},
        "notebooks": 0,  # which of three thousand is meant cannot be told
        **{change.__name__: score for change, score in NOTEBOOKS.items()},
        **{"=cmd()": 2, "[bold]x": 2, "@sum": 2, "zoe": 5},
    }
    assert status == 1 and "Traceback" not in said
    assert said.count("this folder's name can be no student's") == 5
    for told in ("at most 1,000 are read", "too many parts", "characters of code and text"):
        assert told in said
    assert seconds < 90


def test_nothing_commands_the_terminal_or_is_taken_for_markup(graded):
    classroom, said, _, _ = graded
    assert not set("\x1b\x07\u202e") & set(said)
    assert r"\x1b]0;title\x07" in said and "[bold]x" in said
    with classroom.ledger() as history:
        for entry in history.entries("01_small", "[bold]x"):
            text = io.StringIO()
            Console(file=text, width=200).print(ledger._history([entry]), ledger._explained(entry))
            assert "[/bold] [red]" in text.getvalue() and "\x1b" not in text.getvalue()
    page = (classroom.folder / "report" / "01_small.html").read_text()
    assert "[bold]x" in page and "\x1b" not in page and "<img" not in page


def test_no_cell_of_a_table_is_a_formula(graded, run):
    classroom = graded[0]
    for command in ([], *(["--exporter", f"utils.grading.exports.{name}"] for name in ("Canvas", "Moodle"))):
        assert run(classroom.folder, "nbgrader", "export", *command, "--to", "table.csv").returncode == 0
        with (classroom.folder / "table.csv").open(newline="") as file:
            rows = list(csv.reader(file))
        cells = [cell for row in rows for cell in row if cell]
        assert {"'=cmd()", "'@sum", "zoe"} <= set(cells) and not [cell for cell in cells if cell[0] in "=+-@\t\r"]
        assert len({len(row) for row in rows}) == 1


def test_what_was_put_aside_is_there_and_the_notebook_graded(graded):
    classroom = graded[0]
    aside = classroom.folder / "refused"
    assert len(list((aside / "empty_folders" / "01_small" / "all").iterdir())) == 20_000
    assert len(list((aside / "links" / "01_small" / "all").iterdir())) >= 5_000
    assert (aside / "deep" / "01_small" / "d" / "d").is_dir()
    for make in (empty_folders, links, deep):
        kept = sorted(path.name for path in classroom.path("submitted", make.__name__).iterdir())
        assert kept == ["small.ipynb", "timestamp.txt"]
    assert len(list(classroom.path("submitted", "notebooks").iterdir())) <= MAX_FILES


def in_the_name_of(student, classroom, notebook, when="2026-01-06 10:00:00.000000 UTC", suffix="+x1"):
    """A folder in the exchange as `nbgrader submit` makes it."""
    inbound = next((classroom.folder / "exchange").glob("*/inbound"))
    folder = Path(os.fsdecode(os.fsencode(inbound) + b"/" + os.fsencode(f"{student}+01_small+{when}{suffix}")))
    folder.mkdir()
    (folder / "small.ipynb").write_text(notebook)
    (folder / "timestamp.txt").write_text(when)
    return folder


@pytest.fixture
def classroom(tmp_path):
    """A course that may become hard to remove."""
    yield small_course(tmp_path / "course")
    bubblewrap.remove(tmp_path / "course")


def test_collecting_takes_only_what_is_the_students_own(classroom):
    classroom.release()
    right, wrong = nbformat.writes(classroom.filled_in(RIGHT)), nbformat.writes(classroom.released)
    in_the_name_of("ada", classroom, right, "2026-01-05 10:00:00.000000 UTC")
    in_the_name_of("bob", classroom, right)
    for student in ("..", ".hidden", "<script>", "a\nb", os.fsdecode(b"\xff")):
        in_the_name_of(student, classroom, wrong)
    in_the_name_of("bob", classroom, wrong, "no time at all")
    in_the_name_of("cyd", classroom, wrong, "9" * 40)
    link = in_the_name_of("dan", classroom, wrong)
    shutil.rmtree(link)
    link.symlink_to(classroom.folder / "solutions")
    deep(in_the_name_of("eve", classroom, right))
    not_text(in_the_name_of("fay", classroom, right))
    if os.geteuid() == 0:  # somebody else lays a later one in ada's name
        forged = in_the_name_of("ada", classroom, wrong, suffix="+x2")
        os.chown(forged, 65533, 65533)
    started = time.monotonic()
    classroom.collect()
    assert time.monotonic() - started < 20
    submitted = classroom.folder / "submitted"
    assert sorted(path.name for path in submitted.iterdir()) == ["ada", "bob", "eve", "fay"]
    for student in ("ada", "bob", "eve", "fay"):
        assert (submitted / student / "01_small" / "small.ipynb").read_text() == right
    assert not (classroom.folder / "01_small").exists()


def test_hostile_cells_get_their_score(classroom):
    (hand_in(classroom, "eve", {}) / "small.ipynb").write_text(hostile.file_of(classroom.filled_in(RIGHT)))
    assert classroom.autograde("eve").score == 5
    text = (classroom.path("autograded", "eve") / "small.ipynb").read_text()
    made = json.loads(text)
    kinds = {kind for cell in made["cells"] for out in cell.get("outputs", ()) for kind in out.get("data", ())}
    assert kinds <= {"text/plain", "image/png", "image/jpeg"} and "NaN" not in text.replace('\\": NaN', "")
    assert {key for cell in made["cells"] for key in cell["metadata"]} == {"nbgrader"}


def test_the_class_report_is_printed(graded):
    text = io.StringIO()
    grade.report(graded[0], Console(file=text, width=200))
    assert "[bold]x" in text.getvalue()
