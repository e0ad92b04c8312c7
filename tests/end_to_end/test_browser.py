"""A real browser on a real JupyterLab: what a student and an instructor see."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import sync_playwright

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
    """The page that `make lab` opens in the user's browser."""
    page.goto(lab)
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_selector('.jp-NotebookPanel [data-status="idle"]', state="attached")


def cell(page, text):
    """The code cell whose source contains `text`, scrolled into view."""
    found = page.locator(".jp-CodeCell", has=page.locator(".jp-InputArea", has_text=text)).first
    found.scroll_into_view_if_needed()
    return found


def run_cell(page, text, source=None):
    """Run one cell, after typing `source` over what it holds, and wait until it has run. Returns the cell."""
    found = cell(page, text)
    prompt = found.locator(".jp-InputPrompt").first
    before = prompt.inner_text()
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


def test_run_all_cells_goes_to_the_end_of_an_unsolved_lesson(page, lab, course_copy):
    """Cells that need an exercise say so in a line; those that need none have run."""
    open_lesson(page, lab)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    for _ in range(60):
        page.wait_for_timeout(1000)
        page.keyboard.press("Control+S")
        notebook = nbformat.read(course_copy / "lessons" / LESSON / "slash_classifier.ipynb", as_version=4)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        if code[-1].execution_count:
            break
    assert all(cell.execution_count for cell in code)
    errors = [output for cell in code for output in cell.outputs if output.output_type == "error"]
    assert len(errors) > 30 and {len(error.traceback) for error in errors} == {1}
    assert all("`" in error.traceback[0] and "is not solved yet" in error.traceback[0] for error in errors)


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
    for _ in range(100):
        if (course_copy / path).read_text() != before:
            break
        page.wait_for_timeout(100)
    assert (course_copy / path).read_text() == before.replace(
        "print(BACKSLASH)\n", "# edited in the browser\nprint(BACKSLASH)\n"
    )
    page.get_by_role("tab", name="Create Assignment").click()
    page.wait_for_function("() => [...document.querySelectorAll('input')].some(input => input.value === '25')")
