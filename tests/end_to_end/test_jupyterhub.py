"""The recipe in docs/jupyterhub: a real hub with accounts, of which none can read what another has handed in.

The accounts, homes and the course's folders are seen by the hub only: it runs in a view of this machine with another
/etc, /home and /srv, and all of its processes end with it. It needs root, and jupyterhub and configurable-http-proxy,
which the course itself does not need: `COURSE_JUPYTERHUB` names folders to look for them (`docs/jupyterhub/README.md`).
"""

import hashlib
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import yaml
from support import accounts, hub, lti_platform
from support.course import COURSE_FILES, LESSONS, ROOT, solved

from utils.grading.commands import bundle

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # seven servers start

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
for name in {students} course-test-eve; do id $name || useradd --create-home -K HOME_MODE=0700 $name; done
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
def machine(tmp_path_factory, sandboxed):
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


@contextmanager
def started(machine, **environment):
    """A hub, which is ended afterwards: its address."""
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
    try:
        end = time.monotonic() + hub.PATIENCE
        while not answers(f"{address}/hub/api"):
            assert process.poll() is None and time.monotonic() < end, (folder / "hub.log").read_text()
            time.sleep(0.25)
        yield address
    finally:
        process.kill()  # `unshare` ends for nothing less, and all processes with it
        process.wait()


def answers(address):
    """Whether something there answers."""
    try:
        return requests.get(address, timeout=10).ok
    except requests.ConnectionError:
        return False


@pytest.fixture(scope="module")
def address(machine):
    with started(machine) as address:
        yield address


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
    (folder,) = re.findall(rf"{STUDENTS[0]}\+[^\r\n]+", grace.types(f"ls {exchange}/inbound | cat"))
    work = shlex.quote(f"{exchange}/inbound/{folder}")  # a name that no student finds out; and if they did:
    assert ada.types(f"cat {work}/{NOTEBOOK} | head -c 1") and grace.types(f"cat {work}/{NOTEBOOK} | head -c 1")
    for look in (
        f"ls {exchange}/inbound",
        f"ls {exchange}/feedback",
        f"ls {work}",
        f"cat {work}/{NOTEBOOK}",
        f"ls /home/{STUDENTS[0]}",
        f"ls /home/{STUDENTS[0]}/coursework/{LESSON}/feedback",
        f"cat /srv/course/class/submitted/{STUDENTS[0]}/{LESSON}/{NOTEBOOK}",
        f"ls /srv/course/class/feedback/{STUDENTS[0]}/{LESSON}",
        "cat /srv/course/class/gradebook.db",
        f"ls /srv/course/class/solutions/{LESSON}",
        "ls /srv/hub",
    ):
        assert "Permission denied" in bob.types(f"{look} || false", status=1), look
    assert bob.get("formgrader").status_code == 404
    assert bob.browser.get(f"{ada.server}/api/contents", timeout=60).status_code in (403, 404)


def test_users_of_a_learning_platform_get_an_account(machine):
    with lti_platform.serving() as platform, started(machine, **platform.settings) as address:
        number = hub.User(address, f"lti-{hashlib.sha256(b'4711').hexdigest()[:16]}")
        assert platform.launch(number.browser, address, "4711").ok
        number.start_server()
        assert f"/home/{number.name}" in number.types("pwd") and "course-students" in number.types("id")

        grace = hub.User(address, INSTRUCTORS[0])
        assert platform.launch(grace.browser, address, grace.name).ok
        grace.start_server()
        assert "/srv/course/class" in grace.types("pwd")

        root = hub.User(address, "root")
        platform.launch(root.browser, address, "root")
        assert root.browser.get(f"{address}/hub/spawn", timeout=60).status_code == 500  # no account of the class
        forged = lti_platform.Platform(platform.settings["LTI_ISSUER"])
        assert forged.launch(requests.Session(), address, grace.name).status_code == 400  # signed by somebody else
        assert hub.User(address, STUDENTS[0], PASSWORD).log_in().status_code != 302  # no passwords beside it


CHART = {  # zero-to-jupyterhub's values that are used
    "hub": {"config", "extraConfig"},
    "singleuser": {"image", "defaultUrl", "memory", "cpu", "storage", "networkPolicy"},
    "cull": {"enabled", "timeout"},
}


def test_files_for_kubernetes_have_the_keys_that_are_known():
    values = yaml.safe_load((RECIPE / "kubernetes" / "values.yaml").read_text())
    assert {key: set(value) for key, value in values.items()} == CHART
    compile(values["hub"]["extraConfig"]["course"], "values.yaml", "exec")
    mounted = {each["name"] for each in values["singleuser"]["storage"]["extraVolumeMounts"]}
    assert mounted == {each["name"] for each in values["singleuser"]["storage"]["extraVolumes"]}

    cluster = yaml.safe_load((RECIPE / "kubernetes" / "cluster.yaml").read_text())
    assert (cluster["apiVersion"], cluster["kind"]) == ("kubernetes.dask.org/v1", "DaskCluster")
    assert set(cluster["spec"]) == {"worker", "scheduler"} and set(cluster["spec"]["worker"]) == {"replicas", "spec"}
    assert set(cluster["spec"]["scheduler"]) == {"spec", "service"}
    (worker,) = cluster["spec"]["worker"]["spec"]["containers"]
    assert worker["args"][:4] == ["dask", "worker", "--nthreads", "1"]
    assert cluster["spec"]["scheduler"]["service"]["selector"]["dask.org/cluster-name"] == cluster["metadata"]["name"]
