"""`course bank`: grade every answer of the answer bank, and see that each gets the points and the message it should."""

import subprocess
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Annotated, TypeVar

import nbformat
import typer
from distributed import Client
from nbformat import NotebookNode
from rich.console import Console
from rich.progress import track
from rich.table import Table

from utils.errors import CourseError
from utils.grading import cells
from utils.grading.answers import Answer, Exercise, read
from utils.grading.building import stale_files
from utils.grading.casemaking.lesson_cases import prove_lesson
from utils.grading.casemaking.proof import Proof
from utils.grading.course import Lesson, find_root, lessons, nbgrader_config
from utils.grading.pipeline.assignment import Assignment
from utils.grading.pipeline.cluster import as_many_as_fit, connected, grade_all
from utils.grading.pipeline.record import Record
from utils.grading.pipeline.submission import Submission, SubmissionKey
from utils.grading.python_code import bound_names, plain_python
from utils.grading.run_all import names_used, resting_on
from utils.grading.sandbox import bubblewrap

Item = TypeVar("Item")


@dataclass(frozen=True)
class Deviation:
    """What is not as it should be with one answer."""

    answer: Answer
    fault: str

    def __str__(self) -> str:
        return f"{'right' if self.answer.right else 'wrong'}: {self.answer.name}: {self.fault}"


def bank(
    names: Annotated[list[str] | None, typer.Argument(metavar="LESSON...", help="lessons; all if none")] = None,
    workers: Annotated[int, typer.Option(help="graders that run side by side")] = as_many_as_fit(),
    one_in: Annotated[int, typer.Option(min=1, help="grade one answer in so many; others with each commit")] = 1,
) -> None:
    """Grade the answer bank; exit 1 when an answer gets other points or another message than it should."""
    bubblewrap.require()
    chosen = lessons(find_root(), names)
    exercises = {lesson: read(lesson) for lesson in chosen}
    for lesson in chosen:
        if stale_files(lesson):
            raise CourseError(f"{lesson.id} is stale: run `make build` first, since it is the built lesson that grades")
    with connected(workers) as client:
        lines = [line for lesson in chosen for line in _try(client, lesson, exercises[lesson], one_in)]
    if lines:
        print(*lines, sep="\n")
        raise CourseError(f"{len(lines)} deviation{'s' if len(lines) > 1 else ''} in the answer bank, listed above")


def _try(client: Client, lesson: Lesson, exercises: Mapping[str, Exercise], one_in: int) -> list[str]:
    """Grade a lesson's answers and print its table. Returns what is not as it should be, a line each."""
    answers = {
        own.exercise: [own, *chosen_answers(exercises[own.exercise], one_in)]
        for own in solved(lesson)
        if own.exercise in exercises
    }
    results = grade(client, lesson, [answer for group in answers.values() for answer in group])
    found = {exercise: deviations(lesson, group, results) for exercise, group in answers.items()}
    proofs = prove_lesson(lesson, exercises)
    Console().print(_table(lesson, answers, found, proofs))
    lines = [f"{lesson.id}, {exercise}: {one}" for exercise, group in found.items() for one in group]
    return lines + [
        f"{lesson.id}, {name}: {one}" for name in exercises for one in unproven(exercises[name], proofs[name])
    ]


def chosen_answers(exercise: Exercise, one_in: int) -> list[Answer]:
    """One in so many of the right answers and of the wrong ones."""
    return [*having_their_turn(exercise.right, one_in), *having_their_turn(exercise.wrong, one_in)]


def having_their_turn(items: Sequence[Item], one_in: int) -> Sequence[Item]:
    """One in so many, by the number of the commit, so that all have their turn."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-list", "--count", "HEAD"]
    number = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() if one_in > 1 else ""
    return items[int(number or 0) % one_in :: one_in]


def unproven(exercise: Exercise, proof: Proof) -> list[str]:
    """What the tests of an exercise do not reject, and should."""
    later = {answer.name for answer in exercise.wrong if answer.later}
    lines = [
        f"wrong: {name}: gets nothing but ✓ from what students can see" for name in proof.ticked if name not in later
    ]
    lines += [f"wrong: {name}: is rejected by what students can see" for name in sorted(later - set(proof.ticked))]
    lines += [f"mutant {name}: no case shows it" for name in proof.survivors]
    return lines + [f"equivalent: there is no mutant {name}" for name in proof.unlisted]


def solved(lesson: Lesson) -> list[Answer]:
    """The source's own solutions, as answers."""
    return [Answer(exercise, "as in the source", code) for exercise, code in lesson.solutions().items()]


def grade(client: Client, lesson: Lesson, answers: list[Answer]) -> dict[Answer, Record]:
    """Grade each answer in a notebook whose other exercises are solved as in the source.

    Several answers share a notebook (see `together`). One that is not as it should be is graded once more, by itself,
    so that no other answer can be the reason.
    """
    results = _grade_groups(client, lesson, together(lesson, answers))
    tests = lesson.exercises()
    doubtful = [[answer] for answer in answers if faults(answer, results[answer], tests[answer.exercise])]
    return results | _grade_groups(client, lesson, doubtful)


def together(lesson: Lesson, answers: list[Answer]) -> list[list[Answer]]:
    """The answers in groups, each of which is handed in as one notebook.

    A group holds answers to different exercises: either right ones, or wrong ones that do not call each other, nor do
    their tests.
    """
    called = _called(lesson, answers)

    def fits(answer: Answer, other: Answer) -> bool:
        apart = answer.exercise not in called[other] and other.exercise not in called[answer]
        return answer.right == other.right and answer.exercise != other.exercise and (answer.right or apart)

    groups: list[list[Answer]] = []
    for answer in answers:
        home = next((group for group in groups if all(fits(answer, other) for other in group)), None)
        if home is None:
            groups.append(home := [])
        home.append(answer)
    return groups


def _called(lesson: Lesson, answers: list[Answer]) -> dict[Answer, set[str]]:
    """Answer → the exercises whose solutions it or its tests call, in the end."""
    source = lesson.read_source().cells
    code = {name: cell["source"] for name, cell in cells.by_grade_id(source).items()}
    exercises = cells.exercises(source)
    calls: dict[str, set[str]] = {}  # what the solutions call; a solution calls only what stands above it
    for exercise in exercises:
        names = names_used(code[exercise]) & calls.keys()
        calls[exercise] = set(names).union(*(calls[name] for name in names))
    found = {}
    for answer in answers:
        names = (
            names_used(answer.code).union(*(names_used(code[test]) for test in exercises[answer.exercise]))
            & calls.keys()
        )
        found[answer] = set(names).union(*(calls[name] for name in names - {answer.exercise}))
    return found


def _grade_groups(client: Client, lesson: Lesson, groups: list[list[Answer]]) -> dict[Answer, Record]:
    if not groups:
        return {}
    assignment = Assignment.read(lesson.solution, nbgrader_config(lesson.root))
    keys = {SubmissionKey(str(n), lesson.id, lesson.topic, ""): group for n, group in enumerate(groups)}
    fill = Filler(lesson)
    found: dict[Answer, Record] = {}
    submissions = (Submission(key, fill(group)) for key, group in keys.items())
    done = chain.from_iterable(grade_all(client, assignment, submissions))
    for one, record, why in track(done, f"{lesson.id}: grading", total=len(groups), transient=True):
        if record is None:
            raise CourseError(f"{lesson.id}: the grader failed: {why}")
        found |= dict.fromkeys(keys[one.key], record)
    return found


class Filler:
    """Types answers into the released lesson, and the source's solutions to all other exercises."""

    def __init__(self, lesson: Lesson) -> None:
        self._released = nbformat.read(lesson.release, as_version=4)
        self._solutions, self._exercises = lesson.solutions(), lesson.exercises()

    def __call__(self, group: list[Answer]) -> str:
        notebook = deepcopy(self._released)
        cells.type_in(notebook.cells, self._solutions | {one.exercise: one.code for one in group})
        exercises = [one.exercise for one in group]
        tests = [test for exercise in exercises for test in self._exercises[exercise]]
        # whether the lesson's own cells run with it is asked of right ones only
        notebook.cells = needed(notebook.cells, tests, exercises if group[0].right else ())
        return nbformat.writes(notebook)


def needed(
    notebook: Sequence[NotebookNode], tests: Collection[str], exercises: Collection[str] = ()
) -> list[NotebookNode]:
    """Of a notebook's cells: `tests`, every cell that uses these exercises, and the code that these cells rest on."""
    wanted_too = resting_on(notebook, exercises)
    kept: list[NotebookNode] = []
    used: set[str] = set()
    for cell in reversed(list(filter(cells.is_code, notebook))):
        wanted = cells.grade_id(cell) in tests or any(cell is one for one in wanted_too)
        with suppress(SyntaxError):  # some wrong answers are no Python
            wanted = wanted or (not cells.is_test(cell) and bool(used & set(bound_names(plain_python(cell.source)))))
        if wanted:
            used |= names_used(cell.source)
            kept.append(cell)
    return kept[::-1]


def deviations(lesson: Lesson, group: list[Answer], results: Mapping[Answer, Record]) -> list[Deviation]:
    """What is not as it should be with the answers to one exercise."""
    found, tests = [], lesson.exercises()[group[0].exercise]
    for answer in group:
        lines = faults(answer, results[answer], tests)
        if not answer.right and not results[answer].problem:
            lines += [
                f"its message {answer.message!r} is also told to {other.name!r}"
                for other in group
                if other is not answer and not other.right and _is_told_of(other, answer.message, results[other], tests)
            ]
        found += [Deviation(answer, line) for line in lines]
    return found


def _is_told_of(answer: Answer, words: str, result: Record, tests: list[str]) -> bool:
    """Whether these words, another answer's own, are told of an answer, and not its own beside them."""
    told = [outcome.message for outcome in result.outcomes(tests)]
    return not words.startswith("your code stopped") and any(
        words in message and answer.message not in message for message in told
    )


def faults(answer: Answer, result: Record, tests: list[str]) -> list[str]:
    """How the outcome of `tests`, those of the answer's exercise, differs from what it should be."""
    if result.problem:
        return [f"could not be graded: {result.problem}"]
    if answer.right and result.failed_cells:
        return [f"with it these cells of the lesson fail: {', '.join(result.failed_cells)}"]
    outcomes, messages = result.outcomes(tests), _told(result, tests)
    points, most = sum(outcome.points for outcome in outcomes), sum(outcome.max_points for outcome in outcomes)
    if answer.right:
        return [f"got {points:g} of {most:g}: {messages}"] if points < most else []
    found = []
    if (points, most) != (answer.points, answer.max_points):
        found.append(f"got {points:g} of {most:g}, expected {answer.points:g} of {answer.max_points:g}: {messages}")
    if answer.message not in messages:
        found.append(f"its message {answer.message!r} is not in: {messages}")
    return found


def _told(result: Record, tests: list[str]) -> str:
    return " / ".join(outcome.message for outcome in result.outcomes(tests) if outcome.message)


def _table(
    lesson: Lesson,
    answers: Mapping[str, list[Answer]],
    found: Mapping[str, list[Deviation]],
    proofs: Mapping[str, Proof],
) -> Table:
    table = Table(
        "exercise",
        "wrong: own points and message",
        "wrong: rejected visibly",
        "mutants killed",
        "right: full points",
        "deviations",
        title=lesson.id,
    )
    for exercise, group in answers.items():
        deviating = {id(one.answer) for one in found[exercise]}
        wrong, right = [a for a in group if not a.right], [a for a in group if a.right]
        table.add_row(
            exercise,
            f"{sum(id(a) not in deviating for a in wrong)} of {len(wrong)}",
            f"{len(wrong) - len(proofs[exercise].ticked)} of {len(wrong)}",
            f"{proofs[exercise].mutants - len(proofs[exercise].survivors)} of {proofs[exercise].mutants}",
            f"{sum(id(a) not in deviating for a in right)} of {len(right)}",
            str(len(found[exercise]) or "none"),
        )
    return table
