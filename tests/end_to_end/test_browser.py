"""A real browser on a real JupyterLab: what a student and an instructor see."""

import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from playwright.sync_api import sync_playwright
from rich.console import Console
from support import axe, hostile
from support.course import ROOT
from support.small_course import RIGHT, hand_in, small_course

from utils.grading.commands import grade
from utils.grading.nbgrader.pages import guarded
from utils.grading.pipeline import cluster
from utils.grading.store.ledger import GradedSubmission

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LESSON = "01_slash_classifier"
SECONDS = 60_000  # milliseconds, as Playwright counts

if CHROMIUM is None:
    pytest.skip("Chromium is not installed: sudo apt-get install chromium", allow_module_level=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def lab(course_copy, tmp_path):
    """The address of a JupyterLab that `make lab` started in a copy of the course."""
    port = free_port()
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_DATA_DIR": str(tmp_path / "jupyter-data"),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "jupyter-config"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "jupyter-runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "lab-settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "lab-workspaces"),
    }
    (course_copy / ".venv").symlink_to(sys.prefix)
    options = f"--no-browser --port={port} --IdentityProvider.token= --ServerApp.password="
    command = ["make", "--old-file=.venv/.ready", "lab", f"LAB_ARGS={options}"]  # this environment, as it is
    with (tmp_path / "lab.log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=course_copy, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api/status", server)
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def wait_for(address, server):
    for _ in range(300):
        assert server.poll() is None, "JupyterLab stopped: see lab.log"
        try:
            return urllib.request.urlopen(address, timeout=2)
        except OSError:
            time.sleep(0.2)
    pytest.fail("JupyterLab did not answer within a minute")


@pytest.fixture
def page(request):
    """A page of a fresh browser. COURSE_SCREENSHOTS names a folder for a picture of how each test ended."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(SECONDS)
        yield page
        if folder := os.environ.get("COURSE_SCREENSHOTS"):
            page.screenshot(path=f"{folder}/{request.node.name}.png")
        browser.close()


def open_lesson(page, lab):
    """The page that `make lab` opens in the user's browser, once its kernel waits for work."""
    page.goto(lab)
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    # the round mark beside the kernel's name says "idle" before there is a kernel, too
    page.locator("#jp-main-statusbar").get_by_text("Python 3 (ipykernel) | Idle").wait_for()


def cell(page, text):
    """The code cell whose source contains `text`, scrolled into view."""
    found = page.locator(".jp-CodeCell", has=page.locator(".jp-Cell-inputWrapper", has_text=text)).first
    found.scroll_into_view_if_needed()
    return found


def run_cell(page, text, source=None):
    """Run one cell, after typing `source` over what it holds, and wait until it has run. Returns the cell."""
    found = cell(page, text)
    prompt = found.locator(".jp-InputPrompt").first
    before = prompt.inner_text()
    if (folded := found.locator(".jp-Cell-inputWrapper .jp-Placeholder")).count():
        folded.click()  # the code of a figure is folded away, and one click shows it
    for _ in range(5):  # a key that is pressed while the page is still moving can get lost
        found.locator(".jp-InputArea .cm-content").click()
        if source is not None:
            page.keyboard.press("Control+A")
            page.keyboard.insert_text(source)
        page.keyboard.press("Control+Enter")
        for _ in range(100):
            if "*" not in (now := prompt.inner_text()) and now != before:
                return found
            page.wait_for_timeout(100)
    pytest.fail(f"the cell with {text!r} did not run")


def run_all_cells(page):
    """Choose it in the menu, until a cell has begun."""
    for _ in range(5):  # a click while the page is still moving can get lost
        dialogs = page.locator("dialog[open]").all_inner_texts()
        assert not dialogs, f"a dialog is in the way: {dialogs}"
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        for _ in range(100):
            if page.locator(".jp-InputPrompt", has_text=re.compile(r"\d|\*")).count():
                return
            page.wait_for_timeout(100)
    pytest.fail("no cell has begun")


def test_a_student_sees_a_pass_and_for_a_wrong_answer_its_misconception(page, lab):
    open_lesson(page, lab)
    run_cell(page, "from utils import checks")
    picture = run_cell(page, "Two keys, two pictures").locator(".jp-OutputArea img")
    picture.wait_for()
    assert "backslash has ink at top left" in picture.get_attribute("alt")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 300")

    test = "2×2 pictures without negative pixels"
    run_cell(page, "from utils import checks")
    run_cell(page, "def pixel_sum(image)")
    page.wait_for_timeout(500)
    assert "not solved yet" in outcome(run_cell(page, test), "not solved yet")

    run_cell(page, "def pixel_sum(image)", "def pixel_sum(image):\n    return sum(image[0])")
    assert "this is the first row alone" in outcome(run_cell(page, test), "✗")

    run_cell(page, "def pixel_sum(image)", "def pixel_sum(image):\n    return sum(sum(row) for row in image)")
    assert "✓ 2×2 pictures without" in outcome(run_cell(page, test), "✓")


def test_a_lesson_is_accessible(page, lab):
    """Its texts, figures, messages and widgets. JupyterLab's own editors and ipywidgets' handles have no names."""
    open_lesson(page, lab)
    for text in ("from utils import checks", "Two keys, two pictures", "slash_playground()", "def pixel_sum(image)"):
        run_cell(page, text)
    assert "not solved yet" in outcome(run_cell(page, "2×2 pictures without negative pixels"), "not solved yet")
    assert page.locator(".jp-MarkdownOutput").count() > 20 and page.locator(".jp-OutputArea [role=status]").count()
    assert not axe.faults(page, ".jp-MarkdownOutput", ".jp-OutputArea", exclude=(".noUi-handle",))


def test_run_all_cells_goes_to_the_end_of_an_unsolved_lesson(page, lab, course_copy):
    """Cells that need an exercise say so in a line; those that need none have run."""
    open_lesson(page, lab)
    run_all_cells(page)
    for _ in range(60):
        page.wait_for_timeout(1000)
        page.keyboard.press("Control+S")
        with suppress(nbformat.reader.NotJSONError):  # it is being written
            notebook = nbformat.read(course_copy / "lessons" / LESSON / "slash_classifier.ipynb", as_version=4)
            code = [cell for cell in notebook.cells if cell.cell_type == "code"]
            if code[-1].execution_count:
                break
    assert [number for number, cell in enumerate(code) if not cell.execution_count] == []
    errors = [output for cell in code for output in cell.outputs if output.output_type == "error"]
    assert len(errors) > 30 and {len(error.traceback) for error in errors} == {1}
    assert all("`" in error.traceback[0] and "is not solved yet" in error.traceback[0] for error in errors)
    given = cell(page, 'print("backslash:", pixel_sum(BACKSLASH)')
    assert outcome(given, "is not solved yet").startswith("✗ `pixel_sum` is not solved yet")


def outcome(found, mark):
    output = found.locator(".jp-OutputArea-output", has_text=mark).first
    output.wait_for()
    return output.inner_text()


def test_the_playground_answers_to_clicks_and_keys(page, lab):
    open_lesson(page, lab)
    run_cell(page, "from utils import checks")
    playground = run_cell(page, "slash_playground()")
    status = playground.locator("[role=status]")
    status.wait_for()
    assert "+4.000" in status.inner_text() and "backslash" in status.inner_text()
    playground.locator("button").first.click()  # top left: from ink to paper
    playground.locator("[role=status]", has_text="+2.000").wait_for()
    playground.locator(".noUi-handle").first.focus()
    for _ in range(16):
        page.keyboard.press("ArrowLeft")
    playground.locator("[role=status]", has_text="+4.000").wait_for()


def test_the_formgrader_lists_the_lesson_and_its_submissions(page, lab, course_copy, run):
    submitted = course_copy / "submitted" / "ada" / LESSON
    submitted.mkdir(parents=True)
    shutil.copy(course_copy / "lessons" / LESSON / "slash_classifier.ipynb", submitted)
    assert run(course_copy, "nbgrader", "generate_assignment", LESSON, "--force").returncode == 0
    assert run(course_copy, "nbgrader", "autograde", LESSON, COURSE_FIGURES="off").returncode == 0
    page.goto(f"{lab}/formgrader/manage_assignments")
    row = page.locator("tr", has_text=LESSON)
    row.wait_for()
    assert row.locator(".num-submissions").inner_text().strip() == "1"
    page.goto(f"{lab}/formgrader/gradebook/{LESSON}/slash_classifier")
    page.get_by_text("Submission #1").or_(page.get_by_text("ada")).first.wait_for()


def test_the_assignment_list_fetches_validates_and_submits(page, lab, course_copy, run):
    for command in (["generate_assignment", LESSON, "--force"], ["release_assignment", LESSON]):
        assert run(course_copy, "nbgrader", *command).returncode == 0
    page.goto(f"{lab}/lab")
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_text("Assignment List", exact=True).click()
    page.get_by_role("button", name="Fetch").click()
    page.get_by_role("button", name="Submit").wait_for()
    assert (course_copy / "coursework" / LESSON / "slash_classifier.ipynb").is_file()
    page.locator("#fetched_assignments_list").get_by_text(LESSON).first.click()
    page.get_by_role("button", name="Validate").first.click()
    page.get_by_role("dialog").get_by_text("The following cell failed").first.wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Submit").click()
    page.locator("#submitted_assignments_list", has_text=LESSON).wait_for()
    assert run(course_copy, "nbgrader", "collect", LESSON).returncode == 0
    assert list((course_copy / "submitted").glob(f"*/{LESSON}/slash_classifier.ipynb"))


def test_an_instructor_edits_the_source_as_a_notebook(page, lab, course_copy):
    path = f"solutions/{LESSON}/slash_classifier.py"
    before = (course_copy / path).read_text()
    page.goto(f"{lab}/lab/tree/{Path(path).parent}")
    page.locator(".jp-DirListing-item", has_text="slash_classifier.py").click(button="right")
    page.locator(".lm-Menu-itemLabel", has_text="Open With").hover()
    page.get_by_text("Jupytext Notebook", exact=True).click()
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    print_cell = cell(page, "print(BACKSLASH)")
    print_cell.locator(".cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("# edited in the browser\n")
    page.keyboard.press("Control+S")
    edited = before.replace("print(BACKSLASH)\n", "# edited in the browser\nprint(BACKSLASH)\n")
    for _ in range(100):  # while it is being saved, the file is empty for a moment
        if (course_copy / path).read_text() == edited:
            break
        page.wait_for_timeout(100)
    assert (course_copy / path).read_text() == edited
    page.get_by_role("tab", name="Create Assignment").click()
    page.wait_for_function("() => [...document.querySelectorAll('input')].some(input => input.value === '25')")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages of a small class, as graded, and a server for the formgrader's: (kind, student) → address."""
    folder = tmp_path_factory.mktemp("pages")
    classroom = small_course(folder / "course")
    honest = classroom.filled_in(RIGHT | {"total": "def total(numbers):\n    return 1 / 0"})
    honest.cells += [
        new_code_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"),
        new_code_cell("print('\\x1b[31mred\\x1b[0m')\n{'a': 1}"),
        new_markdown_cell("## Why\n\n**bold** `code` $x^2$ ![dots](attachment:dots.png) [there](https://example.org)"),
    ]
    honest.cells[-1].attachments = {"dots.png": {"image/png": hostile.PNG}}
    for student, text in (("ada", nbformat.writes(honest)), ("eve", hostile.file_of(classroom.filled_in(RIGHT)))):
        (hand_in(classroom, student, {}) / "small.ipynb").write_text(text)
    (classroom.path("submitted", "eve") / "page.html").write_text(f"<script>{hostile.RUN}</script>")
    (classroom.path("submitted", "eve") / "notes.txt").write_text("honest notes")
    with cluster.connected(workers=1) as client, classroom.ledger() as ledger:
        submissions = [classroom.read(student) for student in ("ada", "eve")]
        assignment, limits = classroom.assignment(), classroom.limits()
        due = ledger.due([one.key for one in submissions], assignment.version, assignment.environment(limits))
        for batch in cluster.grade_all(client, assignment, submissions, limits):
            done = [GradedSubmission(one.key, record, due[one.key]) for one, record, _ in batch]
            ledger.apply(done, lambda one: classroom.publish(one.key.student, one.record))
    (classroom.path("autograded", "eve") / "late.html").write_text(f"<script>{hostile.RUN}</script>")
    found = {("report", "all"): grade.report(classroom, Console(file=io.StringIO())).as_uri()}
    for student in ("ada", "eve"):
        classroom.feedback(student)
        found["feedback", student] = (classroom.path("feedback", student) / "small.html").as_uri()
    settings = folder / "etc" / "jupyter_server_config.d" / "slash_to_vgg.json"
    settings.parent.mkdir(parents=True)
    shutil.copy(ROOT / "jupyter_server_config.json", settings)
    own = {name: str(folder / name) for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")}
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    options = ["--no-browser", f"--port={port}", "--IdentityProvider.token=", "--ServerApp.password=", "--allow-root"]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", *options, f"--ServerApp.root_dir={classroom.folder}"],
        cwd=classroom.folder,
        env=os.environ | own | {"JUPYTER_CONFIG_PATH": str(folder / "etc"), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"{address}/api/status", server)
        with classroom.gradebook() as gradebook:
            for one in gradebook.notebook_submissions("small", "01_small"):
                found["formgrader", one.student.id] = f"{address}/formgrader/submissions/{one.id}/"
        yield found
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture
def quiet_page(page):
    """A page that notes what it asks for; no script of a submission's may have run on it in the end."""
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("dialog", lambda dialog: page.asked.append("dialog"))
    page.route(re.compile(r"https?://(?!127\.0\.0\.1)"), lambda route: route.abort())
    yield page
    assert page.evaluate("window.RAN") is None and page.title() != "RAN"
    assert not [one for one in page.asked if one == "dialog" or "ran" in one.rpartition("/")[2]]


@pytest.mark.parametrize("kind", ["formgrader", "feedback", "report"])
def test_no_script_of_a_submission_runs_where_it_is_shown(pages, quiet_page, kind):
    page = quiet_page
    page.goto(pages[kind, "all" if kind == "report" else "eve"])
    for link in page.locator("#notebook a").all() if kind != "report" else []:
        assert re.match(r"#|https?:|mailto:", link.get_attribute("href") or "#")
    page.evaluate("document.querySelectorAll('#notebook *').forEach(one => one.dispatchEvent(new Event('mouseover')))")
    page.evaluate("document.querySelectorAll('#notebook img').forEach(one => one.dispatchEvent(new Event('error')))")
    page.wait_for_timeout(300)
    if kind != "report":
        assert page.get_by_text("an honest line").count() >= 4
        assert page.locator("#notebook svg, #notebook iframe, #notebook form, #notebook style").count() == 0
        assert page.locator("#notebook .panel-heading").count() == 5  # no answer, no test and no box is hidden
        assert all(box.is_visible() for box in page.locator(".nbgrader_cell .input_area").all())


def test_an_honest_submission_is_shown_whole(pages, quiet_page):
    page = quiet_page
    for kind in ("feedback", "formgrader"):
        page.goto(pages[kind, "ada"])
        plot = page.locator(".output_png img").first
        assert plot.evaluate("image => image.complete && image.naturalWidth > 300")
        assert page.get_by_alt_text("dots").evaluate("image => image.naturalWidth") > 0
        assert page.locator("#notebook .highlight .nb", has_text="print").count() >= 1  # code has its colours
        assert page.locator("strong", has_text="bold").count() == 1 and page.locator("#notebook h2").count() == 1
        assert page.get_by_role("link", name="there").get_attribute("href") == "https://example.org"
        assert page.get_by_text("✓ twice 3").count() == 1 and page.get_by_text("{'a': 1}").count() >= 2
        assert page.get_by_text("division by zero").count() >= 1
    page.locator("input.score").last.fill("3")  # the page's own scripts work: a mark is kept
    page.locator("input.score").last.press("Tab")
    page.locator(".score-saved").last.wait_for()
    page.reload()
    page.wait_for_function("() => [...document.querySelectorAll('input.score')].pop().value === '3'")


@pytest.mark.parametrize("kind", ["feedback", "report"])
def test_the_pages_about_grades_are_accessible(pages, page, kind):
    page.goto(pages[kind, "all" if kind == "report" else "ada"])
    assert not axe.faults(page)


def test_files_that_came_with_a_submission_are_read_and_never_run(pages, quiet_page):
    page, address = quiet_page, pages["formgrader", "eve"]
    page.goto(f"{address}notes.txt")
    assert page.locator("body").inner_text() == "honest notes"
    assert page.goto(f"{address}page.html").status == 404  # it was not taken along
    page.goto(f"{address}late.html")
    page.wait_for_timeout(200)


def test_the_settings_of_a_submission_are_not_read(pages, quiet_page):
    address = pages["formgrader", "eve"].partition("/submissions")[0]
    for asked in ("submitted/eve/01_small", "/tmp", "../"):
        assert quiet_page.goto(f"{address}?path={asked}").status == 403


def test_the_policy_holds_where_nothing_is_cleaned(quiet_page, tmp_path):
    own = "<html><head><script>window.OWN = 1</script></head><body onload='window.READY = 1'>{}</body></html>"
    file = tmp_path / "page.html"
    for name, text in hostile.MARKDOWN.items():
        if name != "refresh":  # no policy forbids a page to be another
            file.write_text(guarded(own.format(f"{text.encode(errors='replace').decode()}<p>x"), own.format("")))
            quiet_page.goto(file.as_uri())
            assert quiet_page.evaluate("[window.OWN, window.READY, window.RAN || 0]") == [1, 1, 0], name
    quiet_page.asked.clear()  # what a policy keeps from being sent is in this list, too
