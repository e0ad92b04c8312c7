"""nbgrader's settings, read by its commands and by JupyterLab when they start in this folder."""

import os
import warnings
from importlib.util import find_spec
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir
from sqlalchemy.exc import SAWarning

ROOT = Path(__file__).resolve().parent  # set by the loader; nbgrader changes folders while it works
INSTRUCTORS = bool(find_spec("utils") and find_spec("utils.grading"))  # a student's copy has no grading
c = get_config()  # noqa: F821 (nbgrader defines it)

warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")  # harmless, and once for every submission

c.CourseDirectory.course_id = "slash_to_vgg"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "lessons"
# A lesson is one notebook. Its percent-format source must not be released, and a submission brings no modules along.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "feedback", "*.pyc", "*.py", "hidden_cases.*"]
# Nor files that a browser would run, when the formgrader or a feedback page links to them.
c.CourseDirectory.ignore += ["*.[hH][tT][mM]*", "*.[xX][hHmMsS]*", "*.[sS][vV][gG]*", "*.[mM][hH][tT]*", "*.[jJ][sS]"]

c.ClearSolutions.code_stub = {
    "python": "# YOUR CODE HERE\nraise NotImplementedError('not solved yet: put your code here instead')"
}
c.ClearSolutions.text_stub = "*Write your answer here.*"

# A lesson whose tests come or go after somebody has handed in can be generated again: the gradebook follows it.
if INSTRUCTORS:
    c.GenerateAssignment.preprocessors = [
        "nbgrader.preprocessors.IncludeHeaderFooter",
        "nbgrader.preprocessors.InstantiateTests",
        "nbgrader.preprocessors.LockCells",
        "nbgrader.preprocessors.ClearSolutions",
        "nbgrader.preprocessors.ClearOutput",
        "nbgrader.preprocessors.CheckCellMetadata",
        "nbgrader.preprocessors.ComputeChecksums",
        "utils.grading.nbgrader.save_cells.SaveCells",
        "nbgrader.preprocessors.ClearHiddenTests",
        "nbgrader.preprocessors.ClearMarkScheme",
        "nbgrader.preprocessors.ComputeChecksums",
        "nbgrader.preprocessors.CheckCellMetadata",
        "utils.grading.run_all.GoOnBehindUnsolved",  # Run All Cells goes to the end of an unsolved lesson
        "utils.grading.opened_alone.OpenedAlone",  # a lesson in Colab or Kaggle fetches what is around it
    ]

# Grading: the student's cells run in a sandbox, the tests in the judge; scores and the ledger's entry are one step.
c.Autograde.exporter_class = "utils.grading.nbgrader.preprocessors.SubmissionExporter"
c.Autograde.sanitize_preprocessors = ["utils.grading.nbgrader.preprocessors.SanitizeSubmission"]
c.Autograde.autograde_preprocessors = ["utils.grading.nbgrader.preprocessors.GradeSubmission"]
# What one submission may use is limited: utils/grading/limits.py names all limits and their defaults. For example:
# c.Limits.cell_seconds = 120
# c.Limits.memory = 4 * 2**30
# What being late costs: nothing, until you say so. utils/grading/late_policy.py describes these. For example:
# c.LatePolicy.grace = 15
# c.LatePolicy.percent_per_day = 10
# c.LatePolicy.cap = 50
# Which attempt of a student counts, "last", "best" or "last before due": utils/grading/attempts.py. For example:
# c.Attempts.counts = "best"
if INSTRUCTORS:
    c.AssignLatePenalties.plugin_class = "utils.grading.late_policy.LatePolicy"

c.GenerateFeedback.force = True  # a page that is there may be older than a mark given by hand, or a regrade
c.GenerateFeedback.preprocessors = [
    "utils.grading.nbgrader.pages.Rebuild",
    "utils.grading.nbgrader.preprocessors.NoteMarks",
    "nbgrader.preprocessors.GetGrades",
    "utils.grading.nbgrader.preprocessors.HideTests",  # before the marks of hidden tests are gone
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]

# What students wrote is shown on pages that the instructor opens, and on their own: no scripts in them.
c.HTMLExporter.sanitize_html = True
if INSTRUCTORS:
    c.ExportApp.plugin_class = "utils.grading.exports.Grades"  # no name in the table is a spreadsheet's formula
    c.GenerateFeedback.exporter_class = "utils.grading.nbgrader.pages.SubmissionPages"
    c.HTMLExporter.preprocessors = ["utils.grading.nbgrader.pages.Rebuild"]
    c.HTMLExporter.filters = {
        "markdown2html": "utils.grading.nbgrader.pages.markdown_to_html",
        "clean_html": "utils.grading.nbgrader.pages.clean_html",
        "strip_files_prefix": "utils.grading.nbgrader.pages.as_it_is",
        "highlight_code": "utils.grading.nbgrader.pages.highlight_code",
        "ansi2html": "utils.grading.nbgrader.pages.colours_to_html",
    }

# Validate runs a notebook in the course's kernel, whatever kernel it says that it was saved with.
c.Execute.kernel_name = "python3"

# What was handed in again is collected again: the last one counts.
c.ExchangeCollect.update = True

# The exchange: where students fetch and submit. Out of the box it is a folder of your own, closed to everyone else.
# For a class on one shared machine, set COURSE_EXCHANGE to a folder that all can reach; nbgrader's own rules (and
# permissions) then hold there.
c.Exchange.assignment_dir = str(ROOT / "coursework")
if INSTRUCTORS:
    c.ExchangeFactory.collect = "utils.grading.nbgrader.collect.Collect"
if shared := os.path.expanduser(os.environ.get("COURSE_EXCHANGE", "")):
    if not os.path.isabs(shared) or (os.path.exists(shared) and not os.path.isdir(shared)):
        raise SystemExit(f"COURSE_EXCHANGE={shared}: this is no folder's whole path, such as /srv/exchange")
    c.Exchange.root = shared
    c.ExchangeFactory.release_feedback = "utils.exchange.ReleaseFeedbackToAll"
else:
    c.Exchange.root = str(Path(jupyter_data_dir()) / "nbgrader_exchange")
    c.ExchangeFactory.release_assignment = "utils.exchange.ReleaseAssignment"
    c.ExchangeFactory.release_feedback = "utils.exchange.ReleaseFeedback"
    c.ExchangeFactory.submit = "utils.exchange.Submit"
