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

from utils.errors import CourseError
from utils.grading import answers as bank
from utils.grading.commands import grade as grading
from utils.grading.course import Lesson, find_root, lessons
from utils.grading.pipeline.cluster import as_many_as_fit
from utils.grading.report.report import points_table
from utils.grading.sandbox import bubblewrap
from utils.grading.simulated_class import SimulatedClass

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
    bubblewrap.require()
    root = find_root()
    lesson = lessons(root, [name])[0]
    folder = root / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    simulated = SimulatedClass(folder, lesson).set_up()
    hand_in(simulated, lesson)
    outcome = grading.run(simulated)
    if outcome.failed:
        raise CourseError(f"could not grade {', '.join(outcome.failed)}: {next(iter(outcome.failed.values()))}")
    feedback(simulated)
    export(simulated, folder / "grades.csv")

    results = simulated.results()
    console = Console(width=max(Console().width, 150))
    notes = {EMPTY: "handed in empty", BROKEN: "does not run"}
    console.print(points_table(f"{lesson.id}: a sample class", results, lesson.exercises(), notes))
    page = grading.report(simulated, console)
    print(
        f"report: {page.relative_to(root)} · grades: {FOLDER}/grades.csv · "
        f"feedback pages: {FOLDER}/feedback/ · gradebook: {FOLDER}/gradebook.db"
    )


def students() -> list[str]:
    """All fourteen, in the order of the alphabet."""
    return [*WRONG, EMPTY, BROKEN, LATE]


def hand_in(simulated: SimulatedClass, lesson: Lesson) -> None:
    """Release the lesson, submit for every student, collect. One student is a day late."""
    simulated.release()
    for student, answers in choose_answers(lesson).items():
        simulated.submit(student, simulated.filled_in(answers))
    simulated.collect()
    due = datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=5)
    with simulated.gradebook() as gradebook:
        gradebook.update_or_create_assignment(lesson.id, duedate=due)
    stamp = simulated.folder / "submitted" / LATE / lesson.id / "timestamp.txt"
    stamp.chmod(0o600)
    stamp.write_text(f"{due + timedelta(days=1, hours=2):%Y-%m-%d %H:%M:%S} UTC")


def choose_answers(lesson: Lesson) -> dict[str, dict[str, str]]:
    """Student → exercise → code, drawn from the answer bank; the same class every time."""
    draw = random.Random(SEED)
    answers, solved = bank.read(lesson), lesson.solutions()
    chosen = {}
    for student, mistakes in WRONG.items():
        slips = draw.sample(sorted(answers), min(mistakes, len(answers)))
        chosen[student] = {
            name: _draw_answer(draw, one.wrong if name in slips else one.right).code for name, one in answers.items()
        }
    chosen[EMPTY] = {}
    chosen[BROKEN] = {exercise: code.replace("):\n", ")\n", 1) for exercise, code in solved.items()}  # no colons
    chosen[LATE] = solved
    return chosen


def _draw_answer(draw: random.Random, answers: list[bank.Answer]) -> bank.Answer:
    """One of the first three: in a real class too, some mistakes are shared."""
    return draw.choice(answers[:3])


def feedback(simulated: SimulatedClass) -> None:
    """Write everyone's feedback page, a share in each of some processes."""
    with ProcessPoolExecutor(as_many_as_fit(), mp_context=get_context("spawn")) as pool:
        pages = [pool.submit(_write_feedback, simulated.folder, simulated.lesson, student) for student in students()]
        for page in track(pages, "feedback", transient=True):
            page.result()


def _write_feedback(folder: Path, lesson: Lesson, student: str) -> None:
    SimulatedClass(folder, lesson).feedback(student)


def export(simulated: SimulatedClass, path: Path) -> None:
    """Write nbgrader's table of grades."""
    with simulated.gradebook() as gradebook:
        plugin = CsvExportPlugin(to=str(path))
        plugin.log.setLevel("ERROR")
        plugin.export(gradebook)
