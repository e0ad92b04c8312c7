"""What being late costs: settings for nbgrader_config.py, such as `c.LatePolicy.percent_per_day = 10`."""

from math import ceil

from nbgrader.plugins import BasePlugin
from traitlets import Float

MINUTE, DAY = 60, 24 * 60 * 60  # seconds


class LatePolicy(BasePlugin):
    """Takes a share of a late submission's points for each day. Out of the box it takes nothing.

    It is nbgrader's plugin for late submissions (`c.AssignLatePenalties.plugin_class`). A change takes effect with the
    next `course grade`, on what was graded before too; nothing is run again for it.
    """

    grace = Float(
        0, min=0, help="Minutes after a lesson is due in which handing in costs nothing. After that, all days count."
    ).tag(config=True)
    percent_per_day = Float(
        0, min=0, max=100, help="Percent of a submission's points that each day costs, the first and the last whole."
    ).tag(config=True)
    cap = Float(100, min=0, max=100, help="Percent of a submission's points that being late costs at most.").tag(
        config=True
    )

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """The points that a submission with `score` loses for being so late; None for none."""
        if total_seconds_late <= self.grace * MINUTE or not self.percent_per_day:
            return None
        percent = min(self.cap, self.percent_per_day * ceil(total_seconds_late / DAY))
        return score * percent / 100
