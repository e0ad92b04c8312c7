"""A test that ends with a number gives that many points, as under nbgrader's own executor."""

from copy import deepcopy

import pytest
from nbgrader.preprocessors import Execute
from nbgrader.utils import determine_grade
from support.notebooks import GRADERS, assignment, executed, marked, notebook, printed

pytestmark = pytest.mark.usefixtures("sandboxed")

CODE = "import numpy as np\nhalf = 2.5\ndef f(x):\n    return x"
WORTH = 5
# the last line of a test → the points of 5 that it gives
LIKE_NBGRADER = {
    "2": 2,
    "2.5": 2.5,
    "points = 0\nif f(3) == 3:\n    points += 1\npoints": 1,
    "0": 0,
    "0.0": 0,
    "1e-20": 1e-20,
    "0.1 + 0.2": 0.1 + 0.2,
    "5": 5,
    "f(3.5)": 3.5,
    "print('3 of 5 pass')\n3": 3,
    "3  # a remark": 3,
    "%time 3": 3,
    "%%time\npoints = 1\npoints": 1,
    "import math\n3": 3,
    # what nbgrader takes for no partial credit
    "3;": 5,
    "3 ; # a remark": 5,
    "points = 3": 5,
    "if True:\n    3": 5,
    "None": 5,
    "print(3)": 5,
    "True": 5,
    "'3'": 5,
    "[3]": 5,
    "-1": 5,
    "float('nan')": 5,
    "{}": 5,
    "f": 5,
    "": 5,
    "3\nassert False": 0,
    "assert f(3) == 4\n3": 0,
    "3 / 0": 0,
}
OTHERWISE = {
    # nbgrader gives no score at all, and stops
    "7": 5,
    "float('inf')": 5,
    # NumPy 2 shows its numbers with their types, which nbgrader takes for text and gives all points
    "np.float64(2.5)": 2.5,
    "np.float32(2.5)": 2.5,
    "np.int64(2)": 2,
    "np.mean([1, 2])": 1.5,
    "np.array(2.0)": 2,
    "np.array([2.0])": 5,
}
TESTS = LIKE_NBGRADER | OTHERWISE
CELLS = [CODE, *(marked(code, f"t{number}", worth=WORTH) for number, code in enumerate(TESTS))]


@pytest.fixture(scope="module")
def record():
    """The record of a submission to an assignment with all these tests."""
    grader = GRADERS.of(assignment(CODE, *deepcopy(CELLS[1:])))
    return grader.grade_notebook(notebook(*deepcopy(CELLS)))


@pytest.mark.parametrize("code", TESTS)
def test_a_number_at_the_end_is_so_many_points(record, code):
    assert record.scores[f"t{list(TESTS).index(code)}"] == TESTS[code]
    assert record.tests[f"t{list(TESTS).index(code)}"].points == TESTS[code]


def test_nbgraders_own_executor_gives_the_same():
    graded, _ = Execute(timeout=60).preprocess(notebook(*deepcopy(CELLS)), {})
    given = {
        code: determine_grade(cell)[0]
        for code, cell in zip(TESTS, graded.cells[1:], strict=True)
        if code in LIKE_NBGRADER
    }
    assert given == LIKE_NBGRADER


def test_what_a_submission_shows_itself_is_no_points():
    """The number is the judge's: what the student's code prints or shows meanwhile is not read."""
    code = "from IPython.display import display\ndef f(x):\n    print(5)\n    display(5)\n    return 1"
    submission = notebook(code, marked("5", "t", worth=WORTH))
    executed(submission, assignment(code, marked("points = f(1)\npoints", "t", worth=WORTH)))
    assert determine_grade(submission.cells[-1]) == (1, WORTH)
    assert "5" in printed(submission.cells[-1])
