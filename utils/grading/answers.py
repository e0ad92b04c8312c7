"""The answer bank: answers to exercises as students write them, wrong and right, in percent format.

A file for each exercise, tests/answers/<lesson>/<exercise>.py:

    # %% wrong: adds the first row only | points 0 of 2 | "first row"
    # %% right: with NumPy
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from utils.errors import CourseError
from utils.grading.course import Lesson

LEAST_WRONG, LEAST_RIGHT = 8, 2
HEADER = re.compile(
    r"^# %% (?:right: (?P<right>.+)|wrong: (?P<wrong>.+?) \| points (?P<points>[\d.]+) of (?P<max_points>[\d.]+)"
    r' \| "(?P<message>.+)")$'
)


@dataclass(frozen=True)
class Answer:
    """One answer to one exercise. `message` is a piece of what a wrong one must be told; a right one has none."""

    exercise: str
    name: str
    code: str
    points: float | None = None
    max_points: float | None = None
    message: str = ""

    @property
    def right(self) -> bool:
        return not self.message


def read(lesson: Lesson) -> dict[str, list[Answer]]:
    """Exercise → its answers. Raises CourseError when an exercise has no full set, or a header cannot be read."""
    folder = lesson.root / "tests" / "answers" / lesson.id
    answers = {}
    for exercise in lesson.exercises():
        path = folder / f"{exercise}.py"
        if not path.is_file():
            raise CourseError(f"{path.relative_to(lesson.root)} is missing: every exercise needs its answers")
        answers[exercise] = group = list(parse(path.read_text(encoding="utf-8"), exercise))
        right = sum(answer.right for answer in group)
        if right < LEAST_RIGHT or len(group) - right < LEAST_WRONG:
            raise CourseError(
                f"{path.relative_to(lesson.root)} has {len(group) - right} wrong and {right} right answers: "
                f"it needs at least {LEAST_WRONG} and {LEAST_RIGHT}"
            )
    if strangers := {path.stem for path in folder.glob("*.py")} - answers.keys():
        raise CourseError(f"tests/answers/{lesson.id}: no exercise is called {', '.join(sorted(strangers))}")
    return answers


def parse(text: str, exercise: str) -> Iterable[Answer]:
    """The answers in one file of the bank. Raises CourseError at a header that it cannot read."""
    for part in re.split(r"^(?=# %%)", text, flags=re.MULTILINE)[1:]:
        header, _, code = part.partition("\n")
        found = HEADER.match(header.rstrip())
        if not found:
            raise CourseError(
                f"{exercise}: cannot read {header!r}; write `# %% right: how` or "
                '`# %% wrong: what | points 1 of 3 | "a piece of its message"`'
            )
        if found["right"]:
            yield Answer(exercise, found["right"], code.strip())
        else:
            points, most = float(found["points"]), float(found["max_points"])
            yield Answer(exercise, found["wrong"], code.strip(), points, most, found["message"])
