"""The syllabus: its minutes are those of the lessons' sections, and the short course is told with its exercises."""

import re
import shutil
from dataclasses import replace

import pytest
from support.course import LESSONS, ROOT

from utils.errors import CourseError
from utils.grading.lesson_table import hours
from utils.grading.site.sections import minutes, sections
from utils.grading.site.syllabus import syllabus


@pytest.mark.parametrize("lesson", LESSONS, ids=str)
def test_the_sections_take_as_long_as_the_lesson_says(lesson):
    assert minutes(sections(lesson)) == pytest.approx(60 * hours(lesson), rel=0.15)


@pytest.mark.parametrize("lesson", LESSONS, ids=str)
def test_every_exercise_is_in_one_section(lesson):
    assert [name for section in sections(lesson) for name in section.exercises] == list(lesson.exercises())


def test_the_short_course_takes_half_the_time_and_is_told_with_its_exercises():
    short = [section for lesson in LESSONS for section in sections(lesson) if section.short]
    assert minutes(short) < 0.55 * 60 * sum(map(hours, LESSONS))
    chapter = syllabus(ROOT).partition("## A short course")[2].partition("## Section by section")[0]
    assert chapter.count("\n| [") == len(LESSONS)
    assert all(f"`{name}`" in chapter for section in short for name in section.exercises)


@pytest.mark.parametrize("lesson", LESSONS, ids=str)
def test_a_lesson_tells_students_its_short_way(lesson):
    opening = " ".join(lesson.read_source().cells[0].source.split())
    told, names = re.search(r"\*\*The short way\*\* takes about (\d+½?) hours: (.*?)\. Come back", opening).groups()
    short = [section for section in sections(lesson) if section.short]
    assert names == " · ".join(f"*{section.title}*" for section in short)
    assert minutes(short) == pytest.approx(60 * float(told.replace("½", ".5")), abs=15)


def test_a_section_that_was_renamed_is_named(tmp_path):
    (tmp_path / "data").mkdir()
    shutil.copytree(LESSONS[0].source.parent, tmp_path / "solutions" / LESSONS[0].id)
    text = (ROOT / "data" / "minutes.toml").read_text().replace('"Try it" = 5', '"Try this" = 5')
    (tmp_path / "data" / "minutes.toml").write_text(text)
    with pytest.raises(CourseError, match="differ in the section 'Try it'"):
        sections(replace(LESSONS[0], root=tmp_path))


def test_a_course_without_counted_minutes_has_no_short_course(tmp_path):
    shutil.copytree(LESSONS[0].source.parent, tmp_path / "solutions" / LESSONS[0].id)
    assert not any(section.minutes or section.short for section in sections(replace(LESSONS[0], root=tmp_path)))
