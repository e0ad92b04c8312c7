"""The ledger: which submission got which score, from what, when and why. It stands beside nbgrader's gradebook, in the
same database, and what it says is written in the same transaction as the scores.

An entry is never changed or removed: the database refuses it. "Graded" means that there is an entry.
"""

import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from nbformat import NotebookNode
from nbgrader import api
from nbgrader.api import Gradebook, SubmittedAssignment
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import DDL, Engine, UniqueConstraint, create_engine, delete, event, func, select, update
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column
from traitlets import TraitError
from traitlets.config import Config

from utils.errors import CourseError
from utils.grading.pipeline.record import Record
from utils.grading.pipeline.sanitize import removed
from utils.grading.pipeline.submission import SubmissionKey
from utils.grading.store.adjustments import Adjusted, Adjustment, adjust
from utils.grading.store.gradebook import GRADED, GradebookAssignment, GradebookSubmission
from utils.grading.store.tables import Base, Extension, Forgiven, Imported, LmsPlace

PATIENCE = 60.0  # seconds for a database that is busy or away to come back
DAMAGED = re.compile("not a database|malformed|readonly|unable to open database")  # what no waiting helps against
SHORTEST_WAIT, LONGEST_WAIT = 0.1, 5.0  # seconds from one attempt to the next

NEW, NEW_TEXT, NEW_LESSON = "handed in", "handed in again", "the lesson was changed"
NEW_ENVIRONMENT, LOST, ASKED = (
    "the course, its packages, Python or the limits were changed",
    "its scores were removed",
    "asked for",
)

KEPT = "; an earlier attempt counts, which has more points"


class Entry(Base):
    """One grading of one submission, or one adjustment of its score.

    submission: a hash of what was handed in.  version, environment: what it was graded with.
    attempt: 1, or more where the same was graded again.  reason: why it was graded.
    old_score, new_score: of the whole submission, with what a human gave; None for nothing.
    record: the `Record` as JSON, without the graded notebook.
    """

    __tablename__ = "course_ledger"
    __table_args__ = (UniqueConstraint("student", "assignment", "submission", "version", "environment", "attempt"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    student: Mapped[str] = mapped_column(index=True)
    assignment: Mapped[str] = mapped_column(index=True)
    submission: Mapped[str]
    version: Mapped[str]
    environment: Mapped[str]
    attempt: Mapped[int]
    reason: Mapped[str]
    old_score: Mapped[float | None]
    new_score: Mapped[float]
    max_score: Mapped[float]
    record: Mapped[str]

    @property
    def details(self) -> Record:
        """What grading gave, without the notebook."""
        return Record.from_json(self.record)


REFUSE = {
    "sqlite": [
        f"CREATE TRIGGER course_ledger_{change} BEFORE {change} ON course_ledger "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END"
        for change in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION course_ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the ledger is only ever added to'; END $$",
        "CREATE TRIGGER course_ledger_refuse BEFORE UPDATE OR DELETE ON course_ledger "
        "FOR EACH ROW EXECUTE FUNCTION course_ledger_refuse()",
    ],
}
for dialect, statements in REFUSE.items():
    for statement in statements:
        event.listen(Entry.__table__, "after_create", DDL(statement).execute_if(dialect=dialect))


@dataclass(frozen=True)
class Due:
    """Why a submission is to be graded, and which attempt at the same bytes it is."""

    reason: str
    attempt: int


@dataclass(frozen=True)
class GradedSubmission:
    """A submission that was graded: what it was, what grading gave, and why it was done."""

    key: SubmissionKey
    record: Record
    due: Due


Publish = Callable[[GradedSubmission], None]


class Ledger:
    """The gradebook at nbgrader's `db_url` and its ledger; the only writer of scores. To be used in a `with`.

    late: nbgrader's plugin for the penalties of late submissions, if any. Raises CourseError where the database stays
    away for longer than `PATIENCE`.
    """

    def __init__(self, url: str, course: str, late: BasePlugin | None = None) -> None:
        self._url, self._course, self._late = url, course, late
        self._engine = self._patiently(self._open)

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def _open(self) -> Engine:
        Gradebook(self._url, self._course).close()  # makes nbgrader's tables where there are none
        engine = _engine(self._url)
        try:
            Base.metadata.create_all(engine)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def _patiently(self, work: Callable[[], Any]) -> Any:
        """Do `work`, again and again while the database is busy or away. It has to be fit to be done twice."""
        give_up, wait = time.monotonic() + PATIENCE, SHORTEST_WAIT
        while True:
            try:
                return work()
            except DBAPIError as problem:
                gone = isinstance(problem, OperationalError | InterfaceError) or problem.connection_invalidated
                if not gone and type(problem) is not DatabaseError:
                    raise
                if not gone or DAMAGED.search(str(problem.orig)) or time.monotonic() > give_up:
                    raise CourseError(unusable(problem)) from problem
                if wait == SHORTEST_WAIT:
                    print(f"{_what(problem)}: waiting for it, up to {PATIENCE:.0f} seconds", file=sys.stderr)
            time.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    def entries(self, assignment: str | None = None, student: str | None = None, latest: bool = False) -> list[Entry]:
        """The entries, oldest first; `latest`: only the last one of each student and assignment."""
        query = select(Entry).order_by(Entry.id)
        if assignment is not None:
            query = query.where(Entry.assignment == assignment)
        if student is not None:
            query = query.where(Entry.student == student)
        if latest:
            query = query.where(Entry.id.in_(select(func.max(Entry.id)).group_by(Entry.student, Entry.assignment)))

        def read() -> list[Entry]:
            with Session(self._engine, expire_on_commit=False) as session:
                return list(session.scalars(query))

        return self._patiently(read)

    def due(
        self, keys: list[SubmissionKey], version: str, environment: str, regrade: bool = False, every: bool = False
    ) -> dict[SubmissionKey, Due]:
        """Which of these submissions to one assignment are to be graded.

        every: where all attempts of a student are graded, not only the last one.
        """
        if not keys:
            return {}
        key = (Entry.student, Entry.submission, Entry.version, Entry.environment)

        def read() -> tuple[list, set]:
            with Session(self._engine) as session:
                query = select(*key, Entry.attempt).where(Entry.assignment == keys[0].assignment).order_by(Entry.id)
                scored = select(SubmittedAssignment.student_id).join(api.Assignment)
                scored = scored.where(api.Assignment.name == keys[0].assignment)
                return list(session.execute(query)), set(session.scalars(scored))

        entries, scored = self._patiently(read)
        latest = {student: rest for student, *rest, _ in entries}
        attempts = {tuple(row[:4]): row[4] for row in sorted(entries, key=lambda row: row[4])}
        found = {}
        for one in keys:
            last = latest.get(one.student)
            if every and (one.student, one.digest, version, environment) in attempts:
                last = [one.digest, version, environment]
            reason = _reason(last, one, version, environment)
            if not reason and one.student not in scored:
                reason = LOST
            if reason or regrade:
                attempt = attempts.get((one.student, one.digest, version, environment), 0) + 1
                found[one] = Due(reason or ASKED, attempt)
        return found

    def apply(
        self, graded: Sequence[GradedSubmission], publish: Publish = lambda one: None, best: bool = False
    ) -> list[Entry]:
        """Write the scores and the entries of some submissions, in one transaction: all of them, or none.

        best: whether a student keeps the score of an earlier attempt that was better.

        What is already there is not written again. publish: called for each before the commit, once or more often.
        Raises CourseError when the gradebook does not know the lesson as it was graded.
        """
        return self._patiently(lambda: self._apply(graded, publish, best))

    def adjust(self, assignment: str, notebook: str, cells: Sequence[NotebookNode]) -> Adjusted:
        """Make the scores of a lesson follow its cells, what was decided about it, its due date and the late policy.

        Nothing is run. Each score that changes has an entry. cells: the lesson's marked cells. Raises CourseError
        when the gradebook does not know the lesson.
        """
        return self._patiently(lambda: self._adjust(assignment, notebook, cells))

    def _adjust(self, assignment: str, notebook: str, cells: Sequence[NotebookNode]) -> Adjusted:
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            done = adjust(session.connection(), assignment, notebook, cells, self._late)
            lesson = GradebookAssignment.read(session.connection(), assignment, notebook)
            session.add_all(_adjusted(session, lesson, done.scores))
            return done

    def forgive(self, assignment: str, cell: str) -> None:
        """Note that everybody has the points of a test; `adjust` gives them."""
        self._patiently(lambda: self._put(Forgiven(assignment=assignment, cell=cell, at=_now())))

    def unforgive(self, assignment: str, notebook: str, cell: str) -> list[Adjustment]:
        """Take that back: everybody has what the test gave. Returns the scores that have changed."""
        return self._patiently(lambda: self._unforgive(assignment, notebook, cell))

    def _unforgive(self, assignment: str, notebook: str, cell: str) -> list[Adjustment]:
        with Session(self._engine) as session, session.begin():
            session.execute(delete(Forgiven).where(Forgiven.assignment == assignment, Forgiven.cell == cell))
            lesson, changed = GradebookAssignment.read(session.connection(), assignment, notebook), []
            for entry in _latest(session, assignment):
                key = SubmissionKey(entry.student, assignment, notebook, entry.submission)
                book = GradebookSubmission(session.connection(), lesson, key)
                old = book.score()
                book.restore(cell, entry.details)
                new = book.score()
                if old is not None and new is not None and old != new:
                    changed.append(Adjustment(entry.student, old, new, f"{cell} counts again"))
            session.add_all(_adjusted(session, lesson, changed))
            return changed

    def forgiven(self, assignment: str) -> list[str]:
        """The tests whose points everybody has."""
        chosen = select(Forgiven.cell).where(Forgiven.assignment == assignment).order_by(Forgiven.cell)
        return self._patiently(lambda: self._scalars(chosen))

    def graded_cells(self, assignment: str, notebook: str) -> set[str]:
        """The names of the cells with points that the gradebook knows. Raises CourseError for an unknown lesson."""

        def read() -> set[str]:
            with Session(self._engine) as session:
                lesson = GradebookAssignment.read(session.connection(), assignment, notebook)
                return {name for _, name, kind, _ in lesson.cells if kind in GRADED}

        return self._patiently(read)

    def extend(self, assignment: str, student: str, until: datetime | None) -> None:
        """Note until when (UTC) a student may hand in, None for no extension; `adjust` changes the score."""
        if until is None:
            self._patiently(lambda: self._take_back(assignment, student))
        else:
            self._patiently(lambda: self._put(Extension(assignment=assignment, student=student, until=until)))

    def due_dates(self, assignment: str, notebook: str) -> Callable[[str], datetime | None]:
        """Until when (UTC) a student may hand in, with their extension; None where there is no due date."""

        def read() -> tuple[datetime | None, dict[str, Any], dict[str, datetime]]:
            with Session(self._engine) as session:
                lesson = GradebookAssignment.read(session.connection(), assignment, notebook)
                columns = SubmittedAssignment.student_id, SubmittedAssignment.extension
                given = select(*columns).where(SubmittedAssignment.assignment_id == lesson.assignment)
                until = select(Extension.student, Extension.until).where(Extension.assignment == assignment)
                return lesson.due, dict(session.execute(given).all()), dict(session.execute(until).all())

        due, given, until = self._patiently(read)

        def of(student: str) -> datetime | None:
            if due is None:
                return None
            return max(due, until[student]) if student in until else due + (given.get(student) or timedelta())

        return of

    def note_places(self, places: Sequence[LmsPlace]) -> None:
        """Note what students' submissions are called in a learning management system."""
        self._patiently(lambda: self._put(*places))

    def places(self, assignment: str) -> list[LmsPlace]:
        """What the submissions to a lesson are called there."""
        chosen = select(LmsPlace).where(LmsPlace.assignment == assignment).order_by(LmsPlace.student)
        return self._patiently(lambda: self._scalars(chosen))

    def note_imported(self, imported: Sequence[Imported]) -> None:
        """Note what was laid down of students."""
        self._patiently(lambda: self._put(*imported))

    def imported(self, assignment: str) -> dict[str, Imported]:
        """Student → what was laid down last of them for a lesson."""
        chosen = select(Imported).where(Imported.assignment == assignment)
        return {one.student: one for one in self._patiently(lambda: self._scalars(chosen))}

    def _put(self, *rows: Base) -> None:
        with Session(self._engine) as session, session.begin():
            for row in rows:
                session.merge(row)

    def _take_back(self, assignment: str, student: str) -> None:
        with Session(self._engine) as session, session.begin():
            session.execute(delete(Extension).where(Extension.assignment == assignment, Extension.student == student))
            lesson = select(api.Assignment.id).where(api.Assignment.name == assignment).scalar_subquery()
            this = (SubmittedAssignment.assignment_id == lesson) & (SubmittedAssignment.student_id == student)
            session.execute(update(SubmittedAssignment).where(this).values(extension=None))

    def _scalars(self, query: Any) -> list[Any]:
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.scalars(query))

    def _apply(self, graded: Sequence[GradedSubmission], publish: Publish, best: bool) -> list[Entry]:
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            names = [(one.key.assignment, one.key.notebook) for one in graded]
            lessons = {name: GradebookAssignment.read(session.connection(), *name) for name in set(names)}
            there = [_there(session, one) for one in graded]
            return [
                entry or self._write(session, lessons[name], one, publish, best)
                for entry, name, one in zip(there, names, graded, strict=True)
            ]

    def _write(
        self, session: Session, lesson: GradebookAssignment, one: GradedSubmission, publish: Publish, best: bool
    ) -> Entry:
        key, book = one.key, GradebookSubmission(session.connection(), lesson, one.key)
        since = set(map(removed, lesson.added_later))  # nobody has removed what was not there
        record = replace(one.record, tampering=tuple(sign for sign in one.record.tampering if sign not in since))
        old, counting = book.score(), _counting(session, one) if best else None
        with session.begin_nested() as written:
            book.write(record, {} if old is None else _previous(session, key), self._late)
            new = book.score()
            is_kept = counting is not None and old is not None and new is not None and new < old
            if is_kept:
                written.rollback()
        entry = Entry(
            at=_now(),
            student=key.student,
            assignment=key.assignment,
            submission=key.digest,
            version=record.version,
            environment=record.environment,
            attempt=one.due.attempt,
            reason=f"{one.due.reason}{KEPT}" if is_kept else one.due.reason,
            old_score=old,
            new_score=old if is_kept else new,
            max_score=lesson.max_score,
            record=counting.record if is_kept and counting else replace(record, notebook="").to_json(),
        )
        session.add(entry)
        if not is_kept:
            publish(one)
        return entry


def unusable(problem: DBAPIError) -> str:
    """What is said of a gradebook that cannot be used, and what to do: SQLite's words tell which of them it is."""
    words = str(problem.orig)
    if re.search("not a database|malformed", words):
        help = "the file is damaged: put back the last copy of gradebook.db that you have"
    elif re.search("readonly|unable to open|permission denied", words, re.IGNORECASE):
        help = "give yourself the right to write gradebook.db and into its folder"
    elif re.search("full|I/O", words):
        help = "make room on the disk, then run the command again; nothing is lost"
    else:
        help = "nothing is lost, run the command again"
    return f"{_what(problem)}: {help}"


def _what(problem: DBAPIError) -> str:
    return f"the gradebook cannot be used ({str(problem.orig).strip().splitlines()[0]})"


def _counting(session: Session, one: GradedSubmission) -> Entry | None:
    """The last entry of another attempt that counts, if it was graded with the same as this one."""
    query = select(Entry).filter_by(student=one.key.student, assignment=one.key.assignment).order_by(Entry.id.desc())
    found = next((entry for entry in session.scalars(query) if not entry.reason.endswith(KEPT)), None)
    now = one.record.version, one.record.environment
    if found is None or found.submission == one.key.digest or (found.version, found.environment) != now:
        return None
    return found


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _latest(session: Session, assignment: str) -> list[Entry]:
    """The last entry of each student."""
    last = select(func.max(Entry.id)).where(Entry.assignment == assignment).group_by(Entry.student)
    return list(session.scalars(select(Entry).where(Entry.id.in_(last)).order_by(Entry.id)))


def _adjusted(session: Session, lesson: GradebookAssignment, changed: Sequence[Adjustment]) -> list[Entry]:
    """Entries for scores that were adjusted: what was graded, and with what, is as in the last one."""
    if not changed:
        return []
    latest = {entry.student: entry for entry in _latest(session, lesson.name)}
    attempts = select(func.max(Entry.attempt), Entry.student, Entry.submission, Entry.version, Entry.environment)
    query = attempts.where(Entry.assignment == lesson.name)
    query = query.group_by(Entry.student, Entry.submission, Entry.version, Entry.environment)
    most = {tuple(key): attempt for attempt, *key in session.execute(query)}
    return [
        Entry(
            at=_now(),
            student=one.student,
            assignment=lesson.name,
            submission=entry.submission,
            version=entry.version,
            environment=entry.environment,
            attempt=most[one.student, entry.submission, entry.version, entry.environment] + 1,
            reason=one.reason,
            old_score=one.old,
            new_score=one.new,
            max_score=lesson.max_score,
            record=entry.record,
        )
        for one in changed
        if (entry := latest.get(one.student))
    ]


def _there(session: Session, one: GradedSubmission) -> Entry | None:
    """The entry of this grading, if it was written before."""
    return session.scalar(
        select(Entry).filter_by(
            student=one.key.student,
            assignment=one.key.assignment,
            submission=one.key.digest,
            version=one.record.version,
            environment=one.record.environment,
            attempt=one.due.attempt,
        )
    )


def _previous(session: Session, key: SubmissionKey) -> Mapping[str, str]:
    """What the student's answers were when they were graded last."""
    query = select(Entry.record).filter_by(student=key.student, assignment=key.assignment)
    text = session.scalar(query.order_by(Entry.id.desc()).limit(1))
    return Record.from_json(text).answers if text else {}


def _reason(latest: list[str] | None, key: SubmissionKey, version: str, environment: str) -> str:
    if latest is None:
        return NEW
    pairs = zip(latest, (key.digest, version, environment), (NEW_TEXT, NEW_LESSON, NEW_ENVIRONMENT), strict=True)
    return next((reason for old, new, reason in pairs if old != new), "")


def _engine(url: str) -> Engine:
    """One connection, that is looked at before it is used. SQLite's transactions begin with the right to write, since
    two that both read first could not both go on."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=1, max_overflow=0, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": LONGEST_WAIT})

    @event.listens_for(engine, "connect")
    def _no_own_transactions(connection: Any, _: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def late_penalties(config: Config) -> BasePlugin:
    """nbgrader's plugin for the penalties of late submissions, as it is set in `config`. Raises CourseError."""
    try:
        step = AssignLatePenalties(config=config)
        step.init_plugin()
    except (TraitError, ImportError) as problem:
        raise CourseError(f"nbgrader_config.py: the late policy cannot be used: {problem}") from problem
    return step.plugin_inst
