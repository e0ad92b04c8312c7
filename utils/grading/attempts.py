"""Which of a student's attempts counts: a setting for nbgrader_config.py, such as `c.Attempts.counts = "best"`."""

from traitlets import Enum
from traitlets.config import Configurable

LAST, BEST, BEFORE_DUE = "last", "best", "last before due"


class Attempts(Configurable):
    """Which attempt counts. After a change, run `course grade LESSON --regrade` once for what was graded before."""

    counts = Enum(
        (LAST, BEST, BEFORE_DUE),
        default_value=LAST,
        help="The last one; the one with the most points, less what being late costs; or the last one that was handed "
        "in before the lesson was due (with the student's extension), and the last one where there is none.",
    ).tag(config=True)
