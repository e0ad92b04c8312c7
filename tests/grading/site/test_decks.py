"""The page that says where the decks' matter is taught names headings that exist."""

import re
import tomllib

import pytest
from support.course import LESSONS, ROOT

from utils.grading.site.decks import errata, read_topics, topics

HEADINGS = {lesson.id[:2]: set(re.findall(r"^# #{2,3} (.+)$", lesson.source.read_text(), re.M)) for lesson in LESSONS}
PLACES = sorted({place for deck in read_topics(ROOT) for places in deck["topics"].values() for place in places})


@pytest.mark.parametrize("place", PLACES)
def test_the_section_exists(place):
    assert place[3:] in HEADINGS[place[:2]]


def test_every_topic_of_every_deck_has_a_place():
    decks = read_topics(ROOT)
    assert [deck["file"][:3] for deck in decks] == ["000", "001", "002", "003", "004"]
    assert all(places for deck in decks for places in deck["topics"].values())
    page = topics(ROOT)
    assert all(topic in page for deck in decks for topic in deck["topics"])


def test_errata_have_every_number_that_is_not_right():
    page, held = errata(ROOT), tomllib.loads((ROOT / "data" / "worked_examples.toml").read_text())
    wrong = sum(example["verdict"] != "right" for example in held["example"])
    assert len(re.findall(r"^\| 00\d \|", page, re.M)) == wrong + len(held["remark"])
    assert "| [91, 100, 83] | [91, 100, 88] |" in page
    assert "| 27,550,000 | [28,813,344, " in page
