"""Timings: several ways to do the same thing, measured side by side on this machine."""

import os
import time
from collections.abc import Callable, Mapping

ROUNDS = 5


def side_by_side(ways: Mapping[str, Callable[[], object]], recorded: Mapping[str, float]) -> tuple[dict[str, float], str]:
    """Run every way in turn, five times over, and keep each one's best time.

    recorded: what to return instead where figures stand still (COURSE_WIDGETS=off), so that a lesson that is built
    twice is the same twice; only how these times compare counts.
    Returns way → seconds (or what was recorded), and where the times are from.
    """
    if os.environ.get("COURSE_WIDGETS") == "off":
        return dict(recorded), "as recorded by the authors"
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            best[name] = min(best[name], time.perf_counter() - start)
    return best, "measured on this machine"
