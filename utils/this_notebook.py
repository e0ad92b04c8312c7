"""What a kernel knows about the notebook that it runs: its file, its lesson, and which hints were shown."""

import json
import os
from pathlib import Path
from typing import Any

from utils import hints
from utils.errors import CourseError
from utils.own_work import SESSION

UNKNOWN = (
    "this kernel does not know its notebook's file (not saved, renamed, or not opened by Jupyter): use JupyterLab's "
    "terminal, as in `course {command}`"
)
NOT_SAVED = "the notebook's file is older than what you ran last: save it (Ctrl+S, on a Mac ⌘S), then do this again"

RELOAD = (
    "Now choose File → Reload Notebook from Disk, and save nothing before: your open notebook still has the old cell."
)


class ThisNotebook:
    """The notebook that an IPython shell runs."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._shown: dict[str, int] = {}  # exercise → how many of its hints

    def path(self, command: str) -> Path:
        """Its file. Raises CourseError where nobody has said which; `command` is what to type in a terminal instead."""
        said = os.environ.get(SESSION) or self._shell.user_ns.get("__vsc_ipynb_file__")  # Jupyter's server; VS Code
        if said and said.endswith(".ipynb"):
            for path in (Path(said), Path.cwd() / Path(said).name):
                if path.is_file():
                    return path
        raise CourseError(UNKNOWN.format(command=command))

    def saved(self, command: str) -> Path:
        """Its file, which holds what ran last. Raises CourseError where that is not saved yet."""
        path = self.path(command)
        try:
            there = {"".join(cell["source"]).strip() for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CourseError(NOT_SAVED) from error
        if self._shell.history_manager.input_hist_raw[-1].strip() not in there:
            raise CourseError(NOT_SAVED)
        return path

    def hints(self) -> hints.Hints:
        """The hints of its lesson, which the file's name tells, or else `cases` of the lesson's first cell."""
        try:
            return hints.of_notebook(self.path("").name)
        except CourseError:
            lesson = getattr(self._shell.user_ns.get("cases"), "lesson", None)
            if lesson is None:
                raise CourseError(
                    "run the lesson's cells from the top first: nothing says which lesson this is"
                ) from None
            return hints.of_lesson(lesson)

    def exercise(self, wanted: str) -> str:
        """The exercise of this name. Raises CourseError when the lesson has none."""
        hints.of_exercise(self.hints(), wanted)
        return wanted

    def next_hint(self, exercise: str) -> list[str]:
        """One hint more than was shown, after those that were; all of them, where there are no more."""
        steps = hints.of_exercise(self.hints(), exercise)
        self._shown[exercise] = min(self._shown.get(exercise, 0) + 1, len(steps))
        return [hints.worded(exercise, steps, step) for step in range(1, self._shown[exercise] + 1)]

    def has_more_hints(self, exercise: str) -> bool:
        """Whether there are hints that were not shown."""
        return self._shown.get(exercise, 0) < len(hints.of_exercise(self.hints(), exercise))
