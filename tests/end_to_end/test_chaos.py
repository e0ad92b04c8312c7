"""Nothing is lost, nothing graded twice, whatever dies meanwhile: a small version of tests/benchmarks/chaos.py."""

import sys
from pathlib import Path

import pytest
from support.postgres import programs

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from chaos import storm


@pytest.mark.slow
@pytest.mark.usefixtures("sandboxed")
@pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed: sudo apt-get install postgresql")
def test_commands_workers_and_connections_die_and_nothing_is_lost(tmp_path):
    kills = {"command": 2, "worker": 1, "connections": 1}
    assert storm(tmp_path, 18, kills) == kills
