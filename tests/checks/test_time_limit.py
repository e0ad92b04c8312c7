"""In a notebook, code that does not come to an end is stopped; a learner who stops it has stopped it."""

import time

import pytest

from utils import checks
from utils.checks.failure import CheckFailed
from utils.checks.time_limit import time_limit


@pytest.fixture
def in_a_notebook(monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", object)


def test_code_without_an_end_is_stopped(in_a_notebook):
    with pytest.raises(CheckFailed, match=r"not come to an end within 0 seconds.*endless loop"), time_limit(0.2):
        while True:
            pass


def test_a_test_says_which_it_was(in_a_notebook, monkeypatch):
    monkeypatch.setattr("utils.checks.compare.time_limit", lambda: time_limit(0.2))
    with (
        pytest.raises(CheckFailed, match=r"^a search for 2 pictures: .*endless loop"),
        checks.case("a search for 2 pictures"),
    ):
        while True:
            pass


def test_what_the_learner_stops_is_stopped(in_a_notebook):
    with pytest.raises(KeyboardInterrupt), time_limit():
        raise KeyboardInterrupt


def test_code_that_ends_in_time_meets_nothing_afterwards(in_a_notebook):
    with time_limit(0.2):
        pass
    time.sleep(0.4)


def test_outside_of_a_notebook_there_is_no_limit(monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    with time_limit(0.1):
        time.sleep(0.3)
