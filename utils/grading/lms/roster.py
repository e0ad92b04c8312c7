"""Class lists as Canvas, Moodle and spreadsheets write them."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple

from utils.errors import CourseError
from utils.grading.files import decoded
from utils.grading.lms.class_list import Listed, folded
from utils.grading.pipeline.submission import is_student
from utils.printable import table_cell

# What columns are called, the best one first; compared without spaces, signs and capitals.
ID = (
    "studentid", "sisloginid", "loginid", "idnumber", "idnummer", "username", "anmeldename", "matrikelnummer",
    "sisuserid", "id", "emailaddress", "email", "emailadresse",
)  # fmt: skip
FIRST = ("firstname", "givenname", "vorname", "prenom")
LAST = ("lastname", "surname", "familyname", "nachname", "nom")
WHOLE = ("student", "fullname", "name", "vollstandigername")
EMAIL = ("emailaddress", "email", "emailadresse", "mail")
LMS = ("lmsuserid", "canvasid")
EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how files of Excel begin, new ones and old ones
SHORTENED = re.compile(r"\d+(?:[.,]\d+)?[eE]\+\d+|\d+[.,]0+")
NO_STUDENTS = {"teststudent", "pointspossible"}  # what rows of Canvas are called that are no students


def read_roster(content: bytes, id_column: str = "") -> tuple[list[Listed], list[str]]:
    """The students of a class list, and what is wrong with rows that are none.

    id_column: the name of the column with the students' ids, where it is not plain. Raises CourseError.
    """
    if content.startswith(EXCEL):
        raise CourseError("this is an Excel file: save it as CSV (File → Save As → CSV UTF-8), and read that")
    text = _text(content)
    if named := re.match(r"\ufeff?sep=(.)\r?\n", text):  # which Excel may write above the head
        text = text[named.end() :]
    delimiter = named[1] if named else _delimiter(text)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(map(str.strip, row))]
    except csv.Error as error:
        raise CourseError(f"the class list is no table that can be read ({error})") from error
    if not rows:
        raise CourseError("the class list is empty")
    head = [folded(name) for name in rows[0]]  # without a byte order mark, which is no letter
    wanted = (folded(id_column),) if id_column else ID
    ids = [head.index(name) for name in wanted if name in head]
    if not ids or not {*FIRST, *LAST, *WHOLE} & set(head):
        shown = ", ".join(rows[0])[:200]
        raise CourseError(
            f"the class list has no column for {'ids' if not ids else 'names'} (it has: {shown}): "
            "call them student_id, first_name and last_name, or name the ids' column with --id"
        )
    is_canvas = {"student", "id"} <= set(head)
    found: dict[str, Listed] = {}
    problems = []
    for number, row in enumerate(rows[1:], start=2):
        student = _student(head, row, ids, is_canvas)
        if any("\n" in text for text in astuple(student)):  # it has swallowed the rows below it
            below = "; ".join(line for cell in row for line in cell.splitlines()[1:] if line.strip())
            problems.append(
                f"row {number}: a quotation mark is opened here and not closed in the same row, so these below it are "
                f"left out, too: {below[:500]}"
            )
            continue
        names = student.first_name + student.last_name
        if folded(names) in NO_STUDENTS or not (names or student.id):
            continue
        if problem := _problem(student, found):
            problems.append(f"row {number}: {problem}")
        else:
            found[student.id] = student
    return list(found.values()), problems


def write_roster(students: Iterable[Listed]) -> bytes:
    """A class list that spreadsheets open, and that `read_roster` reads."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["student_id", "first_name", "last_name", "email", "lms_user_id"])
    for one in students:
        table.writerow(map(table_cell, [one.id, one.first_name, one.last_name, one.email, one.lms_id]))
    return text.getvalue().encode("utf-8-sig")  # by which Excel knows the encoding


def _text(content: bytes) -> str:
    try:
        return decoded(content)
    except UnicodeDecodeError:
        windows = io.TextIOWrapper(io.BytesIO(content), encoding="cp1252", errors="replace")
        return windows.read()  # what Excel writes as plain CSV


def _delimiter(text: str) -> str:
    """The sign between columns: of those that are used, the most frequent one in the first line."""
    first = text.lstrip("\ufeff").partition("\n")[0]
    return max(",;\t", key=first.count)


def _student(head: list[str], row: list[str], ids: list[int], is_canvas: bool) -> Listed:
    row = [re.sub("^'(?=[=+@-])", "", cell.strip()) for cell in row]  # as `write_roster` writes what may be a formula

    def first_of(names: Iterable[str]) -> str:
        return next((row[n] for n in _places(head, names) if n < len(row) and row[n]), "")

    first, last, whole = first_of(FIRST), first_of(LAST), first_of(WHOLE)
    if whole and not (first or last):
        before, comma, after = whole.partition(",")
        first, last = (after.strip(), before.strip()) if comma else _split(whole)
    own = next((row[n] for n in ids if n < len(row) and row[n]), "")
    return Listed(own, first, last, first_of(EMAIL), first_of((*LMS, "id") if is_canvas else LMS))


def _places(head: list[str], names: Iterable[str]) -> Iterator[int]:
    return (head.index(name) for name in names if name in head)


def _split(whole: str) -> tuple[str, str]:
    """First and last name; the last word is the last name."""
    first, _, last = whole.rpartition(" ")
    return first, last


def _problem(student: Listed, found: dict[str, Listed]) -> str:
    if not student.id:
        return f"{student.first_name} {student.last_name} has no id".strip()
    if SHORTENED.fullmatch(student.id):
        return f"Excel has shortened the ids ({student.id}): format that column as text, and export the list again"
    if student.id in found:
        return f"the id {student.id} is there twice"
    if not is_student(student.id) or set("*?[") & set(student.id):
        return f"the id {student.id!r} cannot be the name of a folder"
    return ""
