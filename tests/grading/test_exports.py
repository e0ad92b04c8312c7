"""Tables of grades: nbgrader's own, and what Canvas and Moodle document that they import."""

import csv

import pytest
from support.small_course import RIGHT, SQUARE, hand_in, small_course

from utils.grading.exports import Canvas, Exercises, Grades, Moodle

pytestmark = pytest.mark.usefixtures("sandboxed")


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    """Two who handed in, one who did not; a name with a comma and one with letters of another alphabet."""
    classroom = small_course(tmp_path_factory.mktemp("exports") / "course")
    with classroom.gradebook() as gradebook:
        gradebook.add_student("ada", first_name="Ada", last_name="Lovelace, Countess", email="ada@example.org")
        gradebook.add_student("sofja", first_name="Софья", last_name="Ковалевская", lms_user_id="4711")
        gradebook.add_student("idle", first_name="I.", last_name="Dle")
    for student, answers in (("ada", RIGHT), ("sofja", RIGHT | SQUARE)):
        hand_in(classroom, student, answers)
        classroom.autograde(student)
    return classroom


def table(exporter, classroom, path, **options):
    with classroom.gradebook() as gradebook:
        exporter(to=str(path), **options).export(gradebook)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_canvas(classroom, tmp_path):
    rows = table(Canvas, classroom, tmp_path / "canvas.csv")
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "01_small"]
    assert rows[1] == ["    Points Possible", "", "", "", "", "9"]
    assert sorted(rows[2:]) == [
        ["Dle, I.", "", "", "idle", "", ""],
        ["Lovelace, Countess, Ada", "", "", "ada", "", "5"],
        ["Ковалевская, Софья", "4711", "", "sofja", "", "3"],
    ]


def test_moodle(classroom, tmp_path):
    rows = table(Moodle, classroom, tmp_path / "moodle.csv")
    assert rows[0] == ["First name", "Last name", "ID number", "Email address", "01_small"]
    assert sorted(rows[1:]) == [
        ["Ada", "Lovelace, Countess", "ada", "ada@example.org", "5"],
        ["I.", "Dle", "idle", "", ""],
        ["Софья", "Ковалевская", "sofja", "", "3"],
    ]


def test_points_of_each_exercise(classroom, tmp_path, monkeypatch):
    monkeypatch.chdir(classroom.folder)
    rows = table(Exercises, classroom, tmp_path / "exercises.csv")
    columns = ["double", "total", "why", "late", "total"]
    assert rows[0] == ["student_id", "last_name", "first_name", *(f"01_small: {name}" for name in columns)]
    assert rows[1] == ["points that can be had", "", "", "2", "3", "4", "", "9"]
    assert sorted(rows[2:]) == [
        ["ada", "Lovelace, Countess", "Ada", "2", "3", "0", "0", "5"],
        ["idle", "Dle", "I.", "", "", "", "", ""],
        ["sofja", "Ковалевская", "Софья", "0", "3", "0", "0", "3"],
    ]


def test_some_students_and_lessons_only(classroom, tmp_path):
    _, row = table(Moodle, classroom, tmp_path / "one.csv", student=["ada"], assignment=["01"])
    assert row == ["Ada", "Lovelace, Countess", "ada", "ada@example.org", "5"]


@pytest.mark.parametrize("exporter", [Canvas, Grades])
@pytest.mark.parametrize(("options", "said"), [
    ({"student": ["ada", "nobody"]}, "the gradebook knows no student called 'nobody'"),
    ({"assignment": ["02"]}, "the gradebook knows no lesson called '02'; there are: 01_small"),
    ({"to": "/proc/none/x.csv"}, "/proc/none/x.csv cannot be written"),
])  # fmt: skip
def test_what_cannot_be_exported_leaves_the_table_as_it_was(classroom, tmp_path, exporter, options, said):
    path = tmp_path / "table.csv"
    path.write_text("before")
    with classroom.gradebook() as gradebook, pytest.raises(SystemExit, match=said):
        exporter(**({"to": str(path)} | options)).export(gradebook)
    assert path.read_text() == "before" and [one.name for one in tmp_path.iterdir()] == ["table.csv"]


@pytest.mark.parametrize(
    ("exporter", "first"), [("Canvas", "Student,"), ("Moodle", "First name,"), ("Exercises", "student_id,")]
)
def test_the_documented_command(classroom, run, exporter, first):
    done = run(classroom.folder, "nbgrader", "export", "--exporter", f"utils.grading.exports.{exporter}")
    assert done.returncode == 0, done.stderr
    assert (classroom.folder / f"{exporter.lower()}.csv").read_text().startswith(first)
