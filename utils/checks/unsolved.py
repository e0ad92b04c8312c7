"""What a notebook shows where a cell needs an exercise that is not solved yet: one line, in place of a traceback."""

import ast
import traceback
from types import TracebackType
from typing import Any

from utils.checks.failure import is_stub, missing, not_solved
from utils.checks.ours import has_ours

_needed: dict[str, str] = {}  # a name that a cell would have bound → the exercise that it needs


def explain_in_notebook() -> None:
    """See to it that this kernel tells what is not solved. Outside of a notebook there is nothing to do."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None:
        shell.set_custom_exc((NotImplementedError, NameError), _tell)


def _tell(shell: Any, kind: type, error: Exception, trace: TracebackType, tb_offset: int | None = None) -> None:
    """Show an error of a cell: in one line where it comes from an unsolved exercise, else as IPython does."""
    frames = traceback.extract_tb(trace)
    own = [frame for frame in frames if frame.filename in shell.compile._filename_map]
    function = own[-1].name if own else "<module>"
    line = line_for(error, function, shell.user_ns["In"][-1], raised_there=bool(own) and frames[-1] is own[-1])
    shown = [line] if line else shell.InteractiveTB.structured_traceback(kind, error, trace, tb_offset=tb_offset)
    shell._showtraceback(kind, error, shown)


def line_for(error: Exception, function: str, source: str, raised_there: bool) -> str:
    """What to say of an error in a cell; "" where it comes from no unsolved exercise.

    function: the innermost function of the notebook's that was running.  source: the code of the cell that was run.
    raised_there: whether that function itself raised the error, and nothing that it called.
    """
    if isinstance(error, NotImplementedError):
        exercise = function if raised_there and function != "<module>" and is_stub(error) else ""
    else:
        exercise = _needed.get(str(getattr(error, "name", "")), "")
    if exercise:
        _needed.update(dict.fromkeys(_bound(source), exercise))
        return f"✗ {not_solved(exercise)}.{_would_show(source)}{_go_on(exercise)}"
    if isinstance(error, NameError) and "cases.test(" in source and error.name:
        return f"✗ {missing(error)}"
    return ""


def _would_show(source: str) -> str:
    """What this cell shows when it can run, as far as its code says it."""
    titles = [
        str(keyword.value.value)
        for call in ast.walk(_tree(source))
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "title" and isinstance(keyword.value, ast.Constant)
    ]
    return f" With it this cell shows “{titles[0]}”." if titles else ""


def _go_on(exercise: str) -> str:
    line = f'{exercise} = checks.ours("{exercise}")'
    ours = f" To go on with the course's own for now: `{line}`" if has_ours(exercise) else ""
    return f" For a hint: `%hint {exercise}`.{ours}"


def _bound(source: str) -> set[str]:
    """The names that a cell's code binds outside of its functions."""
    found: set[str] = set()
    for node in _tree(source).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        else:
            found |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return found


def _tree(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:  # with a magic
        return ast.Module([], [])
