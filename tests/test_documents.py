"""What the documents count is what is there, and every file that they name exists."""

import re

import pytest
from support.course import LESSONS, ROOT

from utils.grading.answers import read

PLACEHOLDER = re.compile(r"\b(NN|NAME|EXERCISE|count_ink|07_topic)\b|NN_")
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")] + sorted(ROOT.glob("docs/*.md"))


def test_the_readme_counts_the_answers_of_the_bank():
    answers = [answer for lesson in LESSONS for one in read(lesson).values() for answer in one.answers]
    wrong, right = (sum(answer.right is kind for answer in answers) for kind in (False, True))
    text = " ".join((ROOT / "README.md").read_text().split())
    assert f"{wrong} wrong answers" in text and f"{right} right ones" in text


def test_the_attacks_are_counted():
    attacks = len(list((ROOT / "tests" / "attacks").glob("*.py")))
    assert f"{attacks} attacks" in " ".join((ROOT / "docs" / "grading-untrusted-code.md").read_text().split())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_files_that_are_named_exist(document):
    text = document.read_text()
    named = re.findall(r"`((?:utils|tests|docs|data)/[\w/.*-]+)`", text)
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    missing = [name for name in named if not PLACEHOLDER.search(name) and not list(ROOT.glob(name.rstrip("/")))]
    missing += [link for link in linked if not (document.parent / link).exists()]
    made = ("data/cache",)  # when something is fetched
    assert [name for name in missing if not name.startswith(made)] == []
