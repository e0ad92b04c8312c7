"""What an attack may cost the grader: time, memory, disk. (That it gains nothing is for test_attacks.py.)"""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
from support.notebooks import assignment, executed, failure, marked, notebook

from utils import wire
from utils.grading.limits import Limits

pytestmark = pytest.mark.usefixtures("sandboxed")
RIGHT = "def double(x):\n    return 2 * x"


def grade(*cells, test="assert double(3) == 6", limits=None):
    """Grade a submission of some cells, for a task with one test. Returns whether it passed."""
    tested = marked(test, "t")
    graded = executed(notebook(*cells, tested), assignment("import numpy as np", tested), limits)
    return failure(graded.cells[-1]) == ""


def test_a_kernel_that_never_falls_silent_costs_no_more_than_a_test_may_take():
    limits = Limits(test_seconds=2, notebook_seconds=40)
    noise = """
from utils.isolation import namespace_server
import threading
kernel, serve = get_ipython().kernel, namespace_server.serve
def flood():
    while True:
        kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "busy"})
def start(*arguments):
    kernel._publish_status = kernel._publish_status_and_flush = lambda *a, **k: None
    threading.Thread(target=flood, daemon=True).start()
    serve(*arguments)
namespace_server.serve = start
"""
    assert grade(RIGHT, limits=limits)  # and what starts once has started
    started = time.monotonic()
    grade(noise, RIGHT, limits=limits)
    assert time.monotonic() - started < 25


@pytest.mark.parametrize("shape", ["[1000000000000,0]", "[0,1000000000000]", "[3,0,99999999999]"])
def test_an_array_of_nothing_is_no_larger_than_one_of_something(shape):
    """`tolist()` of a million million empty rows would end the judge, and any honest code can return them."""
    with pytest.raises(wire.WireError):
        wire.decode(f'["array","<f8",{shape},""]'.encode())


def test_no_exception_of_the_students_code_ends_a_loop_of_the_test():
    test = "for got in map(double, [3]):\n    assert got == 6"
    assert grade(RIGHT, test=test)
    assert not grade("def double(x):\n    raise StopIteration", test=test)


@pytest.mark.parametrize(
    "text", ["x" * 10**6, "\\ud800", "\\u202e", "\\x1b[2J"], ids=["long", "half", "turned", "ansi"]
)
def test_what_the_students_code_says_can_be_written_and_read(text):
    assert not grade(f"class Error(Exception):\n    pass\ndef double(x):\n    raise Error('{text}')")
    assert not grade(f"def double(x):\n    return '{text}'", test="assert double(3) == 6, double(3)")


def test_nobody_else_on_this_machine_reaches_a_submissions_folder():
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs root and setpriv, to become somebody else")
    working = threading.Thread(target=grade, args=("import time; time.sleep(3)", RIGHT))
    working.start()
    try:
        seen = []
        deadline = time.monotonic() + 10
        while not seen and time.monotonic() < deadline:
            time.sleep(0.1)
            seen = list(Path(tempfile.gettempdir()).glob("course-kernels-*/*/judge.sock"))
        somebody = ["setpriv", "--reuid", "65533", "--regid", "65533", "--clear-groups", "sh", "-c"]  # no rights left
        assert seen and subprocess.run([*somebody, f"test -e {seen[0]}"], check=False).returncode == 1
    finally:
        working.join()
