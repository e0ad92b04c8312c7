"""`course grade`: what is new is graded, many at a time; nothing is lost, nothing is graded twice by accident."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import nullcontext
from datetime import datetime
from functools import partial

import nbformat
import psutil
import pytest
import typer
from rich.console import Console
from sqlalchemy.exc import OperationalError
from support.course import ROOT
from support.small_course import RIGHT, SQUARE, a_class, course_grade, hand_in, scores, small_course

from utils.errors import CourseError
from utils.grading.cells import grade_id
from utils.grading.commands import grade, roster
from utils.grading.commands import ledger as ledger_command
from utils.grading.course import Lesson
from utils.grading.pipeline import cluster
from utils.grading.pipeline.record import Record
from utils.grading.pipeline.submission import Submission, SubmissionKey
from utils.grading.store import ledger
from utils.grading.store.ledger import ASKED, NEW, NEW_ENVIRONMENT, NEW_LESSON, NEW_TEXT

pytestmark = pytest.mark.usefixtures("sandboxed")


@pytest.fixture
def classroom(tmp_path, client, monkeypatch):
    monkeypatch.setattr(grade, "connected", lambda *_: nullcontext(client))
    return small_course(tmp_path / "course")


def run(classroom, **options):
    return grade.run(classroom, grade.Options(**options))


def entries(classroom, student=None):
    with classroom.ledger() as book:
        return book.entries(classroom.lesson.id, student)


def graded(classroom, student):
    """The student's graded cells by their grade_id, in nbgrader's gradebook."""
    with classroom.gradebook() as gradebook:
        submission = gradebook.find_submission(classroom.lesson.id, student)
        return {
            one.name: (one.auto_score, one.manual_score, one.needs_manual_grade)
            for one in submission.notebooks[0].grades
        }


def test_what_is_new_is_graded_once_and_what_changed_again(classroom):
    hand_in(classroom, "ada", RIGHT)
    hand_in(classroom, "bob", RIGHT | SQUARE)
    assert run(classroom).done == 2
    assert scores(classroom) == {"ada": (5, 5), "bob": (3, 3)}
    again = run(classroom)
    assert (again.done, again.skipped, again.left) == (0, 2, 0)

    hand_in(classroom, "bob", RIGHT, "2026-01-06 10:00:00 UTC")
    assert run(classroom).done == 1
    assert scores(classroom) == {"ada": (5, 5), "bob": (5, 5)}
    told = [(e.student, e.reason, e.attempt, e.old_score, e.new_score) for e in entries(classroom)]
    assert sorted(told[:2]) == [("ada", NEW, 1, None, 5), ("bob", NEW, 1, None, 3)]
    assert told[2:] == [("bob", NEW_TEXT, 1, 3, 5)]

    assert run(classroom, students=["ada"], regrade=True).done == 1
    last = entries(classroom)[-1]
    assert (last.student, last.reason, last.attempt, last.old_score, last.new_score) == ("ada", ASKED, 2, 5, 5)


def test_another_version_of_the_lesson_or_of_the_packages_is_a_reason_to_grade_again(classroom, monkeypatch):
    hand_in(classroom, "ada", RIGHT | SQUARE)
    run(classroom)
    notebook = classroom.lesson.solution.read_text()
    classroom.lesson.solution.write_text(notebook.replace("twice 3", "twice three"))
    assert run(classroom).done == 1
    assert run(classroom).done == 0
    assert ledger_due(classroom, "another") == [NEW_ENVIRONMENT]
    assert [entry.reason for entry in entries(classroom)] == [NEW, NEW_LESSON]


def ledger_due(classroom, environment):
    with classroom.ledger() as book:
        keys = [classroom.read(student).key for student in classroom.students()]
        return [due.reason for due in book.due(keys, classroom.assignment().version, environment).values()]


def test_nbgraders_own_autograde_gives_the_same_and_writes_the_same_ledger(tmp_path, classroom):
    one, other = small_course(tmp_path / "one"), small_course(tmp_path / "other")
    for classroom in (one, other):
        students = a_class(classroom, 6)
        classroom.path("submitted", "broken").mkdir(parents=True)
        (classroom.path("submitted", "broken") / "small.ipynb").write_text("{ no json")
    outcome = run(one)
    assert outcome.done == 7 and list(outcome.ungradable) == ["broken"]
    for student in [*students, "broken"]:
        other.autograde(student)
    assert scores(one) == scores(other)
    for student in [*students, "broken"]:
        assert graded(one, student) == graded(other, student)
        mine, its = entries(one, student)[0].details, entries(other, student)[0].details
        assert (mine.tests, mine.scores, mine.comments, mine.answers) == (
            its.tests,
            its.scores,
            its.comments,
            its.answers,
        )
        assert cells(one, student) == cells(other, student)
        assert (one.path("autograded", student) / "timestamp.txt").exists() == (student != "broken")


def cells(classroom, student):
    notebook = nbformat.read(classroom.path("autograded", student) / "small.ipynb", as_version=4)
    nbformat.validate(notebook)
    return [(cell.cell_type, cell.source, cell.metadata, cell.get("outputs")) for cell in notebook.cells]


def test_what_a_human_gave_survives_and_is_looked_at_again_where_the_text_changed(classroom):
    essay = {"why": "Because."}
    hand_in(classroom, "ada", RIGHT | SQUARE | essay)
    run(classroom)
    assert graded(classroom, "ada")["why"] == (None, None, True)
    with classroom.gradebook() as gradebook:
        submission = gradebook.find_submission("01_small", "ada")
        for one in submission.notebooks[0].grades:
            if one.name in ("why", "test_double"):
                one.manual_score, one.needs_manual_grade = 1.5, False
        submission.notebooks[0].comments[0].manual_comment = "well tried"
        gradebook.db.commit()
    run(classroom, regrade=True)
    assert graded(classroom, "ada")["why"] == (None, 1.5, False)
    assert graded(classroom, "ada")["test_double"] == (0, 1.5, False)
    assert scores(classroom)["ada"] == (6, 6)

    hand_in(classroom, "ada", RIGHT | essay)
    run(classroom)
    assert graded(classroom, "ada")["why"] == (None, 1.5, False)
    assert graded(classroom, "ada")["test_double"] == (2, 1.5, True)
    hand_in(classroom, "ada", RIGHT | {"why": "Because I say so."})
    run(classroom)
    assert graded(classroom, "ada")["why"] == (None, 1.5, True)
    with classroom.gradebook() as gradebook:
        comments = gradebook.find_submission("01_small", "ada").notebooks[0].comments
        assert [one.manual_comment for one in comments if one.manual_comment] == ["well tried"]


def test_being_late_costs_what_nbgraders_plugin_says(tmp_path, classroom):
    plugin = "c.AssignLatePenalties.plugin_class = 'nbgrader.plugins.LateSubmissionPlugin'\n"
    plugin += "c.LateSubmissionPlugin.penalty_method = 'zero'"
    classroom = small_course(tmp_path / "late", plugin)
    with classroom.gradebook() as gradebook:
        gradebook.update_or_create_assignment("01_small", duedate=datetime(2026, 1, 5, 12))
    hand_in(classroom, "ada", RIGHT)
    hand_in(classroom, "bob", RIGHT, "2026-01-07 12:00:00 UTC")
    run(classroom)
    assert scores(classroom) == {"ada": (5, 5), "bob": (0, 0)}
    assert {result.student: result.days_late for result in classroom.results()} == {"ada": 0, "bob": 2}


def test_the_ledger_is_only_ever_added_to(classroom):
    hand_in(classroom, "ada", RIGHT)
    run(classroom)
    with sqlite3.connect(classroom.folder / "gradebook.db") as connection:
        for statement in ("UPDATE course_ledger SET new_score = 9", "DELETE FROM course_ledger"):
            with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
                connection.execute(statement)


def test_a_crash_between_the_files_and_the_scores_leaves_the_submission_to_be_graded(classroom, monkeypatch):
    """The record is placed, then the commit fails: nothing is in the gradebook, and the next run grades it."""
    hand_in(classroom, "ada", RIGHT)
    publish = type(classroom).publish

    def crash(self, student, record, source):
        publish(self, student, record, source)
        raise MemoryError("the machine died here")

    monkeypatch.setattr(type(classroom), "publish", crash)
    with pytest.raises(MemoryError):
        run(classroom)
    assert entries(classroom) == [] and scores(classroom) == {}
    monkeypatch.undo()
    assert run(classroom).done == 1
    assert scores(classroom) == {"ada": (5, 5)}


def test_one_that_cannot_be_written_costs_the_others_nothing(classroom, monkeypatch):
    """Also those that came back together with it, and are written in the same transaction."""
    students = a_class(classroom, 4)
    read = {student: classroom.read(student) for student in students}
    record = Record(classroom.assignment().version, "environment", "")
    publish = type(classroom).publish

    def full(self, student, record, source):
        if student == students[1]:
            raise OSError(28, "No space left on device", student)
        publish(self, student, record, source)

    monkeypatch.setattr(type(classroom), "publish", full)
    with classroom.ledger() as book:
        due = {one.key: ledger.Due(NEW, 1) for one in read.values()}
        outcome = grade.Summary(left=4)
        grade.GradingRun(classroom, book, grade.Round(due, {}), outcome)._write_down(
            [(one, record, "") for one in read.values()]
        )
    assert (outcome.done, outcome.left) == (3, 1)
    assert "No space left on device" in outcome.failed[students[1]]
    with pytest.raises(CourseError, match="1 could not be graded and keep the score they had"):
        outcome.tell(classroom.lesson)
    assert [entry.student for entry in entries(classroom)] == [students[0], *students[2:]]


def test_a_folder_that_is_called_as_the_notebook_costs_nobody_anything(classroom):
    for student in ("ada", "bob"):
        folder = hand_in(classroom, student, RIGHT)
    (folder / "small.ipynb").rename(folder / "mine.ipynb")
    (folder / "small.ipynb").mkdir()
    (folder / "small.ipynb" / "x.txt").write_text("x")
    assert run(classroom).failed == {}
    assert scores(classroom) == {"ada": (5, 5), "bob": (5, 5)}


def test_a_commit_that_went_through_although_the_connection_broke_is_not_repeated(classroom):
    hand_in(classroom, "ada", RIGHT)
    run(classroom)
    entry = entries(classroom)[0]
    with classroom.ledger() as book:
        graded = ledger.GradedSubmission(classroom.read("ada").key, entry.details, ledger.Due(NEW, 1))
        (same,) = book.apply([graded])
    assert same.id == entry.id and len(entries(classroom)) == 1


def test_scores_that_were_removed_are_graded_anew(classroom):
    hand_in(classroom, "ada", RIGHT)
    run(classroom)
    with classroom.gradebook() as gradebook:
        gradebook.remove_submission("01_small", "ada")
    assert run(classroom).done == 1
    assert entries(classroom)[-1].reason == ledger.LOST


def test_a_busy_database_is_waited_for_and_one_that_stays_away_is_named(classroom, monkeypatch):
    hand_in(classroom, "ada", RIGHT)
    monkeypatch.setattr(ledger, "PATIENCE", 0.5)
    with sqlite3.connect(classroom.folder / "gradebook.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CourseError, match=r"database is locked.*nothing is lost"):
            run(classroom)
        other.execute("ROLLBACK")
    assert run(classroom).done == 1


def locked(file):
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    return connection


DAMAGED = "damaged: put back the last copy"
UNUSABLE = {
    "damaged": (lambda file: file.write_bytes(b"no database at all" * 100), DAMAGED),
    "half of it": (lambda file: os.truncate(file, file.stat().st_size // 8192 * 4096), DAMAGED),
    "locked": (locked, "database is locked.*nothing is lost, run the command again"),
}


@pytest.mark.parametrize(("make", "said"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_gradebook_that_cannot_be_used_is_one_line_at_once(classroom, monkeypatch, make, said):
    hand_in(classroom, "ada", RIGHT)
    monkeypatch.setattr(ledger, "PATIENCE", 0.5)
    monkeypatch.chdir(classroom.folder)
    held, began = make(classroom.folder / "gradebook.db"), time.monotonic()
    listed = classroom.folder / "list.csv"
    listed.write_text("student_id,name\nada,Ada Lovelace\n")
    for command in (lambda: run(classroom), lambda: ledger_command.ledger("ada"), lambda: roster.roster(listed)):
        with pytest.raises(CourseError, match=said):
            command()
    assert time.monotonic() - began < 60
    del held


def test_a_gradebook_that_is_read_only_is_not_waited_for(classroom, monkeypatch):
    def refuse():
        raise OperationalError("BEGIN IMMEDIATE", {}, sqlite3.OperationalError("attempt to write a readonly database"))

    began = time.monotonic()
    with classroom.ledger() as book, pytest.raises(CourseError, match=r"give yourself the right to write gradebook.db"):
        book._patiently(refuse)
    assert time.monotonic() - began < 5


def test_the_lock_is_the_groups_and_one_that_cannot_be_had_is_one_line(classroom, monkeypatch):
    lock, umask = classroom.folder / ".course-grade.lock", os.umask(0o022)
    try:
        with classroom.alone():
            assert lock.stat().st_mode & 0o060 == 0o060
    finally:
        os.umask(umask)

    def refused(path, *_):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(CourseError, match=r"lock cannot be written .Permission denied.: its owner has to `chmod g.w"):
        classroom.alone().__enter__()


def test_a_course_whose_folder_has_signs_of_patterns(tmp_path):
    classroom = small_course(tmp_path / "what? [2026]*")
    hand_in(classroom, "ada", RIGHT)
    assert classroom.students() == ["ada"]


def test_the_page_is_written_before_a_terminal_can_refuse_the_table(classroom, monkeypatch):
    hand_in(classroom, "ada", RIGHT)
    run(classroom)

    class Refusing(Console):
        def print(self, *_):
            raise UnicodeEncodeError("cp1252", "█", 0, 1, "no such letter")

    with pytest.raises(UnicodeEncodeError):
        grade.report(classroom, Refusing())
    assert (classroom.folder / "report" / "01_small.html").is_file()


def test_whoever_is_in_no_class_list_is_named(classroom, capsys):
    for student in ("ada", "Ada", "eve"):
        hand_in(classroom, student, RIGHT)
    run(classroom).tell(classroom.lesson)
    assert "class list" not in capsys.readouterr().out  # there is none
    with classroom.gradebook() as gradebook:
        gradebook.update_or_create_student("ada", first_name="Ada")
        gradebook.update_or_create_assignment("01_small", duedate=datetime(2026, 1, 5, 12))
    run(classroom).tell(classroom.lesson)
    told = capsys.readouterr().out
    assert "not in the class list: Ada (is it ada?); eve (rename" in told and "due at 2026-01-05 12:00:00 UTC" in told


def test_a_submission_that_the_grader_fails_on_keeps_its_score_and_costs_no_other(classroom, monkeypatch):
    hand_in(classroom, "ada", RIGHT)
    hand_in(classroom, "bob", RIGHT)
    run(classroom, students=["ada"])
    monkeypatch.setattr(cluster, "_outcome", lambda *_: (None, "KilledWorker: it died"))
    outcome = run(classroom, regrade=True)
    assert outcome.failed == dict.fromkeys(["ada", "bob"], "KilledWorker: it died") and outcome.left == 2
    with pytest.raises(CourseError, match="2 could not be graded and keep the score they had"):
        outcome.tell(classroom.lesson)
    assert scores(classroom) == {"ada": (5, 5)}


def test_what_cannot_begin_says_so_in_one_line(classroom, monkeypatch):
    with pytest.raises(CourseError, match="no submission to 01_small: run `nbgrader collect 01_small`"):
        run(classroom)
    hand_in(classroom, "ada", RIGHT)
    with pytest.raises(CourseError, match="eve has no submission"):
        run(classroom, students=["ada", "eve"])
    monkeypatch.setattr(sys, "argv", ["course", "import", "s.zip", "01"])
    with classroom.alone(), pytest.raises(CourseError, match="`course import` is at work in"), classroom.alone():
        pass
    monkeypatch.setattr(cluster, "ANSWERS", 1)
    with (
        pytest.raises(CourseError, match="no Dask scheduler answers"),
        cluster.connected(scheduler="tcp://127.0.0.1:9"),
    ):
        pass
    (classroom.folder / "gradebook.db").unlink()
    with pytest.raises(CourseError, match=r"does not know 01_small .* generate_assignment"):
        run(classroom)


def test_ctrl_c_stops_and_the_same_command_goes_on(classroom):
    a_class(classroom, 18)
    command = course_grade(classroom, "--workers", "2", start_new_session=True)
    wait_for(lambda: len(entries(classroom)) >= 3)
    os.killpg(command.pid, signal.SIGINT)  # a terminal sends it to all that the command has started
    printed, _ = command.communicate(timeout=60)
    assert command.returncode == 130, printed
    done = len(entries(classroom))
    assert 3 <= done < 18
    assert f"{done} graded, 0 were graded before, {18 - done} left" in printed
    assert "nothing is lost, `course grade 01_small` goes on from here" in printed
    assert "Traceback" not in printed
    assert run(classroom).done == 18 - done


def test_grading_again_that_was_stopped_begins_anew(capsys):
    with pytest.raises(typer.Exit):
        grade.Summary(done=1, left=5, stopped=True, regrade=True).tell(Lesson(ROOT, "01_small", "small"))
    assert "nothing is lost, `course grade 01_small --regrade` grades all of them again" in capsys.readouterr().err


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.fixture
def elsewhere(tmp_path):
    """A scheduler that was started by itself, with a worker, as on a cluster: its address, and its process."""
    file = tmp_path / "scheduler.json"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "dask", kind, "--scheduler-file", str(file), *options],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for kind, *options in (
            ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"],
            ["worker", "--nthreads", "2", "--no-dashboard", "--no-nanny", "--local-directory", str(tmp_path / "w")],
        )
    ]
    try:
        wait_for(lambda: file.exists() and file.read_text())
        yield json.loads(file.read_text())["address"], started[0]
    finally:
        for process in started[::-1]:
            process.terminate()
            process.wait(60)


def test_workers_elsewhere_do_the_same(classroom, elsewhere, monkeypatch):
    a_class(classroom, 4)
    monkeypatch.setattr(grade, "connected", cluster.connected)
    outcome = run(classroom, scheduler=elsewhere[0])
    assert outcome.done == 4 and not outcome.failed
    assert {score for score, _ in scores(classroom).values()} == {5, 3, 0, 2}


def test_a_scheduler_that_dies_ends_the_run_at_once(elsewhere, capfd):
    """The client would wait for another one, of which nobody knows what it was to grade with."""
    address, scheduler = elsewhere
    text = Record("", "environment", "").to_json()
    handed_in = [Submission(SubmissionKey(f"student{number}", "01", "small", ""), "") for number in range(50)]
    back = []
    with cluster.connected(scheduler=address) as client:
        client.wait_for_workers(1, timeout=60)
        slow = partial(lambda record, *_: time.sleep(0.2) or record, text)
        with pytest.raises(CourseError, match=r"connection to the Dask scheduler was lost.*the same command again"):
            for batch in cluster.flow(client, slow, iter(handed_in), "environment"):
                back += batch
                scheduler.kill()
                died = time.monotonic()
    assert time.monotonic() - died < 15
    assert 0 < len(back) < 50 and {why for *_, why in back} == {""}
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(("level", "lines"), [("info", True), ("error", False)])
def test_workers_log_what_they_do_as_much_as_is_wanted(classroom, level, lines):
    hand_in(classroom, "ada", RIGHT | {"total": "import os\nos._exit(3)"})
    printed, _ = course_grade(classroom, "--log-level", level).communicate(timeout=60)
    for said in ("grades 01_small", "a kernel has ended: it ended with status 3", "graded in "):
        assert (said in printed) is lines, printed


def test_nothing_is_left_of_a_command_that_was_killed(classroom):
    a_class(classroom, 12)
    command = course_grade(classroom, "--workers", "1")
    wait_for(lambda: len(entries(classroom)) >= 2)
    family = psutil.Process(command.pid).children(recursive=True)
    assert any("utils.isolation.kernel_server" in " ".join(process.cmdline()) for process in family)
    command.kill()
    _, alive = psutil.wait_procs(family, timeout=20)
    assert [process.cmdline() for process in alive] == []


def answer(record, text, problem):
    return record


def test_a_large_class_takes_no_more_memory_than_a_small_one(client):
    """What is sent and comes back is let go of: by the command, by the scheduler, and by their connections."""
    size, held, most, grown = 250_000, 0, 0, []

    def handed_in(count):
        nonlocal held, most
        for number in range(count):
            held += 1
            most = max(most, held)
            yield Submission(SubmissionKey(f"student{number}", "01", "small", ""), f"{number:{size}}")

    record = partial(answer, Record("", "environment", "").to_json())
    for count in (100, 800):
        before = psutil.Process().memory_info().rss
        for batch in cluster.flow(client, record, handed_in(count), "environment"):
            assert [why for _, _, why in batch] == [""] * len(batch)
            held -= len(batch)
        grown.append(psutil.Process().memory_info().rss - before)
    assert held == 0 and most <= cluster.AHEAD + cluster.TOGETHER
    assert grown[1] < 100 * size


def test_halves_of_characters_cost_nobody_anything(classroom):
    """JSON can name them ("\\ud800"), and no file can hold them: in a cell, in what it prints and in what it raises."""
    half = "# \ud800\nprint(chr(0xd800))\ndef total(numbers):\n    raise ValueError(chr(0xd800))"
    folder = hand_in(classroom, "eve", RIGHT | {"total": "HERE"})
    notebook = nbformat.read(folder / "small.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("HERE", half)
    (folder / "small.ipynb").write_text(json.dumps(notebook))
    hand_in(classroom, "ada", RIGHT)
    assert run(classroom).done == 2
    assert scores(classroom) == {"ada": (5, 5), "eve": (2, 2)}
    grade.report(classroom, Console())


def test_the_history_answers_why_a_score_is_what_it_is(classroom, monkeypatch, capsys):
    hand_in(classroom, "bob", RIGHT | SQUARE)
    run(classroom)
    hand_in(classroom, "bob", RIGHT | {"why": "Because."}, "2026-01-06 10:00:00 UTC")
    run(classroom)
    monkeypatch.chdir(classroom.folder)
    monkeypatch.setenv("COLUMNS", "200")
    ledger_command.ledger("bob")
    printed = capsys.readouterr().out
    assert NEW in printed and NEW_TEXT in printed and "3 → 5 of 9" in printed
    assert "test_double" in printed and "marked by hand" in printed
    with classroom.gradebook() as gradebook:
        gradebook.add_student("eve")
    with pytest.raises(CourseError, match="nothing of that was graded yet"):
        ledger_command.ledger("eve")
    with pytest.raises(CourseError, match=r"no student is called 'Bob': is it 'bob'"):
        ledger_command.ledger("Bob")


def test_changed_and_removed_tests_are_named_for_the_instructor(classroom):
    folder = hand_in(classroom, "eve", RIGHT | SQUARE)
    notebook = nbformat.read(folder / "small.ipynb", as_version=4)
    for cell in notebook.cells:
        if grade_id(cell) == "test_double":
            cell.source = "pass"
    notebook.cells = [cell for cell in notebook.cells if grade_id(cell) != "test_total"]
    nbformat.write(notebook, folder / "small.ipynb")
    hand_in(classroom, "honest", RIGHT)
    run(classroom)
    tampering = {result.student: result.record.tampering for result in classroom.results()}
    assert tampering == {"eve": ("the cell test_double was changed", "the cell test_total was removed"), "honest": ()}
    assert scores(classroom)["eve"] == (3, 3)
