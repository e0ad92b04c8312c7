"""nbgrader's settings on the hub, on top of the course's own."""

import os
from pathlib import Path

c = get_config()  # noqa: F821 (nbgrader defines it)

c.CourseDirectory.root = os.environ["COURSE_FOLDER"]
c.CourseDirectory.groupshared = True  # all instructors release, collect and grade
c.Exchange.assignment_dir = str(Path.home() / "coursework")
c.ExchangeFactory.submit = "utils.exchange.SubmitToGroup"
