"""A record as text: what a worker sends, and what the ledger keeps for years."""

import json

from utils.grading.pipeline.record import Outcome, Record


def test_it_comes_back_as_it_was():
    tests = {"t": Outcome(0.0, 2.0, "too large", "a picture: small"), "u": Outcome(1.0, 1.0)}
    record = Record("v", "e", "{}", tests, {"t": 0.0}, {"f": None}, {"t": "abc"}, "", "it ended", ("x",), ("y = 1",))
    assert Record.from_json(record.to_json()) == record
    assert record.tests["t"].message == "a picture: small: too large" and record.points == 1


def test_what_version_0_1_wrote_can_still_be_read():
    old = {
        "version": "v",
        "environment": "e",
        "notebook": "",
        "scores": {},
        "comments": {},
        "answers": {},
        "problem": "",
        "cause": "it used too much memory",
        "signs": ["changed"],
        "broken": ["x = 1"],
        "code": {},
        "seconds": 1.5,
        "machine": "m",
        "tests": {"t": {"points": 1.0, "of": 2.0, "message": "2×2: too large"}},
    }
    record = Record.from_json(json.dumps(old))
    assert (record.kernel_exit, record.tampering, record.failed_cells) == (old["cause"], ("changed",), ("x = 1",))
    assert record.tests["t"] == Outcome(1.0, 2.0, "2×2: too large") and record.tests["t"].message == "2×2: too large"
