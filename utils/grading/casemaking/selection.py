"""Choosing few small cases that show every mistake, and tell the mistakes from one another."""

from collections.abc import Mapping, Sequence
from typing import Any

from utils.checks.agreement import coincide

Column = list[Any]  # of one mistake: a sketch for each case of a pool, None where it does not show
MOST = 7  # cases that are chosen for one test


def choose(
    mistakes: Sequence[Column], slips: Sequence[Column], sizes: Sequence[int], shapes: Sequence[str]
) -> list[int]:
    """Numbers of the chosen cases, the smallest first.

    mistakes: to be shown, and told from one another.  slips: to be shown only.
    sizes: of the cases.  shapes: a text for each; two of one shape show what is kept from one call to the next.
    """
    wanted = _wanted(mistakes, slips, len(sizes))
    chosen: list[int] = []
    while len(chosen) < MOST:
        gains = {case: sum(wanted[key] for key in keys) for case, keys in _shown(wanted, len(sizes)).items()}
        best = max(gains, key=lambda case: (gains[case] / (200 + sizes[case]), -case), default=None)
        if best is None or not gains[best]:
            break
        chosen.append(best)
        wanted = {key: weight for key, weight in wanted.items() if not key[0] >> best & 1}
    for case in sorted(range(len(sizes)), key=lambda case: sizes[case]):  # there are at least three
        if len(chosen) < 3 and case not in chosen:
            chosen.append(case)
    return sorted([*chosen, *_twin(chosen, sizes, shapes)], key=lambda case: sizes[case])


def _wanted(mistakes: Sequence[Column], slips: Sequence[Column], count: int) -> dict[tuple[int, int], int]:
    """What is to be shown → its weight. A key is the set of cases that show it, as bits, and a number of its own."""
    sets: list[tuple[int, int]] = [(_bits(column), 30) for column in mistakes]
    sets += [(_bits(column), 10) for column in slips]
    for number, one in enumerate(mistakes):
        for other in mistakes[:number]:
            bits = sum(1 << case for case in range(count) if not coincide(one[case], other[case]))
            sets.append((bits, 2))
    return {(bits, number): weight for number, (bits, weight) in enumerate(sets) if bits}


def _bits(column: Column) -> int:
    return sum(1 << case for case, found in enumerate(column) if found is not None)


def _shown(wanted: Mapping[tuple[int, int], int], count: int) -> dict[int, list[tuple[int, int]]]:
    """Case → what it shows of what is wanted."""
    return {case: [key for key in wanted if key[0] >> case & 1] for case in range(count)}


def _twin(chosen: Sequence[int], sizes: Sequence[int], shapes: Sequence[str]) -> list[int]:
    """A small case of the same shape as a chosen one, where no two chosen ones have one shape."""
    have = [shapes[case] for case in chosen]
    if len(set(have)) < len(have):
        return []
    twins = [case for case in range(len(sizes)) if case not in chosen and shapes[case] in have]
    return [min(twins, key=lambda case: sizes[case])] if twins else []
