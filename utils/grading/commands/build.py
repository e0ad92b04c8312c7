"""`course build`: make the solution notebooks and the released lessons, their hints, and the README's table."""

from typing import Annotated

import typer

from utils.errors import CourseError
from utils.grading.building import as_text, execute, refuse_strangers, release, stale_files
from utils.grading.casemaking.lesson_cases import make_cases, write_cases
from utils.grading.course import find_root, lessons
from utils.grading.files import write_file
from utils.grading.hintmaking import write_hints
from utils.grading.lesson_table import stale_table, write_table


def build(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="LESSON...", help="lessons to build; all if none")
    ] = None,
    check: Annotated[bool, typer.Option(help="build nothing; exit 1 and name what is stale")] = False,
    force: Annotated[bool, typer.Option(help="build also what is up to date")] = False,
) -> None:
    """Make cases, solution notebooks (executed), released lessons and their hints from sources and answers."""
    chosen = lessons(find_root(), names)
    root = chosen[0].root
    built = ("visible_cases", "hidden_cases", "solution", "release", "hints")
    for lesson in chosen:
        refuse_strangers(lesson)
    stale = {lesson: [getattr(lesson, name) for name in built] if force else stale_files(lesson) for lesson in chosen}
    if check:
        files = [path for paths in stale.values() for path in paths] + stale_table(root)
        if files:
            raise CourseError(f"stale: {', '.join(str(path.relative_to(root)) for path in files)}; run `make build`")
        print(f"{len(chosen)} lesson{'s are' if len(chosen) > 1 else ' is'} up to date")
        return
    for lesson, paths in stale.items():
        if not paths:
            print(f"{lesson.id}: up to date")
            continue
        if lesson.visible_cases in paths or lesson.hidden_cases in paths:
            write_cases(lesson, make_cases(lesson))
        if lesson.solution in paths:
            write_file(lesson.solution, as_text(execute(lesson)).encode())
        write_file(lesson.release, as_text(release(lesson)).encode())
        write_hints(lesson)
        print(f"{lesson.id}: built")
    write_table(root)
