"""Another account of this machine, to run commands as."""

import sys
from pathlib import Path

from support.course import ROOT
from utils.grading.sandbox import bubblewrap


def within_reach():
    """bubblewrap's arguments for a view of this machine in which every user can reach this Python and the course, even
    where they lie in root's home."""
    needed = dict.fromkeys([sys.base_prefix, sys.prefix, str(ROOT)])
    closed = dict.fromkeys(
        str(parent) for path in needed for parent in Path(path).parents if not parent.stat().st_mode & 0o001
    )
    view = [word for path in closed for word in ("--perms", "0755", "--tmpfs", path)]
    if closed:
        view += [word for path in needed for word in (*bubblewrap.ways_to(Path(path)), "--ro-bind", path, path)]
    return ["--dev-bind", "/", "/", *view]


def ordinary_user(*command):
    """`command` as user 1234."""
    return [
        "bwrap",
        *within_reach(),
        "--cap-add",
        "CAP_SETUID",
        "--cap-add",
        "CAP_SETGID",
        "--",
        "setpriv",
        "--reuid",
        "1234",
        "--regid",
        "1234",
        "--clear-groups",
        *command,
    ]
