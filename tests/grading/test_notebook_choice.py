"""The notebook of a submission is graded whatever it is called, however it is encoded; what was taken is said."""

import os
from contextlib import nullcontext

import nbformat
import pytest
from rich.console import Console
from support.small_course import RIGHT, SQUARE, hand_in, scores, small_course

from utils.grading.commands import grade
from utils.grading.commands import ledger as ledger_command
from utils.grading.pipeline.notebook_choice import ENTRIES, choose_notebook

IDS = frozenset({"double", "total", "why"})
OURS = (
    '{"cells": [{"metadata": {"nbgrader": {"grade_id": "double"}}}, {"metadata": {"nbgrader": {"grade_id": "total"}}}]}'
)
OURS_TOO = OURS.replace("total", "other")
OTHER = '{"cells": [{"metadata": {"nbgrader": {"grade_id": "elsewhere"}}}]}'


def lay(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return choose_notebook(folder, "small", lambda: IDS)


ONLY = [
    "small (1).ipynb",
    "Copy of small.ipynb",
    "Kopie von small.ipynb",
    "small.ipynb.txt",
    "small.ipynb.json",
    "small.ipynb (2)",
    "small_ada.ipynb",
    "Small.ipynb",
    "SMALL.IPYNB",
    "lovelaceada_12345_67890_small-1.ipynb",
    "01_small/small.ipynb",
    "home/ada/01_small/small (1).ipynb",
    "homework.ipynb",
    "small.txt",
    "small.json",
    "small",
]


@pytest.mark.parametrize("name", ONLY)
def test_the_only_notebook_is_taken_whatever_it_is_called(tmp_path, name):
    chosen = lay(tmp_path, {name: OURS, "timestamp.txt": "2026-01-05 10:00:00 UTC", "notes.txt": "to do"})
    assert (chosen.text, chosen.problem) == (OURS, "")
    assert chosen.remark == f"graded was {name}: no small.ipynb was handed in"


def test_the_usual_name_goes_first_and_nothing_is_said(tmp_path):
    chosen = lay(tmp_path, {"small.ipynb": OURS_TOO, "small (1).ipynb": OURS})
    assert (chosen.text, chosen.problem, chosen.remark) == (OURS_TOO, "", "")


@pytest.mark.parametrize(
    ("files", "best"),
    [
        ({"a.ipynb": OTHER, "b.ipynb": OURS}, "b.ipynb"),
        ({"a.ipynb": OURS_TOO, "b.ipynb": OURS}, "b.ipynb"),
        ({"Copy of small.ipynb": OURS, "x/small.ipynb": OURS}, "x/small.ipynb"),
        ({"homework.ipynb": OURS, "my small one.ipynb": OURS}, "my small one.ipynb"),
        ({"small.ipynb": OTHER, "small (1).ipynb": OURS}, "small (1).ipynb"),
        ({"small.ipynb": "", "small (1).ipynb": OURS}, "small (1).ipynb"),
        ({"small (1).ipynb": OURS, ".ipynb_checkpoints/small-checkpoint.ipynb": OURS}, "small (1).ipynb"),
        ({"small (1).ipynb": OURS, "__MACOSX/small.ipynb": OURS, "._small (1).ipynb": "x"}, "small (1).ipynb"),
    ],
)
def test_of_several_the_one_with_the_lessons_cells(tmp_path, files, best):
    chosen = lay(tmp_path, files)
    assert (chosen.text, chosen.problem) == (OURS, "")
    assert chosen.remark.startswith(f"graded was {best}: ")


def test_of_several_with_nothing_of_the_lesson_none_is_taken(tmp_path):
    chosen = lay(tmp_path, {"a.ipynb": OTHER, "x/b.ipynb": OTHER})
    assert (
        chosen.text == ""
        and "these were, and the lesson's cells are in none of them: a.ipynb, x/b.ipynb" in chosen.problem
    )


def test_what_is_read_is_said_also_when_it_is_nothing_of_the_lesson(tmp_path):
    chosen = lay(tmp_path, {"a.ipynb": OTHER})
    assert chosen.text == OTHER and "none of the lesson's cells are in it" in chosen.remark


def test_nothing_was_handed_in(tmp_path):
    missing = "the file small.ipynb was not handed in"
    assert lay(tmp_path, {}).problem == missing
    files = {"notes.md": "to do", "small.zip": "PK"}
    assert lay(tmp_path, files).problem == f"{missing}; this was: notes.md, small.zip"
    assert lay(tmp_path, {"small (1).ipynb": "x" * 3}).problem == ""  # it is read, and then it is no notebook


def test_no_link_is_followed_and_the_search_ends(tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_text(OURS)
    folder = tmp_path / "submitted"
    folder.mkdir()
    (folder / "small (1).ipynb").symlink_to(secret)
    (folder / "linked").symlink_to(tmp_path)
    missing = "the file small.ipynb was not handed in"
    assert lay(folder, {}).problem == missing
    deep = folder / "/".join("d" * 50)
    deep.mkdir(parents=True)
    (deep / "small.ipynb").write_text(OURS)
    for number in range(ENTRIES + 5):
        (folder / f"a{number}").write_text("")
    (folder / "zz").mkdir()
    assert lay(folder, {}).problem.startswith(missing)
    os.mkfifo(os.fsencode(folder) + b"/\xff.ipynb")
    assert lay(folder, {}).problem.startswith(missing)


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
MARKED = {f"{name} with a mark": (name, "\ufeff") for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")}
WRITTEN = {name: (name, "") for name in ENCODINGS} | MARKED | {"utf-8 with two marks": ("utf-8-sig", "\ufeff")}


@pytest.mark.parametrize(("encoding", "mark"), WRITTEN.values(), ids=WRITTEN)
def test_a_notebook_is_read_in_every_encoding_that_json_has(tmp_path, encoding, mark):
    text = OURS.replace("total", "Größe ✓")
    (tmp_path / "small.ipynb").write_bytes((mark + text.replace("{", "{\r\n")).encode(encoding))
    assert choose_notebook(tmp_path, "small", lambda: IDS).text == text.replace("{", "{\n")


@pytest.fixture
def classroom(tmp_path, client, monkeypatch, sandboxed):
    monkeypatch.setattr(grade, "connected", lambda *_: nullcontext(client))
    return small_course(tmp_path / "course")


def test_renamed_and_oddly_saved_notebooks_have_their_points_and_the_ledger_says_which(classroom, monkeypatch, capsys):
    usual = hand_in(classroom, "ada", RIGHT) / "small.ipynb"
    usual.rename(usual.with_name("small (1).ipynb"))
    bob = hand_in(classroom, "bob", RIGHT | SQUARE)
    (bob / "01_small").mkdir()
    (bob / "small.ipynb").rename(bob / "01_small" / "small.ipynb.txt")
    for student, encoding in (("bom", "utf-8-sig"), ("powershell", "utf-16")):
        path = hand_in(classroom, student, RIGHT) / "small.ipynb"
        path.write_text(path.read_text(), encoding=encoding)
    outcome = grade.run(classroom)
    assert (outcome.done, outcome.ungradable) == (4, {})
    assert scores(classroom) == {"ada": (5, 5), "bob": (3, 3), "bom": (5, 5), "powershell": (5, 5)}
    assert grade.run(classroom).done == 0
    assert nbformat.read(classroom.path("autograded", "ada") / "small.ipynb", as_version=4)
    monkeypatch.chdir(classroom.folder)
    monkeypatch.setenv("COLUMNS", "200")
    ledger_command.ledger("ada")
    grade.report(classroom, Console(width=200))
    told = capsys.readouterr().out
    assert told.count("graded was small (1).ipynb: no small.ipynb was handed in") == 2
    assert "graded was 01_small/small.ipynb.txt" in told
    assert classroom.autograde("ada").score == 5  # nbgrader's own command
    assert "graded was small (1).ipynb" in str(classroom.results(["ada"])[0].record.remarks)
