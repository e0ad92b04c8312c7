"""What a lesson depends on, and a class's grades: all that is imported in the end, and nothing else."""

import shutil
import subprocess
import sys

import pytest
from support.course import LESSONS, ROOT

from utils.grading import dependencies
from utils.grading.course import nbgrader_config
from utils.grading.judge.notebook import imported_modules
from utils.grading.limits import Limits
from utils.grading.pipeline import assignment as module
from utils.grading.pipeline.assignment import Assignment

NUMPY_LESSON, TORCH_LESSON = LESSONS[0], LESSONS[3]


def assignment(lesson):
    return Assignment.read(lesson.solution, nbgrader_config(ROOT))


def test_modules_are_followed_through_their_imports():
    found = dependencies.modules(["utils.figures.widgets", "numpy"])
    assert {"utils", "utils.figures", "utils.figures.style", "utils.datasets.images", "utils.runtime"} <= found.keys()
    assert not {"utils.doctor", "utils.cli", "utils.figures.edges", "numpy"} & found.keys()


def test_a_name_in_a_module_is_found_in_its_module():
    assert "utils.datasets.images" in dependencies.modules(["utils.datasets.images.SLASH", "utils.datasets.images"])


def test_packages_are_those_that_are_imported():
    found = dependencies.packages(imported_modules(NUMPY_LESSON.solution.read_text()))
    assert {"numpy", "matplotlib", "pillow"} <= found.keys() and not {"keras", "zmq", "os"} & found.keys()
    assert "missing" not in found.values()
    assert {"torch", "keras"} <= dependencies.packages(imported_modules(TORCH_LESSON.solution.read_text())).keys()


@pytest.mark.processes
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda le: le.id)
def test_what_is_read_covers_what_is_imported(lesson):
    """Reading finds every module of the course that Python itself imports for the lesson and for its grading."""
    wanted = [*imported_modules(lesson.solution.read_text()), *module.ROOTS]
    found = dependencies.modules(wanted)
    roots = [name for name in wanted if name in found]
    code = f"import sys\nfor name in {roots}:\n    __import__(name)\n"
    code += "print(*(n for n in sys.modules if n.split('.')[0] == 'utils'))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= found.keys()


@pytest.fixture
def copy(tmp_path):
    """A copy of the package and of what it reads."""
    shutil.copytree(ROOT / "utils", tmp_path / "utils", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pretrained", "photographs"):
        shutil.copytree(ROOT / "data" / name, tmp_path / "data" / name)
    return tmp_path


def digests(copy):
    """Lesson → the hash of what grading it depends on."""
    return {
        lesson.id: dependencies.digest(
            [*imported_modules(lesson.solution.read_text()), *module.ROOTS], {}, utils=copy / "utils"
        )
        for lesson in LESSONS
    }


ALL = " ".join(lesson.id[:2] for lesson in LESSONS)


@pytest.mark.parametrize(
    ("changed", "lessons"),
    [
        ("utils/doctor.py", ""),
        ("utils/cli.py", ""),
        ("utils/exchange.py", ""),
        ("utils/grading/report/report.py", ""),
        ("utils/grading/pipeline/cluster.py", ""),
        ("utils/grading/store/ledger.py", ""),
        ("utils/figures/edges.py", "03"),
        ("utils/models/vgg.py", "06"),
        ("data/pretrained/small_vgg.npz", "06"),
        ("data/photographs/bird/peacock.jpg", "06 08"),
        ("utils/datasets/digits.py", "03 04 07 09"),
        ("utils/checks/compare.py", ALL),
        ("utils/grading/judge/student_proxy.py", ALL),
        ("utils/isolation/confine.py", ALL),
        ("utils/grading/sandbox/bubblewrap.py", ALL),
    ],
)
def test_a_change_touches_the_lessons_that_depend_on_it(copy, changed, lessons):
    before = digests(copy)
    with (copy / changed).open("ab") as file:
        file.write(b"\n# a remark\n")
    after = digests(copy)
    assert [lesson[:2] for lesson in before if after[lesson] != before[lesson]] == lessons.split()


def test_packages_that_a_lesson_uses_are_part_of_its_environment_and_others_are_not(monkeypatch):
    one, other = assignment(NUMPY_LESSON), assignment(TORCH_LESSON)
    before = [one.environment(Limits()), other.environment(Limits())]
    installed = dependencies.installed
    monkeypatch.setattr(dependencies, "installed", lambda name: "99" if name == "keras" else installed(name))
    module._environment.cache_clear()
    assert one.environment(Limits()) == before[0] and other.environment(Limits()) != before[1]
    module._environment.cache_clear()


def test_limits_are_part_of_the_environment():
    one = assignment(NUMPY_LESSON)
    assert one.environment(Limits()) == one.environment(Limits()) != one.environment(Limits(memory=2**30))
