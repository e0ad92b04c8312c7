"""Limits are settings of nbgrader_config.py, documented, and each reaches the place that it limits."""

import pytest
from traitlets import TraitError
from traitlets.config import Config

from utils.grading.limits import Limits


def test_they_are_set_in_the_configuration():
    found = Limits(config=Config({"Limits": {"memory": 2**30, "cell_seconds": 5}}))
    assert (found.memory, found.cell_seconds, found.test_seconds) == (2**30, 5, Limits().test_seconds)
    assert found.process_limits().memory == 2**30


@pytest.mark.parametrize("wrong", [0, -1, "much", 1.5])
def test_what_is_no_limit_is_refused(wrong):
    with pytest.raises(TraitError):
        Limits(memory=wrong)


def test_each_has_a_line_of_help():
    for name, trait in Limits.class_own_traits(config=True).items():
        assert len(trait.help) > 20 and trait.help.endswith("."), name
