"""Tests on drawn cases: what they accept, and what they say."""

import numpy as np
import pytest

from utils.checks import cases
from utils.checks.cases import Case, Cases, Refused
from utils.checks.failure import CheckFailed, not_solved
from utils.errors import CourseError

CASES = [
    Case.as_data((np.array([[1.0, 2], [3, 4]]), 2), np.array([[2.0, 4], [6, 8]])),
    Case.as_data((np.array([[1, 2, 5]]), 3), np.array([[3.0, 6, 15]])),
    Case.as_data((np.array([[1]]), 0), Refused("ValueError")),
]


def right(image, factor):
    if factor == 0:
        raise ValueError("0 makes everything the same")
    return np.asarray(image) * factor


def adds(image, factor):
    return np.asarray(image) + factor


def sketches(function):
    drawn = cases.Drawn({"names": ["image", "factor"], "cases": CASES, "mistakes": []})
    found = cases.outcomes_of(function, drawn.cases, lambda value: value)
    return [drawn.sketch_of(case, pair) for case, pair in zip(drawn.cases, found, strict=True)]


@pytest.fixture
def drawn(monkeypatch):
    """A lesson with one test, and one mistake that has words."""
    data = {"names": ["image", "factor"], "cases": CASES, "mistakes": [["you added; multiply", sketches(adds)]]}
    monkeypatch.setattr(cases, "graders", {"numbers of all kinds": data})
    return Cases("00_lesson")


def told(drawn, function, example=lambda: None):
    with pytest.raises(CheckFailed) as failure, drawn.test(function, "numbers of all kinds"):
        example()
    return str(failure.value)


def test_a_right_function_gets_its_tick(drawn, capsys):
    with drawn.test(right, "numbers of all kinds"):
        pass
    assert capsys.readouterr().out == "✓ numbers of all kinds\n"


def test_a_mistake_that_explains_everything_is_named(drawn):
    assert told(drawn, adds) == "numbers of all kinds: you added; multiply"


@pytest.mark.parametrize(
    ("error", "named"), [(ValueError("in words of my own"), True), (TypeError("of another kind"), False)]
)
def test_a_mistake_that_also_stops_is_named_whatever_the_words_of_its_exception(monkeypatch, error, named):
    def adds_but_to_rows(image, factor, stop):
        if len(image) > 1:
            raise stop
        return adds(image, factor)

    mistakes = [["you added", sketches(lambda *given: adds_but_to_rows(*given, ValueError("too few")))]]
    data = {"names": ["image", "factor"], "cases": CASES, "mistakes": mistakes}
    monkeypatch.setattr(cases, "graders", {"numbers of all kinds": data})
    said = told(Cases("00_lesson"), lambda image, factor: adds_but_to_rows(image, factor, error))
    assert ("you added" in said) is named


def test_words_count_where_every_case_stops(monkeypatch):
    def stops(image, factor, words="of one kind"):
        raise ValueError(f"{words} {np.shape(image)}")

    data = {"names": ["image", "factor"], "cases": CASES, "mistakes": [["you stopped", sketches(stops)]]}
    monkeypatch.setattr(cases, "graders", {"numbers of all kinds": data})
    assert "you stopped" not in told(Cases("00_lesson"), lambda image, factor: stops(image, factor, "of another"))


def test_a_mistake_that_explains_a_part_only_is_not_named(drawn):
    said = told(drawn, lambda image, factor: adds(image, factor) if factor == 2 else right(image, factor))
    assert "you added" not in said
    assert "with image = [[1.0, 2.0], [3.0, 4.0]] (float64), factor = 2: " in said
    assert "yours is [[3.0, 4.0], [5.0, 6.0]]" in said and "8" not in said


def test_where_an_example_fails_the_cases_still_name_the_mistake(drawn):
    def example():
        raise CheckFailed("3 of 4 values are not right")

    assert told(drawn, adds, example).endswith("you added; multiply")
    assert told(drawn, right, example).endswith("3 of 4 values are not right")


def writes(image, factor):
    result = right(image, factor)
    image[0, 0] = 9
    return result


def test_changing_an_argument_is_a_mistake(drawn):
    assert "changed the array `image`" in told(drawn, writes)


def test_what_is_kept_from_a_call_is_a_mistake(drawn):
    seen = []

    def remembers(image, factor):
        result = right(image, factor) + seen.count(factor)
        seen.append(factor)
        return result

    assert "different when it is called again" in told(drawn, remembers)


def test_what_gives_another_result_each_time_is_told_so(drawn):
    generator = np.random.default_rng(0)

    def of_chance(image, factor):
        return right(image, factor) + generator.random(np.shape(image))

    assert "each call gives another result for the same input" in told(drawn, of_chance)


def test_changing_a_list_is_a_mistake_that_is_not_called_an_array():
    case = Case(Case.as_data(([3, 1, 2],), 6))
    fault = case.fault(cases.Outcome(value=6, changed=(0,)), ["numbers"])
    assert str(fault) == "your function changed `numbers`, which it was given; the caller still needs the old one"


def test_what_is_to_be_refused_is_to_be_refused(drawn):
    said = told(drawn, lambda image, factor: np.asarray(image) * factor)
    assert "with image = [[1]] (int64), factor = 0: this is to be refused: raise a ValueError for it" in said


def test_an_exception_says_where_and_on_which_input(drawn):
    said = told(drawn, lambda image, factor: right(image, factor) if len(image) == 1 else image[7])
    assert "with image = [[1.0, 2.0], [3.0, 4.0]]" in said and "IndexError" in said


def unsolved(image, factor):
    raise NotImplementedError


def test_a_stub_is_not_solved_yet(drawn):
    assert told(drawn, unsolved) == not_solved("")


def test_what_a_library_cannot_do_is_no_unsolved_exercise(drawn):
    def of_whole_numbers(image, factor):
        if factor and np.asarray(image).dtype.kind in "iu":
            raise NotImplementedError("\"softmax_lastdim_kernel_impl\" not implemented for 'Long'")
        return right(image, factor)

    said = told(drawn, of_whole_numbers)
    assert "not solved" not in said and "make fractions of them" in said and "with image = [[" in said


def test_two_mistakes_that_explain_the_same_are_both_told(drawn, monkeypatch):
    cases.graders["numbers of all kinds"]["mistakes"].append(["or you shifted", sketches(adds)])
    assert told(drawn, adds).endswith("you added; multiply; or: or you shifted")


def test_missing_cases_are_named(monkeypatch):
    with pytest.raises(CourseError, match="has no cases for 'nothing'"), Cases("02_convolution").test(right, "nothing"):
        pass
    with pytest.raises(CourseError, match="the cases of 99_none are missing"), Cases("99_none").test(right, "x"):
        pass


def test_arguments_are_new_each_time_and_lie_as_they_were_drawn():
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    array.flags.writeable = False
    case = Case(Case.as_data((array,), 1.0))
    (one,), (other,) = case.given(), case.given()
    assert one is not other and np.array_equal(one, array)
    assert one.flags.f_contiguous and not one.flags.writeable


def test_a_file_of_cases_is_the_same_each_time():
    data = {"a test": {"names": [], "cases": CASES, "mistakes": []}}
    assert cases.written(data) == cases.written(data)
    assert cases.unpacked(cases.written(data)) == data
