"""The course's own tables, beside nbgrader's in the same database: what an instructor has decided about a lesson.

(The ledger, which is never changed, is in `utils.grading.store.ledger`.)
"""

from datetime import datetime

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The course's own tables."""


class Forgiven(Base):
    """A test whose points everybody has."""

    __tablename__ = "course_forgiven"

    assignment: Mapped[str] = mapped_column(primary_key=True)
    cell: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Extension(Base):
    """Until when (UTC) a student may hand in, if not only until the lesson is due."""

    __tablename__ = "course_extension"

    assignment: Mapped[str] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]


class AddedLater(Base):
    """A test that the lesson has got since it was first generated: whoever lacks it has not removed it."""

    __tablename__ = "course_added_later"

    assignment: Mapped[str] = mapped_column(primary_key=True)
    cell: Mapped[str] = mapped_column(primary_key=True)


class LmsPlace(Base):
    """What a student's submission was called in the zip file of a learning management system.

    system: which one.  place: what comes before a file's own name there.  file: the notebook's own name there.
    """

    __tablename__ = "course_lms_place"

    assignment: Mapped[str] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(primary_key=True)
    system: Mapped[str]
    place: Mapped[str]
    file: Mapped[str]


class Imported(Base):
    """What `course import` has laid down last of a student: what a human has changed since is known by it.

    attempt: a hash of the files as they came.  laid: of those that lay there then, with their time.
    """

    __tablename__ = "course_imported"

    assignment: Mapped[str] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(primary_key=True)
    attempt: Mapped[str]
    laid: Mapped[str]


class SetAside(Base):
    """What a human gave for a cell that has been taken out of the lesson; given back when the cell returns."""

    __tablename__ = "course_set_aside"

    assignment: Mapped[str] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(primary_key=True)
    cell: Mapped[str] = mapped_column(primary_key=True)
    manual_score: Mapped[float | None]
    extra_credit: Mapped[float | None]
    manual_comment: Mapped[str | None]
