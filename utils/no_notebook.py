"""What a file is that should be a notebook and cannot be read as one, in the words of whoever saved or sent it."""

import re

CONFLICT = re.compile(r"^<{7} .*^>{7} ", re.M | re.S)  # as Git marks what it could not merge


def what_it_is(text: str) -> str:
    """What `text`, which is no JSON, seems to be, and what to do; "" when nothing can be said."""
    text = text.lstrip("\ufeff").strip()
    if not text:
        return "it is empty: save it again, or send it again"
    if text.startswith("<") and not text.startswith("<<<"):
        return "it is a web page, perhaps one that asks to sign in: download the notebook itself"
    if text.startswith("version https://git-lfs"):
        return "it says only where Git LFS keeps the notebook: run `git lfs pull`"
    if CONFLICT.search(text):
        return "it holds two versions that Git could not merge (<<<<<<<): settle which one is meant"
    if text.startswith("{") and not text.endswith("}"):
        return "its end is missing: save it again, or send it again"
    return ""
