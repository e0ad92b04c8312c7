"""`course grade`: grade what a class handed in, many at a time, and lose nothing whatever happens meanwhile."""

import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from distributed import Client
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from utils.cli import CourseError
from utils.grading import sandbox
from utils.grading.assignment import Assignment, environment
from utils.grading.classroom import Classroom
from utils.grading.cluster import Back, as_many_as_fit, connected, graded
from utils.grading.course import Lesson, find_root, lessons
from utils.grading.handed_in import Handed
from utils.grading.ledger import Due, Graded, Ledger
from utils.grading.report import ClassReport


def grade(
    name: Annotated[str, typer.Argument(metavar="LESSON", help="the lesson to grade, such as 01")],
    student: Annotated[list[str] | None, typer.Option(help="only this one (may be given several times)")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="graders that run side by side on this machine")] = None,
    scheduler: Annotated[str | None, typer.Option(help="address of a running Dask scheduler to use instead")] = None,
    regrade: Annotated[bool, typer.Option("--regrade", help="grade also what is graded already")] = False,
    unsafe_no_sandbox: Annotated[
        bool, typer.Option("--unsafe-no-sandbox", help="run code that you wrote yourself with all your rights")
    ] = False,
) -> None:
    """Grade the submissions to a lesson that are new; exit 1 when one could not be graded."""
    root = find_root()
    lesson = lessons(root, [name])[0]
    if unsafe_no_sandbox:
        print("NO SANDBOX: this runs the students' code with all your rights", file=sys.stderr)
    elif not scheduler:
        sandbox.require()
    classroom = Classroom(root, lesson)
    with classroom.alone():
        outcome = run(classroom, student, workers, scheduler, regrade, not unsafe_no_sandbox)
    if outcome.done:
        print(f"report: {report(classroom, Console()).relative_to(root)}")
    outcome.tell(lesson)


@dataclass
class Outcome:
    """What a run of the command did.

    done: how many it graded.  skipped: how many were graded before.  left: how many still are to be.
    ungradable: student → why the score is 0.  failed: student → why there is no score.
    """

    done: int = 0
    skipped: int = 0
    left: int = 0
    ungradable: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    stopped: bool = False

    def tell(self, lesson: Lesson) -> None:
        """Print it. Raises CourseError when not everything could be graded."""
        again = f"`course grade {lesson.id}` goes on from here"
        print(f"{lesson.id}: {self.done} graded, {self.skipped} were graded before, {self.left} left")
        for student, why in (self.ungradable | self.failed).items():
            print(f"  {student}: {why}")
        if self.stopped:
            print(f"course: stopped; nothing is lost, {again}", file=sys.stderr)
            raise typer.Exit(130)
        if self.failed:
            raise CourseError(f"{len(self.failed)} could not be graded and keep the score they had, see above; {again}")
        if self.ungradable:
            raise CourseError(f"{len(self.ungradable)} could not be read or run and have a score of 0, see above")


def run(
    classroom: Classroom, students: list[str] | None = None, workers: int | None = None, scheduler: str | None = None,
    regrade: bool = False, confined: bool = True, console: Console | None = None,
) -> Outcome:  # fmt: skip
    """Grade what is to be graded, or what these students handed in. Raises CourseError when it cannot begin."""
    chosen = _chosen(classroom, students)
    assignment, console = classroom.assignment(), console or Console(stderr=True)
    with classroom.ledger() as ledger, _terminable():
        for student in chosen:
            for line in classroom.tidy(student):
                console.print(f"{student}: {line}", markup=False)
        handed = [classroom.read(student).handed for student in chosen]
        due = ledger.due(handed, assignment.version, environment(), regrade)
        outcome = Outcome(skipped=len(chosen) - len(due), left=len(due))
        if due:
            try:
                with connected(min(workers or as_many_as_fit(), len(due)), scheduler) as client:
                    _grade_all(client, classroom, ledger, assignment, due, confined, outcome, console)
            except KeyboardInterrupt:
                outcome.stopped = True
    return outcome


def report(classroom: Classroom, console: Console) -> Path:
    """Print what there is to say of the class, as far as it is graded; write the page, whose path is returned."""
    with classroom.gradebook() as gradebook:
        max_score = gradebook.find_assignment(classroom.lesson.id).max_score
    found = ClassReport.of(classroom.lesson, classroom.results(), max_score)
    console.print(*found.tables())
    path = classroom.folder / "report" / f"{classroom.lesson.id}.html"
    found.write(path)
    return path


def _chosen(classroom: Classroom, students: list[str] | None) -> list[str]:
    lesson, there = classroom.lesson.id, classroom.students()
    missing = [student for student in students or () if student not in there]
    if missing or not there:
        raise CourseError(
            f"{missing[0] + ' has no submission' if missing else 'no submission'} to {lesson}: run "
            f"`nbgrader collect {lesson}`, or put notebooks into submitted/STUDENT/{lesson}/"
        )
    return students or there


def _grade_all(
    client: Client, classroom: Classroom, ledger: Ledger, assignment: Assignment, due: Mapping[Handed, Due],
    confined: bool, outcome: Outcome, console: Console,
) -> None:  # fmt: skip
    """Send submissions to the workers, write down what comes back."""
    console.print(f"{len(due)} to grade; what the workers do: {client.dashboard_link}", markup=False)
    with progress(console) as bar:
        task = bar.add_task(classroom.lesson.id, total=len(due), failures=0)
        for batch in graded(client, assignment, (classroom.read(one.student) for one in due), confined):
            _write_down(classroom, ledger, due, batch, outcome)
            bar.update(task, advance=len(batch), failures=len(outcome.failed) + len(outcome.ungradable))


def _write_down(
    classroom: Classroom, ledger: Ledger, due: Mapping[Handed, Due], batch: list[Back], outcome: Outcome
) -> None:
    """Put into the gradebook and the ledger what came back. Raises CourseError when that cannot be."""
    done = []
    for one, record, why in batch:
        if record is None:
            outcome.failed[one.handed.student] = why
            continue
        reason = due.get(one.handed)
        if reason is None:  # it was handed in again meanwhile
            reason = ledger.due([one.handed], record.version, record.environment, regrade=True)[one.handed]
        done.append(Graded(one.handed, record, reason))
    try:
        _apply(classroom, ledger, done, outcome)
    except OSError:  # one that cannot be written must not cost the others their grades
        problems = []
        for one in done:
            try:
                _apply(classroom, ledger, [one], outcome)
            except OSError as problem:
                problems.append(problem)
        if problems:
            raise CourseError(f"{problems[0]}: nothing is lost, run the command again") from problems[0]


def _apply(classroom: Classroom, ledger: Ledger, done: list[Graded], outcome: Outcome) -> None:
    ledger.apply(done, lambda one: classroom.place(one.handed.student, one.record))
    outcome.done += len(done)
    outcome.left -= len(done)
    outcome.ungradable |= {one.handed.student: one.record.problem for one in done if one.record.problem}


def progress(console: Console) -> Progress:
    """A bar with the rate, the time that remains, and how many could not be graded."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn(),
        TextColumn("{task.fields[failures]} not gradable"), console=console, transient=True,
    )  # fmt: skip


class Rate(ProgressColumn):
    """Submissions per second."""

    def render(self, task: Task) -> Text:
        """The rate, once there is one."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


@contextmanager
def _terminable() -> Iterator[None]:
    """Being asked to end (by a batch system, say) is like ctrl-C."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    old = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, old)
