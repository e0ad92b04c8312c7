"""What one submission may use: settings for nbgrader_config.py, such as `c.Limits.memory = 4 * 2**30`."""

import json

from traitlets import Integer
from traitlets.config import Configurable

from utils.isolation.confine import ProcessLimits
from utils.isolation.control_group import Shares

KIB, MIB, GIB = 2**10, 2**20, 2**30


def _limit(default: int, description: str) -> Integer:
    return Integer(default, min=1, help=description).tag(config=True)


class Limits(Configurable):
    """What one submission may use. A change is a reason to grade a class again."""

    cell_seconds = _limit(60, "Seconds that a student's cell may run; waiting for a busy processor does not count.")
    test_seconds = _limit(60, "Seconds that one test may run.")
    notebook_seconds = _limit(900, "Seconds that a whole submission may take.")
    processor_seconds = _limit(900, "Seconds of processor time that a submission may take.")
    memory = _limit(8 * GIB, "Bytes of memory of one process, and of all processes of a submission together.")
    judge_memory = _limit(8 * GIB, "Bytes of memory that judging a submission may take, besides what the judge has.")
    message_memory = _limit(512 * MIB, "Bytes by which the messages of a submission may make the grader grow.")
    processors = _limit(2, "Processors that a submission takes, where there are control groups.")
    file_size = _limit(64 * MIB, "Bytes of one file that a submission writes.")
    scratch = _limit(512 * MIB, "Bytes of each of the folders in which a submission may write.")
    processes = _limit(128, "Processes and threads of a submission.")
    open_files = _limit(512, "Files that a process of a submission may have open.")
    output = _limit(1_000_000, "Bytes of the outputs of the student's cells that are kept.")
    printed = _limit(10_000, "Characters that the student's code prints during one test that are kept.")

    def process_limits(self) -> ProcessLimits:
        """Those that the system itself enforces on each process."""
        names = ProcessLimits.__dataclass_fields__
        return ProcessLimits(**{name: getattr(self, name) for name in names})

    def shares(self) -> Shares:
        """Those that hold for all its processes together."""
        return Shares(self.memory, self.processes, self.processors)

    def as_text(self) -> str:
        """All of them, always in the same order."""
        return json.dumps({name: getattr(self, name) for name in sorted(self.class_own_traits(config=True))})
