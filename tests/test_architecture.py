"""No package imports upwards: the order of docs/architecture.md, from the top down, is the order in the code."""

import ast
import os
import subprocess
import sys

import pytest
from support.course import ROOT

from utils.grading.python_code import imports

# Each line may import those of the lines below it, and a package its own modules.
ORDER = """
grading.commands grading.nbgrader
grading.report grading.simulated_class grading.site
grading.store grading.building grading.lms
grading.casemaking grading.hintmaking
grading.pipeline grading.answers grading.exports grading.lesson_table
grading.judge grading.sandbox
grading.course
grading.attempts grading.dependencies grading.late_policy grading.limits grading.run_all
grading.opened_alone
grading.cells grading.files grading.lexing grading.python_code
magics
desk
this_notebook
cli doctor hints own_work
isolation
checks figures models
datasets timing training
exchange
device errors no_notebook notebook_saving on_demand opened_alone printable runtime sift statistics wire
"""
RANK = {name: -number for number, line in enumerate(ORDER.split("\n")) for name in line.split()}
FILES = sorted(path for path in (ROOT / "utils").rglob("*.py") if path.stem != "__init__")


def package(name):
    """The package of a module, or the module itself where it stands alone: what `RANK` knows it by."""
    parts = name.split(".")[1:]
    return next((key for n in (2, 1) if (key := ".".join(parts[:n])) in RANK), None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "utils")))
def test_no_module_imports_upwards(path):
    own = package(".".join(path.relative_to(ROOT).with_suffix("").parts))
    assert own is not None, "its package is missing in docs/architecture.md and here"
    found = {package(name) for name in imports([ast.parse(path.read_text())]) if name.startswith("utils.")}
    assert {name for name in found - {own, None} if RANK[name] >= RANK[own]} == set()


def test_the_order_is_the_one_that_is_documented():
    documented = (ROOT / "docs" / "architecture.md").read_text().split("```")[-2]
    names = documented.replace("utils.grading:", "").replace("utils:", "").replace(",", "").split()
    assert names == ORDER.replace("grading.", "").split()


@pytest.mark.processes
def test_what_tests_share_can_be_imported_from_anywhere(tmp_path):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]), "COURSE_ONE_IN": "6"}
    subprocess.run([sys.executable, "-c", "import support.course"], cwd=tmp_path, env=environment, check=True)
