"""Hints for an exercise, in steps: a nudge, then where to look, then the idea. `course build` has made them.

`course hint` shows one step; in a notebook `%hint` shows the next one each time (`utils/magics.py`).
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from utils.errors import CourseError

FOLDER = Path(__file__).resolve().parent / "checks" / "hints"  # a file for each lesson
KINDS = ("a nudge", "where to look", "the idea")

Hints = Mapping[str, Sequence[str]]  # exercise → its hints


def hint(
    notebook: Annotated[Path, typer.Argument(help="the lesson's notebook")],
    exercise: Annotated[str, typer.Argument(help="the function's name, such as conv2d")],
    step: Annotated[int, typer.Option(min=1, max=len(KINDS), help="1 a nudge, 2 where to look, 3 the idea")] = 1,
) -> None:
    """Show a hint for an exercise: a nudge first; --step 2 shows where to look, --step 3 the idea."""
    steps = of_exercise(of_notebook(notebook.name), exercise)
    print(worded(exercise, steps, step))
    if step < len(steps):
        print(f"More: --step {step + 1} shows {KINDS[step]}.")


def of_notebook(name: str) -> Hints:
    """The hints of the lesson whose notebook is called so. Raises CourseError when none is."""
    for file in sorted(FOLDER.glob("*.json")):
        lesson = json.loads(file.read_text(encoding="utf-8"))
        if lesson["notebook"] == name:
            return lesson["exercises"]
    raise CourseError(f"no lesson's notebook is called {name}: give it its old name and try again")


def of_lesson(lesson: str) -> Hints:
    """The hints of a lesson, which is named as in "02_convolution". Raises CourseError when it has none."""
    try:
        return json.loads((FOLDER / f"{lesson}.json").read_text(encoding="utf-8"))["exercises"]
    except OSError:
        raise CourseError(f"there are no hints for {lesson}: fetch the course again") from None


def of_exercise(hints: Hints, exercise: str) -> Sequence[str]:
    """The hints of one exercise, in order. Raises CourseError when the lesson has no such exercise."""
    if exercise not in hints:
        raise CourseError(f"there is no exercise {exercise!r} in this lesson; there are: {', '.join(hints)}")
    return hints[exercise]


def worded(exercise: str, steps: Sequence[str], step: int) -> str:
    """One step, with what it is; the last one where there are not so many."""
    step = min(step, len(steps))
    return f"Hint {step} of {len(steps)} for `{exercise}`, {KINDS[step - 1]}: {steps[step - 1]}"
