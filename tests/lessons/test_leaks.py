"""No solution and no hidden test in anything a student is given."""

import io
import json
import zipfile

import nbformat
import pytest
from support.closed_lines import readable, secrets
from support.course import LESSONS, ROOT

from utils.checks.cases import unpacked
from utils.grading import answers
from utils.grading.commands import bundle


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda le: le.id)
def test_there_is_something_to_keep_secret(lesson):
    assert len(secrets(lesson)) > 30


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda le: le.id)
def test_no_secret_line_in_any_file_of_the_student_bundle(lesson):
    hidden = secrets(lesson)
    leaks = {name: found for name, content in bundle.contents(ROOT) if (found := hidden & readable(name, content))}
    assert leaks == {}


def test_the_bundle_holds_no_instructors_file():
    names = [name for name, _ in bundle.contents(ROOT)]
    assert [name for name in names if "grading" in name or "solutions" in name or "tests/" in name] == []
    assert [name for name in names if name.startswith("utils/checks/hints/")] == [
        f"utils/checks/hints/{lesson.id}.json" for lesson in LESSONS
    ]
    assert "utils/checks/compare.py" in names and "Makefile" in names and "README.md" in names


def test_the_search_would_find_a_leak():
    lesson = LESSONS[0]
    line = sorted(secrets(lesson))[0]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(f"x = 1\n    {line}")])
    assert secrets(lesson) & readable("a.ipynb", nbformat.writes(notebook).encode())


def test_the_zip_is_what_the_list_says(course_copy, run):
    done = run(course_copy, "course", "bundle")
    assert done.returncode == 0, done.stderr
    archive = zipfile.ZipFile(io.BytesIO(next((course_copy / "dist").glob("*.zip")).read_bytes()))
    names = [name.split("/", 1)[1] for name in archive.namelist()]
    assert sorted(names) == sorted(name for name, _ in bundle.contents(course_copy))


def test_a_stale_lesson_is_not_bundled(course_copy, run):
    source = course_copy / "solutions" / "01_slash_classifier" / "slash_classifier.py"
    source.write_text(source.read_text().replace("four pixels", "few pixels"))
    done = run(course_copy, "course", "bundle")
    assert done.returncode == 1 and "make build" in done.stderr
    assert not list(course_copy.glob("dist/*"))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda le: le.id)
def test_hints_hold_no_line_of_a_solution_and_no_words_for_after_grading(lesson):
    hints, bank = json.loads(lesson.hints.read_text())["exercises"], answers.read(lesson)
    told = {one.message for exercise in bank.values() for one in exercise.wrong if not one.later}
    later = {one.message for exercise in bank.values() for one in exercise.wrong if one.later} - told
    for name, (nudge, where, idea) in hints.items():
        assert nudge.partition("“")[2].rpartition("”")[0] in {one.message for one in bank[name].wrong}
        assert [words for words in later if words in nudge + where + idea] == []
        assert [line for line in secrets(lesson) if line in where + idea] == []


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda le: le.id)
def test_no_case_that_only_graders_have_is_in_the_bundle(lesson):
    hidden, visible = (
        {str(case) for data in unpacked(file.read_bytes()).values() if "cases" in data for case in data["cases"]}
        for file in (lesson.hidden_cases, lesson.visible_cases)
    )
    assert visible < hidden
    assert lesson.hidden_cases.read_bytes() not in [content for _, content in bundle.contents(ROOT)]
    assert not list(lesson.release.parent.glob("*.bz2"))


def test_the_cases_of_all_lessons_are_small():
    assert sum(lesson.visible_cases.stat().st_size for lesson in LESSONS) < 1_000_000
