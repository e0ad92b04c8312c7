"""What a submission says about itself: tests that are missing or others, written answers that were lost."""

import json

import nbformat
import pytest
from nbgrader.preprocessors import ComputeChecksums
from support.notebooks import assignment, marked, notebook

from utils.grading.cells import by_grade_id, grade_id, nbgrader_metadata
from utils.grading.pipeline import sanitize
from utils.grading.pipeline.grader import prepare

SOLUTION = marked("def f(x):\n    return x", "f", "solution")
TEST = marked("assert f(2) == 2", "test_f")


def written(text="*Write your answer here.*"):
    return nbformat.v4.new_markdown_cell(text, metadata=nbgrader_metadata("why", "written answer", 4))


def released(*cells):
    """A notebook as nbgrader releases it: with checksums."""
    return ComputeChecksums().preprocess(notebook(*map(nbformat.from_dict, map(dict, cells))), {})[0]


@pytest.mark.parametrize("level", [1, 6, 400_000_000, "2", None, [], True])
def test_a_heading_of_notebooks_of_2014_is_no_longer_than_a_heading(level):
    cell = {"cell_type": "heading", "source": "Mine", "level": level, "metadata": {}}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell], "metadata": {}}]}
    source = sanitize.parse(json.dumps(old)).cells[0].source
    assert source == "#" * (6 if level == 6 else 1) + " Mine"


NONE = {
    " \n": "it is empty",
    "\ufeff<!DOCTYPE html><html><title>Sign in</title></html>": "it is a web page",
    "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n": "it says only where Git LFS keeps",
    '{"cells": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> theirs\n]}': "two versions that Git could not merge",
    '{"cells": [{"cell_type": "code", "source": "x': "its end is missing",
    "x = 1": "JSONDecodeError",
    '{"cells": []}': "KeyError",
}


@pytest.mark.parametrize("text", NONE, ids=NONE.values())
def test_what_is_no_notebook_is_named(text):
    with pytest.raises(ValueError, match="the file is no notebook") as problem:
        sanitize.parse(text)
    assert NONE[text] in str(problem.value)


def names(submission):
    return [grade_id(cell) for cell in submission.cells]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([SOLUTION, TEST], ["f", "test_f", "why"]),
        ([], ["test_f", "why"]),
        ([SOLUTION], ["f", "test_f", "why"]),
        ([written("Mine."), SOLUTION, TEST], ["why", "f", "test_f"]),
    ],
    ids=["deleted", "all deleted", "with a test", "moved, and not deleted"],
)
def test_a_written_answer_that_was_lost_is_put_back(cells, expected):
    submission = released(*cells)
    prepare(assignment(*released(SOLUTION, TEST, written()).cells), submission)
    assert names(submission) == expected
    back = submission.cells[-1]
    if grade_id(back) == "why":
        assert "It was put back for grading" in back.source and "Write your answer here" in back.source


def test_an_answer_without_its_marks_is_known_by_its_place():
    submission = notebook(SOLUTION, TEST, nbformat.v4.new_markdown_cell("Because."))
    assert prepare(assignment(*released(SOLUTION, TEST, written()).cells), submission) == []
    assert names(submission) == ["f", "test_f", "why"]
    assert submission.cells[-1].source == "Because."


@pytest.mark.parametrize(
    ("text", "answer"),
    [("Why so?\n\nBecause.", "Because."), ("Because.", "Because."), ("Why so?\n\n", ""), ("", "")],
    ids=["below", "in its place", "spaces", "emptied"],
)
def test_an_answer_in_the_questions_own_cell_is_kept_below_it(text, answer):
    question = nbformat.v4.new_markdown_cell("Why so?", metadata=nbgrader_metadata("q", "task", 4))
    submission = released(SOLUTION, TEST, question)
    submission.cells[-1].source = text
    assert prepare(assignment(*released(SOLUTION, TEST, question).cells), submission) == []
    assert [cell.source for cell in submission.cells[2:]] == ["Why so?", *([answer] if answer else [])]
    assert names(submission) == ["f", "test_f", "q", *([None] if answer else [])]


def test_what_an_earlier_version_of_the_lesson_had_is_no_tampering():
    submission = released(SOLUTION, TEST)
    now = released(SOLUTION, marked("assert f(3) == 3", "test_f"), marked("assert f(4) == 4", "test_more"))
    assert prepare(assignment(*now.cells), submission) == []
    assert by_grade_id(submission.cells)["test_f"].source == "assert f(3) == 3"


def test_a_test_that_the_lesson_has_lost_is_no_tampering():
    submission = released(SOLUTION, TEST, marked("assert f(1) == 1", "test_old"))
    now = released(SOLUTION, TEST, marked("assert f(4) == 4", "test_more"))
    assert prepare(assignment(*now.cells), submission) == []


def test_what_a_student_did_to_a_test_is_named():
    now = released(SOLUTION, TEST, marked("assert f(4) == 4", "test_more"))
    changed = released(SOLUTION, TEST)
    changed.cells[1].source = "pass"
    assert prepare(assignment(*now.cells), changed) == ["the cell test_f was changed", "the cell test_more was removed"]
    doubled = released(SOLUTION, TEST, TEST)
    assert prepare(assignment(*now.cells), doubled) == ["the cell test_more was removed"]


@pytest.mark.parametrize("claims", [{}, {"grade": 1}, {"points": [], "checksum": "x"}, {"grade_id": None}, 3, None])
def test_claims_that_are_none_break_nothing(claims):
    submission = released(SOLUTION, TEST)
    claimed = {"grade_id": "test_f", **claims} if isinstance(claims, dict) else claims
    submission.cells[1].metadata["nbgrader"] = claimed
    submission.cells[1].source = "pass"
    prepare(assignment(*released(SOLUTION, TEST).cells), submission)
    assert names(submission)[:2] == ["f", "test_f"] and submission.cells[1].source.endswith("assert f(2) == 2")
