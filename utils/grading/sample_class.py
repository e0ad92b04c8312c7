"""`course sample-class`: a small class goes through the whole loop, so that you can see what grading gives you."""

import random
import shutil
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import typer
from nbgrader.plugins import CsvExportPlugin
from rich.console import Console
from rich.progress import track

from utils.cli import CourseError
from utils.grading import bank, sandbox
from utils.grading import grade as grading
from utils.grading.classroom import Classroom
from utils.grading.cluster import as_many_as_fit
from utils.grading.course import Lesson, find_root, lessons
from utils.grading.report import points_table

FOLDER = "sample_class"
# student → how many exercises they got wrong (the others are right); the last three are special cases
WRONG = {
    "ada": 0,
    "blaise": 0,
    "carl": 0,
    "dorothy": 1,
    "emmy": 1,
    "florence": 2,
    "grace": 3,
    "hedy": 3,
    "isaac": 4,
    "joseph": 5,
    "kurt": 6,
}
EMPTY, BROKEN, LATE = "leonhard", "maryam", "niels"
SEED = 1


def sample_class(name: Annotated[str, typer.Argument(metavar="LESSON", help="the lesson to grade")] = "01") -> None:
    """Submit, collect, grade and give feedback for a class of fourteen made from the answer bank."""
    sandbox.require()
    root = find_root()
    lesson = lessons(root, [name])[0]
    folder = root / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    classroom = Classroom(folder, lesson).set_up()
    hand_in(classroom, lesson)
    outcome = grading.run(classroom)
    if outcome.failed:
        raise CourseError(f"could not grade {', '.join(outcome.failed)}: {next(iter(outcome.failed.values()))}")
    feedback(classroom)
    export(classroom, folder / "grades.csv")

    results = classroom.results()
    console = Console(width=max(Console().width, 150))
    notes = {EMPTY: "handed in empty", BROKEN: "does not run"}
    console.print(points_table(f"{lesson.id}: a sample class", results, lesson.exercises(), notes))
    page = grading.report(classroom, console)
    print(
        f"report: {page.relative_to(root)} · grades: {FOLDER}/grades.csv · "
        f"feedback pages: {FOLDER}/feedback/ · gradebook: {FOLDER}/gradebook.db"
    )


def students() -> list[str]:
    """All fourteen, in the order of the alphabet."""
    return [*WRONG, EMPTY, BROKEN, LATE]


def hand_in(classroom: Classroom, lesson: Lesson) -> None:
    """Release the lesson, submit for every student, collect. One student is a day late."""
    classroom.release()
    for student, answers in choose_answers(lesson).items():
        classroom.submit(student, classroom.filled_in(answers))
    classroom.collect()
    due = datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=5)
    with classroom.gradebook() as gradebook:
        gradebook.update_or_create_assignment(lesson.id, duedate=due)
    stamp = classroom.folder / "submitted" / LATE / lesson.id / "timestamp.txt"
    stamp.chmod(0o600)
    stamp.write_text(f"{due + timedelta(days=1, hours=2):%Y-%m-%d %H:%M:%S} UTC")


def choose_answers(lesson: Lesson) -> dict[str, dict[str, str]]:
    """Student → exercise → code, drawn from the answer bank; the same class every time."""
    draw = random.Random(SEED)
    answers, solved = bank.read(lesson), bank.solutions(lesson)
    chosen = {}
    for student, mistakes in WRONG.items():
        slips = draw.sample(sorted(answers), min(mistakes, len(answers)))
        chosen[student] = {
            exercise: _draw_answer(draw, group, exercise not in slips).code for exercise, group in answers.items()
        }
    chosen[EMPTY] = {}
    chosen[BROKEN] = {exercise: code.replace("):\n", ")\n", 1) for exercise, code in solved.items()}  # no colons
    chosen[LATE] = solved
    return chosen


def _draw_answer(draw: random.Random, group: list[bank.Answer], right: bool) -> bank.Answer:
    """A right answer, or one of the first three wrong ones: in a real class too, some mistakes are shared."""
    kind = [answer for answer in group if answer.right == right]
    return draw.choice(kind if right else kind[:3])


def feedback(classroom: Classroom) -> None:
    """Write everyone's feedback page, a share in each of some processes."""
    with ProcessPoolExecutor(as_many_as_fit(), mp_context=get_context("spawn")) as pool:
        pages = [pool.submit(_write_feedback, classroom.folder, classroom.lesson, student) for student in students()]
        for page in track(pages, "feedback", transient=True):
            page.result()


def _write_feedback(folder: Path, lesson: Lesson, student: str) -> None:
    Classroom(folder, lesson).feedback(student)


def export(classroom: Classroom, path: Path) -> None:
    """Write nbgrader's table of grades."""
    with classroom.gradebook() as gradebook:
        plugin = CsvExportPlugin(to=str(path))
        plugin.log.setLevel("ERROR")
        plugin.export(gradebook)
