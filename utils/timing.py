"""Timings: several ways to do the same thing, measured side by side on this machine."""

import time
from collections.abc import Callable, Mapping

from utils.runtime import timings_wanted

ROUNDS, TURN = 3, 0.05  # how often every way has its turn, and seconds that a turn lasts at least


def side_by_side(ways: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Give every way three turns, one after the other, and keep each one's best time of a single run, in seconds.

    A fast way runs many times in its turn: its first runs wake up threads and fill caches. With COURSE_TIMINGS=off
    nothing is run and every time is nan.
    """
    if not timings_wanted():
        return dict.fromkeys(ways, float("nan"))
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, way in ways.items():
            begin = start = time.perf_counter()
            while start - begin < TURN:
                way()
                start, before = time.perf_counter(), start
                best[name] = min(best[name], start - before)
    return best
