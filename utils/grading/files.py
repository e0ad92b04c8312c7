"""Writing files so that nobody ever finds half of one."""

import os
from pathlib import Path


def write_file(path: Path, content: bytes) -> None:
    """Write `content` in one move: a crash leaves the old file or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.tmp")
    try:
        unfinished.write_bytes(content)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
