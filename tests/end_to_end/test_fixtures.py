"""Fixture assignments in tests/fixtures: what lesson 01 has no example of, graded through nbgrader.

The judge gives the solution full marks and each wrong answer the points and the message that it should get, and the
same test cells give the same under stock nbgrader, which runs them in the student's own kernel.
"""

import re
import shutil
from dataclasses import dataclass, field

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute
from nbgrader.utils import determine_grade
from support.course import ROOT

from utils.grading import building, cells
from utils.grading.course import Lesson
from utils.grading.pipeline.record import error_message
from utils.grading.simulated_class import SimulatedClass

pytestmark = pytest.mark.usefixtures("sandboxed")

FIXTURES = ROOT / "tests" / "fixtures"


@dataclass(frozen=True)
class Wrong:
    """Wrong answers to some of a fixture's exercises, handed in together.

    answers: exercise → code.  lost: test → what its message has to say; every other test passes.
    """

    fixture: str
    answers: dict[str, str]
    lost: dict[str, str]


@dataclass
class Graded:
    """A fixture's solution and its wrong answer, graded by the judge."""

    classroom: SimulatedClass
    notebooks: dict[str, NotebookNode] = field(default_factory=dict)  # as handed in
    tests: dict[str, dict] = field(default_factory=dict)  # test → points, of how many, message
    failed_cells: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def autograded(self, student: str) -> dict[str, NotebookNode]:
        """The cells of the autograded notebook, by their grade_id."""
        lesson = self.classroom.lesson
        path = self.classroom.folder / "autograded" / student / lesson.id / f"{lesson.topic}.ipynb"
        return cells.by_grade_id(nbformat.read(path, as_version=4).cells)


WRONG = [
    Wrong(
        "pytorch_tensors_and_a_module",
        {
            "centred": "def centred(batch):\n    return batch - batch.mean(dim=0, keepdim=True)",
            "scale_": "def scale_(batch, factor):\n    batch = batch * factor",
            "make_net": "def make_net():\n    return torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Linear(2, 1))",
        },
        {
            "test_centred": "5 of 6 values are not right",
            "test_scale_": "every value is 0.3333 times as large as it should be",
            "test_net_output": "values are not right",
        },
    ),
    Wrong(
        "tensorflow_tensors_and_a_keras_model",
        {
            "brightest": "def to_one(pictures):\n    return pictures / tf.reduce_max(pictures)",
            "make_model": "def make_model():\n"
            "    layer = keras.layers.Conv2D(3, (2, 3), padding='same', activation='relu')\n"
            "    return keras.Sequential([keras.Input((4, 5, 2)), layer])",
        },
        {
            "test_brightest": "values are not right",
            "test_model": "this should have shape (2, 3, 3, 3), yours has shape (2, 4, 5, 3)",
        },
    ),
    Wrong(
        "changed_in_place",
        {
            "cut": "def cut(image, level):\n    image[image < level] = 0\n    return image",
            "blacken": "def blacken(image, row):\n    image = image.copy()\n    image[row] = 0\n    return image",
            "record": "def record(history, loss):\n    history = {'loss': [*history['loss'], loss]}",
        },
        {
            "test_cut_leaves_the_image": "your function changed the array `image` that it was given",
            "test_blacken": "3 of 6 values are not right",
            "test_record": "this should have 3 entries, yours has 1",
        },
    ),
    Wrong(
        "picture_in_a_cell",
        {
            "parabola": "def parabola(x):\n    return x**2 + 1\n"
            "plt.plot([-1, 0, 2], [parabola(x) for x in (-1, 0, 2)])\nplt.show()"
        },
        {"test_parabola": "every value is off by the same amount"},
    ),
    Wrong(
        "network_from_the_students_kernel",
        {"halve_": "def halve_(layer):\n    layer.weight.mul(0.5)"},
        {"test_halve_": "every value is 2 times as large as it should be"},
    ),
    Wrong(
        "asks_for_input",
        {"greeting": "name = input('your name? ')\ndef greeting(name):\n    return 'Good morning, ' + name"},
        {"test_greeting": "the name 'greeting' does not exist here"},
    ),
    Wrong(
        "magics_await_and_generators",
        {
            "evens": "def evens(numbers):\n    return (number for number in numbers if number % 2 == 0)\n"
            "%time evens([2])",
            "total": "async def half(number):\n    return number\n\n"
            "total = sum([await half(number) for number in (1, 2, 6)])",
        },
        {
            "test_evens": "this should be a list, yours is a generator",
            "test_total": "yours is twice as large as it should be",
            "test_awaited": "yours is 10, and that is too large",
        },
    ),
    Wrong(
        "error_in_the_students_code",
        {"mean": "def mean(numbers):\n    total = sum(numbers)\n    return total / len(numbers)"},
        {
            "test_mean_of_nothing": "your code stopped in `mean`, line 3 (`return total / len(numbers)`) with "
            "ZeroDivisionError",
            "test_mean_without_words": "division by zero",
        },
    ),
]
NAMES = [wrong.fixture for wrong in WRONG]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade a fixture's solution and its wrong answer, once, through nbgrader."""
    root = tmp_path_factory.mktemp("fixtures")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    done: dict[str, Graded] = {}

    def _graded(wrong: Wrong) -> Graded:
        if wrong.fixture not in done:
            lesson = Lesson(root, f"{len(done):02}_{wrong.fixture}", wrong.fixture)
            lesson.source.parent.mkdir(parents=True)
            shutil.copy(FIXTURES / f"{wrong.fixture}.py", lesson.source)
            nbformat.write(building.from_source(lesson), lesson.solution)
            it = done[wrong.fixture] = Graded(SimulatedClass(root / f"class_{wrong.fixture}", lesson).set_up())
            solution = lesson.solutions()
            for student, answers in {"solved": solution, "wrong": solution | wrong.answers}.items():
                it.notebooks[student] = it.classroom.filled_in(answers)
                it.classroom.put(student, it.notebooks[student])
                result = it.classroom.autograde(student)
                assert not result.record.problem
                tests = result.record.tests.items()
                it.tests[student] = {name: (test.points, test.max_points, test.message) for name, test in tests}
                it.failed_cells[student] = result.record.failed_cells
        return done[wrong.fixture]

    return _graded


def test_every_fixture_is_tried():
    assert sorted(NAMES) == sorted(path.stem for path in FIXTURES.glob("*.py"))


@pytest.mark.parametrize("wrong", WRONG, ids=NAMES)
def test_the_solution_gets_full_marks(graded, wrong):
    it = graded(wrong)
    assert it.failed_cells["solved"] == ()
    for name, (points, of, said) in it.tests["solved"].items():
        assert (points, said) == (of, ""), name


@pytest.mark.parametrize("wrong", WRONG, ids=NAMES)
def test_a_wrong_answer_loses_its_points_and_hears_why(graded, wrong):
    tests = graded(wrong).tests["wrong"]
    assert {name for name, (points, _, _) in tests.items() if points == 0} == wrong.lost.keys()
    for name, (points, of, said) in tests.items():
        assert points in (0, of)
        assert wrong.lost.get(name, "") in said


@pytest.mark.parametrize("student", ["solved", "wrong"])
@pytest.mark.parametrize("wrong", WRONG, ids=NAMES)
def test_stock_nbgrader_gives_the_same(graded, wrong, student, tmp_path):
    it = graded(wrong)
    notebook = nbformat.read(it.classroom.lesson.solution, as_version=4)
    handed_in = {cell.id: cell for cell in it.notebooks[student].cells}
    for cell in notebook.cells:  # the tests are the source's, with the hidden ones; all else is the student's
        if cell.cell_type == "code":
            cell.source = cell.source if cells.is_test(cell) else handed_in[cell.id].source
    Execute(kernel_name="python3").preprocess(notebook, {"metadata": {"path": str(tmp_path)}})
    tests = cells.by_grade_id(filter(cells.is_test, notebook.cells))
    stock = {name: (*determine_grade(cell), error_message(cell)) for name, cell in tests.items()}
    assert stock == it.tests[student]


def case(name: str) -> Wrong:
    return next(wrong for wrong in WRONG if wrong.fixture == name)


@pytest.mark.parametrize("student", ["solved", "wrong"])
def test_the_graded_notebook_keeps_the_pictures(graded, student):
    shown_cells = graded(case("picture_in_a_cell")).autograded(student)
    for name in ("parabola", "drawn"):
        pictures = [o.data["image/png"] for o in shown_cells[name].outputs if "image/png" in o.get("data", {})]
        assert len(pictures) == 1 and len(pictures[0]) > 1000, name


def test_input_is_refused_and_the_rest_is_graded(graded):
    it = graded(case("asks_for_input"))
    cell = it.autograded("wrong")["greeting"]
    assert [o.ename for o in cell.outputs if o.output_type == "error"] == ["StdinNotImplementedError"]
    assert it.failed_cells["wrong"] == ("name = input('your name? ')",)
    assert it.tests["wrong"]["test_farewell"] == (1, 1, "")


def test_magics_do_what_they_do(graded):
    shown_cells = graded(case("magics_await_and_generators")).autograded("solved")
    assert "Wall time" in str(shown_cells["evens"].outputs) and "Wall time" in str(shown_cells["timed"].outputs)


def test_the_traceback_of_the_students_code_is_in_the_notebook(graded):
    shown_cells = graded(case("error_in_the_students_code")).autograded("wrong")
    for name in ("shown", "test_mean_of_nothing", "test_mean_without_words"):
        (error,) = (output for output in shown_cells[name].outputs if output.output_type == "error")
        shown = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error.traceback))
        assert re.search(r"in .?mean\b.*3.*return total / len\(numbers\)", shown, re.DOTALL), name
