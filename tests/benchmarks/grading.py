"""The course's grading against stock nbgrader: `python tests/benchmarks/grading.py` prints a table of
docs/performance.md.

The same submissions, for a NumPy, a PyTorch and a Keras notebook, are graded three times in one run: by nbgrader's own
executor, which has no sandbox, one after the other; by `nbgrader autograde` with the course's settings, one after the
other; and by `course grade`. Every submission is the solution and has to get full marks. Times include the start of the
command and of its processes. "Own code" is the share of the workers' time that is spent in the cells of the notebook:
they are run, tests included with all the cases that graders have, in processes that have imported everything, and
nothing else is done there. The memory is what all processes of the command hold together at its highest point (each
shared page counted once).
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
from rich.console import Console
from rich.progress import track

from utils import runtime
from utils.grading import building, cells
from utils.grading.course import Lesson
from utils.grading.judge.notebook import imported_modules
from utils.grading.pipeline.cluster import as_many_as_fit
from utils.grading.simulated_class import SimulatedClass
from utils.isolation.forkserver import LATER

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = {
    "NumPy": ROOT / "solutions" / "01_slash_classifier" / "slash_classifier.py",
    "PyTorch": ROOT / "tests" / "fixtures" / "pytorch_tensors_and_a_module.py",
    "Keras": ROOT / "tests" / "fixtures" / "tensorflow_tensors_and_a_keras_model.py",
    "LeNet": ROOT / "solutions" / "04_lenet" / "lenet.py",  # a whole lesson, in PyTorch and in Keras
}
SHORT = ("NumPy", "PyTorch", "Keras")
STOCK = """c = get_config()
c.CourseDirectory.course_id = "slash_to_vgg"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "lessons"
"""
OURS = (ROOT / "nbgrader_config.py").read_text()
GRADERS = {  # nbgrader's settings, and the command
    "stock": (STOCK, ["nbgrader", "autograde"]),
    "judge": (OURS, ["nbgrader", "autograde"]),
    "course grade": (OURS, [sys.executable, "-c", "from utils.cli import main; main()", "grade"]),
}
OWN_CODE = """
import json, os, sys
from contextlib import suppress
from importlib import import_module
from utils.checks import cases, static_analysis
from utils.device import quiet

notebook, times, drawn = json.load(open(sys.argv[1])), int(sys.argv[2]), sys.argv[3]
if os.path.exists(drawn):
    cases.graders = cases.unpacked(open(drawn, "rb").read())
code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
static_analysis.submitted = code
with quiet():
    for module in sys.argv[4:]:
        with suppress(ModuleNotFoundError):  # a name in a module
            import_module(module)
seconds = 0
for _ in range(times):
    if (child := os.fork()) == 0:
        sys.stdout = open(os.devnull, "w")
        names = {"__name__": "__main__"}
        for cell in code:
            exec(cell, names)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    assert status == 0, "a cell failed"
    seconds += used.ru_utime + used.ru_stime
print(seconds / times)
"""
ENVIRONMENT = {**runtime.GRADING, "COURSE_DEVICE": "cpu", "PYTHONPATH": str(ROOT)}
EACH = 0.5  # seconds from one look at the memory to the next


@dataclass(frozen=True)
class Measured:
    """What grading a class took."""

    seconds: float  # for each submission
    memory: float  # GiB at the highest point


def course(source: Path, folder: Path, submissions: int, cases: Path | None = None) -> SimulatedClass:
    """A course in `folder` with one lesson, and `submissions` of its solution handed in.

    cases: the file of those that only graders have.
    """
    folder.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    lesson = Lesson(folder, "01_lesson", source.stem)
    lesson.source.parent.mkdir(parents=True)
    shutil.copy(source, lesson.source)
    if cases is not None and cases.exists():
        shutil.copy(cases, lesson.hidden_cases)
    nbformat.write(building.from_source(lesson), lesson.solution)
    classroom = SimulatedClass(folder, lesson).set_up()
    for number in range(submissions):
        classroom.put(f"student{number:02}", classroom.filled_in(lesson.solutions()))
    return classroom


def measure(classroom: SimulatedClass, grader: str, submissions: int) -> Measured:
    """Grade the class with one of `GRADERS`."""
    settings, command = GRADERS[grader]
    (classroom.folder / "nbgrader_config.py").write_text(settings)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    options = {"cwd": classroom.folder, "env": os.environ | ENVIRONMENT | {"PATH": path}}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started, memory = time.monotonic(), 0
    running = subprocess.Popen([*command, classroom.lesson.id], **options, **quiet)
    while running.poll() is None:
        memory = max(memory, held(running.pid))
        with suppress(subprocess.TimeoutExpired):
            running.wait(EACH)
    seconds = time.monotonic() - started
    subprocess.run(["nbgrader", "export"], **options, capture_output=True, check=True)
    with (classroom.folder / "grades.csv").open() as table:
        scores = [float(row["score"]) for row in csv.DictReader(table)]
    full = sum(map(cells.points, filter(cells.is_test, classroom.released.cells)))
    if running.returncode or scores != [full] * submissions:
        raise SystemExit(f"grading went wrong: status {running.returncode}, scores {scores}, expected {full}")
    return Measured(seconds / submissions, memory / 2**30)


def held(pid: int) -> int:
    """Bytes that a process and all its descendants hold together."""
    total = 0
    with suppress(psutil.Error):
        first = psutil.Process(pid)
        for process in (first, *first.children(recursive=True)):
            with suppress(psutil.Error):
                total += process.memory_full_info().pss
    return total


def own_code(classroom: SimulatedClass, times: int = 5) -> float:
    """Core-seconds that the cells of the solution take, tests included: the mean of so many times."""
    notebook, drawn = classroom.lesson.solution, classroom.lesson.hidden_cases
    modules = sorted(imported_modules(notebook.read_text()))
    modules += [LATER[name] for name in modules if name in LATER]
    environment = os.environ | ENVIRONMENT | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", OWN_CODE, str(notebook), str(times), str(drawn), *modules]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def row(name: str, found: dict[str, Measured], share: str) -> str:
    """A row of the table; what was not measured is a dash."""
    columns, stock = [name], found.get("stock")
    for grader in GRADERS:
        one = found.get(grader)
        columns.append(f"{one.seconds:.2f} s" if one else "–")
        if grader != "stock":
            columns.append(f"{stock.seconds / one.seconds:.1f}" if one and stock else "–")
    memory = ", ".join(f"{one.memory:.2f}" for one in found.values())
    return f"| {' | '.join(columns)} | {share} | {memory} GiB |"


def main(
    names: Annotated[list[str] | None, typer.Argument(help="some of NumPy, PyTorch, Keras, LeNet")] = None,
    submissions: Annotated[int, typer.Option(help="of each notebook")] = 48,
    only: Annotated[list[str] | None, typer.Option(help="of stock, judge, course grade; all if none")] = None,
) -> None:
    """Print the table."""
    print("| notebook | stock | judge | times as fast | `course grade` | times as fast | own code | memory |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(prefix="course-benchmark-") as folder:
        for name in names or SHORT:
            found, share = {}, "–"
            for grader in track(only or GRADERS, name, transient=True, console=Console(stderr=True)):
                classroom = course(NOTEBOOKS[name], Path(folder) / f"{name}-{grader}", submissions)
                found[grader] = measure(classroom, grader, submissions)
            if "course grade" in found:
                share = f"{own_code(classroom) / (found['course grade'].seconds * as_many_as_fit()):.0%}"
            print(row(name, found, share), flush=True)


if __name__ == "__main__":
    typer.run(main)
