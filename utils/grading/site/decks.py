"""Pages about the slide decks: where they are wrong, and where a lesson teaches what they teach."""

import tomllib
from itertools import groupby
from pathlib import Path
from typing import Any

from utils.grading.course import lessons
from utils.grading.site.markdown import link, table

VERDICTS = {"wrong": "Wrong", "misleading": "True, but misleading"}


def errata(root: Path) -> str:
    """Every number of the decks that is wrong or misleading, with what it comes to, in MyST."""
    held = tomllib.loads((root / "data" / "worked_examples.toml").read_text(encoding="utf-8"))
    examples = held["example"]
    found = {verdict: [e for e in examples if e["verdict"] == verdict] for verdict in VERDICTS}
    lines = [
        "# When the slides are wrong\n",
        f"The lessons compute all {len(examples)} numbers that the slide decks state. {len(found['wrong'])} of them "
        f"are wrong, {len(found['misleading'])} are true in another way than the slide says. Lessons use a few of "
        "these as questions; here are all of them.",
    ]
    for verdict, heading in VERDICTS.items():
        for lesson, some in groupby(sorted(found[verdict], key=lambda e: e["lesson"]), key=lambda e: e["lesson"]):
            rows = [(e["deck"][:3], e["slide"], _value(e["says"]), _value(e["computed"])) for e in some]
            lines += [f"\n## {heading}: lesson {lesson[:2]}", *table(["deck", "slide", "it says", "it is"], rows)]
    remarks = [(e["deck"][:3], e["slide"], e["instead"], e["lesson"][:2]) for e in held["remark"]]
    lines += ["\n## In words", *table(["deck", "slide", "what to say instead", "lesson"], remarks)]
    return "\n".join(lines)


def topics(root: Path) -> str:
    """What each deck teaches, and the section of a lesson that teaches it, in MyST."""
    by_number = {lesson.id[:2]: lesson for lesson in lessons(root)}
    lines = ["# Where a lesson teaches what the decks teach"]
    for deck in read_topics(root):
        rows = [
            (topic, "; ".join(f"{link(by_number[at[:2]])}: {at[3:]}" for at in places))
            for topic, places in deck["topics"].items()
        ]
        lines += [
            f"\n## {deck['title']} (deck {deck['file'][:3]})",
            *table(["the deck teaches", "lesson: section"], rows),
        ]
    return "\n".join(lines)


def read_topics(root: Path) -> list[dict[str, Any]]:
    """data/deck_topics.toml: for each deck its file, its title, and its topics → "NN section", the places."""
    return tomllib.loads((root / "data" / "deck_topics.toml").read_text(encoding="utf-8"))["deck"]


def _value(value: Any) -> str:
    """A number, a text or a table as it is read best."""
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return f"{value:,}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)
