"""`checks.ours`: right on every case of its exercise, and no answer to it."""

import nbformat
import pytest
from support.course import LESSONS

from utils import checks
from utils.checks import static_analysis
from utils.checks.ours import _FUNCTIONS
from utils.errors import CourseError
from utils.grading.casemaking.lesson_cases import _bench
from utils.grading.casemaking.proof import _seen_by_students

EXERCISES = {name: lesson for lesson in LESSONS for name in lesson.exercises()}


@pytest.fixture(scope="module")
def benches():
    found = {}

    def bench(lesson):
        if lesson not in found:
            found[lesson] = _bench(nbformat.writes(lesson.read_source()))
        return found[lesson]

    return bench


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_it_gives_what_the_exercise_should_and_is_no_answer(name, benches, monkeypatch):
    lesson = EXERCISES[name]
    code, tests, bench = f'{name} = checks.ours("{name}")', lesson.exercises()[name], benches(lesson)
    submitted = [code if cell.grade_id == name else cell.code for cell in bench.cells if cell.kind != "test"]
    with _seen_by_students(submitted):
        assert not any(bench.passes(test, name, code) for test in tests)
        monkeypatch.setattr(checks, "by_hand", lambda *_, **__: None)
        assert [test for test in tests if not bench.passes(test, name, code)] == []


@pytest.mark.parametrize("code", [
    'pad = checks.ours("pad")',
    'def pad(image, padding):\n    return checks.ours("pad")(image, padding)',
    "from utils.checks import ours as mine\ndef pad(image, padding):\n    return mine('pad')(image, padding)",
    "from utils.checks.ours import pad",
    "from utils.checks.ours import _FUNCTIONS\ndef pad(*a):\n    return _FUNCTIONS['pad'](*a)",
    "import utils\ndef pad(*a):\n    return utils.checks.ours('pad')(*a)",
    "from utils.figures import grids\ndef pad(*a):\n    return grids.np.pad(*a)",
])  # fmt: skip
def test_by_hand_finds_it(code):
    assert static_analysis.finding("pad", ("numpy.pad",), cells=["from utils import checks", code])


def test_where_there_is_none_it_says_so():
    with pytest.raises(CourseError, match=r"there is no checks.ours\('flip_search'\)"):
        checks.ours("flip_search")
