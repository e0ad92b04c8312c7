"""Fixtures that several tests use: the sandbox, a cluster, a copy of the course, commands as a user runs them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.course import COURSE_FILES, ONE_IN, ROOT
from support.notebooks import GRADERS
from xdist.scheduler import LoadScopeScheduling

from utils.errors import CourseError
from utils.grading.commands import grade
from utils.grading.commands.bank import having_their_turn
from utils.grading.pipeline import cluster
from utils.grading.sandbox import bubblewrap

# Tests that share something costly stay on one worker: those of a file, those with the same parameters, or those of a
# lesson, whose number their parameters begin with.
TOGETHER = {
    "test_fixtures.py",
    "test_efficientnet.py",
    "test_hostile_class.py",
    "test_jupyterhub.py",
    "test_ours.py",
    "test_partial_credit.py",
    "test_photographs.py",
    "test_sample_class.py",
    "test_site.py",
    "test_sandbox.py",
    "test_exports.py",
    "test_postgres.py",
    "test_layers_parity.py",
}
TOGETHER_BY_PARAMETERS = {"test_fixture_rule.py"}
TOGETHER_BY_LESSON = {"test_one_unsolved.py", "test_released_lessons.py"}
STARTS_PROCESSES = {"sandboxed", "client", "run", "student"}  # fixtures; a test that uses one is no quick one


def pytest_report_header():
    """Say what is left out, and where it is not."""
    if ONE_IN > 1:
        return "by turns: every eighth test that starts processes, others with each commit (`make test-full` takes all)"
    return None


def pytest_collection_modifyitems(config, items):
    """Mark tests that start kernels, sandboxes or commands: `make check` takes none, `make test` one in eight."""
    for item in items:
        if "end_to_end" in item.path.parts or STARTS_PROCESSES & set(getattr(item, "fixturenames", ())):
            item.add_marker("processes")
    if ONE_IN > 1:
        heavy = dict.fromkeys(scope(item.nodeid) for item in items if item.get_closest_marker("processes"))
        waiting = heavy.keys() - set(having_their_turn(list(heavy), 8))
        left_out = [item for item in items if scope(item.nodeid) in waiting]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if scope(item.nodeid) not in waiting]


def scope(nodeid):
    """What a test belongs to: tests of one scope stay on one worker."""
    path, _, test = nodeid.partition("::")
    name = path.rpartition("/")[2]
    if name in TOGETHER_BY_PARAMETERS:
        return f"{path}{test[test.find('[') :]}"
    if name in TOGETHER_BY_LESSON:
        return f"lesson {test[test.find('[') :][1:3]}"
    return path if name in TOGETHER else nodeid


class Spread(LoadScopeScheduling):
    """Gives each worker the next test, or the next tests that belong together. (`--dist load` would take chunks.)"""

    def _split_scope(self, nodeid):
        return scope(nodeid)


def pytest_xdist_make_scheduler(config, log):
    """Spread the tests over the workers."""
    return Spread(config, log)


@pytest.fixture(scope="session", autouse=True)
def one_worker():
    """A cluster has one worker where a test does not say how many: a worker takes seconds to start, and tests run side
    by side anyway."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grade, "as_many_as_fit", lambda: 1)
        yield


@pytest.fixture(scope="session")
def sandboxed():
    """Skip, with the reason, what needs the sandbox where there is none; end the graders when all is done."""
    try:
        bubblewrap.require()
    except CourseError as error:
        pytest.skip(str(error))
    yield
    GRADERS.close()


@pytest.fixture(scope="session")
def client():
    """A cluster of one worker, which tests share: to start one takes longer than to grade a small notebook."""
    with cluster.connected(workers=1) as client:
        yield client


@pytest.fixture
def course_copy(tmp_path):
    """A copy of the course's files in a temporary folder."""
    copy = tmp_path / "course"
    for name in COURSE_FILES:
        source, target = ROOT / name, copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "cache"))
        else:
            shutil.copy2(source, target)
    return copy


@pytest.fixture
def run(tmp_path):
    """Run a command of this environment in a folder, with the user's own data folders kept out of it."""

    def _run(folder, *command, **environment):
        own = {
            "JUPYTER_DATA_DIR": str(tmp_path / "jupyter-data"),
            "JUPYTER_CONFIG_DIR": str(tmp_path / "jupyter-config"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "COLUMNS": "160",
        }
        return subprocess.run(
            command, cwd=folder, env=os.environ | own | environment, capture_output=True, text=True, check=False
        )

    return _run
