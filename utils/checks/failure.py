"""A check that failed, and what an exception of the learner's code is told as."""

import linecache
import re
import traceback
from typing import TypeGuard

GIVEN = ("<given cell", "<test ")  # in a grader: the names of files that a lesson's own cells and tests are


class CheckFailed(AssertionError):
    """A check that did not hold. Jupyter shows its one line and no traceback.

    case: what was looked at, such as "a picture of 2 rows and 3 columns"; "" where no case was named.
    misconception: what went wrong, in the learner's terms.
    recognised: whether the mistake is known: one of the bank's, or one that the test asks about.
    """

    def __init__(self, misconception: str, *, case: str = "", recognised: bool = False) -> None:
        super().__init__(f"{case}: {misconception}" if case else misconception)
        self.case, self.misconception, self.recognised = case, misconception, recognised

    def _render_traceback_(self) -> list[str]:
        return [f"✗ {self}"]


def where(error: BaseException) -> str:
    """For the deepest line from a notebook cell: "your code stopped in `score`, line 7 (`total += image[i]`) with ".

    Lines of given cells and tests count only where the learner has none. An error that comes from another process
    brings these words along, as its attribute `where`.
    """
    if told := getattr(error, "where", ""):
        return told
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if f.name != "<module>" and ("ipykernel_" in f.filename or f.filename.startswith("<"))
    ]
    own = [f for f in frames if not f.filename.startswith(GIVEN)]
    if not own:
        return "the test cannot use what your code gives: " if frames else "your code stopped with "
    frame = own[-1]
    line = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
    return f"your code stopped in `{frame.name}`, line {frame.lineno} (`{line}`) with "


def not_solved(function: str) -> str:
    """What to say where an exercise has no code yet. function: its name, or "" where that is not known."""
    name = f"`{function}`" if function else "this exercise"
    return f"{name} is not solved yet: write your code in its cell and run that cell"


def is_stub(error: BaseException | None) -> TypeGuard[NotImplementedError]:
    """Whether an exercise without code raised it (see `ClearSolutions` in nbgrader_config.py). Libraries have words of
    their own for what they cannot do."""
    return isinstance(error, NotImplementedError) and (not str(error) or "not solved yet" in str(error))


def stopped_in(error: BaseException) -> str:
    """The name of the function, of a notebook's, in which the learner's code stopped; "" when it is in none."""
    found = re.search(r"stopped in `(\w+)`", where(error))
    return found[1] if found else ""


def explain(error: BaseException) -> str:
    """Where the learner's code stopped, Python's own words, and what a beginner can do about it."""
    words = str(error)
    hint = next((hint for part, hint in ERROR_HINTS.items() if part in words), "")
    return f"{where(error)}{type(error).__name__}: {words}{hint and f' ({hint})'}"


def missing(error: NameError) -> str:
    """What to say where a name does not exist."""
    spelled = f"the name {error.name!r} does not exist here: is it spelled that way, "
    return f"{spelled}and have you run the cell that defines it?"


ERROR_HINTS = {
    "uninitialized parameter": "a Lazy layer has no size before it has seen pictures: say how many channels or "
    "values it takes",
    "out of bounds": "that place does not exist: take the number of rows and columns from the `shape`",
    "index out of range": "that place does not exist: does a loop run farther than the list is long?",
    "not associated with a value": "give it a first value before you use or change it",
    "not enough values to unpack": "there are fewer things than names in front of the `=`",
    "could not be broadcast": "the shapes of the two arrays do not fit together",
    "mismatch in its core dimension": "`@` and `dot` are matrix products, they need as many columns as rows",
    "Cannot cast ufunc": "an array of whole numbers takes no fractions: make it with `dtype=float`",
    "bitwise_xor": "`^` is not the power: write `**`",
    "operand type(s) for ^": "`^` is not the power: write `**`",
    "instances of 'function'": "a function without its brackets is not its result: call it",
    "converted to Python scalars": "functions of `math` take one number, NumPy's take whole arrays",
    "truth value of an array": "an array is not one True or False: compare single numbers",
    "cannot unpack non-iterable NoneType": "a function returned nothing: is there a `return`?",
    "is read-only": "this array is not yours to change: work on a copy of it",
    "inhomogeneous shape": "arrays of different shapes do not fit into one array: keep them in a list",
    "'list' object is not callable": "a list is no function and no network: put `Sequential(…)` around its layers",
    "'NoneType' object is not callable": "a function returned nothing: is there a `return`?",
    "'NoneType' object is not subscriptable": "a function returned nothing: is there a `return`?",
    "'NoneType' object is not iterable": "a function returned nothing: is there a `return`?",
    "must match the size of tensor b": "two tensors of different shapes meet: look at strides, padding and channels",
    "shapes cannot be multiplied": "a dense layer gets another number of values than it was made for",
    "a NoneType has no parameters": "a function returned nothing: is there a `return`?",
    "has no parameters": "a PyTorch or Keras model is wanted",
    'required "forward" function': "a list of layers becomes a network with `nn.Sequential(*layers)`, "
    "and a class of its own needs a method `forward`",
    "not implemented for '": "PyTorch does not do this with numbers of that type: make fractions of them first",
    "on Tensor that requires grad": "compute it without gradients: `with torch.no_grad():`",
    "'Dropout' object has no attribute": "a dropout may stand there: look for the layer that you mean by its "
    "kind, not by its place",
    "Computed output size would be zero or negative": "a kernel is larger than the map that it is laid on: look at the "
    "strides, and at the order of the axes (Keras: rows, columns, channels)",
    "of input shape to have value": "a layer gets another number of channels or values than it was made for",
    "channels, but got": "a convolution gets maps with another number of channels than it was made for",
}
