"""What notebooks call to check an answer: `from utils import checks`, then `checks.close(…)` and its companions."""

from utils.checks.cases import Cases
from utils.checks.compare import (
    by_hand,
    case,
    close,
    count,
    equal,
    in_place,
    parts,
    raises,
    same_members,
    that,
    unchanged,
)
from utils.checks.failure import CheckFailed
from utils.checks.ours import ours

__all__ = [
    "Cases",
    "CheckFailed",
    "by_hand",
    "case",
    "close",
    "count",
    "equal",
    "in_place",
    "ours",
    "parts",
    "raises",
    "same_members",
    "that",
    "unchanged",
]
