"""`course feedback`: the feedback pages as zip files that Canvas and Moodle take back."""

import io
import re
import zipfile
from collections import defaultdict
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Annotated

import typer
from nbgrader.api import Gradebook, MissingEntry

from utils.errors import CourseError
from utils.grading.course import find_root, lessons
from utils.grading.files import write_file
from utils.grading.lms.names import CANVAS
from utils.grading.store.course_folder import CourseFolder
from utils.grading.store.gradebook import marks_digest
from utils.grading.store.tables import LmsPlace
from utils.printable import counted, printable

Graded = dict[str, set[str]]  # student → the submissions that were graded
MARKS = re.compile(rb'<meta content="(\w+)" name="course-marks"')  # in alphabetical order, as Beautiful Soup writes it
HOW = {
    "canvas": "in Canvas: the assignment in Speedgrader's gradebook menu → Re-Upload Submissions",
    "moodle": "in Moodle: the assignment's submissions → Upload multiple feedback files in a zip",
}


def feedback(name: Annotated[str, typer.Argument(metavar="LESSON", help="the lesson, such as 01")]) -> None:
    """Write feedback_canvas_LESSON.zip or feedback_moodle_LESSON.zip for submissions that `course import` took in."""
    root = find_root()
    lesson = lessons(root, [name])[0]
    folder = CourseFolder(root, lesson)
    with folder.ledger() as ledger:
        places = ledger.places(lesson.id)
        graded: Graded = defaultdict(set)
        for one in ledger.entries(lesson.id):
            graded[one.student].add(one.submission)
    if not places:
        raise CourseError(f"no submission to {lesson.id} came from Canvas or Moodle: `course import FILE.zip {name}`")
    left_out: dict[str, list[str]] = {}  # what is to be done → students
    packed: dict[str, dict[str, bytes]] = {}
    with folder.gradebook() as gradebook:
        for place in places:
            page = folder.path("feedback", place.student) / f"{lesson.topic}.html"
            content = page.read_bytes() if page.is_file() else b""
            if why := _why_not(folder, gradebook, place.student, content, graded):
                left_out.setdefault(why, []).append(place.student)
            else:
                packed.setdefault(place.system, {})[entry(place)] = content
    for system, pages in packed.items():
        target = root / f"feedback_{system}_{lesson.id}.zip"
        write_file(target, _zipped(pages))
        print(f"{target.name}: {counted(len(pages), 'page')}; {HOW[system]}")
    if left_out:
        raise CourseError("; ".join(why.format(who=printable(", ".join(who))) for why, who in left_out.items()))


def _why_not(folder: CourseFolder, gradebook: Gradebook, student: str, page: bytes, graded: Graded) -> str:
    """Why a student's page is not to be sent, and what to do; "" where it is."""
    lesson = folder.lesson
    again = f"run `nbgrader generate_feedback {lesson.id}`"
    waits = folder.path("submitted", student).exists() and folder.read(student).key.digest not in graded[student]
    if waits and not folder.early_counts():
        return f"what was handed in last is not graded for {{who}}: run `course grade {lesson.id}`, then {again[4:]}"
    if not page:
        return f"there is no feedback page for {{who}}: {again}"
    file = folder.path("autograded", student) / f"{lesson.topic}.ipynb"
    with suppress(MissingEntry, OSError):
        found = gradebook.find_submission_notebook(lesson.topic, lesson.id, student)
        if (marks := MARKS.search(page)) and marks[1].decode() == marks_digest(found, file.read_bytes()):
            return ""
    return f"the feedback page is older than the points or comments of {{who}}: {again}"


def entry(place: LmsPlace) -> str:
    """What a feedback page is called in the zip file: as the submission was, but for its ending."""
    stem = PurePosixPath(place.file).stem if place.system == CANVAS else f"feedback_{PurePosixPath(place.file).stem}"
    return f"{place.place}{stem}.html"


def _zipped(pages: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, page in sorted(pages.items()):
            file.writestr(name, page)
    return content.getvalue()
