"""Python's lexer of Pygments, with a limit: its time grows with the square of what some lines hold."""

import time
from collections.abc import Iterator
from typing import Any

from pygments.lexers import LEXERS, PythonLexer

__all__ = ["PromptPythonLexer"]  # which Pygments takes from here
NAME = "prompt-python"  # by which Pygments, and who uses it, finds the lexer
SECONDS = 1.0  # of a processor; honest code of 20,000 characters takes 0.05


class TooSlow(Exception):
    """The code took longer than it may."""


class PromptPythonLexer(PythonLexer):
    """Raises TooSlow after some `seconds` of processor time. (From one token to the next it takes few milliseconds.)"""

    name = "Python with a limit"

    def __init__(self, seconds: float = SECONDS, **options: Any) -> None:
        super().__init__(**options)
        self.seconds = seconds

    def get_tokens_unprocessed(self, text: str, *more: Any) -> Iterator[tuple]:
        """As of any lexer."""
        late = time.thread_time() + self.seconds
        for found in super().get_tokens_unprocessed(text, *more):
            if time.thread_time() > late:
                raise TooSlow(f"this code takes more than {self.seconds:.3g} seconds to be cut into tokens")
            yield found


LEXERS["PromptPythonLexer"] = (__name__, PromptPythonLexer.name, (NAME,), (), ())
