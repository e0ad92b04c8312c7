"""The two files of a lesson's cases: made by `course build`, one for students and one for graders."""

import hashlib
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import nbformat
from rich.progress import track

from utils import device, runtime
from utils.checks.cases import read, unpacked, written
from utils.errors import CourseError
from utils.grading import answers
from utils.grading import cells as grading_cells
from utils.grading.casemaking.maker import Made, make
from utils.grading.casemaking.proof import Proof, Tried, prove, untried
from utils.grading.casemaking.trial import Bench, DrawnTest, drawn_tests
from utils.grading.course import Lesson
from utils.grading.dependencies import UTILS
from utils.grading.files import write_file
from utils.grading.judge.notebook import code_cells, imported_modules

MADE_BY = (
    *(f"checks/{name}.py" for name in ("agreement", "cases", "draws", "results", "values")),
    *(f"grading/casemaking/{name}.py" for name in ("maker", "mutants", "selection", "trial")),
)
POINTS = re.compile(rb"^(# %% wrong: .*?) \|.*$", re.MULTILINE)  # of a wrong answer, which no case depends on
IDEA = re.compile(rb"^# %% idea\n(?:(?!# %%).*\n?)*", re.MULTILINE)  # of the solution, for hints alone
TRIED = "tried"  # the entry that says for each exercise what its cases were tried on (see `Tried`)
DIGEST = "made from"  # the entry of a file that says what it follows from


@dataclass(frozen=True)
class LessonCases:
    """The files of a lesson's cases, and what was made for each exercise."""

    visible: bytes
    hidden: bytes
    made: dict[str, Made]


def stale_cases(lesson: Lesson) -> list[Path]:
    """Which of the two files do not follow from the lesson's source, its answers and what makes cases."""
    if "cases.test(" not in lesson.source.read_text(encoding="utf-8"):
        return []
    wanted = digest(lesson)
    return [path for path in (lesson.visible_cases, lesson.hidden_cases) if _digest_in(path) != wanted]


def _digest_in(path: Path) -> str:
    try:
        return str(read(path, path.stat().st_mtime_ns)[DIGEST])
    except (OSError, EOFError, ValueError, KeyError):
        return ""


def digest(lesson: Lesson) -> str:
    """A hash over what the cases follow from."""
    hashed = hashlib.sha256()
    code = [cell.source for cell in lesson.read_source().cells if cell.cell_type == "code"]
    hashed.update("\0".join(code).encode())
    for path in sorted((lesson.root / "tests" / "answers" / lesson.id).glob("*.py")):
        hashed.update(POINTS.sub(rb"\1", IDEA.sub(b"", path.read_bytes())) + b"\0")
    for name in MADE_BY:
        hashed.update((UTILS / name).read_bytes() + b"\0")
    return hashed.hexdigest()[:16]


def make_cases(lesson: Lesson, workers: int | None = None) -> LessonCases:
    """Make a lesson's cases. Raises CourseError, naming the exercise, where its draws or answers are of no use."""
    text = nbformat.writes(lesson.read_source())
    tests, bank = drawn_tests(code_cells(text)), answers.read(lesson)
    solutions = lesson.solutions()
    jobs = {
        name: (
            text,
            exercise,
            solutions[name],
            [tests[one] for one in lesson.exercises()[name] if one in tests],
            lesson.id,
        )
        for name, exercise in bank.items()
    }
    made = dict(_all_made(lesson, {name: job for name, job in jobs.items() if job[3]}, workers))
    head: dict[str, Any] = {DIGEST: digest(lesson)}
    visible = head | {key: data for one in made.values() for key, data in one.visible.items()}
    tried = {name: asdict(Tried(one.mutants, one.survivors, sorted(one.shown))) for name, one in made.items()}
    hidden = head | {TRIED: tried} | {key: data for one in made.values() for key, data in one.hidden.items()}
    return LessonCases(written(visible), written(hidden), made)


def prove_lesson(lesson: Lesson, bank: Mapping[str, answers.Exercise]) -> dict[str, Proof]:
    """Exercise → what its tests reject, for those of `bank`."""
    released = nbformat.read(lesson.release, as_version=4)
    solutions, tests = lesson.solutions(), lesson.exercises()
    grading_cells.type_in(released.cells, solutions)
    text = nbformat.writes(released)
    hidden = unpacked(lesson.hidden_cases.read_bytes()) if lesson.hidden_cases.is_file() else {}
    tried = {name: Tried(**one) for name, one in hidden.get(TRIED, {}).items()}
    jobs = {name: (bank[name], solutions[name], tests[name], tried.get(name, Tried())) for name in bank}
    # a process of its own, and the lesson's imports, only where something has to be run
    proofs = {name: prove(Bench(code_cells(text)), *job) for name, job in jobs.items() if not untried(job[0], job[3])}
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"), initializer=_quiet) as pool:
        waiting = {name: pool.submit(_prove, text, *job) for name, job in jobs.items() if name not in proofs}
        for name, future in track(waiting.items(), f"{lesson.id}: proving", transient=True):
            proofs[name] = future.result()
    return proofs


def _prove(text: str, exercise: answers.Exercise, solution: str, tests: list[str], tried: Tried) -> Proof:
    return prove(_bench(text), exercise, solution, tests, tried)


def _all_made(lesson: Lesson, jobs: dict[str, tuple], workers: int | None) -> Iterator[tuple[str, Made]]:
    if not jobs:
        return
    with ProcessPoolExecutor(workers or os.cpu_count(), mp_context=get_context("spawn"), initializer=_quiet) as pool:
        waiting = {name: pool.submit(_make, *job) for name, job in jobs.items()}
        for name, future in track(waiting.items(), f"{lesson.id}: cases", transient=True):
            try:
                yield name, future.result()
            except CourseError as problem:
                pool.shutdown(cancel_futures=True)
                raise CourseError(f"{lesson.id}, {name}: {problem}") from problem


def _quiet() -> None:
    os.environ.update(runtime.GRADING | {"COURSE_DEVICE": "cpu", "OMP_NUM_THREADS": "1"})
    warnings.simplefilter("ignore")  # of wrong answers and mutants


def _make(text: str, exercise: answers.Exercise, solution: str, tests: list[DrawnTest], seed: str) -> Made:
    return make(_bench(text), exercise, solution, tests, seed)


def _bench(text: str) -> Bench:
    """A lesson's code, whose modules have been imported: what is timed later is its own."""
    with device.quiet():
        for name in sorted(imported_modules(text)):
            with suppress(ImportError):  # a name may be a module's or a member's
                import_module(name)
    return Bench(code_cells(text))


def write_cases(lesson: Lesson, cases: LessonCases) -> None:
    """Write both files."""
    write_file(lesson.visible_cases, cases.visible)
    write_file(lesson.hidden_cases, cases.hidden)
