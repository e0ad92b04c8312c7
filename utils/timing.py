"""Timings: several ways to do the same thing, measured side by side on this machine."""

import os
import time
from collections.abc import Callable, Mapping

ROUNDS, TURN = 3, 0.05  # how often every way has its turn, and seconds that a turn lasts at least


def side_by_side(
    ways: Mapping[str, Callable[[], object]], recorded: Mapping[str, float]
) -> tuple[dict[str, float], str]:
    """Give every way three turns, one after the other, and keep each one's best time of a single run.

    A fast way runs many times in its turn: its first runs wake up threads and fill caches.

    recorded: what to return instead where figures stand still (COURSE_WIDGETS=off), so that a lesson that is built
    twice is the same twice; only how these times compare counts.
    Returns way → seconds (or what was recorded), and where the times are from.
    """
    if os.environ.get("COURSE_WIDGETS") == "off":
        return dict(recorded), "recorded on two cores"
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, way in ways.items():
            begin = start = time.perf_counter()
            while start - begin < TURN:
                way()
                start, before = time.perf_counter(), start
                best[name] = min(best[name], start - before)
    return best, "measured here"
