"""The answer bank: for each exercise, how inputs are drawn, and answers as students write them, wrong and right.

A file for each exercise, tests/answers/<lesson>/<exercise>.py, in percent format:

    # %% idea
    # keep a running total …            # the third hint: what to think of, without code

    # %% draw
    def test_pixel_sum(d):             # the name of the test, whose cases these are
        return (d.image(),)

    # %% wrong: adds the first row only | 0 of 2
    # only the first row was added: go on to the other rows
    def pixel_sum(image): …

    # %% right: with NumPy
    def pixel_sum(image): …

    # %% equivalent
    # `np.asarray(image)` → `image`: the inputs are arrays

The comment under a wrong answer's header is what the learner is told; nowhere else do these words stand.
"""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from utils.errors import CourseError
from utils.grading.course import Lesson

LEAST_WRONG, LEAST_RIGHT = 8, 2
HEADER = re.compile(
    r"^# %% (?:right: (?P<right>.+)|wrong: (?P<wrong>.+?) \| (?P<points>[\d.]+) of (?P<max_points>[\d.]+)"
    r"(?: \| later: (?P<later>.+))?)$"
)


@dataclass(frozen=True)
class Answer:
    """One answer to one exercise.

    message: what a wrong one must be told, or a piece of it; a right one has none.
    later: why a wrong one is not to be rejected by what students can see; "" where it is.
    """

    exercise: str
    name: str
    code: str
    points: float | None = None
    max_points: float | None = None
    message: str = ""
    later: str = ""

    @property
    def right(self) -> bool:
        return not self.message


@dataclass(frozen=True)
class Exercise:
    """What the bank holds for one exercise.

    draws: code that defines a function for each test, from a `Draw` to the arguments of a call.
    equivalent: mutants of the solution that no input tells from it → why.
    idea: of the solution, in one to three sentences for somebody who is stuck; "" where none is given.
    """

    name: str
    answers: tuple[Answer, ...]
    draws: str = ""
    equivalent: tuple[tuple[str, str], ...] = ()
    idea: str = ""

    @property
    def wrong(self) -> list[Answer]:
        return [answer for answer in self.answers if not answer.right]

    @property
    def right(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.right]


def read(lesson: Lesson) -> dict[str, Exercise]:
    """Exercise → what the bank holds. Raises CourseError when one has no full set, or a file cannot be read."""
    folder = lesson.root / "tests" / "answers" / lesson.id
    found = {}
    for name in lesson.exercises():
        path = folder / f"{name}.py"
        if not path.is_file():
            raise CourseError(f"{path.relative_to(lesson.root)} is missing: every exercise needs its answers")
        found[name] = exercise = parse(path.read_text(encoding="utf-8-sig"), name)
        if len(exercise.right) < LEAST_RIGHT or len(exercise.wrong) < LEAST_WRONG:
            raise CourseError(
                f"{path.relative_to(lesson.root)} has {len(exercise.wrong)} wrong and {len(exercise.right)} right "
                f"answers: it needs at least {LEAST_WRONG} and {LEAST_RIGHT}"
            )
    if strangers := {path.stem for path in folder.glob("*.py")} - found.keys():
        raise CourseError(f"tests/answers/{lesson.id}: no exercise is called {', '.join(sorted(strangers))}")
    return found


def parse(text: str, exercise: str) -> Exercise:
    """One file of the bank. Raises CourseError at a part that it cannot read."""
    draws, equivalent, idea, answers = "", "", "", []
    for part in re.split(r"^(?=# %%)", text, flags=re.MULTILINE)[1:]:
        header, _, code = part.partition("\n")
        if header.strip() == "# %% draw":
            draws += code
        elif header.strip() == "# %% equivalent":
            equivalent += code
        elif header.strip() == "# %% idea":
            idea += code
        else:
            answers.append(_answer(exercise, header.rstrip(), code.strip()))
    return Exercise(exercise, tuple(answers), draws, tuple(_equivalents(equivalent, exercise)), _idea(idea, exercise))


def _answer(exercise: str, header: str, code: str) -> Answer:
    found = HEADER.match(header)
    if not found:
        raise CourseError(
            f"{exercise}: cannot read {header!r}; write `# %% right: how`, `# %% wrong: what | 1 of 3`, "
            "`# %% draw`, `# %% idea` or `# %% equivalent`"
        )
    if found["right"]:
        return Answer(exercise, found["right"], code)
    words = list(itertools.takewhile(lambda line: line.startswith("#"), code.splitlines()))
    message = " ".join(line.removeprefix("#").strip() for line in words)
    if not message:
        raise CourseError(f"{exercise}: {found['wrong']!r} lacks its words: a comment in the line under the header")
    points, most = float(found["points"]), float(found["max_points"])
    code = "\n".join(code.splitlines()[len(words) :]).strip()
    return Answer(exercise, found["wrong"], code, points, most, message, found["later"] or "")


def _idea(text: str, exercise: str) -> str:
    """The words of an idea, which stand in comment lines."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if code := [line for line in lines if not line.startswith("#")]:
        raise CourseError(f"{exercise}: an idea is words, in lines that begin with #, and no code: {code[0]!r}")
    return " ".join(line.removeprefix("#").strip() for line in lines)


def _equivalents(text: str, exercise: str) -> Iterable[tuple[str, str]]:
    """The mutants that are listed, each with its reason."""
    for line in filter(None, (line.removeprefix("#").strip() for line in text.splitlines())):
        found = re.fullmatch(r"(`.+?` → `.*?`(?: \(\d+\))?): (.+)", line)
        if not found:
            raise CourseError(f"{exercise}: cannot read {line!r}; write # `a` → `b`: why nothing tells them apart")
        yield found[1], found[2]
