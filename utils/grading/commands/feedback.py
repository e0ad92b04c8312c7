"""`course feedback`: the feedback pages as zip files that Canvas and Moodle take back."""

import io
import zipfile
from pathlib import PurePosixPath
from typing import Annotated

import typer

from utils.errors import CourseError
from utils.grading.course import find_root, lessons
from utils.grading.files import write_file
from utils.grading.lms.names import CANVAS
from utils.grading.store.course_folder import CourseFolder
from utils.grading.store.tables import LmsPlace

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
    if not places:
        raise CourseError(f"no submission to {lesson.id} came from Canvas or Moodle: `course import FILE.zip {name}`")
    missing: list[str] = []
    packed: dict[str, dict[str, bytes]] = {}
    for place in places:
        page = folder.path("feedback", place.student) / f"{lesson.topic}.html"
        if page.is_file():
            packed.setdefault(place.system, {})[entry(place)] = page.read_bytes()
        else:
            missing.append(place.student)
    for system, pages in packed.items():
        target = root / f"feedback_{system}_{lesson.id}.zip"
        write_file(target, _zipped(pages))
        print(f"{target.name}: {len(pages)} pages; {HOW[system]}")
    if missing:
        raise CourseError(
            f"there is no feedback page for {', '.join(missing)}: run `nbgrader generate_feedback {lesson.id}`"
        )


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
