"""No exercise's tests have inputs so symmetric that a typical slip goes unnoticed.

Each exercise's solution is changed mechanically: it sees an argument transposed, flipped, with all channels but the
first dark, with the first picture of the batch in place of all; it ignores the stride or the padding; its result is
transposed or flipped. Whatever of that makes a difference in general has to cost points. That the shapes of the inputs
would show a difference is asked for as well: not square, more than one channel, picture, stride and padding.
`make test` takes every fourth lesson, others with each commit; `make test-full` takes all.
"""

import inspect
import os
from collections.abc import Callable
from copy import deepcopy
from functools import cache, partial

import nbformat
import numpy as np
import pytest
from support.course import TAKEN

from utils import runtime
from utils.checks import static_analysis
from utils.grading import building
from utils.grading.cells import grade_id, is_test
from utils.grading.commands import bank
from utils.grading.course import Lesson
from utils.grading.python_code import plain_python

EXERCISES = [
    pytest.param(lesson, exercise, id=f"{lesson.id[:2]}-{exercise}")
    for lesson in TAKEN
    for exercise in lesson.exercises()
]
WIDTH, HEIGHT, CHANNELS, BATCH = -1, -2, -3, -4

# What an argument of at least so many axes may look like to a wrong answer.
SEEN_AS = {
    "transposed": (2, lambda x: np.swapaxes(x, WIDTH, HEIGHT)),
    "flipped left to right": (2, lambda x: np.flip(x, WIDTH)),
    "flipped upside down": (2, lambda x: np.flip(x, HEIGHT)),
    "rotated by 180°": (2, lambda x: np.flip(x, (WIDTH, HEIGHT))),
    "first channel only": (3, lambda x: x * (np.arange(x.shape[CHANNELS]) == 0)[:, None, None].astype(x.dtype)),
    "first of the batch only": (4, lambda x: np.repeat(x[:1], len(x), axis=0)),
}
IGNORED = {"stride": 1, "padding": 0}
IN_ANY_ORDER = {"all_sign_patterns"}  # its patterns may come in any order, so that a flipped result is right too
MORE_THAN_ONE = {"stride", "padding", "size", "pad"}


class Prepared:
    """An exercise in a namespace of its own: its solution, its tests, and what the tests call it with."""

    def __init__(self, lesson, exercise):
        self.exercise, tests = exercise, lesson.exercises()[exercise]
        self.namespace, self.tests = {"__name__": "__main__"}, {}
        self.cells: list[str] = []
        for cell in bank.needed(nbformat.read(lesson.solution, as_version=4).cells, tests):
            if is_test(cell):
                self.tests[grade_id(cell)] = cell.source
            else:
                exec(plain_python(cell.source), self.namespace)
                self.cells.append(cell.source)
        self.solution = self.namespace[exercise]
        self.calls, self.gives_arrays = [], False
        assert not self.failing(self.recorded)

    def recorded(self, *args, **kwargs):
        arguments = inspect.signature(self.solution).bind(*args, **kwargs)
        arguments.apply_defaults()
        self.calls.append(
            {name: deepcopy(value) if axes(value) else value for name, value in arguments.arguments.items()}
        )
        result = self.solution(*args, **kwargs)
        self.gives_arrays |= any(axes(part) >= 2 for part in (result if isinstance(result, tuple) else [result]))
        return result

    def failing(self, answer: Callable) -> list[str]:
        """The tests that fail with `answer` in place of the solution."""
        failed, static_analysis.submitted = [], self.cells
        for name, source in self.tests.items():
            try:
                exec(plain_python(source), self.namespace | {self.exercise: answer})
            except Exception:
                failed.append(name)
        return failed

    def arrays(self) -> set[str]:
        """The arguments that are arrays with at least rows and columns."""
        return {name for call in self.calls for name, value in call.items() if axes(value) >= 2}

    def differs(self, answer: Callable) -> bool:
        """Whether `answer` gives another result for inputs like the tests', but with values in no order."""
        random = np.random.default_rng(0)
        for call in self.calls:
            drawn = {name: like(value, random) if axes(value) >= 2 else value for name, value in call.items()}
            if not same(outcome(self.solution, drawn), outcome(answer, drawn)):
                return True
        return False

    def unnoticed(self) -> list[str]:
        """The slips that make a difference in general, and cost nothing."""
        return [what for what, answer in slips(self) if self.differs(answer) and not self.failing(answer)]


def like(value, random: np.random.Generator) -> np.ndarray:
    """An array of the same shape and kind of numbers: the same ones in another order, or others if all are equal."""
    values = np.ravel(value)
    if values.min() == values.max():
        values = random.integers(0, 10, values.size).astype(values.dtype)
    return random.permutation(values).reshape(np.shape(value))


def axes(value) -> int:
    """How many axes an array has, or a list of lists of numbers; 0 for what is neither."""
    if isinstance(value, (np.ndarray, list, tuple)):
        try:
            array = np.asarray(value)
        except ValueError:
            return 0
        return array.ndim if array.dtype.kind in "fiub" and array.size else 0
    return 0


def outcome(function, arguments):
    """What a call gives, or the kind of error that it raises."""
    try:
        return function(**deepcopy(arguments))
    except Exception as error:
        return type(error).__name__


def same(one, other) -> bool:
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and isinstance(other, str) and one == other
    try:
        return np.shape(one) == np.shape(other) and bool(np.all(np.isclose(one, other)))
    except (TypeError, ValueError):  # no arrays of one kind
        return one is other


def sees(solution, name, change):
    """The solution, to which one argument looks changed."""

    def answer(*args, **kwargs):
        call = inspect.signature(solution).bind(*args, **kwargs)
        if name in call.arguments:
            call.arguments[name] = change(call.arguments[name])
        return solution(*call.args, **call.kwargs)

    return answer


def gives(solution, change):
    """The solution, whose result is changed."""

    return lambda *args, **kwargs: change(solution(*args, **kwargs))


def changed_array(least, change, value):
    """Arrays changed that have at least so many axes, also those in a tuple; all else as it is."""
    if isinstance(value, tuple) and any(axes(part) >= 2 for part in value):
        return tuple(changed_array(least, change, part) for part in value)
    return change(np.asarray(value)) if axes(value) >= least else value


def slips(prepared: Prepared):
    """What went wrong → the solution with that slip."""
    for name in sorted(prepared.arrays()):
        for what, (least, change) in SEEN_AS.items():
            yield f"{name} {what}", sees(prepared.solution, name, partial(changed_array, least, change))
    for name in sorted(IGNORED.keys() & inspect.signature(prepared.solution).parameters.keys()):
        yield f"{name} ignored", sees(prepared.solution, name, lambda _, name=name: IGNORED[name])
    if prepared.gives_arrays and prepared.exercise not in IN_ANY_ORDER:
        for what, (least, change) in SEEN_AS.items():
            yield f"result {what}", gives(prepared.solution, partial(changed_array, least, change))


@pytest.fixture(scope="module")
def prepare():
    """Exercises, each prepared once, on one thread and without figures."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(static_analysis, "submitted", None)  # put back afterwards
        for name, value in runtime.GRADING.items():
            patch.setitem(os.environ, name, value)
        yield cache(Prepared)


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES)
def test_every_slip_that_makes_a_difference_costs_points(lesson, exercise, prepare):
    assert prepare(lesson, exercise).unnoticed() == []


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES)
def test_the_shapes_of_the_inputs_would_show_a_slip(lesson, exercise, prepare):
    prepared = prepare(lesson, exercise)
    shapes = {
        name: [np.shape(call[name]) for call in prepared.calls if name in call and axes(call[name]) >= 2]
        for name in prepared.arrays()
    }
    missing = []
    for name, seen in shapes.items():
        if not any(shape[WIDTH] != shape[HEIGHT] for shape in seen):
            missing.append(f"{name} is always square")
        for axis, what in ((CHANNELS, "channel"), (BATCH, "picture")):
            deep = [shape for shape in seen if len(shape) >= -axis]
            if deep and not any(shape[axis] > 1 for shape in deep):
                missing.append(f"{name} has never more than one {what}")
    for name in MORE_THAN_ONE & inspect.signature(prepared.solution).parameters.keys():
        if not any(np.max(call[name]) > 1 for call in prepared.calls if np.size(call.get(name))):
            missing.append(f"{name} is never more than 1")
    assert missing == []


SLOPING = """
# %% nbgrader={"grade": false, "grade_id": "sloping", "locked": false, "schema_version": 3, "solution": true}
import numpy as np
def sloping(image):
    return np.sum(image * [[1.0], [2.0], [3.0]])

# %% nbgrader={"grade": true, "grade_id": "t", "locked": true, "points": 1, "schema_version": 3, "solution": false}
import numpy as np
image = np.INPUT
assert np.isclose(sloping(image), np.sum(image.T @ [1, 2, 3]))
"""


@pytest.mark.parametrize(
    ("image", "unnoticed"),
    [
        ("array([[1.0, 2, 3], [4, 5, 6], [7, 8, 10]])", []),
        ("array([[1.0, 2, 3], [2, 5, 6], [3, 6, 10]])", ["image transposed"]),
        ("ones((3, 3))", ["image transposed", "image flipped upside down", "image rotated by 180°"]),
    ],
    ids=["good", "symmetric", "constant"],
)
def test_symmetric_inputs_are_found(tmp_path, prepare, image, unnoticed):
    lesson = Lesson(tmp_path, "01_lesson", "lesson")
    lesson.source.parent.mkdir(parents=True)
    lesson.source.write_text(SLOPING.replace("INPUT", image))
    nbformat.write(building.from_source(lesson), lesson.solution)
    assert prepare(lesson, "sloping").unnoticed() == unnoticed
