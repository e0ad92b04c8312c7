"""The checks accept what is right, name what is wrong, and never print the expected value."""

import numpy as np
import pytest

from utils import checks
from utils.checks import CheckFailed
from utils.checks.failure import not_solved

RIGHT = np.array([[1.5, 2.25, -3.75], [4.5, 5.125, 6.0]])


def error_message(check, *args, **kwargs):
    with pytest.raises(CheckFailed) as failure:
        check(*args, **kwargs)
    return str(failure.value)


@pytest.mark.parametrize(
    "actual",
    [RIGHT, RIGHT.tolist(), RIGHT.astype(np.float32), tuple(map(tuple, RIGHT))],
    ids=["array", "list", "float32", "tuple"],
)
def test_close_accepts_every_form_of_the_right_values(actual):
    checks.close(actual, RIGHT)


def test_close_accepts_tensors_with_gradients():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    checks.close(torch.tensor(RIGHT, requires_grad=True), RIGHT)


@pytest.mark.parametrize(
    ("actual", "said"),
    [
        (None, "returned nothing"),
        (len, "did you forget the brackets"),
        ([[1, 2], [3]], "different lengths"),
        ("text", "yours is text"),
        (True, "True or False"),
        (RIGHT.T, "transposed"),
        (RIGHT.ravel(), "their shape should be (2, 3), and yours is (6,)"),
        (RIGHT[None], "their shape should be (2, 3), and yours is (1, 2, 3)"),
        (RIGHT[:1], "should have 2 rows, yours has 1: the last one is missing"),
        (RIGHT[1:], "the first one is missing"),
        (np.vstack([RIGHT, [0, 0, 0]]), "one too many at the end"),
        (RIGHT[:, :2], "should have shape (2, 3), yours has shape (2, 2)"),
        (4.0, "yours is a single number"),
        (RIGHT[::-1, ::-1], "rotated by 180°"),
        (RIGHT[::-1], "upside down"),
        (RIGHT[:, ::-1], "mirrored"),
        (-RIGHT, "sign is the wrong way round"),
        (np.abs(RIGHT), "sign is lost"),
        (np.floor(RIGHT), "whole numbers"),
        (RIGHT.astype(int), "whole numbers"),
        (RIGHT * 3, "3 times as large"),
        (RIGHT + 7, "off by the same amount"),
        (RIGHT * 0 + 2, "all your values are the same"),
        (RIGHT + np.eye(2, 3), "2 of 6 values are not right"),
        (np.where(RIGHT > 5, np.nan, RIGHT), "2 of 6 values are inf or nan"),
    ],
)
def test_close_names_what_is_wrong(actual, said):
    assert said in error_message(checks.close, actual, RIGHT)


@pytest.mark.parametrize(
    ("actual", "said"),
    [
        ([[1, 2], [3, 4]], "is something still to be added up"),
        ([2.5], "holds one"),
        (5.0, "twice as large"),
        (1.25, "half as large"),
        (2.0, "whole numbers"),
        (2.4, "too small"),
        (9.9, "too large"),
    ],
)
def test_close_on_one_number(actual, said):
    assert said in error_message(checks.close, actual, 2.5)


def test_a_square_result_can_be_transposed():
    square = np.array([[1, 2], [3, 4]])
    assert "transposed" in error_message(checks.close, square.T, square)


def test_equal_is_strict_about_text_and_kind():
    checks.equal(["\\", "/"], ("\\", "/"))
    checks.equal(np.array([1, 2]), [1, 2])
    assert "yours is True or False" in error_message(checks.equal, True, "\\")
    assert "yours is '/'" in error_message(checks.equal, "/", "\\")
    assert "returned nothing" in error_message(checks.equal, None, "x")


def test_equal_on_lists_counts_what_is_wrong():
    assert "should have 2" in error_message(checks.equal, ["a"], ["a", "b"])
    assert "1 of 2" in error_message(checks.equal, ["a", "c"], ["a", "b"])


def test_close_on_true_and_false_counts_what_is_wrong():
    right = np.array([[True, False, False], [True, True, False]])
    checks.close(right.tolist(), right)
    with pytest.raises(checks.CheckFailed, match="2 of 6 values are not right"):
        checks.close([[True, True, False], [False, True, False]], right)
    with pytest.raises(checks.CheckFailed, match="upside down"):
        checks.close(right[::-1], right)


def test_equal_on_dictionaries_looks_at_names_and_values():
    checks.equal({"b": np.int64(2), "a": 1}, {"a": 1, "b": 2})
    with pytest.raises(CheckFailed, match="not right"):
        checks.equal({"a": -1}, {"a": 1})
    with pytest.raises(CheckFailed, match="this should be a dictionary, yours is a list"):
        checks.equal([1], {"a": 1})


def test_count_takes_rows_that_are_no_array():
    checks.count([("a", (1, 2, 3)), ("b", (4,))], 2)
    with pytest.raises(CheckFailed, match="too few"):
        checks.count([("a", (1, 2, 3))], 2)
    for no_list in ("ab", {"a": 1, "b": 2}, 7, np.float64(2)):
        with pytest.raises(CheckFailed, match="this should be a list or an array"):
            checks.count(no_list, 2)


def test_same_members_in_any_order():
    want = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    checks.same_members(want[[2, 0, 3, 1]], want)
    assert "1 of 4 is missing" in error_message(checks.same_members, want[1:], want)
    assert "appear more than once" in error_message(checks.same_members, want[[0, 0, 1, 2]], want)
    assert "do not belong" in error_message(checks.same_members, (want + 1) / 2, want)
    assert "shape" in error_message(checks.same_members, want[:, None], want)


def test_raises():
    def refuse():
        raise ValueError("no")

    checks.raises(ValueError, refuse, because="it should")
    assert "yours returned a result" in error_message(checks.raises, ValueError, int, because="zero is no answer")
    assert "stopped with a ValueError" in error_message(checks.raises, KeyError, refuse, because="no key")
    assert "yours returned nothing (None)" in error_message(checks.raises, ValueError, print, because="it goes on")
    assert "yours returned text" in error_message(checks.raises, ValueError, str, because="text is no refusal")


def test_unchanged():
    weights = np.array([1, 2])
    with checks.unchanged(weights=weights):
        pass
    with pytest.raises(CheckFailed, match=r"`weights.copy\(\)`"), checks.unchanged(weights=weights):
        weights[1] = 3


def test_a_case_prints_a_tick_when_all_holds(capsys):
    with checks.case("two is two"):
        checks.close(2, 2)
    assert capsys.readouterr().out == "✓ two is two\n"


def test_a_case_says_what_it_was_about(capsys):
    assert error_message(run_case, lambda: checks.close(1.0, 2.5)).startswith("a small one: ")
    assert capsys.readouterr().out == ""


def run_case(body):
    with checks.case("a small one"):
        body()


def unsolved():
    raise NotImplementedError("not solved yet: put your code here instead")


def test_an_unsolved_exercise_is_said_to_be_unsolved():
    assert error_message(run_case, unsolved) == not_solved("")


def test_a_layer_that_cannot_be_called_is_not_an_unsolved_exercise():
    def run():
        raise NotImplementedError('Module [ModuleList] is missing the required "forward" function')

    assert "nn.Sequential(*layers)" in error_message(run_case, run)


def test_where_all_should_be_alike_it_counts_what_is_not():
    assert "1 of 4 values" in error_message(checks.close, [0, 0, 7, 0], np.zeros(4))
    assert "too large" in error_message(checks.close, [2.5, 2.5], np.ones(2))


def test_a_missing_name_is_explained():
    assert "'scrore' does not exist" in error_message(run_case, lambda: scrore(1))  # noqa: F821


def test_a_crash_names_the_function_and_the_line():
    source = "def average(values):\n    return sum(values) / 0\n"
    space = {}
    exec(compile(source, "<cell 3>", "exec"), space)
    said = error_message(run_case, lambda: space["average"]([1, 2]))
    assert "in `average`, line 2" in said
    assert "ZeroDivisionError" in said


def test_a_failure_carries_its_case_and_its_misconception_apart():
    with pytest.raises(CheckFailed) as caught, checks.case("one: two"), checks.case("a picture"):
        checks.that(False, "half: a half")
    failure = caught.value
    assert (failure.case, failure.misconception, failure.recognised) == ("one: two: a picture", "half: a half", True)
    assert str(failure) == "one: two: a picture: half: a half"


@pytest.mark.parametrize("wrong", [None, 7.0, "x", [1, 2], 2469.1356, float("nan"), True])
@pytest.mark.parametrize("check", [checks.close, checks.equal])
def test_no_message_gives_the_expected_value_away(check, wrong):
    assert "123" not in error_message(check, wrong, 1234.5678)


def test_jupyter_shows_one_line():
    assert CheckFailed("too small")._render_traceback_() == ["✗ too small"]
