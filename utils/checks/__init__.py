"""What notebooks call to check an answer: `from utils import checks`, then `checks.close(…)` and its companions."""

from utils.checks.cases import Cases
from utils.checks.compare import by_hand, case, close, count, equal, parts, raises, same_members, that, unchanged
from utils.checks.failure import NOT_SOLVED, CheckFailed

__all__ = [
    "NOT_SOLVED",
    "Cases",
    "CheckFailed",
    "by_hand",
    "case",
    "close",
    "count",
    "equal",
    "parts",
    "raises",
    "same_members",
    "that",
    "unchanged",
]
