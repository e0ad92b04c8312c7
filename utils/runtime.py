"""Switches in the environment that say how much of a notebook is shown and run.

    COURSE_FIGURES=off     figures are not drawn; their alternative text is shown
    COURSE_WIDGETS=off     figures stand still, and there are no progress bars
    COURSE_TRAINING=short  only the first steps of each training are taken
    COURSE_TIMINGS=off     nothing is timed

A grader sets all four (`GRADING`): nobody looks at its figures, and nobody waits for what was learned.
"""

import os
from importlib.util import find_spec

GRADING = {"COURSE_FIGURES": "off", "COURSE_WIDGETS": "off", "COURSE_TRAINING": "short", "COURSE_TIMINGS": "off"}


def figures_wanted() -> bool:
    """Whether figures are drawn."""
    return os.environ.get("COURSE_FIGURES") != "off"


def widgets_wanted() -> bool:
    """Whether figures can be interactive: ipywidgets is installed, too."""
    return os.environ.get("COURSE_WIDGETS") != "off" and find_spec("ipywidgets") is not None


def progress_wanted() -> bool:
    """Whether progress bars are shown: someone looks on, and the output is not kept."""
    return widgets_wanted() and not training_shortened()


def training_shortened() -> bool:
    """Whether only the first steps of a training are run."""
    return os.environ.get("COURSE_TRAINING") == "short"


def timings_wanted() -> bool:
    """Whether anything is timed."""
    return os.environ.get("COURSE_TIMINGS") != "off"
