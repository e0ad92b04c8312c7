"""The hints of a lesson: made by `course build` from what the answer bank and the released lesson say already.

Each exercise has up to three: a nudge (what its most usual mistake is told), where to look (the section of the lesson,
what the tests try, what earlier exercises help), and the idea of the solution, the only one that is written for this.
"""

import ast
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import nbformat

from utils.grading import answers, cells
from utils.grading.course import Lesson
from utils.grading.files import write_file
from utils.grading.run_all import names_used

HEADING = re.compile(r"^(##+) +(.+)$", re.MULTILINE)
EXERCISE = re.compile(r"^Exercise \d+ · ")


def stale_hints(lesson: Lesson) -> list[Path]:
    """The lesson's file of hints, when it is not what its released notebook and its answers give."""
    wanted = hints(lesson)
    there = lesson.hints.read_bytes() if lesson.hints.is_file() else b""
    return [lesson.hints] if there != wanted else []


def write_hints(lesson: Lesson) -> None:
    """Write the file, if the lesson has answers to make hints of."""
    if made := hints(lesson):
        write_file(lesson.hints, made)


def hints(lesson: Lesson) -> bytes:
    """The file: the notebook's name, and exercise → its hints. Empty where a lesson has no answers.

    The lesson is read as students get it: nothing that is hidden from them can come in.
    """
    folder = lesson.root / "tests" / "answers" / lesson.id
    if not folder.is_dir():
        return b""
    notebook = nbformat.read(lesson.release, as_version=4).cells
    solutions, banks, found = lesson.solutions(), {}, {}
    for name in cells.exercises(notebook):
        path = folder / f"{name}.py"
        text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
        banks[name] = answers.parse(text, name)
    told = Counter(message for bank in banks.values() for message in {answer.message for answer in bank.wrong})
    for name, bank in banks.items():
        own = [message for message, exercises in told.items() if exercises == 1]
        steps = (nudge(bank, own), where_to_look(notebook, name, solutions[name]), bank.idea)
        found[name] = [step for step in steps if step]
    made = {"notebook": lesson.release.name, "exercises": found}
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


def nudge(bank: answers.Exercise, own: Collection[str]) -> str:
    """What the tests say of the first wrong answer of the bank, as a thing to check; "" where there is none.

    One that students cannot be told before grading (`later`) is passed over, and so is a mistake that can be made in
    other exercises too, as long as there is another.  own: the messages of one exercise only.
    """
    messages = [answer.message for answer in bank.wrong if not answer.later]
    message = next((one for one in messages if one in own), messages[0] if messages else "")
    return (
        f"Of a mistake that is easily made here, the tests say: “{message}”. Could yours be this one?"
        if message
        else ""
    )


def where_to_look(notebook: Sequence[cells.Cell], exercise: str, solution: str) -> str:
    """The section of the lesson that the exercise belongs to, what its tests try, and which earlier exercises help."""
    place = next(n for n, cell in enumerate(notebook) if cells.grade_id(cell) == exercise)
    by_name, tests = cells.by_grade_id(notebook), cells.exercises(notebook)
    tried = [words for test in tests[exercise] for words in _descriptions(by_name[test]["source"])]
    earlier = list(tests)[: list(tests).index(exercise)]
    used = [f"`{name}`" for name in earlier if name in names_used(solution)]
    parts = []
    if section := _section([cell["source"] for cell in notebook[:place] if cell["cell_type"] == "markdown"]):
        parts.append(f"Read {section} again.")
    if tried:
        parts.append(f"The tests try {_listed(f'“{words}”' for words in tried)}: which of them does not say ✓ yet?")
    if used:
        parts.append(f"You may use what you wrote before: {_listed(used)}.")
    return " ".join(parts)


def _listed(words: Iterable[str]) -> str:
    """One of them, or several with "and" before the last."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _section(markdown: Sequence[str]) -> str:
    """Which section to read: the nearest heading above an exercise; "" where there is none.

    Where a section begins with the exercise, what leads to it stands at the end of the one before. The exercises' own
    headings divide no section.
    """
    text = "\n".join(markdown)
    headings = list(HEADING.finditer(text))
    sections = [heading for heading in headings if not EXERCISE.match(heading[2])]
    if not sections:
        return ""
    begun = text[sections[-1].end() : headings[-1].start()].strip()  # headings[-1] is the exercise's own
    before = "" if begun or len(sections) == 1 else f", and before it the end of “{sections[-2][2].strip()}”"
    return f"“{sections[-1][2].strip()}”{before}"


def _descriptions(test: str) -> Iterator[str]:
    """What a test tries, in the words that it shows: the last text in its `with …test(function, "words")`."""
    for statement in (node for node in ast.walk(ast.parse(test)) if isinstance(node, ast.With)):
        for item in statement.items:
            call = item.context_expr
            words = [node.value for node in getattr(call, "args", ()) if isinstance(node, ast.Constant)]
            yield from (word for word in words[-1:] if isinstance(word, str))
