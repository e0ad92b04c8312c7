"""Hints are made of what the bank and the released lesson say; the idea gives no code away."""

import json
import re

import nbformat
import pytest
from support.course import LESSONS

from utils.errors import CourseError
from utils.grading import answers, hintmaking
from utils.grading.building import stale_files
from utils.grading.casemaking import lesson_cases
from utils.grading.course import lessons

CODE = re.compile(r"[=\[\]{}@]|\w\(|\w\.\w|\*\*|//|\bdef\b|\breturn\b|\blambda\b")
ALL = [(lesson, name) for lesson in LESSONS for name in lesson.exercises()]
BANK = """\
# Exercise: a remark

# %% idea
# Think of one row first.
# Then of all.

# %% wrong: what students must not be told before | 0 of 1 | later: it shows in hidden cases only
# this is said later
def f(x): return x

# %% wrong: usual | 0 of 1
# the sign is
# wrong
def f(x): return -x

# %% right: so
def f(x): return +x
"""


@pytest.fixture(scope="module")
def banks():
    return {lesson.id: answers.read(lesson) for lesson in LESSONS}


@pytest.mark.parametrize(("lesson", "name"), ALL, ids=[f"{lesson.id[:2]} {name}" for lesson, name in ALL])
def test_every_exercise_has_an_idea_in_few_words_and_without_code(lesson, name, banks):
    idea = banks[lesson.id][name].idea
    assert 40 < len(idea) < 450, "an idea is one to three sentences"
    assert idea[-1] in ".?" and len(re.findall(r"[.?](?= |$)", idea)) <= 4
    for quoted in re.findall(r"`([^`]+)`", idea):
        assert quoted.isidentifier(), f"`{quoted}` is code"
    assert not CODE.search(idea), CODE.search(idea)
    solution = [line.strip() for line in lesson.solutions()[name].partition("BEGIN SOLUTION")[2].splitlines()]
    assert [line for line in solution if len(line) > 6 and line in idea] == []


def test_the_search_for_code_finds_some():
    for code in ("x[1:]", "total += x", "np.sum", "f(x)", "a ** 2", "return it"):
        assert CODE.search(f"First {code} and so on.")


def test_an_idea_is_read_and_must_be_words():
    assert answers.parse(BANK, "f").idea == "Think of one row first. Then of all."
    with pytest.raises(CourseError, match=r"an idea is words.*'total = 0'"):
        answers.parse(BANK.replace("# Then of all.", "total = 0"), "f")


def test_cases_do_not_depend_on_ideas(course_copy):
    lesson = lessons(course_copy, ["02"])[0]
    before = lesson_cases.digest(lesson)
    path = course_copy / "tests" / "answers" / lesson.id / "pad.py"
    idea = path.read_text().partition("# %% idea\n")[2].partition("# %%")[0]
    path.write_text(path.read_text().replace(idea, "# Another idea.\n\n"))
    assert lesson_cases.digest(lesson) == before
    path.write_text(path.read_text().replace("# %% idea\n# Another idea.\n\n", ""))
    assert lesson_cases.digest(lesson) == before
    path.write_text(path.read_text().replace("d.image(", "d.image( ", 1))
    assert lesson_cases.digest(lesson) != before


def test_the_nudge_is_what_the_first_mistake_is_told_unless_that_comes_later():
    assert "“the sign is wrong”" in hintmaking.nudge(answers.parse(BANK, "f"), ["the sign is wrong"])
    assert hintmaking.nudge(answers.Exercise("f", ()), []) == ""


def test_the_nudge_is_of_this_exercise_where_it_can_be():
    other = "\n# %% wrong: twice | 0 of 1\n# this is twice as much\ndef f(x): return 2 * x\n"
    bank = answers.parse(BANK + other, "f")
    assert "“this is twice as much”" in hintmaking.nudge(bank, ["this is twice as much"])
    assert "“the sign is wrong”" in hintmaking.nudge(bank, [])


def test_no_lesson_begins_the_hints_of_two_exercises_alike():
    for lesson in LESSONS:
        nudges = [steps[0] for steps in json.loads(lesson.hints.read_text())["exercises"].values()]
        assert len(set(nudges)) == len(nudges), lesson.id


def test_where_to_look_names_section_tests_and_earlier_exercises():
    lesson = LESSONS[1]
    notebook = nbformat.read(lesson.release, as_version=4).cells
    assert hintmaking.where_to_look(notebook, "conv2d", lesson.solutions()["conv2d"]) == (
        "Read “Find the error: a padded picture” again. The tests try “strides of one, two and three”, “padding, with "
        "stride 1” and “stride and padding together”: which of them does not say ✓ yet? You may use what you wrote "
        "before: `correlate2d` and `pad`."
    )
    said = hintmaking.where_to_look(notebook, "pad", lesson.solutions()["pad"])
    assert said.startswith("Read “Padding and stride”, and before it the end of “How large is the output?” again.")
    assert "You may use" not in said


@pytest.mark.parametrize(
    ("markdown", "section"),
    [
        (["# Title\n\n## A\ntext", "### Exercise 1 · `f`\nDo it."], "“A”"),
        (["## A\ntext\n### B\nmore\n### Exercise 1 · `f`\nDo it."], "“B”"),
        (["## A\ntext\n## B\n### Exercise 1 · `f`\nDo it."], "“B”, and before it the end of “A”"),
        (["## A\n### Exercise 1 · `f`\nDo it."], "“A”"),
        (["## A\ntext\n## B\n### Exercise 1 · `f`\nDo it.", "### Exercise 2 · `g`\nDo it."], "“B”"),
        (["### Exercise 1 · `f`\nDo it."], ""),
    ],
)
def test_the_section_is_the_nearest_one_and_where_the_exercise_begins_it_the_one_before(markdown, section):
    assert hintmaking._section(markdown) == section


def test_hints_are_stale_when_an_idea_or_a_message_changes_and_built_without_running_the_lesson(course_copy, run):
    lesson = lessons(course_copy, ["01"])[0]
    assert stale_files(lesson) == []
    path = course_copy / "tests" / "answers" / lesson.id / "score.py"
    path.write_text(path.read_text().replace("# First compare", "# Begin with"))
    assert stale_files(lesson) == [lesson.hints]
    built, cases = lesson.solution.stat().st_mtime_ns, lesson.visible_cases.stat().st_mtime_ns
    done = run(course_copy, "course", "build", "01")
    assert done.returncode == 0, done.stderr
    assert stale_files(lesson) == []
    assert json.loads(lesson.hints.read_text())["exercises"]["score"][2].startswith("Begin with")
    assert (lesson.solution.stat().st_mtime_ns, lesson.visible_cases.stat().st_mtime_ns) == (built, cases)


def test_a_lesson_without_answers_has_no_hints(course_copy):
    lesson = lessons(course_copy, ["01"])[0]
    for path in (course_copy / "tests" / "answers" / lesson.id).iterdir():
        path.unlink()
    path.parent.rmdir()
    lesson.hints.unlink()
    assert hintmaking.stale_hints(lesson) == []
    hintmaking.write_hints(lesson)
    assert not lesson.hints.exists()
