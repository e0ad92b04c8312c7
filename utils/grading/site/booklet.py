"""The answer booklet: for each exercise its statement, solutions, and what students get wrong. Not for students."""

import re
from collections.abc import Sequence

from utils.grading import answers, cells
from utils.grading.course import Lesson
from utils.grading.lesson_table import title
from utils.grading.site.markdown import code, table

SHOWN = 2  # other right answers of an exercise


def booklet(lesson: Lesson) -> str:
    """The page of one lesson, in MyST."""
    source, bank = lesson.read_source().cells, answers.read(lesson)
    tests = cells.exercises(source)
    points = {cells.grade_id(cell): cells.points(cell) for cell in source}
    lines = [f"# {lesson.id[:2]} · {title(lesson)}: solutions and misconceptions"]
    for place, cell in enumerate(source):
        name = cells.grade_id(cell)
        if name in tests:
            lines += [
                f"\n## `{name}` ({sum(points[test] for test in tests[name]):g} points)\n",
                _statement(source[:place]),
            ]
            lines += [*_exercise(cell.source, bank[name])]
        elif cells.is_graded_by_hand(cell):
            lines += [
                f"\n## `{name}` ({cells.points(cell):g} points, by hand)\n",
                _statement(source[:place]),
                *_scheme(cell),
            ]
    return "\n".join([*lines, ""])


def _exercise(solution: str, bank: answers.Exercise) -> list[str]:
    wrong = [(a.name, f"{a.points:g} of {a.max_points:g}", a.message) for a in bank.wrong]
    lines = ["", *code(re.sub(r"^\s*### (BEGIN|END) SOLUTION\n?", "", solution, flags=re.M))]
    for right in bank.right[:SHOWN]:
        lines += [f"\nAlso right, {right.name}:\n", *code(right.code)]
    return [*lines, *table(["what students write", "points", "what they are told"], wrong)]


def _statement(above: Sequence[cells.Cell]) -> str:
    """The prose above a cell, from its last heading on."""
    prose = next(cell["source"] for cell in reversed(above) if cell["cell_type"] == "markdown")
    return re.split(r"^#+ .*$", prose, flags=re.M)[-1].strip()


def _scheme(answer: cells.Cell) -> list[str]:
    """A written question's marking scheme."""
    found = re.search(r"### BEGIN MARK SCHEME\n(.*?)### END MARK SCHEME", answer["source"], re.S)
    return ["", (found[1] if found else answer["source"]).strip()]
