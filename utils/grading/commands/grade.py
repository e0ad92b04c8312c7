"""`course grade`: grade what a class handed in, many at a time, and lose nothing whatever happens meanwhile."""

import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from distributed import Client
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from utils.errors import CourseError
from utils.grading.course import Lesson, find_root, lessons
from utils.grading.lms.class_list import alike
from utils.grading.pipeline.cluster import Graded, as_many_as_fit, connected, grade_all, handling, log_to_stderr
from utils.grading.pipeline.grader import OTHER_LESSON
from utils.grading.pipeline.submission import SubmissionKey
from utils.grading.report.report import ClassReport
from utils.grading.sandbox import bubblewrap
from utils.grading.store.adjustments import Adjusted
from utils.grading.store.course_folder import CourseFolder
from utils.grading.store.ledger import Due, GradedSubmission, Ledger
from utils.printable import printable

FEW = 10  # scores that were adjusted, of which each is named
STRANGER = "this folder's name can be no student's: rename it, or remove it"


class LogLevel(StrEnum):
    """How much of what the workers do is written on stderr."""

    error = "error"
    warning = "warning"
    info = "info"
    debug = "debug"


@dataclass(frozen=True)
class Options:
    """How a class is graded.

    students: only these; None for all.  workers: how many run on this machine; None for as many as fit.
    scheduler: address of a Dask scheduler to use instead.  regrade: grade also what is graded already.
    sandboxed: False runs submissions with all the grader's rights.
    """

    students: list[str] | None = None
    workers: int | None = None
    scheduler: str | None = None
    regrade: bool = False
    sandboxed: bool = True


def grade(
    name: Annotated[str, typer.Argument(metavar="LESSON", help="the lesson to grade, such as 01")],
    student: Annotated[list[str] | None, typer.Option(help="only this one (may be given several times)")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="graders that run side by side on this machine")] = None,
    scheduler: Annotated[str | None, typer.Option(help="address of a running Dask scheduler to use instead")] = None,
    regrade: Annotated[bool, typer.Option("--regrade", help="grade also what is graded already")] = False,
    unsafe_no_sandbox: Annotated[
        bool, typer.Option("--unsafe-no-sandbox", help="run code that you wrote yourself with all your rights")
    ] = False,
    log_level: Annotated[LogLevel, typer.Option(help="how much the workers write of what they do")] = LogLevel.error,
) -> None:
    """Grade the submissions to a lesson that are new; exit 1 when one could not be graded."""
    root = find_root()
    lesson = lessons(root, [name])[0]
    log_to_stderr(log_level.value.upper())
    if unsafe_no_sandbox:
        print("NO SANDBOX: this runs the students' code with all your rights", file=sys.stderr)
    elif not scheduler:
        bubblewrap.require()
    folder = CourseFolder(root, lesson)
    with folder.alone():
        summary = run(folder, Options(student, workers, scheduler, regrade, not unsafe_no_sandbox))
    if summary.done or (summary.adjusted and summary.adjusted.scores):
        print(f"report: {report(folder, Console()).relative_to(root)}")
    summary.tell(lesson)


@dataclass
class Summary:
    """What a run of the command did.

    adjusted: scores that were changed without running anything.
    done: how many it graded.  skipped: how many were graded before.  left: how many still are to be.
    ungradable: student → why the score is 0.  failed: student → why there is no score.
    other_lesson: whose notebook has no cell of this one.  due: when the lesson is (UTC).
    unlisted: who is in no class list, where there is one; and who may be meant.
    regrade: whether also those were to be graded that had been before.
    """

    done: int = 0
    skipped: int = 0
    left: int = 0
    ungradable: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    stopped: bool = False
    adjusted: Adjusted | None = None
    other_lesson: list[str] = field(default_factory=list)
    due: datetime | None = None
    unlisted: list[str] = field(default_factory=list)
    regrade: bool = False

    def tell(self, lesson: Lesson) -> None:
        """Print it. Raises CourseError when not everything could be graded."""
        again = f"`course grade {lesson.id}` goes on from here"
        if self.regrade:  # what is graded already is no sign of how far it came
            again = f"`course grade {lesson.id} --regrade` grades all of them again"
        if self.adjusted is not None:
            tell_adjusted(lesson, self.adjusted)
        print(f"{lesson.id}: {self.done} graded, {self.skipped} were graded before, {self.left} left")
        for student, why in (self.ungradable | self.failed).items():
            print(f"  {printable(student)}: {printable(why)}")
        if self.due is not None:
            print(f"  due at {self.due:%Y-%m-%d %H:%M:%S} UTC")
        if self.unlisted:
            print(f"  not in the class list: {printable('; '.join(self.unlisted))} (rename the folder, or list them)")
        if self.other_lesson:
            print(f"  another lesson's notebook, it seems: {printable(', '.join(self.other_lesson))}")
        if self.stopped:
            print(f"course: stopped; nothing is lost, {again}", file=sys.stderr)
            raise typer.Exit(130)
        if self.failed:
            raise CourseError(f"{len(self.failed)} could not be graded and keep the score they had, see above; {again}")
        if self.ungradable:
            raise CourseError(f"{len(self.ungradable)} could not be read or run and have a score of 0, see above")


def tell_adjusted(lesson: Lesson, adjusted: Adjusted) -> None:
    """Print which scores were changed without running anything, and why."""
    for line in adjusted.cells.lines():
        print(f"{lesson.id}: {printable(line)}")
    for one in adjusted.scores[:FEW]:
        print(f"  {printable(one.student)}: {one.old:g} → {one.new:g}: {printable(one.reason)}")
    if (more := len(adjusted.scores) - FEW) > 0:
        print(f"  and {more} more: `course ledger --lesson {lesson.id}` has all")


def run(folder: CourseFolder, options: Options | None = None, console: Console | None = None) -> Summary:
    """Grade what is to be graded. Raises CourseError when it cannot begin."""
    options, console = options or Options(), console or Console(stderr=True)
    students = _chosen(folder, options.students)
    folder.assignment()  # or say what is missing, before anything is done
    unlisted = _unlisted(folder)
    with folder.ledger() as ledger, handling(signal.SIGTERM, signal.default_int_handler):  # of a batch system, say
        adjusted = folder.adjust(ledger)
        readable, failed = _readable(folder, students, console)
        if options.students is None:
            failed |= dict.fromkeys(folder.strangers(), STRANGER)
        rounds = _rounds(folder, ledger, readable, options.regrade)
        due = sum(len(one.due) for one in rounds)
        waiting = {key.student for one in rounds for key in one.due}
        summary = Summary(skipped=len(readable) - len(waiting), left=due, adjusted=adjusted, failed=failed)
        summary.due, summary.unlisted, summary.regrade = folder.due(), unlisted, options.regrade
        if due:
            workers = min(options.workers or as_many_as_fit(), due)
            try:
                with connected(workers, options.scheduler) as client:
                    for one in rounds:
                        GradingRun(folder, ledger, one, summary).grade(client, options.sandboxed, console)
            except KeyboardInterrupt:
                summary.stopped = True
    return summary


@dataclass(frozen=True)
class Round:
    """One attempt of each student: those that are due, and where they lie."""

    due: Mapping[SubmissionKey, Due]
    folders: Mapping[SubmissionKey, Path]


def _rounds(folder: CourseFolder, ledger: Ledger, students: list[str], regrade: bool) -> list[Round]:
    """What is to be graded: one round, or as many as there are attempts where the best one counts."""
    assignment = folder.assignment()
    version, environment = assignment.version, assignment.environment(folder.limits())
    left = folder.counting(students, ledger)
    rounds = []
    while left := {student: folders for student, folders in left.items() if folders}:
        paths = {folder.read(student, folders[0]).key: folders.pop(0) for student, folders in left.items()}
        rounds.append(Round(ledger.due([*paths], version, environment, regrade, every=folder.best_counts()), paths))
    return rounds


def report(folder: CourseFolder, console: Console) -> Path:
    """Write the page, whose path is returned; print what there is to say of the class, as far as it is graded."""
    with folder.gradebook() as gradebook:
        max_score = gradebook.find_assignment(folder.lesson.id).max_score
    found = ClassReport.of(folder.lesson, folder.results(), max_score)
    path = folder.folder / "report" / f"{folder.lesson.id}.html"
    found.write(path)  # before a terminal can refuse what is printed
    console.print(*found.tables())
    return path


def _readable(folder: CourseFolder, students: Sequence[str], console: Console) -> tuple[list[str], dict[str, str]]:
    """Whose submissions can be looked at; and who has one that cannot, with the reason."""
    readable, failed = [], {}
    for student in students:
        try:
            for line in folder.quarantine(student):
                console.print(f"{student}: {line}", markup=False)
            folder.read(student)
            readable.append(student)
        except OSError as problem:  # it must not cost the others their grades
            failed[student] = f"the folder cannot be read ({problem.strerror})"
    return readable, failed


def _unlisted(folder: CourseFolder) -> list[str]:
    """Whose folders are those of nobody in the class list: a list has names, which grading alone does not give."""
    with folder.gradebook() as gradebook:
        listed = sorted(one.id for one in gradebook.students if one.first_name or one.last_name or one.email)
    found = []
    for student in sorted(set(folder.students()) - set(listed)) if listed else ():
        meant = alike(student, listed)
        found.append(f"{student} (is it {meant}?)" if meant else student)
    return found


def _chosen(folder: CourseFolder, students: list[str] | None) -> list[str]:
    lesson, there = folder.lesson.id, folder.students()
    missing = [student for student in students or () if student not in there]
    if missing or not there:
        raise CourseError(
            f"{missing[0] + ' has no submission' if missing else 'no submission'} to {lesson}: run "
            f"`nbgrader collect {lesson}`, or put notebooks into submitted/STUDENT/{lesson}/"
        )
    return students or there


@dataclass
class GradingRun:
    """The submissions that are due, and where their results are written."""

    folder: CourseFolder
    ledger: Ledger
    round: Round
    summary: Summary

    def grade(self, client: Client, sandboxed: bool, console: Console) -> None:
        """Send the submissions to the workers, write down what comes back."""
        if not self.round.due:
            return
        console.print(f"{len(self.round.due)} to grade; what the workers do: {client.dashboard_link}", markup=False)
        submissions = (self.folder.read(key.student, self.round.folders[key]) for key in self.round.due)
        with progress(console) as bar:
            task = bar.add_task(self.folder.lesson.id, total=len(self.round.due), failures=0)
            for batch in grade_all(
                client, self.folder.assignment(), submissions, self.folder.limits(), sandboxed=sandboxed
            ):
                self._write_down(batch)
                failures = len(self.summary.failed) + len(self.summary.ungradable)
                bar.update(task, advance=len(batch), failures=failures)

    def _write_down(self, batch: list[Graded]) -> None:
        """Put into the gradebook and the ledger what came back. What cannot be written is among the failed."""
        done = []
        for one, record, why in batch:
            if record is None:
                self.summary.failed[one.key.student] = why
                continue
            reason = self.round.due.get(one.key)
            if reason is None:  # it was handed in again meanwhile
                reason = self.ledger.due([one.key], record.version, record.environment, regrade=True)[one.key]
            done.append(GradedSubmission(one.key, record.with_remark(one.remark), reason))
        try:
            self._apply(done)
        except OSError:  # one that cannot be written must not cost the others their grades
            self._apply_one_by_one(done)

    def _apply_one_by_one(self, done: list[GradedSubmission]) -> None:
        for one in done:
            try:
                self._apply([one])
            except OSError as problem:
                self.summary.failed[one.key.student] = f"the result cannot be written ({problem})"

    def _apply(self, done: list[GradedSubmission]) -> None:
        def publish(one: GradedSubmission) -> None:
            self.folder.publish(one.key.student, one.record, self.round.folders.get(one.key))

        self.ledger.apply(done, publish, best=self.folder.best_counts())
        self.summary.done += len(done)
        self.summary.left -= len(done)
        self.summary.ungradable |= {one.key.student: one.record.problem for one in done if one.record.problem}
        self.summary.other_lesson += [one.key.student for one in done if OTHER_LESSON in one.record.tampering]


def progress(console: Console) -> Progress:
    """A bar with the rate, the time that remains, and how many could not be graded."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failures]} not gradable"),
        console=console,
        transient=True,
    )


class Rate(ProgressColumn):
    """Submissions per second."""

    def render(self, task: Task) -> Text:
        """The rate, once there is one."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "")
