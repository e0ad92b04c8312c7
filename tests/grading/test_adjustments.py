"""Scores follow what is decided after grading: tests that come, go or are forgiven; due dates and extensions."""

from contextlib import nullcontext
from datetime import datetime

import nbformat
import pytest
from support.small_course import RIGHT, SQUARE, hand_in, scores, small_course

from utils.errors import CourseError
from utils.grading import building
from utils.grading.cells import grade_id
from utils.grading.commands import extend, forgive, grade
from utils.grading.commands import ledger as ledger_command
from utils.grading.late_policy import LatePolicy
from utils.grading.store.adjustments import LATE, forgiven
from utils.grading.store.ledger import NEW, NEW_LESSON

pytestmark = pytest.mark.usefixtures("sandboxed")

TEST_DOUBLE = """# %% nbgrader={"grade": true, "grade_id": "test_double", "locked": true, "points": 2,"""
TOTAL = '# %% nbgrader={"grade": false, "grade_id": "total"'
MORE = """# %% nbgrader={"grade": true, "grade_id": "test_more", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
checks.close(double(7), 14)

"""  # noqa: E501
WHY = '# %% [markdown] nbgrader={"grade": true, "grade_id": "why"'
QUESTION = """# %% [markdown] nbgrader={"grade": false, "grade_id": "question", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": true}
# What did you learn?

"""  # noqa: E501
ESSAY = {"why": "Because."}
DUE = datetime(2026, 1, 5, 12)
ON_TIME, LATE_BY_A_DAY = "2026-01-05 10:00:00 UTC", "2026-01-06 11:00:00 UTC"


@pytest.fixture
def course(tmp_path, client, monkeypatch):
    """Make a small course with these lines in its nbgrader_config.py."""
    monkeypatch.setattr(grade, "connected", lambda *_: nullcontext(client))
    monkeypatch.chdir(tmp_path)

    def make(settings=""):
        folder = small_course(tmp_path / "course", settings)
        monkeypatch.chdir(folder.folder)
        return folder

    return make


def change(classroom, *replaced):
    """Change the lesson's source, and build it (without running it)."""
    text = classroom.lesson.source.read_text()
    for old, new in zip(replaced[::2], replaced[1::2], strict=True):
        assert old in text
        text = text.replace(old, new, 1)
    classroom.lesson.source.write_text(text)
    nbformat.write(building.from_source(classroom.lesson), classroom.lesson.solution)


def without_test_double(classroom):
    text = classroom.lesson.source.read_text()
    begin = text.index(TEST_DOUBLE)
    change(classroom, text[begin : text.index("# %%", begin + 4)], "")


def entries(classroom, student):
    with classroom.ledger() as book:
        return [(one.reason, one.old_score, one.new_score) for one in book.entries(classroom.lesson.id, student)]


def waiting(classroom):
    """Who has cells that wait for a mark."""
    with classroom.gradebook() as gradebook:
        found = gradebook.assignment_submissions(classroom.lesson.id)
        return {
            one.student_id: [g.name for n in one.notebooks for g in n.grades if g.needs_manual_grade] for one in found
        }


def mark(classroom, student, name, score, comment=None):
    with classroom.gradebook() as gradebook:
        notebook = gradebook.find_submission(classroom.lesson.id, student).notebooks[0]
        for one in notebook.grades:
            if one.name == name:
                one.manual_score, one.needs_manual_grade = score, False
        for one in notebook.comments:
            if one.name == name and comment:
                one.manual_comment = comment
        gradebook.db.commit()


def given(classroom):
    return {student: score for student, (score, _) in scores(classroom).items()}


def most(classroom):
    with classroom.gradebook() as gradebook:
        return gradebook.find_assignment(classroom.lesson.id).max_score


def due(classroom, when=DUE):
    with classroom.gradebook() as gradebook:
        gradebook.update_or_create_assignment(classroom.lesson.id, duedate=when)


def test_a_test_that_is_withdrawn_counts_no_more_and_nothing_waits(course, capsys):
    classroom = course()
    hand_in(classroom, "ada", RIGHT | ESSAY)
    hand_in(classroom, "bob", RIGHT | SQUARE)
    grade.run(classroom)
    mark(classroom, "ada", "why", 3, "well said")
    mark(classroom, "bob", "test_double", 1.5, "nearly")
    assert scores(classroom) == {"ada": (8, 5), "bob": (4.5, 3)}

    without_test_double(classroom)
    summary = grade.run(classroom)
    summary.tell(classroom.lesson)
    assert "the test test_double is no longer in the lesson" in capsys.readouterr().out
    assert summary.done == 2 and most(classroom) == 7
    assert scores(classroom) == {"ada": (6, 6), "bob": (3, 3)}
    assert waiting(classroom) == {"ada": [], "bob": []}
    gone = "test_double was taken out of the lesson"
    assert entries(classroom, "ada") == [(NEW, None, 5), (gone, 8, 6), (NEW_LESSON, 6, 6)]
    assert entries(classroom, "bob") == [(NEW, None, 3), (gone, 4.5, 3), (NEW_LESSON, 3, 3)]
    assert grade.run(classroom).done == 0
    classroom.set_up()  # nbgrader's generate_assignment goes on working


def test_a_test_that_comes_back_has_the_marks_that_were_given(course):
    classroom = course()
    before = classroom.lesson.source.read_text()
    hand_in(classroom, "bob", RIGHT | SQUARE)
    grade.run(classroom)
    mark(classroom, "bob", "test_double", 1.5)
    without_test_double(classroom)
    grade.run(classroom)
    change(classroom, classroom.lesson.source.read_text(), before)
    grade.run(classroom)
    assert scores(classroom) == {"bob": (4.5, 4.5)} and most(classroom) == 9
    assert waiting(classroom) == {"bob": ["test_double"]}  # to be looked at again: the answer may be another one


def test_a_test_that_is_new_and_one_with_other_points(course, capsys):
    classroom = course()
    hand_in(classroom, "ada", RIGHT)
    hand_in(classroom, "bob", RIGHT | SQUARE)
    grade.run(classroom)
    change(classroom, TOTAL, f"{MORE}{TOTAL}", '"points": 3', '"points": 5')
    summary = grade.run(classroom)
    summary.tell(classroom.lesson)
    told = capsys.readouterr().out
    assert "the test test_more is new" in told and "the test test_total has other points than before" in told
    assert scores(classroom) == {"ada": (8, 8), "bob": (5, 5)} and most(classroom) == 12
    assert waiting(classroom) == {"ada": [], "bob": []}
    assert classroom.autograde("ada").score == 8


def test_a_question_waits_for_its_mark_and_again_when_what_was_written_has_changed(course):
    classroom = course()
    change(classroom, WHY, f"{QUESTION}{WHY}")
    classroom.set_up()
    folder = hand_in(classroom, "ada", RIGHT | ESSAY)
    grade.run(classroom)
    assert sorted(waiting(classroom)["ada"]) == ["question", "why"]
    mark(classroom, "ada", "question", 2)
    mark(classroom, "ada", "why", 4)
    grade.run(classroom, grade.Options(regrade=True))
    assert waiting(classroom) == {"ada": []} and given(classroom) == {"ada": 11}
    submitted = nbformat.read(folder / "small.ipynb", as_version=4)
    submitted.cells.append(nbformat.v4.new_markdown_cell("And another thing."))
    nbformat.write(submitted, folder / "small.ipynb")
    grade.run(classroom)
    assert waiting(classroom) == {"ada": ["question"]} and given(classroom) == {"ada": 11}


def test_a_mark_by_hand_above_what_a_cell_is_worth_now_is_named(course, capsys):
    classroom = course()
    for student, points in (("ada", 4), ("bob", 1)):
        hand_in(classroom, student, RIGHT | ESSAY)
        grade.run(classroom)
        mark(classroom, student, "why", points)
    change(classroom, '"points": 4', '"points": 3')
    grade.run(classroom).tell(classroom.lesson)
    told = capsys.readouterr().out
    assert "ada has 4 points by hand for why, which is worth 3 now: mark it again" in told and "bob has" not in told


@pytest.mark.parametrize(("text", "until"), [
    ("2026-01-12", (23, 59, 59)), ("20260112", (23, 59, 59)), ("2026-01-12T18:00+01:00", (17, 0, 0)),
    ("2026-01-12 06:30", (6, 30, 0)),
])  # fmt: skip
def test_a_day_lasts_until_its_end(text, until):
    assert extend.until_when(text) == datetime(2026, 1, 12, *until)


@pytest.mark.parametrize("graded_before", [True, False])
def test_whoever_fetched_the_lesson_before_a_test_was_added_has_removed_nothing(course, graded_before):
    classroom = course()
    if graded_before:
        hand_in(classroom, "ada", RIGHT)
        grade.run(classroom)
    else:
        classroom.set_up()
    old = classroom.filled_in(RIGHT)
    change(classroom, TOTAL, f"{MORE}{TOTAL}")
    classroom.set_up()
    hand_in(classroom, "bob", RIGHT)
    nbformat.write(old, classroom.path("submitted", "bob") / "small.ipynb")
    grade.run(classroom)
    assert scores(classroom)["bob"] == (6, 6)
    assert classroom.results(["bob"])[0].record.tampering == ()


@pytest.mark.parametrize("by_nbgrader", [False, True], ids=["generate", "autograde"])
def test_nbgraders_commands_follow_the_lesson_too(course, by_nbgrader):
    classroom = course()
    hand_in(classroom, "ada", RIGHT)
    grade.run(classroom)
    without_test_double(classroom)
    if by_nbgrader:
        classroom.autograde("ada")
    else:
        classroom.set_up()
    assert scores(classroom) == {"ada": (3, 3)} and most(classroom) == 7
    assert waiting(classroom) == {"ada": []}
    assert entries(classroom, "ada")[1] == ("test_double was taken out of the lesson", 5, 3)


def test_a_forgiven_test_gives_everybody_its_points_and_marks_stay(course, capsys):
    classroom = course()
    hand_in(classroom, "ada", RIGHT)
    hand_in(classroom, "bob", RIGHT | SQUARE)
    hand_in(classroom, "cyd", RIGHT | SQUARE)
    grade.run(classroom)
    mark(classroom, "cyd", "test_double", 0.5)
    forgive.forgive("01", "test_double")
    told = capsys.readouterr().out
    assert forgiven("test_double") in told and "bob: 3 → 5" in told and "cyd" not in told
    assert given(classroom) == {"ada": 5, "bob": 5, "cyd": 3.5}
    assert entries(classroom, "bob")[-1] == (forgiven("test_double"), 3, 5)
    hand_in(classroom, "bob", {}, "2026-01-06 10:00:00 UTC")
    hand_in(classroom, "dot", {})
    grade.run(classroom)
    grade.run(classroom, grade.Options(regrade=True))
    assert given(classroom) == {"ada": 5, "bob": 2, "cyd": 3.5, "dot": 2}
    ledger_command.ledger("dot")
    assert forgiven("test_double") in " ".join(capsys.readouterr().out.split()).replace("│ ", "").replace(" │", "")

    without_test_double(classroom)  # what was forgiven stays, also when its test is gone
    grade.run(classroom)
    assert given(classroom) == {"ada": 5, "bob": 2, "cyd": 3.5, "dot": 2}
    assert all("test_double" not in names for names in waiting(classroom).values())


@pytest.mark.parametrize("cell", ["why"])
def test_a_written_answer_that_was_deleted_waits_for_its_mark_on_a_page(course, cell):
    classroom = course()
    path = hand_in(classroom, "ada", RIGHT | ESSAY) / "small.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [one for one in notebook.cells if grade_id(one) != cell]
    nbformat.write(notebook, path)
    grade.run(classroom)
    assert waiting(classroom) == {"ada": [cell]}
    shown = nbformat.read(classroom.path("autograded", "ada") / "small.ipynb", as_version=4)
    assert cell in map(grade_id, shown.cells)


def test_forgiving_can_be_undone(course, capsys):
    classroom = course()
    hand_in(classroom, "ada", RIGHT)
    hand_in(classroom, "bob", RIGHT | SQUARE)
    grade.run(classroom)
    with pytest.raises(CourseError, match="test_double was not forgiven"):
        forgive.forgive("01", "test_double", undo=True)
    forgive.forgive("01", "test_double")
    forgive.forgive("01", "test_double")
    forgive.forgive("01", "test_double", undo=True)
    assert "bob: 5 → 3: test_double counts again" in capsys.readouterr().out
    assert scores(classroom) == {"ada": (5, 5), "bob": (3, 3)}
    assert [reason for reason, *_ in entries(classroom, "bob")] == [
        NEW,
        forgiven("test_double"),
        "test_double counts again",
    ]


def test_a_test_that_is_not_there_cannot_be_forgiven(course):
    course()
    with pytest.raises(CourseError, match="no test 'test_triple'; there are: test_double, test_total, why"):
        forgive.forgive("01", "test_triple")


POLICY = "c.LatePolicy.percent_per_day = 10"


def test_a_due_date_or_an_extension_after_grading_takes_effect_and_nothing_is_run_again(course, capsys):
    classroom = course(POLICY)
    due(classroom)
    for student, when in (("ada", ON_TIME), ("bob", LATE_BY_A_DAY), ("cyd", LATE_BY_A_DAY)):
        hand_in(classroom, student, RIGHT, when)
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5), "bob": (4.5, 4.5), "cyd": (4.5, 4.5)}

    with classroom.gradebook() as gradebook:
        gradebook.grant_extension("01_small", "bob", days=2)
    summary = grade.run(classroom)
    summary.tell(classroom.lesson)
    assert f"bob: 4.5 → 5: {LATE}" in capsys.readouterr().out
    assert (summary.done, summary.skipped) == (0, 3)
    assert scores(classroom) == {"ada": (5, 5), "bob": (5, 5), "cyd": (4.5, 4.5)}
    assert entries(classroom, "bob") == [(NEW, None, 4.5), (LATE, 4.5, 5)]

    due(classroom, datetime(2026, 1, 7))
    assert grade.run(classroom).done == 0
    assert scores(classroom)["cyd"] == (5, 5)
    due(classroom, datetime(2026, 1, 1))
    grade.run(classroom)
    assert scores(classroom) == {"ada": (2.5, 2.5), "bob": (3, 3), "cyd": (2, 2)}
    assert grade.run(classroom).adjusted.scores == ()


def test_a_mark_given_by_hand_counts_for_the_penalty(course):
    classroom = course(POLICY)
    due(classroom)
    hand_in(classroom, "ada", RIGHT | ESSAY, LATE_BY_A_DAY)
    grade.run(classroom)
    mark(classroom, "ada", "why", 4)
    grade.run(classroom)
    assert scores(classroom)["ada"] == (pytest.approx(8.1), pytest.approx(8.1))


def test_extend_before_and_after_grading(course, capsys):
    classroom = course(POLICY)
    due(classroom)
    hand_in(classroom, "ada", RIGHT, LATE_BY_A_DAY)
    hand_in(classroom, "bob", RIGHT, LATE_BY_A_DAY)
    extend.extend("ada", "01", "2026-01-06")
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5), "bob": (4.5, 4.5)}
    extend.extend("bob", "01", "2026-01-06T12:30+01:00")
    assert "bob may hand in 01_small until 2026-01-06 11:30:00 UTC" in capsys.readouterr().out
    assert scores(classroom)["bob"] == (5, 5)
    due(classroom, datetime(2026, 1, 1))  # the extension is a date, whatever the due date becomes
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5), "bob": (5, 5)}
    extend.extend("bob", "01", remove=True)
    assert scores(classroom)["bob"] == (2, 2)
    assert entries(classroom, "bob")[-1] == (LATE, 5, 2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("eve", "01", "2026-01-06"), "no student is called 'eve'"),
        (("ada", "01", "tomorrow"), "'tomorrow' is no date"),
        (("ada", "01", "2026-13-45"), "is no date"),
        (("ada", "09", "2026-01-06"), "no lesson is called '09'"),
        (("ada", "", "2026-01-06"), "no lesson is called ''"),
        (("ada", "01"), "say until when"),
    ],
)
def test_an_extension_that_cannot_be_given(course, arguments, said):
    hand_in(course(), "ada", RIGHT)
    with pytest.raises(CourseError, match=said):
        extend.extend(*arguments)


def test_a_due_date_that_is_taken_back_takes_its_extensions_along(course):
    classroom = course(POLICY)
    due(classroom)
    for student in ("ada", "bob"):
        hand_in(classroom, student, RIGHT, LATE_BY_A_DAY)
    grade.run(classroom)
    extend.extend("bob", "01", "2026-02-01")
    with classroom.gradebook() as gradebook:
        gradebook.update_or_create_assignment("01_small", duedate=None)
    grade.run(classroom)
    assert scores(classroom) == {"ada": (5, 5), "bob": (5, 5)}
    assert classroom.results()[0].days_late == 0
    due(classroom)
    grade.run(classroom)
    assert scores(classroom) == {"ada": (4.5, 4.5), "bob": (5, 5)}  # it is there again


HOUR, DAY = 3600, 86400


@pytest.mark.parametrize(
    ("settings", "seconds", "penalty"),
    [
        ({}, 3 * DAY, None),
        ({"percent_per_day": 10}, 1, 1),
        ({"percent_per_day": 10}, DAY, 1),
        ({"percent_per_day": 10}, DAY + 1, 2),
        ({"percent_per_day": 10}, 30 * DAY, 10),
        ({"percent_per_day": 10, "cap": 50}, 30 * DAY, 5),
        ({"percent_per_day": 10, "grace": 15}, 15 * 60, None),
        ({"percent_per_day": 10, "grace": 15}, 15 * 60 + 1, 1),
        ({"percent_per_day": 12.5}, HOUR, 1.25),
    ],
)
def test_the_late_policy(settings, seconds, penalty):
    assert LatePolicy(**settings).late_submission_penalty("ada", 10, seconds) == penalty


def test_a_late_policy_of_ones_own_that_fails_is_named(course, tmp_path, monkeypatch):
    (tmp_path / "my_late.py").write_text(
        "from nbgrader.plugins import BasePlugin\n"
        "class Mine(BasePlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return 1 / 0\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    classroom = course("c.AssignLatePenalties.plugin_class = 'my_late.Mine'")
    due(classroom)
    hand_in(classroom, "ada", RIGHT, LATE_BY_A_DAY)
    with pytest.raises(CourseError, match=r"late policy Mine of nbgrader_config\.py failed for ada"):
        grade.run(classroom)
