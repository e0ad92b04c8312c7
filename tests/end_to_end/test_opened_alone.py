"""A lesson's notebook in a folder of its own, in a Python that knows nothing of the course: as in Colab or Kaggle."""

import hashlib
import sys

import nbformat
import pytest
from support.course import LESSONS, ROOT
from support.mirror import Mirror

from utils.grading import cells

LESSON = LESSONS[0]
# Runs the notebook's cells one after the other, in a Python from which the installed course was taken out.
RUNNER = """
import json, sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "slash_to_vgg" not in getattr(finder, "__module__", "")]
sys.path_hooks[:] = [hook for hook in sys.path_hooks if "slash_to_vgg" not in getattr(hook, "__module__", "")]
sys.path_importer_cache.clear()
names = {"__name__": "__main__"}
for code in json.load(open(sys.argv[1])):
    exec(code, names)
"""


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    """The folder of an instructor who has written the students' zip file for an address: what `course bundle` made."""
    from utils.grading.commands import bundle

    folder = tmp_path_factory.mktemp("handed-out")
    (folder / "course.zip").write_bytes(bundle._packed(ROOT, "slash-to-vgg-student-test"))
    return folder


@pytest.fixture
def open_alone(tmp_path, run):
    """Run the first cells of a released lesson, up to and with its `setup` cell and what is added, by itself."""

    def _open(address, *added, **environment):
        import json

        from utils.grading.opened_alone import fetching_from

        notebook = nbformat.read(LESSON.release, as_version=4)
        if address is not None:
            fetching_from(notebook, address)
        code = [cell.source for cell in notebook.cells if cells.is_code(cell)][:2]
        (tmp_path / "cells.json").write_text(json.dumps([*code, *added]))
        (tmp_path / "runner.py").write_text(RUNNER)
        return run(tmp_path, sys.executable, "runner.py", "cells.json", **environment)

    return _open


def address(mirror, folder):
    digest = hashlib.sha256((folder / "course.zip").read_bytes()).hexdigest()
    return f"{mirror.address}/course.zip#sha256={digest}"


def test_it_fetches_the_course_and_its_tests_work(open_alone, handed_out, tmp_path):
    test = next(iter(LESSON.exercises().values()))[0]
    solution = next(iter(LESSON.solutions().values()))
    released = cells.by_grade_id(nbformat.read(LESSON.release, as_version=4).cells)
    with Mirror(handed_out) as mirror:
        done = open_alone(address(mirror, handed_out), solution, released[test].source, "print(checks.__file__)")
    assert done.returncode == 0, done.stderr
    assert "✓" in done.stdout and "✗" not in done.stdout
    assert str(tmp_path / "slash-to-vgg-student-test") in done.stdout


def test_the_address_may_come_from_the_environment(open_alone, handed_out):
    with Mirror(handed_out) as mirror:
        done = open_alone(None, COURSE_BUNDLE=address(mirror, handed_out))
    assert done.returncode == 0, done.stderr


def test_without_an_address_one_line_says_what_to_do(open_alone):
    done = open_alone(None, COURSE_BUNDLE="")
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1
    assert "python start.py" in done.stderr and "COURSE_BUNDLE" in done.stderr


def test_another_file_than_the_instructors_is_refused(open_alone, handed_out, tmp_path):
    with Mirror(handed_out) as mirror:
        done = open_alone(f"{mirror.address}/course.zip#sha256={'0' * 64}")
    assert done.returncode != 0
    assert "is not the course that your instructor released" in done.stderr
    assert not list(tmp_path.glob("slash-to-vgg-*"))


@pytest.mark.parametrize("wrong", ["http://127.0.0.1:9/course.zip", "no address", "ftp:/x"])
def test_what_cannot_be_fetched_is_said_in_one_line(open_alone, wrong):
    done = open_alone(f"{wrong}#sha256={'0' * 64}")
    assert done.returncode != 0
    assert "cannot be fetched" in done.stderr and "Traceback" not in done.stderr


def test_in_the_courses_own_folder_the_cell_does_nothing(run):
    first = next(cell for cell in nbformat.read(LESSON.release, as_version=4).cells if cells.is_code(cell))
    done = run(ROOT, sys.executable, "-c", first.source, COURSE_BUNDLE="http://127.0.0.1:9/x#sha256=0")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_lesson_begins_with_it_folded_away():
    for lesson in LESSONS:
        first = next(cell for cell in nbformat.read(lesson.release, as_version=4).cells if cells.is_code(cell))
        assert "COURSE_BUNDLE" in first.source and first.metadata.jupyter.source_hidden, lesson.id
        assert "nbgrader" not in first.metadata


def test_bundle_writes_lessons_that_know_where_the_course_is(course_copy, run):
    where = "https://example.org/cnn/course.zip"
    done = run(course_copy, "course", "bundle", "--at", where)
    assert done.returncode == 0, done.stderr
    zipped = next((course_copy / "dist").glob("*.zip")).read_bytes()
    named = f"{where}#sha256={hashlib.sha256(zipped).hexdigest()}"
    assert f"COURSE_BUNDLE={named}" in done.stdout
    alone = {path.name: path.read_text() for path in (course_copy / "dist" / "opened-alone").iterdir()}
    assert alone.keys() == {lesson.release.name for lesson in LESSONS}
    assert all(named in text for text in alone.values())


@pytest.mark.parametrize("wrong", ["course.zip", "https://example.org", "https://example.org/a.zip#sha256=1"])
def test_an_address_that_is_none_is_refused_before_anything_is_written(course_copy, run, wrong):
    done = run(course_copy, "course", "bundle", "--at", wrong)
    assert done.returncode != 0 and "give the whole address" in done.stderr + done.stdout
    assert not (course_copy / "dist").exists()
