"""Whether bubblewrap may make a sandbox here: `course doctor` asks it, and grading does."""

import subprocess

FLAGS = ("--ro-bind", "/", "/", "--unshare-all", "--die-with-parent")


def refusal(bwrap: str) -> str:
    """What bubblewrap, at this path, says when it is refused; "" when it works."""
    attempt = subprocess.run([bwrap, *FLAGS, "true"], capture_output=True, text=True, check=False)
    return attempt.stderr.strip() or f"status {attempt.returncode}" if attempt.returncode else ""
