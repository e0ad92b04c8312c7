"""The answer bank's own rules. (That the whole bank holds is checked by `course bank` in `make test`.)"""

from contextlib import nullcontext
from dataclasses import replace

import pytest
from support.course import LESSONS

from utils.errors import CourseError
from utils.grading.answers import Answer, Exercise, parse, read
from utils.grading.casemaking.proof import Proof
from utils.grading.commands import bank
from utils.grading.pipeline.record import Outcome, Record
from utils.grading.python_code import used_names

LESSON = LESSONS[0]
FILE = """# What the exercise asks.

# %% draw
def test_f(d):
    return (d.image(),)

# %% wrong: adds the first row only | 0.5 of 2 | later: it would give the answer away
# only the first row
# was added
def f(x):
    return sum(x[0])

# %% right: with NumPy
def f(x):
    return np.sum(x)

# %% equivalent
# `a` → `b`: nothing tells them apart
"""


def test_a_file_of_answers_is_read():
    found = parse(FILE, "f")
    (wrong,), (right,) = found.wrong, found.right
    code, words = "def f(x):\n    return sum(x[0])", "only the first row was added"
    assert wrong == Answer("f", "adds the first row only", code, 0.5, 2.0, words, "it would give the answer away")
    assert right.code == "def f(x):\n    return np.sum(x)"
    assert found.draws.strip() == "def test_f(d):\n    return (d.image(),)"
    assert found.equivalent == (("`a` → `b`", "nothing tells them apart"),)


def test_a_wrong_answer_without_words_is_named():
    with pytest.raises(CourseError, match="'x' lacks its words"):
        parse("# %% wrong: x | 1 of 2\ndef f(x):\n    return 1\n", "f")


@pytest.mark.parametrize("header", ["# %% wrong: no points", "# %% wrong: x | 1", "# %% maybe: x", "# %%"])
def test_a_header_that_cannot_be_read_is_named(header):
    with pytest.raises(CourseError, match="cannot read"):
        parse(f"{header}\npass\n", "f")


def test_an_incomplete_bank_is_named(course_copy, run):
    folder = course_copy / "tests" / "answers" / LESSON.id
    (folder / "score.py").write_text(FILE)
    assert "1 wrong and 1 right" in run(course_copy, "course", "bank").stderr
    (folder / "score.py").unlink()
    assert "score.py is missing" in run(course_copy, "course", "bank").stderr


def test_an_answer_to_no_exercise_is_named(course_copy, run):
    (course_copy / "tests" / "answers" / LESSON.id / "sore.py").write_text(FILE)
    assert "no exercise is called sore" in run(course_copy, "course", "bank").stderr


def result(*messages):
    tests = {
        name: Outcome(0.0 if message else 1.0, 1.0, message)
        for name, message in zip(LESSON.exercises()["pixel_sum"], messages, strict=True)
    }
    return Record("", "", "", tests)


WRONG = Answer("pixel_sum", "first row", "", 1.0, 2.0, "only the first row")
RIGHT = Answer("pixel_sum", "numpy", "")


def test_a_wrong_answer_with_its_points_and_its_own_message_is_as_it_should_be():
    results = {WRONG: result("", "only the first row"), RIGHT: result("", "")}
    assert bank.deviations(LESSON, [WRONG, RIGHT], results) == []


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        (("", ""), "got 2 of 2, expected 1 of 2"),
        (("x", "only the first row"), "got 0 of 2, expected 1 of 2"),
        (("", "something else"), "'only the first row' is not in"),
    ],
)
def test_a_wrong_answer_that_deviates_is_named(messages, said):
    found = bank.deviations(LESSON, [WRONG], {WRONG: result(*messages)})
    assert said in " ".join(map(str, found))


def test_a_message_shared_by_two_answers_is_named():
    other = replace(WRONG, name="first column", message="the first column")
    found = bank.deviations(LESSON, [WRONG, other], dict.fromkeys([WRONG, other], result("", "only the first row")))
    assert any("is also told to 'first column'" in one.fault for one in found)


def test_a_right_answer_that_loses_points_is_named():
    assert "got 1 of 2" in bank.deviations(LESSON, [RIGHT], {RIGHT: result("", "too small")})[0].fault


def test_an_answer_whose_name_has_a_colon_is_counted_as_deviating():
    """Nothing is told from a line's colons."""
    odd = replace(WRONG, name="first: the row")
    found = bank.deviations(LESSON, [odd], {odd: result("", "something else")})
    table = bank._table(LESSON, {"pixel_sum": [odd, WRONG]}, {"pixel_sum": found}, {"pixel_sum": Proof()})
    assert [list(column.cells) for column in table.columns][1] == ["1 of 2"]


def test_wrong_answers_that_could_spoil_each_others_tests_are_not_handed_in_together():
    answers = [answer for exercise in read(LESSON).values() for answer in exercise.answers]
    groups = bank.together(LESSON, answers)
    assert sorted(map(id, answers)) == sorted(id(answer) for group in groups for answer in group)
    assert len(groups) < len(answers) / 2
    for group in groups:
        exercises = [answer.exercise for answer in group]
        assert len(set(exercises)) == len(exercises) and len({answer.right for answer in group}) == 1
        assert group[0].right or not any(
            bank.names_used(answer.code) & {*exercises} - {answer.exercise} for answer in group
        )


def test_what_a_neighbour_spoils_is_graded_again_by_itself(monkeypatch, client):
    """A wrong answer that ends the kernel costs the one that stands below it nothing."""
    ends = replace(WRONG, code="import os\ndef pixel_sum(image):\n    return 0\nos._exit(1)")
    fine = Answer("score", "wrong", "def score(weights, image):\n    return 7.25", 0.0, 3.0, "")
    monkeypatch.setattr(bank, "together", lambda lesson, answers: [answers])
    monkeypatch.setattr(
        bank, "faults", lambda answer, result, tests: answer is fine and "is not running" in str(result)
    )
    results = bank.grade(client, LESSON, [ends, fine])
    assert "is not running" in str(results[ends].tests) and "is not running" not in str(results[fine].tests)


def test_used_names_are_those_found_bound():
    code = "import a\nx = y + 1\nz = x\ndef f(p, q=d):\n    loc = p + g\n    return [i for i in h(loc)]\nk = f(z)"
    assert used_names(code) == {"y", "d", "g", "h"}


def test_the_command_fails_when_one_answer_is_broken_on_purpose(monkeypatch, capsys, client):
    """Through the real grading path, with a right answer that is not, and a wrong one that is right."""
    solved = LESSON.solutions()["pixel_sum"]
    group = [
        replace(RIGHT, code="def pixel_sum(image):\n    return image[0][0]"),
        replace(WRONG, code=solved),
        replace(RIGHT, name="as in the source", code=solved),
    ]
    monkeypatch.setattr(bank, "read", lambda lesson: {"pixel_sum": Exercise("pixel_sum", tuple(group))})
    ticked = {"pixel_sum": Proof(ticked=("first row",), mutants=2, survivors=("`a` → `b`",))}
    monkeypatch.setattr(bank, "prove_lesson", lambda *_: ticked)
    monkeypatch.setattr(bank, "connected", lambda *_: nullcontext(client))
    monkeypatch.setattr(bank, "find_root", lambda: LESSON.root)
    with pytest.raises(CourseError, match="5 deviations"):
        bank.bank([LESSON.id], workers=1)
    printed = capsys.readouterr().out
    assert "right: numpy: got" in printed and "wrong: first row: got 2 of 2" in printed
    assert "as in the source" not in printed
    assert "wrong: first row: gets nothing but ✓" in printed and "mutant `a` → `b`: no case shows it" in printed


@pytest.mark.parametrize("one_in", [1, 3])
def test_one_answer_in_so_many_is_graded_of_either_kind(one_in):
    exercise = read(LESSON)["pixel_sum"]
    chosen = bank.chosen_answers(exercise, one_in)
    for some in (exercise.right, exercise.wrong):
        assert len(some) // one_in <= len([answer for answer in chosen if answer in some]) <= -(-len(some) // one_in)
