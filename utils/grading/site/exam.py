"""Exam questions with their answers. Not for students."""

import tomllib
from itertools import groupby
from pathlib import Path

from utils.grading.course import lessons
from utils.grading.site.markdown import link


def exam(root: Path) -> str:
    """The page, in MyST: for each lesson its questions of docs/exam_questions.toml."""
    questions = tomllib.loads((root / "docs" / "exam_questions.toml").read_text(encoding="utf-8"))["question"]
    by_number = {lesson.id[:2]: lesson for lesson in lessons(root)}
    lines = ["# Exam questions"]
    for number, some in groupby(questions, key=lambda question: question["lesson"]):
        lines += ["", f"## {link(by_number[number])}"]
        for place, question in enumerate(some, 1):
            lines += ["", f"**{number}.{place}** ({question['points']} points) {question['text'].strip()}", ""]
            lines += ["```{admonition} A good answer", ":class: dropdown", "", question["answer"].strip(), "```"]
    return "\n".join([*lines, ""])
