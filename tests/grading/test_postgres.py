"""The gradebook in PostgreSQL, through nbgrader's `db_url`: several who write at once, connections that break."""

import threading
import time
from contextlib import nullcontext
from datetime import datetime

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from support.postgres import cut_connections, programs, server
from support.small_course import RIGHT, SQUARE, a_class, hand_in, scores, small_course

from utils.grading.cells import grade_id
from utils.grading.commands import extend, forgive, grade
from utils.grading.store import ledger

pytestmark = [
    pytest.mark.usefixtures("sandboxed"),
    pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed: sudo apt-get install postgresql"),
]


@pytest.fixture(scope="module")
def url():
    with server(connections=9) as url:
        yield url


@pytest.fixture
def classroom(tmp_path, url, client, monkeypatch):
    """A course whose gradebook is an empty database."""
    monkeypatch.setattr(grade, "connected", lambda *_: nullcontext(client))
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    classroom = small_course(tmp_path / "course", f"c.CourseDirectory.db_url = {url!r}")
    (classroom.folder / "gradebook.db").unlink()
    return classroom.set_up()


def entries(classroom):
    with classroom.ledger() as book:
        return book.entries("01_small")


def test_the_ledger_is_only_ever_added_to(classroom, url):
    hand_in(classroom, "ada", RIGHT)
    assert grade.run(classroom).done == 1
    assert scores(classroom) == {"ada": (5, 5)} and not (classroom.folder / "gradebook.db").exists()
    engine = create_engine(url)
    for statement in ("UPDATE course_ledger SET new_score = 9", "DELETE FROM course_ledger"):
        with engine.begin() as connection, pytest.raises(DBAPIError, match="only ever added to"):
            connection.execute(text(statement))
    engine.dispose()


def test_scores_follow_what_is_decided_there_too(classroom, monkeypatch):
    monkeypatch.chdir(classroom.folder)
    hand_in(classroom, "ada", RIGHT | SQUARE)
    grade.run(classroom)
    with classroom.gradebook() as gradebook:
        gradebook.update_or_create_assignment("01_small", duedate=datetime(2026, 1, 1))
    extend.extend("ada", "01", "2026-01-09")
    forgive.forgive("01", "test_double")
    assert scores(classroom) == {"ada": (5, 5)}
    forgive.forgive("01", "test_double", undo=True)
    assert scores(classroom) == {"ada": (3, 3)}
    cells = [cell for cell in classroom.assignment().marked_cells() if grade_id(cell) not in ("test_total", "why")]
    with classroom.ledger() as book:
        assert book.adjust("01_small", "small", cells).cells.withdrawn == ("test_total", "why")
    assert scores(classroom) == {"ada": (0, 0)}
    grade.run(classroom)
    grade.run(classroom, grade.Options(regrade=True))
    assert scores(classroom) == {"ada": (3, 3)}


def test_instructors_mark_by_hand_while_it_grades(classroom, url):
    """Three of them, through nbgrader's own gradebook, and everything that each wrote is there at the end."""
    students = a_class(classroom, 12)
    grade.run(classroom)
    for student in students:
        hand_in(classroom, student, RIGHT, "2026-02-01 10:00:00 UTC")
    marked, problems = set(), []

    def instructor(number):
        try:
            for student in students[number::3]:
                with Gradebook(url, "slash_to_vgg") as gradebook:
                    one = gradebook.find_grade("why", "small", "01_small", student)
                    one.manual_score, one.needs_manual_grade = 2.5, False
                    gradebook.db.commit()
                marked.add(student)
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=instructor, args=[number]) for number in range(3)]
    for thread in threads:
        thread.start()
    outcome = grade.run(classroom)
    for thread in threads:
        thread.join(60)
    assert problems == [] and marked == set(students)
    assert outcome.done == 12 and not outcome.failed
    assert {score for score, _ in scores(classroom).values()} == {7.5}


def test_connections_that_break_cost_nothing(classroom, url, monkeypatch):
    """Cut once before and once after the scores were sent, at every submission."""
    a_class(classroom, 6)
    place, cuts = type(classroom).publish, []

    def cut(self, student, record, source):
        if cuts.count(student) < 2:
            cuts.append(student)
            cut_connections(url)
        place(self, student, record)

    monkeypatch.setattr(type(classroom), "publish", cut)
    outcome = grade.run(classroom)
    assert outcome.done == 6 and len(cuts) == 12
    told = entries(classroom)
    assert len(told) == 6 and {entry.attempt for entry in told} == {1}
    assert {student: own for student, (own, _) in scores(classroom).items()} == {e.student: e.new_score for e in told}


def test_a_server_without_a_free_connection_is_waited_for(classroom, url):
    hand_in(classroom, "ada", RIGHT)
    engine = create_engine(url, pool_size=20)
    taken = []
    with pytest.raises(OperationalError, match="connection"):
        for _ in range(20):
            taken.append(engine.connect())

    def give_back():
        time.sleep(2)
        for connection in taken:
            connection.close()
        engine.dispose()

    thread = threading.Thread(target=give_back)
    thread.start()
    outcome = grade.run(classroom)
    thread.join()
    assert outcome.done == 1 and scores(classroom) == {"ada": (5, 5)}


def test_grading_takes_one_connection(classroom, url):
    hand_in(classroom, "ada", RIGHT)
    engine = create_engine(url)
    others = text("SELECT count(*) FROM pg_stat_activity WHERE usename = 'grader' AND pid <> pg_backend_pid()")
    with engine.connect() as watcher:
        before = watcher.execute(others).scalar()
    with engine.connect() as watcher, classroom.ledger() as book:
        book.entries("01_small")
        book.due([classroom.read("ada").key], "v", "e")
        assert watcher.execute(others).scalar() <= before + 1
    engine.dispose()
    assert ledger.PATIENCE >= 30
