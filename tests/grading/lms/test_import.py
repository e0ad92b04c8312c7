"""From a zip file of Canvas or Moodle to grades and feedback that they take back."""

import csv
import zipfile
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from support.small_course import RIGHT, SQUARE, scores, small_course

from utils.errors import CourseError
from utils.grading.cells import nbgrader_metadata
from utils.grading.commands import feedback, grade, import_zip, roster
from utils.grading.exports import Canvas, Moodle
from utils.grading.pipeline.grader import OTHER_LESSON
from utils.grading.store.course_folder import CourseFolder
from utils.grading.store.ledger import NEW_TEXT

pytestmark = pytest.mark.usefixtures("sandboxed")

LIST = """Student,ID,SIS User ID,SIS Login ID,Section
"Lovelace, Ada",,,ada,
"Turing, Alan",,,alan,
"Noether, Emmy",,,emmy,
"Müller, Zoë",,,zoe,
"d'Arc, Jean",,,jean,
"""


@pytest.fixture
def classroom(tmp_path, client, monkeypatch):
    """A course with a class list."""
    monkeypatch.setattr(grade, "connected", lambda *_: nullcontext(client))
    made = small_course(tmp_path / "course", "c.LatePolicy.percent_per_day = 20")
    monkeypatch.chdir(made.folder)
    (tmp_path / "list.csv").write_text(LIST)
    roster.roster(tmp_path / "list.csv")
    return made


def packed(classroom, files):
    """A zip file: name → answers, or any text."""
    path = classroom.folder / "submissions.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            text = content if isinstance(content, str) else nbformat.writes(classroom.filled_in(content))
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 7, 12, 0, 0)), text)
    return path


def rows(exporter, classroom):
    path = classroom.folder / "export.csv"
    with classroom.gradebook() as gradebook:
        exporter(to=str(path)).export(gradebook)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CANVAS = {
    "lovelaceada_12345_67890_small.ipynb": RIGHT,
    "turingalan_LATE_12346_67891_small-1.ipynb": RIGHT,
    "noetheremmy_12347_67892_small (1).ipynb": RIGHT | SQUARE,
}
MOODLE = {
    "Ada Lovelace_123456_assignsubmission_file_/small.ipynb": RIGHT,
    "Zoë Müller_123457_assignsubmission_file_/small.ipynb": RIGHT | SQUARE,
    "Jean d'Arc_123458_assignsubmission_file_/Copy of small.ipynb": RIGHT,
}


def test_canvas_there_and_back(classroom, capsys):
    with classroom.gradebook() as gradebook:
        gradebook.update_or_create_assignment("01_small", duedate=datetime(2026, 1, 5, 12))
    import_zip.import_zip(packed(classroom, CANVAS), "01")
    assert "submissions of 3 students, 3 of them new" in (told := capsys.readouterr().out)
    assert "alan: late, as Canvas says, but not how late" in told
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5), "alan": (4, 4), "emmy": (3, 3)}
    assert all(result.record.remarks == () for result in classroom.results())
    table = {row["SIS Login ID"]: (row["ID"], row["01_small"]) for row in rows(Canvas, classroom)}
    assert table["ada"] == ("12345", "5") and table["alan"] == ("12346", "4") and table["zoe"] == ("", "")

    with pytest.raises(CourseError, match=r"no feedback page for ada, alan, emmy: run `nbgrader generate_feedback"):
        feedback.feedback("01")
    for student in ("ada", "alan", "emmy"):
        classroom.feedback(student)
    feedback.feedback("01")
    with zipfile.ZipFile(classroom.folder / "feedback_canvas_01_small.zip") as archive:
        assert archive.namelist() == [name.replace(".ipynb", ".html") for name in sorted(CANVAS)]
        assert b"<html" in archive.read("lovelaceada_12345_67890_small.html")


def test_moodle_there_and_back(classroom):
    import_zip.import_zip(packed(classroom, MOODLE), "01")
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5), "zoe": (3, 3), "jean": (5, 5)}
    table = {row["ID number"]: row["01_small"] for row in rows(Moodle, classroom)}
    assert table == {"ada": "5", "zoe": "3", "jean": "5", "alan": "", "emmy": ""}
    for student in ("ada", "jean", "zoe"):
        classroom.feedback(student)
    feedback.feedback("01")
    with zipfile.ZipFile(classroom.folder / "feedback_moodle_01_small.zip") as archive:
        assert archive.namelist() == [
            "Ada Lovelace_123456_assignsubmission_file_/feedback_small.html",
            "Jean d'Arc_123458_assignsubmission_file_/feedback_Copy of small.html",
            "Zoë Müller_123457_assignsubmission_file_/feedback_small.html",
        ]


def test_imported_again_only_what_is_new_is_graded(classroom, capsys):
    import_zip.import_zip(packed(classroom, CANVAS), "01")
    grade.run(classroom)
    import_zip.import_zip(packed(classroom, CANVAS), "01")
    assert "3 students, 0 of them new" in capsys.readouterr().out
    assert grade.run(classroom).done == 0
    again = {"noetheremmy_12347_70000_small-1.ipynb": RIGHT}
    import_zip.import_zip(packed(classroom, again), "01")
    assert grade.run(classroom).done == 1
    assert scores(classroom)["emmy"] == (5, 5)
    with classroom.ledger() as book:
        assert book.entries("01_small", "emmy")[-1].reason == NEW_TEXT
    assert len(list(classroom.attempts("emmy").iterdir())) == 1  # the earlier one is kept


def test_of_several_attempts_the_last_is_taken_and_the_others_are_kept(classroom, capsys):
    files = {
        "lovelaceada_12345_300_small-2.ipynb": RIGHT,
        "lovelaceada_12345_100_small.ipynb": {},
        "lovelaceada_12345_200_small-1.ipynb": RIGHT | SQUARE,
        "lovelaceada_12345_301_notes.txt": "notes",
    }
    for _ in range(2):
        import_zip.import_zip(packed(classroom, files), "01")
    assert "ada: 3 attempts; the last one is taken: small-2.ipynb, notes.txt" in capsys.readouterr().out
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5)}
    assert (classroom.path("submitted", "ada") / "notes.txt").read_text() == "notes"
    assert len(list(classroom.attempts("ada").iterdir())) == 2


def test_a_page_or_a_picture_of_the_notebook_is_no_attempt(classroom):
    files = {"lovelaceada_12345_100_small.ipynb": RIGHT, "lovelaceada_12345_101_small.html": "<p>exported</p>"}
    import_zip.import_zip(packed(classroom, files), "01")
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5)}
    assert (classroom.path("submitted", "ada") / "small.html").is_file()


@pytest.mark.parametrize("name", ["Copy of small.ipynb", "final.ipynb", "small (2).IPYNB"])
def test_a_notebook_of_the_lesson_is_another_attempt_whatever_it_is_called(classroom, capsys, name):
    files = {"lovelaceada_12345_100_small.ipynb": {}, f"lovelaceada_12345_200_{name}": RIGHT}
    import_zip.import_zip(packed(classroom, files), "01")
    assert f"ada: 2 attempts; the last one is taken: {name}" in capsys.readouterr().out
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5)}


def test_a_notebook_that_is_not_the_lessons_is_no_attempt(classroom):
    files = {"lovelaceada_12345_100_small.ipynb": RIGHT, "lovelaceada_12345_200_scratch.ipynb": '{"cells": []}'}
    import_zip.import_zip(packed(classroom, files), "01")
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5)}


def test_a_submission_without_a_notebook_is_said(classroom, capsys):
    import_zip.import_zip(
        packed(classroom, {"lovelaceada_12345_100_work.zip": "PK", "turingalan_2_3_small.ipynb": RIGHT}), "01"
    )
    told = capsys.readouterr().out
    assert "ada: no notebook in work.zip" in told and "alan: no notebook" not in told


def test_numbers_of_canvas_and_moodle_are_not_compared(classroom, capsys):
    import_zip.import_zip(packed(classroom, {"lovelaceada_12345_900_small.ipynb": {}}), "01")
    import_zip.import_zip(packed(classroom, {"Ada Lovelace_100_assignsubmission_file_/small.ipynb": RIGHT}), "01")
    assert "a later attempt lies in submitted/ already" not in capsys.readouterr().out
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5)}


def test_an_older_zip_file_brings_no_old_attempt_back(classroom, capsys):
    import_zip.import_zip(packed(classroom, {"lovelaceada_12345_200_small-1.ipynb": RIGHT}), "01")
    import_zip.import_zip(packed(classroom, {"lovelaceada_12345_100_small.ipynb": {}}), "01")
    told = capsys.readouterr().out
    assert "1 student, 0 of them new" in told and "ada: a later attempt lies in submitted/ already, and stays" in told
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5)}
    assert len(list(classroom.attempts("ada").iterdir())) == 1


def due(classroom):
    with classroom.gradebook() as gradebook:
        gradebook.update_or_create_assignment("01_small", duedate=datetime(2026, 1, 5, 12))


def test_what_was_corrected_by_hand_stays_until_a_newer_attempt_comes(classroom, capsys):
    due(classroom)
    files = {"turingalan_LATE_12346_67891_small.ipynb": RIGHT, "lovelaceada_12345_67890_small.ipynb": {}}
    import_zip.import_zip(packed(classroom, files), "01")
    stamp = classroom.path("submitted", "alan") / "timestamp.txt"
    assert stamp.read_text() == "2026-01-05 12:00:01 UTC"
    stamp.write_text("2026-01-07 12:30:00 UTC")
    nbformat.write(classroom.filled_in(RIGHT), classroom.path("submitted", "ada") / "small.ipynb")
    capsys.readouterr()
    for _ in range(2):
        import_zip.import_zip(packed(classroom, files | {"noetheremmy_12347_67892_small.ipynb": RIGHT}), "01")
        assert capsys.readouterr().out.count("changed by hand in submitted/ since it was imported, and kept so") == 2
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5), "alan": (2, 2), "emmy": (5, 5)}
    import_zip.import_zip(packed(classroom, {"lovelaceada_12345_70000_small-1.ipynb": RIGHT | SQUARE}), "01")
    assert "by hand" not in capsys.readouterr().out
    grade.run(classroom)
    assert scores(classroom)["ada"] == (3, 3)


def test_a_due_date_that_is_set_later_reaches_what_nobody_has_corrected(classroom):
    files = {"turingalan_LATE_12346_67891_small.ipynb": RIGHT}
    import_zip.import_zip(packed(classroom, files), "01")
    due(classroom)
    import_zip.import_zip(packed(classroom, files), "01")
    stamp = classroom.path("submitted", "alan") / "timestamp.txt"
    assert stamp.read_text() == "2026-01-05 12:00:01 UTC"
    import_zip.import_zip(packed(classroom, files), "01", times=True)
    assert stamp.read_text() == "2026-01-07 12:00:00 UTC"


def other_lesson():
    """A notebook of another lesson, which has a cell called "setup" as each has."""
    kinds = {"setup": "read-only", "conv": "solution", "test_conv": "test"}
    cells = [nbformat.v4.new_code_cell("x = 1", metadata=nbgrader_metadata(*kind)) for kind in kinds.items()]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


WRONG = {f"{who}_{name}": other_lesson() for who, name in (
    ("lovelaceada_12345_70001", "convolution.ipynb"), ("turingalan_12346_70002", "convolution.ipynb")
)}  # fmt: skip
WARNING = "none of the lesson's cells in 2 of 2 notebooks: is it the zip file of another lesson?"
ALL_WRONG = "submissions.zip holds nothing of 01_small, see above"


def test_another_lessons_zip_file_replaces_nothing(classroom, capsys):
    import_zip.import_zip(packed(classroom, CANVAS), "01")
    with pytest.raises(CourseError, match=ALL_WRONG):
        import_zip.import_zip(packed(classroom, WRONG), "01")
    told = capsys.readouterr().out
    assert WARNING in told
    assert "ada: none of the lesson's cells are in convolution.ipynb: what lies in submitted/ stays" in told
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5), "alan": (5, 5), "emmy": (3, 3)}
    with classroom.ledger() as book:
        assert {place.file for place in book.places("01_small")} == {"small.ipynb", "small-1.ipynb", "small (1).ipynb"}


def test_after_another_lessons_zip_file_the_right_one_is_taken(classroom, capsys):
    with pytest.raises(CourseError, match=ALL_WRONG):
        import_zip.import_zip(packed(classroom, WRONG), "01")
    summary = grade.run(classroom)
    summary.tell(classroom.lesson)
    assert "another lesson's notebook, it seems: ada, alan" in capsys.readouterr().out
    assert {one.record.tampering for one in classroom.results()} == {(OTHER_LESSON,)}
    import_zip.import_zip(packed(classroom, CANVAS), "01")
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5), "alan": (5, 5), "emmy": (3, 3)}


def test_a_notebook_that_has_lost_its_metadata_is_of_the_lesson(classroom, capsys):
    import_zip.import_zip(packed(classroom, {"lovelaceada_12345_100_small.ipynb": {}}), "01")
    bare = classroom.filled_in(RIGHT)
    for cell in bare.cells:
        cell.metadata = {}
    import_zip.import_zip(packed(classroom, {"lovelaceada_12345_200_small-1.ipynb": nbformat.writes(bare)}), "01")
    assert "none of the lesson's cells" not in capsys.readouterr().out
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5)}


def test_canvas_late_is_after_the_minutes_of_grace(tmp_path, classroom, capsys):
    config = classroom.folder / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\nc.LatePolicy.grace = 15\n")
    due(classroom)
    import_zip.import_zip(packed(classroom, CANVAS), "01")
    assert "it counts as one second after the 15 minutes of grace" in capsys.readouterr().out
    assert (classroom.path("submitted", "alan") / "timestamp.txt").read_text() == "2026-01-05 12:15:01 UTC"
    again = CourseFolder(classroom.folder, classroom.lesson)
    grade.run(again)
    assert scores(classroom) == {"ada": (5, 5), "alan": (4, 4), "emmy": (3, 3)}


def test_a_feedback_page_that_is_out_of_date_is_not_sent(classroom):
    import_zip.import_zip(packed(classroom, CANVAS), "01")
    grade.run(classroom)
    for student in ("ada", "alan", "emmy"):
        classroom.feedback(student)
    feedback.feedback("01")
    sent = classroom.folder / "feedback_canvas_01_small.zip"
    with classroom.ledger() as book:
        book.forgive("01_small", "test_double")
        classroom.adjust(book)
    with classroom.gradebook() as gradebook:
        gradebook.find_comment("why", "small", "01_small", "ada").manual_comment = "well said"
        gradebook.db.commit()
    with pytest.raises(CourseError, match=r"older than the points or comments of ada, emmy: run `nbgrader generate"):
        feedback.feedback("01")
    assert zipfile.ZipFile(sent).namelist() == ["turingalan_LATE_12346_67891_small-1.html"]
    import_zip.import_zip(packed(classroom, {"turingalan_12346_70000_small-2.ipynb": RIGHT | SQUARE}), "01")
    with pytest.raises(CourseError, match=r"handed in last is not graded for alan: run `course grade 01_small`"):
        feedback.feedback("01")
    grade.run(classroom)
    for student in ("ada", "alan", "emmy"):
        classroom.feedback(student)
    feedback.feedback("01")
    assert len(zipfile.ZipFile(sent).namelist()) == 3


def test_one_student_twice_in_moodle(classroom):
    files = {
        "Ada Lovelace_20_assignsubmission_file_/small.ipynb": RIGHT,
        "Ada Lovelace_10_assignsubmission_file_/small.ipynb": {},
        "Ada Lovelace_20_assignsubmission_onlinetext_/onlinetext.html": "<p>done</p>",
    }
    import_zip.import_zip(packed(classroom, files), "01")
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5)}
    assert len(list(classroom.attempts("ada").iterdir())) == 1


BY_HAND = {
    "a file is called as another student": {"alan/ada.ipynb": {}, "ada/ada.ipynb": RIGHT},
    "an old copy in a folder": {"ada/small.ipynb": RIGHT, "ada/zz_old/small.ipynb": {}, "alan/small.ipynb": {}},
}


@pytest.mark.parametrize("files", BY_HAND.values(), ids=BY_HAND)
def test_in_a_zip_file_made_by_hand_no_file_takes_the_place_of_another(classroom, files):
    import_zip.import_zip(packed(classroom, files), "01")
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5), "alan": (0, 0)}


MOODLE_FOLDER = "Ada Lovelace_1_assignsubmission_file_"
CONFLICTS = {
    "a folder called as the notebook": {"small.ipynb/x.txt": "x", "other.ipynb": RIGHT},
    "a folder called as the time": {"timestamp.txt/x": "x", "small.ipynb": RIGHT},
    "a folder called as a file": {"a": "x", "a/b": "y", "small.ipynb": RIGHT},
}


@pytest.mark.parametrize("files", CONFLICTS.values(), ids=CONFLICTS)
def test_a_folder_that_is_called_as_a_file_stops_nobody(classroom, files):
    files = {f"{MOODLE_FOLDER}/{name}": content for name, content in files.items()}
    files["Zoë Müller_2_assignsubmission_file_/small.ipynb"] = RIGHT | SQUARE
    import_zip.import_zip(packed(classroom, files), "01", times=True)
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5), "zoe": (3, 3)}
    assert len(list(classroom.path("submitted", "ada").rglob("*"))) >= len(files)


def test_a_submission_that_cannot_be_laid_down_costs_the_others_nothing(classroom, capsys, monkeypatch):
    lay = CourseFolder.lay

    def full(self, student, files):
        if student == "ada":
            raise OSError(28, "No space left on device")
        return lay(self, student, files)

    monkeypatch.setattr(CourseFolder, "lay", full)
    with pytest.raises(CourseError, match="1 submission could not be laid down"):
        import_zip.import_zip(packed(classroom, MOODLE), "01")
    assert "ada: cannot be laid down (No space left on device)" in capsys.readouterr().out
    assert classroom.students() == ["jean", "zoe"]
    with classroom.ledger() as book:
        assert {place.student for place in book.places("01_small")} == {"jean", "zoe"}


@pytest.mark.parametrize(("date", "time"), [((1980, 0, 0, 0, 0, 0), None), ((2026, 1, 7, 12, 0, 62), "12:00:59")])
def test_times_that_no_clock_shows(classroom, date, time):
    path = packed(classroom, MOODLE)
    with zipfile.ZipFile(path, "w") as archive:
        name = f"{MOODLE_FOLDER}/small.ipynb"
        archive.writestr(name, nbformat.writes(classroom.filled_in(RIGHT)))
        archive.infolist()[0].date_time = date
    import_zip.import_zip(path, "01", times=True)
    stamp = classroom.path("submitted", "ada") / "timestamp.txt"
    assert time in stamp.read_text() if time else not stamp.exists()


def test_what_is_nobodys_is_listed_and_not_lost(classroom, capsys):
    files = {"strangerthe_1_2_small.ipynb": "{}", **CANVAS, "anonymous.txt": "whose?"}
    with pytest.raises(CourseError, match="2 files are nobody's and in unmatched/01_small/"):
        import_zip.import_zip(packed(classroom, files), "01")
    told = capsys.readouterr().out
    assert "strangerthe_1_2_small.ipynb: nobody in the class list is called that" in told
    aside = classroom.folder / "unmatched" / "01_small"
    assert (aside / "strangerthe_1_2_small.ipynb").read_text() == "{}" and (aside / "anonymous.txt").is_file()
    assert classroom.students() == ["ada", "alan", "emmy"]


def test_groups_of_moodle(classroom):
    files = {f"Monday-{name}": content for name, content in MOODLE.items()}
    import_zip.import_zip(packed(classroom, files), "01")
    assert classroom.students() == ["ada", "jean", "zoe"]


def test_times_of_the_files_when_they_are_wanted(classroom):
    with classroom.gradebook() as gradebook:
        gradebook.update_or_create_assignment("01_small", duedate=datetime(2026, 1, 5, 12))
    import_zip.import_zip(packed(classroom, MOODLE), "01", times=True)
    assert (classroom.path("submitted", "ada") / "timestamp.txt").read_text() == "2026-01-07 12:00:00 UTC"
    grade.run(classroom)
    assert scores(classroom)["ada"] == (3, 3)


def test_without_a_class_list_one_line_says_what_to_do(tmp_path, monkeypatch):
    empty = small_course(tmp_path / "empty")
    monkeypatch.chdir(empty.folder)
    with pytest.raises(CourseError, match=r"no class list yet: `course roster FILE.csv`"):
        import_zip.import_zip(packed(empty, CANVAS), "01")
    assert empty.students() == []


def test_arguments_in_the_other_order_are_said(classroom):
    with pytest.raises(CourseError, match=r"the zip file comes first: `course import s.zip 01`"):
        import_zip.import_zip(Path("01"), "s.zip")


def test_a_bad_zip_file_changes_nothing(classroom):
    import_zip.import_zip(packed(classroom, CANVAS), "01")
    for name in ("../evil.ipynb", "/evil.ipynb"):
        with pytest.raises(CourseError, match="would be written elsewhere"):
            import_zip.import_zip(packed(classroom, {**MOODLE, name: "{}"}), "01")
    assert classroom.students() == ["ada", "alan", "emmy"]
    (classroom.folder / "submissions.zip").write_text("no zip")
    with pytest.raises(CourseError, match=r"submissions.zip is no zip file"):
        import_zip.import_zip(classroom.folder / "submissions.zip", "01")
    with pytest.raises(CourseError, match="holds no files"):
        import_zip.import_zip(packed(classroom, {}), "01")


def test_the_class_list_can_be_written_and_read(classroom, tmp_path, capsys):
    roster.roster(tmp_path / "out.csv", write=True)
    roster.roster(tmp_path / "out.csv")
    assert "5 students, 0 of them new" in capsys.readouterr().out
    (tmp_path / "one.csv").write_text("student_id,name\nada,Ada Lovelace\n,Nobody\n")
    with pytest.raises(CourseError, match="not all rows could be read"):
        roster.roster(tmp_path / "one.csv")
    assert "not in this list, and kept: alan, emmy, jean, zoe" in capsys.readouterr().out
    with pytest.raises(CourseError, match=r"none.csv cannot be read \(No such file"):
        roster.roster(tmp_path / "none.csv")
