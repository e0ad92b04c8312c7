"""A record as text: what a worker sends, and what the ledger keeps for years."""

import json

import nbformat
from support.notebooks import notebook

from utils.grading.cells import nbgrader_metadata
from utils.grading.pipeline.record import Outcome, Record, _answers

WRITTEN = "written answer"


def test_it_comes_back_as_it_was():
    tests = {"t": Outcome(0.0, 2.0, "too large", "a picture: small"), "u": Outcome(1.0, 1.0)}
    record = Record("v", "e", "{}", tests, {"t": 0.0}, {"f": None}, {"t": "abc"}, "", "it ended", ("x",), ("y = 1",))
    assert Record.from_json(record.to_json()) == record
    assert record.tests["t"].message == "a picture: small: too large" and record.points == 1


def test_a_written_answer_is_another_one_when_its_picture_is():
    def answer(picture):
        cell = nbformat.v4.new_markdown_cell("![a](attachment:a.png)", metadata=nbgrader_metadata("why", WRITTEN, 4))
        if picture:
            cell.attachments = nbformat.from_dict({"a.png": {"image/png": picture}})
        return notebook(cell)

    found = [_answers(answer(picture))["why"] for picture in ("", "one", "two", "one")]
    assert found[1] == found[3] and len(set(found)) == 3


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
