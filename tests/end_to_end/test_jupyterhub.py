"""The recipe in docs/jupyterhub: a real hub with accounts, of which none can read what another has handed in.

The accounts, homes and the course's folders are seen by the hub only: it runs in a view of this machine with another
/etc, /home and /srv, and all of its processes end with it. It needs root, and jupyterhub and configurable-http-proxy,
which the course itself does not need: `COURSE_JUPYTERHUB` names folders to look for them (`docs/jupyterhub/README.md`).
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from support import accounts, hub
from support.course import COURSE_FILES, LESSONS, ROOT, solved

from utils.grading.commands import bundle

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("sandboxed")]

RECIPE = ROOT / "docs" / "jupyterhub"
LESSON, NOTEBOOK = "01_slash_classifier", "slash_classifier.ipynb"
PASSWORD = "of-a-test-only"
STUDENTS = ("course-test-ada", "course-test-bob")
INSTRUCTORS = ("course-test-grace", "course-test-alan")
PATH = os.pathsep.join(
    [os.environ.get("COURSE_JUPYTERHUB", ""), str(Path(sys.executable).parent), os.environ["PATH"]]
).strip(os.pathsep)
WITH_ACCOUNTS = """
export COURSE_INSTRUCTORS="{instructors}"
sh /srv/course/class/docs/jupyterhub/set_up_class.sh
for name in {students} course-test-eve; do useradd --create-home -K HOME_MODE=0700 $name; done
for name in {students}; do usermod --groups course-students $name; done
for name in {students} {instructors} course-test-eve; do echo "$name:{password}"; done | chpasswd
cd /srv/hub
exec jupyterhub --config /srv/hub/config.py --JupyterHub.hub_port={ports[1]} \
    --ConfigurableHTTPProxy.api_url=http://127.0.0.1:{ports[2]}
"""
# This Python's environment need not be the hub's: its servers are told where JupyterLab and nbgrader are.
CONFIG = """
load_subconfig("/srv/course/class/docs/jupyterhub/jupyterhub_config.py")
c.Spawner.environment = {{"JUPYTER_PATH": {share!r}, "COURSE_FIGURES": "off"}}
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """bubblewrap's arguments for the view, and its folders: the course is installed there as the recipe says."""
    if os.geteuid():
        pytest.skip("only root can start a hub with accounts of its own")
    for program in ("jupyterhub", "configurable-http-proxy", "useradd"):
        if shutil.which(program, path=PATH) is None:
            pytest.skip(f"{program} is not installed: docs/jupyterhub/README.md says how to try the recipe")
    folder = tmp_path_factory.mktemp("machine")
    (folder / "home").mkdir()
    shutil.copytree("/etc", folder / "etc", symlinks=True, ignore_dangling_symlinks=True)
    (folder / "etc" / "jupyter").mkdir(exist_ok=True)
    extensions = "etc/jupyter/jupyter_server_config.d"  # nbgrader's and others'; not what `start.py` has set
    shutil.copytree(Path(sys.prefix) / extensions, folder / extensions, dirs_exist_ok=True)
    course = folder / "srv" / "course"
    for name in (*COURSE_FILES, "docs/jupyterhub"):
        source, target = ROOT / name, course / "class" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "cache"))
        else:
            shutil.copy2(source, target)
    for name, content in bundle.contents(ROOT):
        target = course / "students" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (folder / "srv" / "hub").mkdir(mode=0o700)
    share = str(Path(sys.prefix) / "share" / "jupyter")
    (folder / "srv" / "hub" / "config.py").write_text(CONFIG.format(share=share))
    mounts = [word for name in ("etc", "home", "srv") for word in ("--bind", str(folder / name), f"/{name}")]
    # All processes end with `unshare`. (bubblewrap could do that too, but covers parts of /proc, and then an ordinary
    # user may not mount it for the sandbox.)
    own_processes = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
    view = ["bwrap", *accounts.within_reach(), *mounts, "--cap-add", "ALL", "--clearenv"]
    return [*own_processes, *view], folder


def started(machine, **environment):
    """Start a hub; returns its process and its address."""
    view, folder = machine
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    script = WITH_ACCOUNTS.format(
        students=" ".join(STUDENTS), instructors=" ".join(INSTRUCTORS), password=PASSWORD, ports=ports
    )
    address = f"http://127.0.0.1:{ports[0]}"
    settings = {"PATH": f"{PATH}:/usr/sbin", "LANG": "C.UTF-8", "COURSE_HUB_URL": address} | environment
    variables = [word for name, value in settings.items() for word in ("--setenv", name, value)]
    with (folder / "hub.log").open("w") as log:
        process = subprocess.Popen([*view, *variables, "--", "sh", "-euc", script], stdout=log, stderr=log)
    for _ in range(240):
        assert process.poll() is None, (folder / "hub.log").read_text()
        try:
            if requests.get(f"{address}/hub/api", timeout=10).ok:
                return process, address
        except requests.ConnectionError:
            pass
        time.sleep(0.25)
    process.kill()
    raise AssertionError((folder / "hub.log").read_text())


@pytest.fixture(scope="module")
def address(machine):
    process, address = started(machine)
    yield address
    process.kill()  # `unshare` ends for nothing less
    process.wait()


@pytest.fixture(scope="module")
def people(address):
    """Students and instructors, each with a server."""
    everyone = [hub.User(address, name, PASSWORD) for name in (*STUDENTS, *INSTRUCTORS)]
    for user in everyone:
        assert user.log_in().status_code == 302
        user.start_server()
    return everyone


def test_only_the_class_gets_in(address):
    assert hub.User(address, STUDENTS[0], "wrong").log_in().status_code == 403
    assert hub.User(address, "course-test-eve", PASSWORD).log_in().status_code == 403


def handed_in(student, text):
    """Fetch the lesson, save `text` as the notebook, and hand it in."""
    lesson = {"course_id": "slash_to_vgg", "assignment_id": LESSON}
    assert student.get("assignments", course_id="slash_to_vgg").json()["value"][0]["status"] == "released"
    assert student.post("assignments/fetch", lesson)["success"]
    path = f"api/contents/coursework/{LESSON}/{NOTEBOOK}"
    assert student.get(path).json()["content"]["cells"]
    student.put(path, {"type": "notebook", "content": json.loads(text)})
    assert student.post("assignments/submit", lesson)["success"]


def test_a_class(people):
    ada, bob, grace, alan = people
    grace.types(f"nbgrader generate_assignment {LESSON} --force && nbgrader release_assignment {LESSON}")
    handed_in(ada, solved(LESSONS[0]))
    handed_in(bob, (ROOT / "lessons" / LESSON / NOTEBOOK).read_text())

    assert alan.get("formgrader").status_code == 200
    assert alan.post(f"formgrader/api/assignment/{LESSON}/collect")["success"]
    assert "2 graded" in grace.types("course grade 01")
    alan.types(f"nbgrader generate_feedback {LESSON} && nbgrader release_feedback {LESSON}")
    assert "2 were graded before" in alan.types("course grade 01")  # the gradebook is for both
    alan.types("nbgrader export")
    assert re.search(rf"{LESSON},.*,{STUDENTS[0]},.*,21.0,25.0", grace.types("cat grades.csv"))

    lesson = {"course_id": "slash_to_vgg", "assignment_id": LESSON}
    for student, score in ((ada, "21.0 / 25.0"), (bob, "0.0 / 25.0")):
        assert student.post("assignments/fetch_feedback", lesson)["success"]
        (attempt,) = student.get(f"api/contents/coursework/{LESSON}/feedback").json()["content"]
        page = student.get(f"files/{attempt['path']}/slash_classifier.html")
        assert page.status_code == 200 and score in page.text

    exchange = "/srv/course/exchange/slash_to_vgg"
    (folder,) = re.findall(rf"{STUDENTS[0]}\+\S+", grace.types(f"ls {exchange}/inbound | cat"))
    work = f"{exchange}/inbound/{folder}"  # a name that no student finds out; and if they did:
    assert ada.types(f"cat {work}/{NOTEBOOK} | head -c 1") and grace.types(f"cat {work}/{NOTEBOOK} | head -c 1")
    for path in (
        f"{exchange}/inbound",
        f"{exchange}/feedback",
        work,
        f"{work}/{NOTEBOOK}",
        f"/home/{STUDENTS[0]}",
        f"/home/{STUDENTS[0]}/coursework/{LESSON}/feedback",
        f"/srv/course/class/submitted/{STUDENTS[0]}",
        f"/srv/course/class/feedback/{STUDENTS[0]}",
        "/srv/course/class/gradebook.db",
        f"/srv/course/class/solutions/{LESSON}",
        "/srv/hub",
    ):
        assert "Permission denied" in bob.types(f"find {path} -type f | xargs cat", status=1), path
    assert bob.get("formgrader").status_code == 404
    assert bob.browser.get(f"{ada.server}/api/contents", timeout=60).status_code in (403, 404)
