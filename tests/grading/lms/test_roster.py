"""Class lists as Canvas, Moodle and Excel write them."""

import pytest

from utils.errors import CourseError
from utils.grading.lms.class_list import Listed
from utils.grading.lms.roster import read_roster, write_roster

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,01_small (4711)
    Points Possible,,,,,9
"Lovelace, Ada",12345,S1,ada,Monday,
"Müller, Zoë",12346,S2,zoe,Monday,
"Student, Test",99999,,,Monday,
"""
MOODLE = """First name,Last name,ID number,Institution,Email address,Last downloaded from this course
Ada,Lovelace,ada,,ada@example.org,1
Zoë,Müller,zoe,,zoe@example.org,1
"""
WORKSHEET = """Identifier,Full name,Email address,Status,Grade
Participant 123456,Ada Lovelace,ada@example.org,Submitted,
Participant 123457,Zoë Müller,zoe@example.org,Submitted,
"""
PARTICIPANTS = """Vorname,Nachname,E-Mail-Adresse,Gruppen
Ada,Lovelace,ada@example.org,A
Zoë,Müller,zoe@example.org,A
"""
PLAIN = """student_id,first_name,last_name,email
ada,Ada,Lovelace,ada@example.org
zoe,Zoë,Müller,zoe@example.org
"""


def students(content, **options):
    found, problems = read_roster(content if isinstance(content, bytes) else content.encode(), **options)
    assert problems == []
    return [(one.id, one.first_name, one.last_name) for one in found]


NAMES = [("ada", "Ada", "Lovelace"), ("zoe", "Zoë", "Müller")]
BY_MAIL = [("ada@example.org", "Ada", "Lovelace"), ("zoe@example.org", "Zoë", "Müller")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [(CANVAS, NAMES), (MOODLE, NAMES), (WORKSHEET, BY_MAIL), (PARTICIPANTS, BY_MAIL), (PLAIN, NAMES)],
    ids=["Canvas", "Moodle", "Moodle's worksheet", "Moodle's participants", "plain"],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_every_form_in_every_encoding(text, expected, delimiter, encoding):
    if delimiter != ",":
        text = text.replace('"Lovelace, Ada"', "Lovelace| Ada").replace('"Müller, Zoë"', "Müller| Zoë")
        text = text.replace('"Student, Test"', "Student| Test").replace(",", delimiter).replace("|", ",")
    assert students(text.replace("\n", "\r\n").encode(encoding)) == expected


def test_canvas_numbers_and_addresses_are_kept():
    assert [one.lms_id for one in read_roster(CANVAS.encode())[0]] == ["12345", "12346"]
    assert [one.email for one in read_roster(MOODLE.encode())[0]] == ["ada@example.org", "zoe@example.org"]


def test_excels_line_that_names_the_sign_and_empty_lines():
    assert students("sep=;\n" + PLAIN.replace(",", ";") + ";;;\n\n") == NAMES


def test_the_column_of_ids_can_be_named():
    text = "Matriculation,Name\n0042,Ada Lovelace\n"
    with pytest.raises(CourseError, match=r"no column for ids \(it has: Matriculation, Name\)"):
        read_roster(text.encode())
    assert students(text, id_column="matriculation") == [("0042", "Ada", "Lovelace")]


@pytest.mark.parametrize(("text", "said"), [("", "is empty"), ("student_id\nada\n", "no column for names")])
def test_what_is_no_class_list(text, said):
    with pytest.raises(CourseError, match=said):
        read_roster(text.encode())


def test_rows_that_cannot_be_read_are_told_and_the_others_are_read():
    rows = "ada,Ada,L\n,Nobody,N\nada,Ada,Again\n../x,Evil,E\n*,Star,S\nzoe,Zoë,M\n"
    found, problems = read_roster(f"student_id,first_name,last_name\n{rows}".encode())
    assert [one.id for one in found] == ["ada", "zoe"]
    said = [
        "row 3: Nobody N has no id",
        "row 4: the id ada is there twice",
        "row 5: the id '../x'",
        "row 6: the id '*'",
    ]
    assert all(problem.startswith(part) for problem, part in zip(problems, said, strict=True))


def test_what_excel_has_done_to_a_list_is_said():
    found, problems = read_roster(b"student_id,name\n1.23457E+11,Ada L\n12345.0,Bob M\n12e3,Zo\xc3\xab N\n0012,Max O\n")
    assert [one.id for one in found] == ["12e3", "0012"]
    assert all("Excel has shortened the ids" in problem for problem in problems) and len(problems) == 2
    for content in (b"PK\x03\x04" + bytes(200), b"\xd0\xcf\x11\xe0" + bytes(200)):
        with pytest.raises(CourseError, match="an Excel file: save it as CSV"):
            read_roster(content)


def test_a_quotation_mark_that_is_not_closed_is_named():
    found, problems = read_roster(b'student_id,first_name\nada,Ada\nbob,"Bob\nzoe,Zoe\nmax,"Max"\nleo,Leo\n')
    assert [one.id for one in found] == ["ada", "leo"]
    (problem,) = problems
    assert problem.startswith("row 3: a quotation mark is opened here and not closed in the same row")
    assert problem.endswith("""left out, too: zoe,Zoe; max,Max\"""")


def test_lines_may_end_as_on_an_old_macintosh_in_any_encoding():
    text = "student_id,first_name\rada,Zoë\rbob,Bob\r"
    for encoding in ("utf-8", "cp1252", "utf-16"):
        found, problems = read_roster(text.encode(encoding))
        assert [(one.id, one.first_name) for one in found] == [("ada", "Zoë"), ("bob", "Bob")]
        assert not problems


def test_a_table_that_cannot_be_read_is_none():
    with pytest.raises(CourseError, match="no table that can be read"):
        read_roster(b"student_id,name\nada," + b"x" * 200_000)


def test_what_is_written_is_read_again():
    listed = [
        Listed("ada", "Ada", "Lovelace", "ada@example.org", "12345"),
        Listed("zoe", "Zoë", "Müller, Dr."),
        Listed("x", "=1+1", "-M"),
    ]
    assert b",=1" not in write_roster(listed)
    assert read_roster(write_roster(listed)) == (listed, [])
