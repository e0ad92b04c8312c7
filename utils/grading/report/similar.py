"""Which submissions are so alike that a human should look at them: a reason to talk, never a proof.

copydetect turns code into tokens without names and comments, and these into fingerprints (winnowing: Schleimer,
Wilkerson and Aiken, SIGMOD 2003). Short exercises have few sensible solutions, so a piece counts by how rare it is in
the class: by the logarithm of one over the share of students who have it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO

import numpy as np
from scipy.sparse import csr_array, triu

from utils.grading import lexing

LENGTH, WINDOW = 20, 8  # of a piece of code, in tokens; of how many pieces in a row one is taken
MOST = 50_000  # characters of a student's code that are looked at
LEAST_SHARE, LEAST_PIECES = 0.8, 15  # of the smaller one's code that a pair has to share; how many pieces at least


@dataclass(frozen=True)
class Pair:
    """Two students; the share (0 to 1) of the shorter one's code that the other has too; how many pieces that are."""

    one: str
    other: str
    share: float
    pieces: int


def similar_pairs(codes: Mapping[str, str], given: str = "") -> list[Pair]:
    """The pairs that share the most. codes: student → code.  given: code that everyone was given."""
    students = sorted(codes)
    known = _fingerprints(given)
    prints = [_fingerprints(codes[student]) - known for student in students]
    times = Counter(piece for one in prints for piece in one)
    number = {piece: column for column, piece in enumerate(times)}
    rows = [(row, number[piece]) for row, one in enumerate(prints) for piece in one]
    if not rows:
        return []
    has = csr_array((np.ones(len(rows)), tuple(np.array(rows).T)), shape=(len(students), len(number)))
    weights = np.log(len(students) / np.array(list(times.values())))  # of what everyone has: none
    weighted = has * weights
    sizes, pieces = weighted.sum(axis=1), (has @ has.T).tocsr()
    shared = triu(weighted @ has.T, k=1).tocoo()
    pairs = [
        Pair(students[i], students[j], float(weight / min(sizes[i], sizes[j])), int(pieces[i, j]))
        for i, j, weight in zip(*shared.coords, shared.data, strict=True)
        if weight >= LEAST_SHARE * min(sizes[i], sizes[j]) > 0 and pieces[i, j] >= LEAST_PIECES
    ]
    return sorted(pairs, key=lambda pair: (-pair.share, -pair.pieces, pair.one, pair.other))


def _fingerprints(code: str) -> set[int]:
    """The pieces of `code`; none of what takes too long to read."""
    if len(code) < LENGTH:
        return set()
    from copydetect import CodeFingerprint  # which draws with matplotlib, too: half a second for every command

    file = StringIO(code[:MOST])
    try:
        return {int(piece) for piece in CodeFingerprint("code", LENGTH, WINDOW, fp=file, language=lexing.NAME).hashes}
    except lexing.TooSlow:
        return set()
