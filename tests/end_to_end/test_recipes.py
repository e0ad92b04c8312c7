"""The recipes of the README and of docs/instructors.md, typed as they stand, on a class that lives: it hands in again,
gets marks, extensions and a forgiven test, and comes from Canvas."""

import csv
import re
import shlex
import time
import zipfile

import nbformat
import pytest
from support.course import ROOT
from support.small_course import RIGHT, SQUARE, small_course

pytestmark = pytest.mark.usefixtures("sandboxed")

LESSON = "01_small"


@pytest.fixture
def classroom(tmp_path):
    """A course in a folder of its own, with a late policy."""
    return small_course(tmp_path / "course", "c.LatePolicy.percent_per_day = 20")


@pytest.fixture
def typed(classroom, run):
    """Type a command into the course's folder; it must succeed."""

    def _typed(line, status=0):
        done = run(classroom.folder, *shlex.split(line, comments=True))
        assert done.returncode == status, f"{line}\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    return _typed


def recipe():
    """The lines of the README that take a class from release to export."""
    text = (ROOT / "README.md").read_text()
    lines = re.search(r"```\n(nbgrader generate_assignment.*?)```", text, re.S)[1].splitlines()
    return [line.replace("01_slash_classifier", LESSON) for line in lines]


def grades(classroom):
    with (classroom.folder / "grades.csv").open() as table:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(table)}


def page(classroom, student):
    return (classroom.path("feedback", student) / "small.html").read_text()


def test_the_recipe_typed_again_takes_what_was_handed_in_again(classroom, typed):
    generate, release, *rest = recipe()
    typed(generate)
    typed(release)
    classroom.submit("ada", classroom.filled_in(RIGHT | SQUARE))
    classroom.submit("bob", classroom.filled_in(RIGHT))
    for line in rest:
        typed(line)
    assert grades(classroom) == {"ada": 3, "bob": 5}
    assert "3.0 / 9.0" in page(classroom, "ada")

    time.sleep(1.1)  # the exchange's times are whole seconds
    classroom.submit("ada", classroom.filled_in(RIGHT))
    with classroom.gradebook() as gradebook:  # a mark given by hand
        for grade in gradebook.find_submission(LESSON, "bob").notebooks[0].grades:
            if grade.name == "why":
                grade.manual_score, grade.needs_manual_grade = 4, False
        gradebook.db.commit()
    told = "".join(typed(line) for line in rest)
    assert "1 graded, 1 were graded before" in told
    assert grades(classroom) == {"ada": 5, "bob": 9}
    assert "5.0 / 9.0" in page(classroom, "ada") and "9.0 / 9.0" in page(classroom, "bob")
    assert len(list(classroom.attempts("ada").iterdir())) == 1


def test_a_term_with_canvas(classroom, typed):
    folder = classroom.folder
    (folder / "list.csv").write_text('Student,ID,SIS Login ID\n"Lovelace, Ada",12345,ada\n"Turing, Alan",12346,alan\n')
    assert "2 students, 2 of them new" in typed("course roster list.csv")
    typed(f"nbgrader db assignment add {LESSON} --duedate '2026-01-05 12:00:00 UTC'")
    with zipfile.ZipFile(folder / "submissions.zip", "w") as archive:
        archive.writestr("lovelaceada_12345_1_small.ipynb", nbformat.writes(classroom.filled_in(RIGHT | SQUARE)))
        archive.writestr("turingalan_LATE_12346_2_small-1.ipynb", nbformat.writes(classroom.filled_in(RIGHT)))
    typed("course import submissions.zip 01")
    typed("course grade 01")
    typed("nbgrader export")
    assert grades(classroom) == {"ada": 3, "alan": 4}
    assert "alan: 4 → 5" in typed("course extend alan 01 2026-01-06")
    assert "ada: 3 → 5" in typed("course forgive 01 test_double")
    assert "0 graded, 2 were graded before" in typed("course grade 01")
    typed("nbgrader export --exporter utils.grading.exports.Canvas")
    with (folder / "canvas.csv").open() as table:
        rows = {row["SIS Login ID"]: (row["ID"], row[LESSON]) for row in csv.DictReader(table)}
    assert rows["ada"] == ("12345", "5") and rows["alan"] == ("12346", "5")
    assert "was withdrawn: everybody has its points" in re.sub(r"\s*│\s*", " ", typed("course ledger ada"))
    typed("nbgrader export --exporter utils.grading.exports.Exercises")
    assert (folder / "exercises.csv").read_text().startswith("student_id")
    typed(f"nbgrader generate_feedback {LESSON}")
    assert "feedback_canvas_01_small.zip: 2 pages" in typed("course feedback 01")
    typed("course roster out.csv --write")
    assert "course: " in typed("course import list.csv 01", status=1)
    assert "course: " in typed("course extend eve 01 2026-01-06", status=1)
    assert "course: " in typed("course forgive 01 test_none", status=1)
