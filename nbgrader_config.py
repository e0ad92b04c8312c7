"""nbgrader's settings, read by its commands and by JupyterLab when they start in this folder."""

import os
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir

c = get_config()  # noqa: F821 (nbgrader defines it)

c.CourseDirectory.course_id = "slash_to_vgg"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "lessons"
# A lesson is one notebook. Its percent-format source must not be released, and a submission brings no modules along.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "feedback", "*.pyc", "*.py"]

c.ClearSolutions.code_stub = {
    "python": "# YOUR CODE HERE\nraise NotImplementedError('not solved yet: put your code here instead')"
}
c.ClearSolutions.text_stub = "*Write your answer here.*"
c.OverwriteCells.add_missing_cells = True

c.Execute.timeout = 60  # seconds for one cell

# The exchange: where students fetch and submit. Out of the box it is a folder of your own, closed to everyone else.
# For a class on one shared machine, set COURSE_EXCHANGE to a folder that all can reach; nbgrader's own rules (and
# permissions) then hold there.
c.Exchange.assignment_dir = "coursework"
if shared := os.environ.get("COURSE_EXCHANGE"):
    c.Exchange.root = shared
else:
    c.Exchange.root = str(Path(jupyter_data_dir()) / "nbgrader_exchange")
    c.ExchangeFactory.release_assignment = "utils.exchange.ReleaseAssignment"
    c.ExchangeFactory.release_feedback = "utils.exchange.ReleaseFeedback"
    c.ExchangeFactory.submit = "utils.exchange.Submit"
