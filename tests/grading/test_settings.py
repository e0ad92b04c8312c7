"""A slip in nbgrader_config.py is one line that names the file and the line, and no setting is ignored."""

import pytest
from support.course import ROOT

from utils.errors import CourseError
from utils.grading.course import nbgrader_config
from utils.grading.store.ledger import late_penalties

SETTINGS = (ROOT / "nbgrader_config.py").read_text()
LINE = len(SETTINGS.splitlines()) + 1
SLIPS = {
    "c.LatePolicy.percent = 10": "there is no c.LatePolicy.percent; there are: cap, grace, percent_per_day",
    "c.LatePolicies.grace = 10": "there is no c.LatePolicies; c.LatePolicy may be meant",
    "c.LatePolicy.grace = = 3": "SyntaxError: invalid syntax",
    "c.LatePolicy.percent_per_day = '10%'": "'percent_per_day' trait of a LatePolicy instance expected a float",
    "c.LatePolicy.percent_per_day = 150": "should not be greater than 100",
    "c.Limits.memory = '4 GB'": "expected an int",
    "c.Attempts.counts = 'first'": "expected any of",
    "c.LatePolicy.grace = undefined": "NameError: name 'undefined' is not defined",
    "import nosuch": "ModuleNotFoundError: No module named 'nosuch'",
}


@pytest.mark.parametrize(("line", "said"), SLIPS.items())
def test_a_slip_is_named_with_its_line(tmp_path, line, said):
    (tmp_path / "nbgrader_config.py").write_text(f"{SETTINGS}{line}\n# c.LatePolicy.grace = 1, and so on\n")
    with pytest.raises(CourseError) as caught:
        nbgrader_config(tmp_path)
    assert str(caught.value).startswith(f"nbgrader_config.py, line {LINE}: ") and said in str(caught.value)


@pytest.mark.parametrize("value", ["no.such.Policy", "utils.grading.limits.Limits"])
def test_a_late_policy_that_is_none(tmp_path, value):
    (tmp_path / "nbgrader_config.py").write_text(f"{SETTINGS}c.AssignLatePenalties.plugin_class = {value!r}\n")
    with pytest.raises(CourseError, match=r"nbgrader_config.py: the late policy cannot be used"):
        late_penalties(nbgrader_config(tmp_path))
