"""A PostgreSQL server of its own for a test: in a folder, reachable through a socket there, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text


def programs() -> Path | None:
    """The folder with the server's programs; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    path = shutil.which("initdb")
    return found[-1].parent if found else Path(path).parent if path else None


@contextmanager
def server(connections: int = 12) -> Iterator[str]:
    """Start one, with so many connections at most; its URL for nbgrader."""
    folder = Path(tempfile.mkdtemp(prefix="course-postgres-"))  # where another user may pass
    bin_, data = programs(), folder / "data"
    as_whom = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    if as_whom:
        shutil.chown(folder, "postgres", "postgres")

    def run(*command: object) -> None:
        done = subprocess.run([*as_whom, *map(str, command)], cwd="/", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    run(bin_ / "initdb", "-D", data, "-U", "grader", "-A", "trust", "-N")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections={connections}"
    run(bin_ / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield f"postgresql://grader@/postgres?host={folder}"
    finally:
        run(bin_ / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def cut_connections(url: str) -> int:
    """End all other connections, as an administrator or a broken network does. Returns how many."""
    engine = create_engine(url)
    with engine.connect() as connection:
        others = "pid <> pg_backend_pid() AND datname IS NOT NULL"
        ended = connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")).all()
    engine.dispose()
    return len(ended)
