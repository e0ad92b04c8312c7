"""Which file of a submission is its notebook, whatever a browser, Colab or an LMS has called it.

The lesson's own name goes first, if what is in it belongs to the lesson. Otherwise the only notebook is taken, and of
several the one with most of the lesson's cells. What was taken is said.
"""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from utils.grading.pipeline.submission import TIMESTAMP, Submission, SubmissionKey, read_text, submission_time
from utils.printable import printable

DEPTH, ENTRIES, CANDIDATES = 3, 1000, 20  # folders in folders; names that are looked at; notebooks that are read
NOT_HANDED_IN = {".ipynb_checkpoints", "__MACOSX"}  # folders of copies that programs make by themselves
ALSO = {"", ".json", ".txt"}  # endings of a notebook that was renamed, where none is called one

GradeIds = Callable[[], Collection[str]]


@dataclass(frozen=True)
class NotebookFile:
    """A file that may be the notebook of a submission.  exact: whether it has the lesson's name, and lies on top."""

    path: Path
    name: str
    exact: bool

    @cached_property
    def content(self) -> tuple[str, str]:
        """Its text, or "" and the problem that there is with it."""
        try:
            return read_text(self.path), ""
        except ValueError as problem:
            return "", str(problem)

    def known(self, grade_ids: Collection[str]) -> int:
        """How many of these are in it. (Nothing is decoded: it may be anything.)"""
        return len(set(re.findall(r'"grade_id"\s*:\s*"([^"]*)"', self.content[0])) & set(grade_ids))


@dataclass(frozen=True)
class Choice:
    """The notebook of a submission: its text, or the problem with it.  remark: what was taken, if not the usual."""

    text: str = ""
    problem: str = ""
    remark: str = ""


def choose_notebook(folder: Path, topic: str, grade_ids: GradeIds) -> Choice:
    """Choose the notebook of a submission to the lesson whose notebook is called `topic`.

    grade_ids: gives the names of the lesson's cells; called where they are needed.
    """
    usual = NotebookFile(folder / f"{topic}.ipynb", f"{topic}.ipynb", exact=True)
    there = os.path.lexists(usual.path)
    if there and usual.known(grade_ids()):
        return Choice(usual.content[0])
    found = list(_candidates(folder, usual.path))
    if not found:
        text, problem = usual.content
        others = [] if there else sorted({path.name for path in _files(folder)} - {TIMESTAMP})[:5]
        return Choice(text, f"{problem}; this was: {', '.join(map(printable, others))}" if others else problem)
    wanted = grade_ids()
    ranked = sorted([usual, *found] if there else found, key=lambda one: _rank(one, usual.name, wanted))
    best = ranked[0]
    if best.exact:
        return Choice(*best.content)
    if len(ranked) > 1 and not best.known(wanted):
        names = ", ".join(sorted(one.name for one in ranked))
        missing = f"the file {usual.name} was not handed in"
        return Choice(problem=f"{missing}; these were, and the lesson's cells are in none of them: {names}")
    text, problem = best.content
    remark = f"graded was {best.name}: {'no ' + usual.name if not there else 'not ' + usual.name}"
    remark += " was handed in" if not there else ", in which none of the lesson's cells are"
    if others := [one.name for one in ranked[1:] if not one.exact]:
        remark += f" (and not {', '.join(others)}: {best.known(wanted)} of the lesson's {len(wanted)} cells are in it)"
    elif not best.known(wanted):
        remark += "; none of the lesson's cells are in it"
    return Choice(text, problem and f"{best.name}: {problem}", remark)


def read_submission(folder: Path, student: str, assignment: str, notebook: str, grade_ids: GradeIds) -> Submission:
    """What lies in the folder of a submission.  grade_ids: as for `choose_notebook`."""
    chosen, when = choose_notebook(folder, notebook, grade_ids), ""
    with suppress(ValueError):
        when = read_text(folder / TIMESTAMP, 1000).strip()
    digest = hashlib.sha256(f"{when}\0{chosen.problem}\0{chosen.text}".encode()).hexdigest()
    key = SubmissionKey(student, assignment, notebook, digest, submission_time(folder))
    return Submission(key, chosen.text, chosen.problem, chosen.remark)


def _rank(one: NotebookFile, usual: str, wanted: Collection[str]) -> tuple:
    """The smallest is the best: most of the lesson's cells, then the name that is most like the usual one."""
    name = os.path.basename(one.name)
    stem = usual.removesuffix(".ipynb").lower()
    return -one.known(wanted), not one.exact, name != usual, name.lower() != usual, stem not in name.lower(), one.name


def _candidates(folder: Path, usual: Path) -> Iterator[NotebookFile]:
    """The files, besides the usual one, that may be the notebook: those called one, else those that may be one."""
    files = list(_files(folder))
    named = [path for path in files if ".ipynb" in path.name.lower()]
    for path in (named or [path for path in files if path.suffix.lower() in ALSO])[:CANDIDATES]:
        if path not in (usual, folder / TIMESTAMP):
            one = NotebookFile(path, printable(path.relative_to(folder), 200), exact=False)
            if named or one.content[0].lstrip()[:1] == "{":
                yield one


def _files(folder: Path) -> Iterator[Path]:
    """Ordinary files in a folder and those below it, as far as is reasonable; no link is followed."""
    left = ENTRIES
    waiting = [(folder, 0)]
    while waiting:
        here, depth = waiting.pop(0)
        with suppress(OSError), os.scandir(here) as entries:
            for entry in sorted(_first(entries, left), key=lambda one: one.name):
                left -= 1
                mode = entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode) and depth < DEPTH and entry.name not in NOT_HANDED_IN:
                    waiting.append((Path(entry.path), depth + 1))
                elif stat.S_ISREG(mode) and not entry.name.startswith("._"):  # which macOS puts beside a file
                    yield Path(entry.path)


def _first(entries: Iterator[os.DirEntry], most: int) -> Iterator[os.DirEntry]:
    """At most so many of them, those whose names are text."""
    for entry, _ in zip(entries, range(most), strict=False):
        with suppress(UnicodeEncodeError):
            entry.name.encode()
            yield entry
