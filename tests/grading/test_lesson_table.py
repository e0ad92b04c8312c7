"""The README's table of lessons follows from their sources."""

import pytest
from support.course import LESSONS, ROOT

from utils.errors import CourseError
from utils.grading import lesson_table
from utils.grading.course import lessons


def test_each_lesson_has_its_row():
    rows = lesson_table.table(ROOT).splitlines()[2:]
    assert len(rows) == len(LESSONS)
    assert rows[0] == (
        "| [01 The slash classifier](lessons/01_slash_classifier/slash_classifier.ipynb) "
        "| 9 and 1 written | 21 + 4 | 3½ hours | 2 hours |"
    )


def test_it_is_stale_until_it_is_written(course_copy):
    readme = course_copy / "README.md"
    text = readme.read_text()
    assert lesson_table.BEGIN in text and lesson_table.stale_table(course_copy) == []
    readme.write_text(text.replace("3½ hours", "9 minutes"))
    assert lesson_table.stale_table(course_copy) == [readme]
    lesson_table.write_table(course_copy)
    assert readme.read_text() == text


def test_a_lesson_that_does_not_say_how_long_it_takes_is_named(course_copy):
    source = lessons(course_copy, ["01"])[0].source
    source.write_text(source.read_text().replace("**About 3½ hours**", "Not long"))
    with pytest.raises(CourseError, match=r"slash_classifier.py: its first cell"):
        lesson_table.table(course_copy)
