"""`course grade`: grade what a class handed in, as `nbgrader autograde` does, which does the work."""

import subprocess
from typing import Annotated

import typer

from utils.cli import CourseError
from utils.grading.course import find_root, lessons

UNSAFE = "--JudgePreprocessor.unsafe_no_sandbox=True"


def grade(
    name: Annotated[str, typer.Argument(metavar="LESSON", help="the lesson to grade, such as 01")],
    student: Annotated[list[str] | None, typer.Option(help="only this one (may be given several times)")] = None,
    unsafe_no_sandbox: Annotated[
        bool, typer.Option("--unsafe-no-sandbox", help="run code that you wrote yourself with all your rights")
    ] = False,
) -> None:
    """Grade the submissions to a lesson that are new; exit 1 when one could not be graded."""
    root = find_root()
    lesson = lessons(root, [name])[0]
    chosen, failed = student or ["*"], False
    for who in chosen:
        if not any(root.glob(f"submitted/{who}/{lesson.id}")):
            raise CourseError(
                f"{'no submission' if who == '*' else who + ' has no submission'} to {lesson.id}: run "
                f"`nbgrader collect {lesson.id}`, or put notebooks into submitted/STUDENT/{lesson.id}/"
            )
    for who in chosen:
        command = ["nbgrader", "autograde", lesson.id, f"--student={who}", *[UNSAFE] * unsafe_no_sandbox]
        failed |= bool(subprocess.run(command, cwd=root, check=False).returncode)
    if failed:
        raise CourseError(f"not everything of {lesson.id} could be graded: see above")
