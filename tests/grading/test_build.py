"""`course build` is deterministic, builds what is stale, and loses nothing when a build fails."""

import jupytext
import nbformat
import pytest
from support.course import LESSONS
from support.small_course import small_course

from utils.errors import CourseError
from utils.grading import building
from utils.grading.building import stale_files
from utils.grading.course import lessons
from utils.grading.simulated_class import SimulatedClass


@pytest.fixture
def short(course_copy):
    """A lesson with one exercise: lesson 01 as far as its second, so that it is soon built."""
    lesson = lessons(course_copy, ["01"])[0]
    text = lesson.source.read_text().partition("# ### Exercise 2")[0]
    lesson.source.write_text(text[: text.rindex("# %% [markdown]")])
    for answers in (course_copy / "tests" / "answers" / lesson.id).iterdir():
        if answers.name != "pixel_sum.py":
            answers.unlink()
    return lesson


def test_built_again_nothing_differs(short, run):
    """Nothing of it comes from the time or from chance; what each lesson's cells print is compared by nbval."""
    made = []
    for _ in range(2):
        done = run(short.root, "course", "build", "--force", short.id)
        assert done.returncode == 0, done.stderr
        files = (short.visible_cases, short.hidden_cases, short.solution, short.release)
        made.append([path.read_bytes() for path in files])
    assert made[0] == made[1]


@pytest.mark.processes  # nbgrader starts alembic for a new gradebook
def test_the_release_is_what_nbgrader_generates(tmp_path):
    generated = SimulatedClass(tmp_path / "class", LESSONS[0]).set_up().released
    assert generated == nbformat.read(LESSONS[0].release, as_version=4)


def test_what_is_up_to_date_is_not_built(course_copy, run):
    done = run(course_copy, "course", "build")
    assert (done.returncode, done.stdout) == (0, "".join(f"{lesson.id}: up to date\n" for lesson in LESSONS))


def test_check_names_what_a_changed_source_makes_stale(course_copy, run):
    lesson = lessons(course_copy, ["01"])[0]
    lesson.source.write_text(lesson.source.read_text().replace("four pixels", "few pixels"))
    done = run(course_copy, "course", "build", "--check")
    assert done.returncode == 1
    assert "solutions/01_slash_classifier/slash_classifier.ipynb" in done.stderr
    assert "lessons/01_slash_classifier/slash_classifier.ipynb" in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_a_lesson_does_not_import_makes_it_not_stale(course_copy):
    chosen = lessons(course_copy)
    others = ("doctor.py", "cli.py", "grading/report/report.py")
    for name in (*others, "figures/edges.py"):
        module = course_copy / "utils" / name
        module.write_text(module.read_text() + "\n# a remark\n")
    assert [lesson.id for lesson in chosen if stale_files(lesson)] == ["03_edges_and_hog"]


def test_what_a_lesson_imports_makes_it_stale(course_copy):
    lesson = lessons(course_copy, ["01"])[0]
    images = course_copy / "utils" / "datasets" / "images.py"
    images.write_text(images.read_text() + "\n# a remark\n")
    assert stale_files(lesson) == [lesson.solution, lesson.release]


def test_an_edited_release_is_found_and_put_right_without_running_the_lesson(course_copy, run):
    lesson = lessons(course_copy, ["01"])[0]
    lesson.release.write_text(lesson.release.read_text().replace("four pixels", "five pixels"))
    solution = lesson.solution.stat().st_mtime_ns
    assert stale_files(lesson) == [lesson.release]
    assert run(course_copy, "course", "build").returncode == 0
    assert lesson.solution.stat().st_mtime_ns == solution
    assert lesson.release.read_bytes() == LESSONS[0].release.read_bytes()


def test_a_failing_cell_is_named_and_the_old_files_stay(short, run):
    lesson = short
    before = [path.read_bytes() for path in (lesson.solution, lesson.release)]
    lesson.source.write_text(lesson.source.read_text().replace("print(BACKSLASH)\n", "print(BACKSLAHS)\n"))
    done = run(lesson.root, "course", "build", lesson.id)
    assert done.returncode == 1
    assert "print(BACKSLAHS)" in done.stderr
    assert "NameError: name 'BACKSLAHS' is not defined" in done.stderr
    assert [path.read_bytes() for path in (lesson.solution, lesson.release)] == before
    names = ["hidden_cases.json.bz2", "slash_classifier.ipynb", "slash_classifier.py"]
    assert sorted(path.name for path in lesson.source.parent.iterdir()) == names


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text.replace('{"grade": true,', '{"grade": tru,', 1).encode(), "not valid JSON"),
        (lambda text: text.encode("utf-16"), "save it with that encoding"),
        (lambda text: text.encode("utf-32"), "save it with that encoding"),
        (lambda text: text.replace("four", "fünf").encode("latin-1", "replace"), "save it with that encoding"),
    ],
    ids=["metadata", "UTF-16", "UTF-32", "Latin-1"],
)
def test_a_damaged_source_is_named_and_nothing_is_built(course_copy, run, damage, said):
    lesson = lessons(course_copy, ["01"])[0]
    before = lesson.solution.read_bytes()
    lesson.source.write_bytes(damage(lesson.source.read_text()))
    done = run(course_copy, "course", "build")
    assert done.returncode == 1
    assert "solutions/01_slash_classifier/slash_classifier.py" in done.stderr and said in done.stderr
    assert done.stderr.count("\n") == 1
    assert lesson.solution.read_bytes() == before


@pytest.mark.parametrize("name", ["numbers.csv", "numbers.xml", "data/numbers.csv", "second.ipynb"])
def test_a_file_beside_a_lesson_is_refused(tmp_path, name):
    lesson = small_course(tmp_path).lesson
    building.refuse_strangers(lesson)
    stranger = lesson.source.parent / name
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_text("3")
    with pytest.raises(CourseError, match=rf"solutions/01_small/{name} lies beside a lesson.*put it into data/"):
        building.refuse_strangers(lesson)


def test_a_byte_order_mark_is_no_part_of_a_source(tmp_path):
    lesson = small_course(tmp_path).lesson
    before = building.from_source(lesson)
    lesson.source.write_text(lesson.source.read_text(), encoding="utf-8-sig")
    assert building.from_source(lesson) == before
    lesson.source.write_text(lesson.source.read_text(encoding="utf-8-sig").replace("\n", "\r\n"), encoding="utf-8-sig")
    assert building.from_source(lesson) == before


@pytest.mark.parametrize(("name", "said"), [("99", "no lesson is called '99'"), ("", "no lesson is called")])
def test_an_unknown_lesson_is_named_with_those_that_exist(course_copy, run, name, said):
    done = run(course_copy, "course", "build", name or "slash")
    assert done.returncode == 1
    assert said in done.stderr and "01_slash_classifier" in done.stderr


def test_outside_the_course_one_line_says_where_to_go(tmp_path, run):
    done = run(tmp_path, "course", "build")
    assert done.returncode == 1
    assert "nbgrader_config.py" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda le: le.id)
def test_a_source_opened_as_a_notebook_and_saved_is_unchanged(lesson):
    config = jupytext.config.load_jupytext_config(str(lesson.source))
    notebook = jupytext.read(lesson.source, config=config)
    notebook.metadata["language_info"] = {"name": "python", "version": "3.11.7"}  # what JupyterLab adds
    assert jupytext.writes(notebook, fmt="py:percent", config=config) == lesson.source.read_text()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda le: le.id)
def test_built_notebooks_are_valid(lesson):
    for path in (lesson.solution, lesson.release):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
        assert not any("execution" in cell.metadata for cell in notebook.cells)
