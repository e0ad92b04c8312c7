"""The judge against stock nbgrader: `python tests/benchmarks/grading.py` prints the table of the README.

`nbgrader autograde` grades the same submissions twice, one grader after the other, for a NumPy, a PyTorch and a Keras
notebook: once with nbgrader's own executor and no sandbox, once with the course's settings. Every submission is the
solution and has to get full marks. Times include the start of the command and of the processes to fork from; the memory
is what all processes of the command hold together at its highest point (each shared page counted once).
"""

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import nbformat
import psutil
import typer
from rich.progress import track

from utils.grading import bank, build
from utils.grading.classroom import Classroom
from utils.grading.course import Lesson

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = {
    "NumPy": ROOT / "solutions" / "01_slash_classifier" / "slash_classifier.py",
    "PyTorch": ROOT / "tests" / "fixtures" / "pytorch_tensors_and_a_module.py",
    "Keras": ROOT / "tests" / "fixtures" / "tensorflow_tensors_and_a_keras_model.py",
}
SETTINGS = {
    "stock": 'c = get_config()\nc.CourseDirectory.course_id = "slash_to_vgg"\n'
    'c.CourseDirectory.source_directory = "solutions"\nc.CourseDirectory.release_directory = "lessons"\n',
    "judge": (ROOT / "nbgrader_config.py").read_text(),
}
EACH = 0.5  # seconds from one look at the memory to the next


@dataclass(frozen=True)
class Measured:
    """What grading a class took."""

    seconds: float  # for each submission
    memory: float  # GiB at the highest point


def course(source: Path, folder: Path, submissions: int) -> Classroom:
    """A course in `folder` with one lesson, and `submissions` of its solution handed in."""
    folder.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    lesson = Lesson(folder, "01_lesson", source.stem)
    lesson.source.parent.mkdir(parents=True)
    shutil.copy(source, lesson.source)
    nbformat.write(build.from_source(lesson), lesson.solution)
    classroom = Classroom(folder / "class", lesson).set_up()
    for number in range(submissions):
        classroom.put(f"student{number:02}", classroom.filled_in(bank.solutions(lesson)))
    return classroom


def measure(classroom: Classroom, settings: str, submissions: int) -> Measured:
    """Grade the class with `nbgrader autograde`."""
    (classroom.folder / "nbgrader_config.py").write_text(settings)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COURSE_FIGURES": "off", "COURSE_WIDGETS": "off", "COURSE_DEVICE": "cpu", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    started, memory = time.monotonic(), 0
    command = subprocess.Popen(
        ["nbgrader", "autograde", classroom.lesson.id], cwd=classroom.folder, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while command.poll() is None:
        memory = max(memory, held(command.pid))
        with suppress(subprocess.TimeoutExpired):
            command.wait(EACH)
    seconds = time.monotonic() - started
    subprocess.run(["nbgrader", "export"], cwd=classroom.folder, env=environment, capture_output=True, check=True)
    with (classroom.folder / "grades.csv").open() as table:
        scores = [float(row["score"]) for row in csv.DictReader(table)]
    full = sum(cell.metadata.nbgrader.points for cell in classroom.released.cells if has_points(cell))
    if command.returncode or scores != [full] * submissions:
        raise SystemExit(f"grading went wrong: status {command.returncode}, scores {scores}, expected {full}")
    return Measured(seconds / submissions, memory / 2**30)


def has_points(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell has points that are given automatically."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def held(pid: int) -> int:
    """Bytes that a process and all its descendants hold together."""
    total = 0
    with suppress(psutil.Error):
        first = psutil.Process(pid)
        for process in (first, *first.children(recursive=True)):
            with suppress(psutil.Error):
                total += process.memory_full_info().pss
    return total


def main(submissions: Annotated[int, typer.Option(help="of each notebook")] = 24) -> None:
    """Print the table."""
    print("| notebook | stock | judge | times as fast | stock, peak | judge, peak |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(prefix="course-benchmark-") as folder:
        for name, source in NOTEBOOKS.items():
            found = {
                grader: measure(course(source, Path(folder) / f"{name}-{grader}", submissions), settings, submissions)
                for grader, settings in track(SETTINGS.items(), name, transient=True)
            }
            stock, judge = found["stock"], found["judge"]
            print(f"| {name} | {stock.seconds:.2f} s | {judge.seconds:.2f} s | **{stock.seconds / judge.seconds:.1f}** "
                  f"| {stock.memory:.2f} GiB | {judge.memory:.2f} GiB |", flush=True)  # fmt: skip


if __name__ == "__main__":
    typer.run(main)
