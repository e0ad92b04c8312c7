"""Writing files so that nobody ever finds half of one, and reading text whatever editor has saved it."""

import io
import json
import os
from pathlib import Path


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or UTF-32, with byte order marks or without, with Python's line ends.

    Raises UnicodeDecodeError.
    """
    return io.TextIOWrapper(io.BytesIO(content), encoding=json.detect_encoding(content)).read().lstrip("\ufeff")


def write_file(path: Path, content: bytes) -> None:
    """Write `content` in one move: a crash leaves the old file or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.tmp")
    try:
        unfinished.write_bytes(content)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
