"""With any one exercise unsolved, or taken from a library, every other one can still get all its points.

`make test` tries one in so many (twice COURSE_ONE_IN), others with each commit; `make test-full` tries all.
"""

from copy import deepcopy

import nbformat
import pytest
from support.course import LESSONS, ONE_IN
from support.notebooks import GRADERS, failure

from utils.checks.ours import has_ours
from utils.grading import cells
from utils.grading.commands.bank import having_their_turn, needed
from utils.grading.course import nbgrader_config
from utils.grading.pipeline.assignment import Assignment

CASES = [(lesson, exercise, "") for lesson in LESSONS for exercise in lesson.exercises()]
CASES += [(lesson, name, f'{name} = checks.ours("{name}")') for lesson, name, _ in CASES if has_ours(name)]
CASES = having_their_turn(CASES, 2 * ONE_IN if ONE_IN > 1 else 1)  # each grades a notebook


def resting_tests(lesson, notebook, unsolved):
    """The tests of other exercises that rest on `unsolved`, through another exercise or a given cell."""
    others = [test for exercise, tests in lesson.exercises().items() if exercise != unsolved for test in tests]
    return [test for test in others if unsolved in map(cells.grade_id, needed(notebook.cells, [test]))]


@pytest.mark.processes
@pytest.mark.parametrize(
    ("lesson", "unsolved", "instead"),
    CASES,
    ids=[f"{lesson.id[:2]} {name}{' ours' if instead else ''}" for lesson, name, instead in CASES],
)
def test_the_others_get_all_their_points(lesson, unsolved, instead):
    released = nbformat.read(lesson.release, as_version=4)
    solutions = {name: code for name, code in lesson.solutions().items() if name != unsolved}
    solutions |= {unsolved: instead} if instead else {}
    cells.type_in(released.cells, solutions)
    tests = resting_tests(lesson, released, unsolved)
    if not tests:  # no other test has anything to do with it
        return
    submission = deepcopy(released)
    submission.cells = needed(released.cells, [*tests, *lesson.exercises()[unsolved]])
    GRADERS.of(Assignment.read(lesson.solution, nbgrader_config(lesson.root))).run(submission)
    said = {cells.grade_id(cell): failure(cell) for cell in submission.cells if cells.is_test(cell)}
    assert {name: said[name] for name in tests if said[name]} == {}
    assert all(said[name] for name in lesson.exercises()[unsolved])
