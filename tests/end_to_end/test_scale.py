"""A scheduler dies in the middle of a class, and nothing is lost: a small version of tests/benchmarks/scale.py."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from scale import through_a_restart


@pytest.mark.slow
@pytest.mark.usefixtures("sandboxed")
def test_a_scheduler_is_killed_and_the_same_command_goes_on(tmp_path):
    found = through_a_restart(tmp_path, 18, 2)
    assert found.before[0] + found.after[0] == 18
