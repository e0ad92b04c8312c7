"""The course's folder: which lessons it holds, where their files are, and nbgrader's settings for it."""

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from traceback import extract_tb

from nbformat import NotebookNode
from traitlets import TraitError
from traitlets.config import Config, Configurable
from traitlets.config.loader import PyFileConfigLoader

from utils.errors import CourseError
from utils.grading import cells
from utils.grading.attempts import Attempts
from utils.grading.late_policy import LatePolicy
from utils.grading.limits import Limits

SETTINGS = "nbgrader_config.py"
OWNERS: tuple[type[Configurable], ...] = (Attempts, LatePolicy, Limits)  # of the course's own settings
HIDDEN_CASES = "hidden_cases.json.bz2"  # beside the instructor's notebook


@dataclass(frozen=True)
class Lesson:
    """One lesson: `id` is its folder (and its nbgrader assignment), `topic` its notebook's name."""

    root: Path
    id: str
    topic: str

    @property
    def source(self) -> Path:
        """The one edited file, in jupytext's percent format."""
        return self.root / "solutions" / self.id / f"{self.topic}.py"

    @property
    def solution(self) -> Path:
        """The executed notebook with solutions."""
        return self.source.with_suffix(".ipynb")

    @property
    def release(self) -> Path:
        """What students get."""
        return self.root / "lessons" / self.id / f"{self.topic}.ipynb"

    @property
    def visible_cases(self) -> Path:
        """What students' functions are tried on, as students have it too."""
        return self.root / "utils" / "checks" / "drawn" / f"{self.id}.json.bz2"

    @property
    def hints(self) -> Path:
        """Each exercise's hints, for students."""
        return self.root / "utils" / "checks" / "hints" / f"{self.id}.json"

    @property
    def hidden_cases(self) -> Path:
        """These and the cases that only graders have."""
        return self.source.with_name(HIDDEN_CASES)

    def read_source(self) -> NotebookNode:
        """The source as a notebook, without outputs. Raises CourseError when it cannot be read."""
        name = self.source.relative_to(self.root)
        try:
            text = self.source.read_text(encoding="utf-8-sig")  # an editor's byte order mark is no part of it
            notebook = deepcopy(_parsed(text, self.source.suffix))
        except UnicodeDecodeError as error:
            raise CourseError(f"{name} cannot be read as UTF-8: save it with that encoding") from error
        except Exception as error:  # whatever jupytext raises, it is the source that has to be put right
            raise CourseError(f"{name} cannot be read as a notebook: {error}") from error
        meant = re.findall(r"^# %%.*nbgrader=.*$", text, flags=re.MULTILINE)
        read = sum("nbgrader" in cell.metadata for cell in notebook.cells)
        if read < len(meant):  # jupytext takes metadata that is not valid JSON for a title
            raise CourseError(
                f"{name}: {len(meant) - read} of its nbgrader={{…}} is not valid JSON: fix that cell's line"
            )
        return notebook

    def exercises(self) -> dict[str, list[str]]:
        """Exercise → the grade_ids of its test cells, in the order of the source."""
        return cells.exercises(self.read_source().cells)

    def solutions(self) -> dict[str, str]:
        """Exercise → the code of its solution in the source."""
        source = self.read_source().cells
        found = cells.by_grade_id(source)
        return {exercise: found[exercise]["source"] for exercise in cells.exercises(source)}


@lru_cache(maxsize=16)
def _parsed(text: str, suffix: str) -> NotebookNode:
    """The notebook that a source holds; not to be changed, since it is kept."""
    import jupytext  # takes a third of a second, and to grade nobody needs it

    return jupytext.reads(text, fmt={"extension": suffix})


def find_root(start: Path | None = None) -> Path:
    """The course's folder: the nearest one upwards with an nbgrader_config.py. Raises CourseError."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "nbgrader_config.py").is_file() and (folder / "solutions").is_dir():
            return folder
    raise CourseError(f"{here} is not inside the course: change to the folder that holds nbgrader_config.py")


def lessons(root: Path, wanted: list[str] | None = None) -> list[Lesson]:
    """The lessons named (by id or its beginning, such as "01"), or all. Raises CourseError for an unknown name."""
    every = [Lesson(root, source.parent.name, source.stem) for source in sorted(root.glob("solutions/*/*.py"))]
    if not wanted:
        return every
    chosen = []
    for name in wanted:
        matches = [lesson for lesson in every if lesson.id == name] or [
            le for le in every if name and le.id.startswith(name)
        ]
        if len(matches) != 1:
            there = ", ".join(lesson.id for lesson in every) or "none"
            raise CourseError(
                f"{'no' if not matches else 'more than one'} lesson is called {name!r}; there are: {there}"
            )
        chosen += matches
    return chosen


def nbgrader_config(root: Path) -> Config:
    """The settings of the course's nbgrader_config.py. Raises CourseError, with the line, where one cannot be used."""
    try:
        config = PyFileConfigLoader(SETTINGS, path=str(root)).load_config()
    except Exception as problem:  # it is the instructor's code
        own = [frame.lineno for frame in extract_tb(problem.__traceback__) if Path(frame.filename).name == SETTINGS]
        line = problem.lineno if isinstance(problem, SyntaxError) else (own or [None])[-1]
        why = problem.msg if isinstance(problem, SyntaxError) else problem
        raise CourseError(f"{SETTINGS}, line {line}: {type(problem).__name__}: {why}") from problem
    for section, settings in config.items():
        _check(root, section, settings)
    return config


def _check(root: Path, section: str, settings: Mapping[str, object]) -> None:
    """Refuse a setting of the course's own that does not exist, or that cannot have this value."""
    owners = {owner.__name__: owner for owner in OWNERS}
    if section not in owners:
        if meant := get_close_matches(section, owners, 1, 0.8):
            raise CourseError(f"{_where(root, section)}: there is no c.{section}; c.{meant[0]} may be meant")
        return
    known = owners[section].class_trait_names(config=True)
    for name, value in settings.items():
        where = _where(root, f"{section}.{name}")
        if name not in known:
            raise CourseError(f"{where}: there is no c.{section}.{name}; there are: {', '.join(sorted(known))}")
        try:
            owners[section](**{name: value})
        except TraitError as problem:
            raise CourseError(f"{where}: {problem}") from problem


def _where(root: Path, setting: str) -> str:
    """The file, and the last of its lines that names a setting."""
    lines = (root / SETTINGS).read_text(encoding="utf-8").splitlines()
    naming = [number for number, line in enumerate(lines, 1) if re.match(rf"[^#]*\b{re.escape(setting)}\b", line)]
    return f"{SETTINGS}, line {naming[-1]}" if naming else SETTINGS
