"""Cases are made from a solution, its answers and its draws, and show what they should."""

from dataclasses import replace

import pytest

from utils.checks.cases import Drawn
from utils.errors import CourseError
from utils.grading.answers import Answer, Exercise
from utils.grading.casemaking.maker import make
from utils.grading.casemaking.proof import Tried, prove
from utils.grading.casemaking.selection import choose
from utils.grading.casemaking.trial import Bench, drawn_tests, sketches
from utils.grading.judge.notebook import CodeCell

SOLUTION = """def scaled(image, factor=2):
    if factor <= 0:
        raise ValueError("no")
    return np.asarray(image) * factor
"""
LISTS = "[[x * factor for x in row] for row in image]"
TEST = 'with cases.test(scaled, "pictures and factors"):\n    checks.close(scaled(np.array([1, 2]), 3), [3, 6])'
DRAWS = 'def test_scaled(d):\n    return (d.image(kinds=("whole", *FRACTIONS)), d.whole(-1, 4))[:d.one_of((1, 2, 2))]'


def cell(kind, code, name="", names=()):
    return CodeCell(kind, name, code, frozenset(names))


def bench(test=TEST):
    given = "import numpy as np\nfrom utils import checks\ncases = checks.Cases('00_none')"
    return Bench([
        cell("given", given, names=("np", "checks", "cases")),
        cell("solution", SOLUTION, "scaled", ("scaled",)),
        cell("test", test, "test_scaled"),
    ])  # fmt: skip


def wrong(name, code):
    return Answer("scaled", name, code, 0.0, 1.0, f"words for {name}")


EXERCISE = Exercise(
    "scaled",
    (
        wrong("adds", "def scaled(image, factor=2):\n    return np.asarray(image) + factor"),
        wrong("refuses nothing", "def scaled(image, factor=2):\n    return np.asarray(image) * factor"),
        wrong("cuts off", SOLUTION.replace("image) *", "image).astype(int) *")),
        wrong("writes", SOLUTION.replace("return np.asarray(image) *", "image *= factor; return image #")),
        wrong("another default", SOLUTION.replace("=2", "=3")),
        Answer(
            "scaled",
            "a list",
            SOLUTION.replace("np.asarray(image) * factor", "[[x * factor for x in r] for r in image]"),
        ),
    ),
    DRAWS,
)


ODD = Answer("scaled", "odd", "def scaled(*_):\n    return 0")


def made(exercise=EXERCISE, test=TEST):
    tests = list(drawn_tests(bench(test).cells).values())
    return make(bench(test), exercise, SOLUTION, tests, "seed")


def test_every_mistake_shows_and_is_told_from_the_others():
    found = made()
    assert found.shown == {answer.name for answer in EXERCISE.wrong}
    assert found.survivors == [] and found.mutants > 3
    visible, hidden = found.visible["pictures and factors"], found.hidden["pictures and factors"]
    assert hidden["cases"][: len(visible["cases"])] == visible["cases"] and len(hidden["cases"]) > len(visible["cases"])
    columns = [str(column) for _, column in visible["mistakes"]]
    assert len(set(columns)) == len(columns) >= 4


def test_the_same_sources_make_the_same_cases():
    assert made().hidden == made().hidden


def test_the_solution_and_right_answers_pass_all_cases():
    found = made().hidden["pictures and factors"]
    for answer in EXERCISE.right:
        test = drawn_tests(bench().cells)["test_scaled"]
        assert not any(sketches(bench(), test, Drawn(found), "scaled", answer.code))


@pytest.mark.parametrize(
    ("exercise", "said"),
    [
        (replace(EXERCISE, draws="def test_other(d):\n    return ()"), "no draw for test_scaled"),
        (replace(EXERCISE, draws="def test_scaled(d):\n    return d.image()"), "draw a tuple"),
        (replace(EXERCISE, draws="def test_scaled(d):\n    return ('a', [1])"), "the solution stops with"),
        (replace(EXERCISE, draws="def test_scaled(d):\n    return (d.image(kinds=('grey',)), 3)"), "wrap round"),
        (
            replace(EXERCISE, answers=(Answer("scaled", "odd", "def scaled(*_):\n    return 0"),)),
            "'odd' fails with image",
        ),
    ],
)
def test_what_is_of_no_use_is_named(exercise, said):
    with pytest.raises(CourseError, match=said):
        made(exercise)


def test_a_second_test_in_a_cell_and_a_second_description_are_refused():
    with pytest.raises(CourseError, match="has two"):
        drawn_tests([cell("test", f"{TEST}\n{TEST}", "test_scaled")])
    with pytest.raises(CourseError, match="a description of its own"):
        drawn_tests([cell("test", TEST, "one"), cell("test", TEST, "two")])
    with pytest.raises(CourseError, match="as a plain text"):
        drawn_tests([cell("test", "with cases.test(f):\n    pass", "one")])


def test_a_proof_says_what_gets_through(monkeypatch):
    equivalent = (("`no such` → `mutant`", "because"),)
    exercise = replace(EXERCISE, equivalent=equivalent)
    proof = prove(bench("with checks.case('an example'):\n    checks.close(scaled(np.array([1, 2]), 3), [3, 6])"),
                  exercise, SOLUTION, ["test_scaled"], Tried(5, ["`a` → `b`"]))  # fmt: skip
    assert {"refuses nothing", "cuts off"} <= set(proof.ticked) and "adds" not in proof.ticked
    assert proof.unlisted == ("`no such` → `mutant`",) and proof.survivors == ("`a` → `b`",)


def test_an_endless_loop_ends(monkeypatch):
    monkeypatch.setattr("utils.grading.casemaking.trial.CALL_SECONDS", 0.2)
    exercise = replace(EXERCISE, answers=(*EXERCISE.answers, wrong("loops", "def scaled(*_):\n    while True: pass")))
    assert "loops" in made(exercise).shown


def test_few_cases_are_chosen_that_show_all():
    show = [["a", None, None, "a"], [None, "b", None, "a"], [None, None, "c", "c"]]
    assert choose(show[:1], [], [10, 10, 10, 10], list("wxyz"))[0] in (0, 1, 2)
    chosen = choose(show, [], [50, 50, 50, 5000], list("wxyz"))
    assert {0, 1, 2} <= set(chosen)
    assert 1 in choose([], [[None, "x", None]], [9, 900, 9], list("xyz"))


def test_two_cases_of_one_shape_are_among_them():
    shapes = ["a", "b", "c", "a", "c"]
    chosen = choose([["x", None, None, None, None]], [], [1, 2, 3, 4, 5], shapes)
    found = [shapes[number] for number in chosen]
    assert len(found) > len(set(found))
