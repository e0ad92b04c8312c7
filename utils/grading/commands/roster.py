"""`course roster`: a class list in, and out."""

from pathlib import Path
from typing import Annotated

import typer

from utils.errors import CourseError
from utils.grading.commands.import_zip import class_list
from utils.grading.course import find_root, lessons
from utils.grading.files import write_file
from utils.grading.lms.roster import read_roster, write_roster
from utils.grading.store.course_folder import CourseFolder
from utils.printable import counted, printable


def roster(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="a class list of Canvas, Moodle or a spreadsheet")],
    id_column: Annotated[str, typer.Option("--id", help="the column with the students' ids, if it is not plain")] = "",
    write: Annotated[bool, typer.Option("--write", help="write the class list that the gradebook has instead")] = False,
) -> None:
    """Read the class's list into the gradebook, or write it; exit 1 when a row could not be read."""
    root = find_root()
    folder = CourseFolder(root, lessons(root)[0])
    if write:
        students = class_list(folder).students
        try:
            write_file(file, write_roster(students.values()))
        except OSError as problem:
            raise CourseError(f"{file} cannot be written ({problem.strerror})") from problem
        print(f"{file}: {counted(len(students), 'student')}")
        return
    try:
        content = file.read_bytes()
    except OSError as problem:
        raise CourseError(f"{file} cannot be read ({problem.strerror})") from problem
    listed, problems = read_roster(content, id_column)
    with folder.alone(), folder.gradebook() as gradebook:
        before = {one.id for one in gradebook.students}
        for one in listed:
            given = {"first_name": one.first_name, "last_name": one.last_name, "email": one.email}
            known = {name: value for name, value in (given | {"lms_user_id": one.lms_id}).items() if value}
            gradebook.update_or_create_student(one.id, **known)
    new = [one.id for one in listed if one.id not in before]
    print(f"{counted(len(listed), 'student')}, {len(new)} of them new")
    if plus := [one.id for one in listed if "+" in one.id]:
        print(f"with a +, which nbgrader's exchange does not take (Canvas and Moodle do): {printable(', '.join(plus))}")
    if others := sorted(before - {one.id for one in listed}):
        print(f"not in this list, and kept: {printable(', '.join(others))}")
    for line in problems:
        print(f"  {printable(line)}")
    if problems:
        raise CourseError("not all rows could be read, see above; the others are in the class list")
