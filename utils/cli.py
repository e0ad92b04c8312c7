"""The `course` command. Its subcommands are entry points, so that a student's copy simply has fewer of them."""

import errno
import io
import os
import sys
from importlib.metadata import entry_points
from pathlib import Path

import typer

from utils.errors import CourseError
from utils.printable import printable

# what is wrong with a disk or with rights, and not with the course
CANNOT_WRITE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT}


def app(wanted: str = "") -> typer.Typer:
    """The command-line application with every installed subcommand, or with the wanted one: to load all takes long."""
    course = typer.Typer(
        help="Slash to VGG: build, check and grade the course.",
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    course.callback()(lambda: None)  # keeps `course doctor` a subcommand where it is the only one
    entries = sorted(entry_points(group="course.commands"), key=lambda entry: entry.name)
    for entry in [entry for entry in entries if entry.name == wanted] or entries:
        course.command(entry.name)(entry.load())
    return course


def main() -> None:
    """Run the command; a CourseError, or a full or closed disk, becomes one line on stderr and exit status 1."""
    # nbgrader starts `alembic` by name, so this environment's programs must be found also when it is not activated
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a file, cron's mail or an old console may have no such letter
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        app(*sys.argv[1:2])()
    except CourseError as error:
        print(f"course: {printable(error)}", file=sys.stderr)
        sys.exit(1)
    except OSError as problem:
        if problem.errno not in CANNOT_WRITE:
            raise
        what = f"{problem.filename or 'a file'} cannot be written or read ({problem.strerror})"
        print(f"course: {printable(what)}: see to that, then run the command again", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("course: stopped; nothing half-written is left", file=sys.stderr)
        sys.exit(130)
