"""A test cell runs in the judge; the student's names answer from another process, as data."""

import asyncio
import json
import socket
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import suppress

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from support.course import LESSONS, ROOT
from support.notebooks import marked, notebook

from utils.checks import static_analysis
from utils.grading.judge.client import JudgeClient, JudgeForkServer
from utils.grading.judge.notebook import CodeCell, code_cells, readable
from utils.grading.judge.server import Judge
from utils.grading.judge.student_proxy import StudentProxy
from utils.grading.limits import Limits
from utils.grading.python_code import bound_names
from utils.isolation.namespace_server import serve
from utils.wire import LENGTH


class Process:
    """A student's process: runs some code, then serves the judge, once for each test."""

    def __init__(self, tmp_path, code):
        self.path = str(tmp_path / "judge.sock")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()
        serve = "import sys\nfrom utils.isolation import namespace_server as server\n"
        serve += "while sys.stdin.readline(): server.serve(sys.argv[1], globals())\n"
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"{textwrap.dedent(code)}\n{serve}", self.path], stdin=subprocess.PIPE, text=True
        )

    def connect(self, seconds=20):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.listener.settimeout(seconds)
        return StudentProxy(self.listener.accept()[0], seconds)

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.listener.close()


@pytest.fixture
def student(tmp_path):
    """Start a student's process with some code; returns a function that connects to it."""
    processes = []

    def start(code, seconds=20):
        processes.append(Process(tmp_path, code))
        return processes[-1].connect(seconds)

    start.processes = processes
    yield start
    for process in processes:
        process.stop()


def outcome(student, test, *given):
    """What the judge says about `test`: "" when it passes."""
    cells = notebook("from utils import checks\nimport numpy as np", *given, marked(test, "t")).cells
    outputs = Judge([CodeCell.read(cell) for cell in cells]).run("t", student)["outputs"]
    errors = [output for output in outputs if output["output_type"] == "error"]
    return errors[0]["evalue"] if errors else ""


def test_data_and_functions_of_the_student(student):
    there = student("""
        import numpy as np
        weights = np.arange(6.0).reshape(2, 3)
        def double(x, plus=0):
            return {"twice": 2 * x + plus, "shape": x.shape}
    """)
    assert (
        outcome(
            there,
            "checks.close(weights, [[0, 1, 2], [3, 4, 5]])\n"
            "answer = double(np.ones((1, 2)), plus=1)\n"
            "assert answer['shape'] == (1, 2) and type(answer) is dict\n"
            "checks.close(answer['twice'], [[3, 3]])",
        )
        == ""
    )


def test_what_the_instructor_gave_is_the_instructors(student):
    there = student("PATTERN = [0]\nclass checks:\n    close = staticmethod(lambda *a, **k: None)\nyours = 5\n")
    assert outcome(there, "checks.close(yours, PATTERN[1])", "PATTERN = [1, 6]\nprint('drawn')") != ""


def test_a_given_cell_that_needs_the_student_gets_the_student(student):
    there = student("def f(x):\n    return x + 1\nmade = 'forged'\n")
    assert outcome(there, "checks.equal(made, 8)", "made = f(7)") == ""


def test_names_inside_functions_and_comprehensions_are_found(student):
    there = student("def f(x):\n    return x + 1\n")
    test = "def twice(x):\n    return f(f(x))\nchecks.equal([twice(k) for k in (1, 2)], [3, 4])"
    assert outcome(there, test) == ""


def test_arguments_changed_in_place_are_seen(student):
    there = student("""
        def spoil(array, items, table):
            array *= 2
            items.append(9)
            table["new"] = 1
    """)
    test = """
a, i, t = np.ones(2), [1], {}
spoil(a, i, t)
checks.close(a, [1, 1])
checks.equal([i, t], [[1], {}])
with checks.in_place():
    spoil(a, i, t)
checks.close(a, [2, 2])
checks.equal([i, t["new"]], [[1, 9], 1])
"""
    assert outcome(there, test) == ""


def test_tensors_changed_in_place_are_seen(student):
    there = student("import torch\ndef spoil(tensor, tensors):\n    tensor.mul_(2)\n    tensors[0].add_(1)\n")
    test = "t, u = torch.ones(2, requires_grad=True), torch.zeros(3)\nboth = t.detach()\n"
    test += "with checks.in_place():\n    spoil(both, [u])\n"
    assert outcome(there, f"import torch\n{test}checks.close(t, [2, 2])\nchecks.close(u, [1, 1, 1])") == ""


def test_arguments_that_were_left_alone_stay_the_same_objects(student):
    there = student("def total(items):\n    return sum(a.sum() for a in items)\n")
    assert outcome(there, "a = np.ones(3)\nitems = [a]\nchecks.close(total(items), 3)\nassert items[0] is a") == ""


@pytest.mark.parametrize(("body", "said"), [
    ("return undefined", "the name 'undefined' does not exist"),
    ("raise NotImplementedError", "not solved yet"),
    ("return x[10]", "your code stopped in `f`, line 3 "),
    ("raise SystemExit(3)", "your code ended with SystemExit: 3"),
    ("raise KeyboardInterrupt", "your code ended with KeyboardInterrupt"),
    ("return object()", "yours is <object of the student>"),
    ("return np.array([object()])", "what your code gives cannot be read: ValueError: an array of dtype object"),
    ("return np.array([2, 3], object)", "yours has shape (2,)"),
    ("import os; os._exit(3)", "your kernel stopped"),
    ("import os; os.closerange(0, 100)", "your kernel stopped"),
    ("return 10 ** 5000", "cannot be sent"),
])  # fmt: skip
def test_what_goes_wrong_is_said(student, body, said):
    there = student(f"import numpy as np\ndef f(x):\n    {body}\n")
    told = outcome(there, "with checks.case('f of three'):\n    checks.close(f(np.ones(3)), 1)")
    assert said in told


def test_a_function_that_never_ends(student):
    there = student("def f():\n    while True:\n        pass\n", seconds=2)
    assert "endless loop" in outcome(there, "with checks.case('f'):\n    checks.equal(f(), 1)")


def test_a_builtin_error_can_be_expected_and_others_are_not_taken_for_it(student):
    there = student(
        "class ValueErrorX(Exception):\n    pass\ndef f(x):\n    raise (ValueError if x else ValueErrorX)('no')\n"
    )
    assert outcome(there, "checks.raises(ValueError, f, 1, because='it')") == ""
    assert "yours stopped with" in outcome(
        student.processes[-1].connect(), "checks.raises(ValueError, f, 0, because='it')"
    )


def test_a_result_that_equals_everything_is_what_it_holds(student):
    there = student("""
        class Everything(float):
            def __eq__(self, other): return True
            def __float__(self): return 42.0
        def f(): return Everything(7)
    """)
    assert outcome(there, "checks.equal(f(), 42.0)") != ""


@pytest.mark.parametrize(
    "forged",
    [
        b"",
        b"\0" * 8,
        b"\xff" * 8,
        b"\0" * 7 + b"\x02{}",
        b"\0" * 7 + b"\x02[]",
        b"\0" * 7 + b"\x0f" + b'{"value": 1}   ',
    ],
    ids=repr,
)
def test_forged_frames_end_the_test_and_no_more(student, forged):
    there = student(f"""
        import socket
        from utils.isolation import namespace_server
        def serve(path, names):
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(path)
                s.sendall({forged!r})
        namespace_server.serve = serve
    """)
    told = outcome(there, "with checks.case('f'):\n    checks.equal(f, 1)")
    assert "could not be read" in told or "your kernel stopped" in told


def test_a_model_is_a_handle(student):
    there = student("""
        import torch
        def build():
            return torch.nn.Linear(3, 2)
    """)
    assert (
        outcome(
            there,
            """
model = build()
weights, bias = model.parameters()
assert weights.shape == (2, 3) and bias.shape == (2,)
model.set_parameters([np.arange(6, dtype="f4").reshape(2, 3), np.array([1, -1], "f4")])
import torch
out = model(torch.tensor([[1.0, 0, 2]]))
checks.close(out, [[5, 12]])
checks.raises(ValueError, model.set_parameters, [np.ones(3)], because="one array is missing")
assert repr(model) == "<Linear of the student>"
""",
        )
        == ""
    )


@pytest.mark.parametrize(
    "use", ["model == 1", "bool(model)", "if model: pass", "len(model)", "np.asarray(model) + 1", "model < 2"]
)
def test_a_handle_cannot_be_compared(student, use):
    there = student("class Model:\n    def __eq__(self, other):\n        return True\nmodel = Model()\n")
    assert "is no data" in outcome(there, use)


def test_a_test_that_is_not_there():
    with pytest.raises(KeyError, match="no test 'x'"):
        Judge([]).run("x", None)


@pytest.mark.parametrize(("code", "names"), [
    ("a = b, (c, *d) = 1, 2", {"a", "b", "c", "d"}),
    ("for i in x:\n    j = [k for k in i]", {"i", "j"}),
    ("def f(x):\n    y = 1\n    def g(): pass", {"f"}),
    ("import numpy as np, os.path\nfrom a import b as c, d", {"np", "os", "c", "d"}),
    ("with a as b:\n    c: int = 1\nd += (e := 2)", {"b", "c", "d", "e"}),
    ("class A:\n    x = 1\nl = lambda z: (w := z)", {"A", "l"}),
])  # fmt: skip
def test_the_names_that_a_cell_binds(code, names):
    assert set(bound_names(code)) == names


def test_lesson_01_solved_passes_every_test_in_the_judge(student):
    lesson = LESSONS[0]
    code = "import numpy as np\nfrom utils.datasets.images import *\n" + "\n".join(lesson.solutions().values())
    judge = Judge(code_cells(lesson.solution.read_text()))
    student(code).done()
    for tests in lesson.exercises().values():
        for test in tests:
            outputs = judge.run(test, student.processes[-1].connect())["outputs"]
            assert [output.get("evalue") for output in outputs if output["output_type"] == "error"] == [], test
            assert "✓" in outputs[0]["text"]


def test_a_judge_is_forked_for_each_test(tmp_path):
    tests = notebook(marked("with checks.case('f'):\n    checks.equal(f(), 2)", "one"), "from utils import checks")
    tests.cells.reverse()
    server = JudgeForkServer(nbformat.writes(tests))
    numbers = set()
    try:
        control, its = socket.socketpair()
        with socket.socket(socket.AF_UNIX) as listener, control:
            with its:
                server.fork({"seconds": 20, "memory": 2**33}, [its.fileno()])
            control.sendall(LENGTH.pack(2) + b"[]")
            listener.bind(path := str(tmp_path / "judge.sock"))
            listener.listen()
            for result, passes in ((2, True), (3, False)):
                ours, theirs = socket.socketpair()
                with theirs:
                    socket.send_fds(control, [b"t"], [theirs.fileno(), listener.fileno()])
                with ours, ours.makefile("rw") as lines:
                    numbers.add(int(lines.readline()))
                    ours.sendall(b'["one", [], [], 0]\n')
                    served = threading.Thread(target=serve, args=(path, {"f": lambda r=result: r}))
                    served.start()
                    answer = json.loads(lines.readline())
                    served.join(timeout=20)
                    said = "yours is 3, and that is not right"
                    assert answer["failure"] == (None if passes else {"case": "f", "misconception": said})
    finally:
        server.close()
    assert not server.alive and len(numbers) == 2


def verdicts(tmp_path, test, names, limits=None, also=lambda client: None, code=()):
    """What judges say, one after the other, of a test with each of these namespaces; None stands for no verdict."""
    tests = notebook("import numpy as np", marked(test, "one"))
    server = JudgeForkServer(nbformat.writes(tests))

    def serving(*arguments):
        with suppress(OSError):  # there is no judge
            serve(*arguments)

    async def run():
        client = JudgeClient(lambda: server, tmp_path / "judge.sock", limits or Limits(test_seconds=20))
        found = []
        client.read(code)
        try:
            for own in names:
                also(client)
                verdict = await client.start("one")
                threading.Thread(target=serving, args=(str(client.path), own), daemon=True).start()
                done, _ = await asyncio.wait([verdict], timeout=client.seconds + 3)
                client.end()
                found.append(verdict.result() if done else None)
        finally:
            client.close()
        return found

    try:
        return asyncio.run(run())
    finally:
        server.close()


def test_what_a_test_changes_is_unchanged_in_the_next(tmp_path):
    found = verdicts(tmp_path, "assert np.pi > 3\nnp.pi = f()", [{"f": lambda: 0}] * 2)
    assert [one["failure"] for one in found] == [None, None]


@pytest.mark.parametrize("ends", [
    "import os\nos._exit(1)", "import os\nos.kill(os.getpid(), 9)", "import ctypes\nctypes.string_at(0)",
    "import sys\nsys.exit()",
], ids=["exits", "is killed", "crashes", "leaves"])  # fmt: skip
def test_a_judge_who_ends_costs_one_test(tmp_path, ends):
    test = f"if f():\n    {ends.replace(chr(10), chr(10) + '    ')}"
    found = verdicts(tmp_path, test, [{"f": lambda: True}, {"f": lambda: False}])
    assert found == [None, {"outputs": [], "failure": None}]


def test_where_judges_come_from_may_end_as_well(tmp_path):
    def ends(client):
        if client._control is not None:
            client._control.shutdown(socket.SHUT_RDWR)

    found = verdicts(tmp_path, "assert f()", [{"f": lambda: True}] * 3, also=ends)
    assert [one["failure"] for one in found] == [None] * 3


def test_all_judges_read_the_code_that_was_handed_in(tmp_path):
    test = "from utils import checks\nchecks.by_hand('double', without=['numpy.add'])"
    code = ["import numpy as np\ndef double(x):\n    return np.add(x, x)"]
    for one in verdicts(tmp_path, test, [{"double": abs}] * 2, code=code):
        assert "numpy.add" in one["failure"]["misconception"]


SLOW = """
import os, signal, time
from utils.checks import static_analysis

def parsed(cell, parse=static_analysis._parsed):
    if "np.add" in cell:
        {}
    return parse(cell)

static_analysis._parsed = parsed
"""


@pytest.mark.parametrize(
    "how",
    [
        "time.sleep(60)",
        "bytearray(2**31)",
        "os._exit(1)",
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM]), time.sleep(60)",
    ],
    ids=["long", "memory", "ends", "hears no alarm"],
)
def test_a_notebook_that_cannot_be_read_has_no_points_and_nobody_waits_for_it(tmp_path, monkeypatch, how):
    """Whatever it is in a notebook that does it. Here reading itself is made slow, by a module of the instructor's."""
    (tmp_path / "slow.py").write_text(SLOW.format(how))
    monkeypatch.setattr("utils.grading.judge.client.ROOT", f"{ROOT}:{tmp_path}")
    monkeypatch.setattr("utils.grading.judge.client.LONGEST_READING", 3)
    test = "import slow\nassert f()"
    code = ["import numpy as np\ndef double(x):\n    return np.add(x, x)"]
    started = time.monotonic()
    limits = Limits(test_seconds=2, judge_memory=2**30)
    found = verdicts(tmp_path, test, [{"f": lambda: True}] * 2, limits, code=code)
    assert all("takes too long to read" in one["failure"]["misconception"] for one in found)
    (tmp_path / "judge.sock").unlink()
    assert verdicts(tmp_path, test, [{"f": lambda: True}], limits)[0]["failure"] is None
    assert time.monotonic() - started < 20


def test_a_judge_who_hears_no_alarm_is_ended(tmp_path):
    started = time.monotonic()
    deaf = "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 60))\nif f():\n    while True: pass"
    found = verdicts(tmp_path, deaf, [{"f": lambda: True}, {"f": lambda: False}], Limits(test_seconds=2))
    assert found[0] is None and found[1]["failure"] is None
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("put", ["link", "file", "socket", "nothing"])
def test_what_is_put_in_the_place_of_the_socket_is_left_alone(tmp_path, put):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    secret.chmod(0o600)
    kept = []

    def instead(client):
        client.path.unlink(missing_ok=True)
        if put == "link":
            client.path.symlink_to(secret)
        elif put == "file":
            client.path.write_text("")
        elif put == "socket":
            kept.append(socket.socket(socket.AF_UNIX))
            kept[-1].bind(str(client.path))

    found = verdicts(tmp_path, "assert True", [{}, {}], Limits(test_seconds=1), instead)
    assert len(found) == 2 and all("did not answer" in one["failure"]["misconception"] for one in found)
    assert secret.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("cell", [
    "%time 1\n" * 30_000, "!ls\n" * 60_000, "x?\n" * 60_000, "a = %time 1\n" * 25_000, "a = 1\n" * 50_000,
    ",f x\n" * 50_000, "= !" * 100_000, "a\n" * 149_000, "a['x']=%m\n" * 10_000, "\f%a\n" * 20_000,
    "a=\f%b\n" * 14_000,
], ids=["magics", "commands", "help", "assigned", "long", "calls", "line", "no signs", "behind a quote", "form feeds",
        "assigned behind form feeds"])  # fmt: skip
def test_reading_code_costs_no_more_than_a_moment(cell):
    started = time.process_time()
    double = "def double(x):\n    return 2 * x"
    assert static_analysis.finding("double", cells=readable([double, cell])) == "exec"
    assert time.process_time() - started < 5


def test_what_ipython_gives_up_is_no_code_that_could_run():
    cells = ["def double(x):\n    return 2 * x", "a['x']=%m\n" * 300]
    assert readable(cells) == cells and static_analysis.finding("double", cells=cells) == ""


def test_honest_code_is_read_as_it_is():
    cells = ["%matplotlib inline\nimport numpy as np\n" + "x = 1 % 2 != 3\n" * 2000, "%%time\nx?", "y = !ls"]
    assert readable(cells) == cells


def test_numbers_cross_without_loss(student):
    there = student("def same(x):\n    return x\n")
    assert (
        outcome(
            there,
            "x = np.array([0.1, 1e-300, np.nan])\nnp.testing.assert_array_equal(same(x), x)\n"
            "assert same(float(np.float32(0.1))) == float(np.float32(0.1))",
        )
        == ""
    )


# --- An exercise that calls another one -------------------------------------------------------------------------------

OURS = [
    marked(
        "def double(x):\n    if x == 13:\n        raise ValueError('unlucky')\n    return 2 * x", "double", "solution"
    ),
    marked("checks.equal(double(2), 4)", "test_double"),
    marked("def quadruple(x):\n    return double(double(x))", "quadruple", "solution"),
    marked("with checks.case('four times'):\n    checks.equal(quadruple(3), 12)", "test_quadruple"),
]
UNSOLVED = "def double(x):\n    raise NotImplementedError('not solved yet')\n"


def judged(student, failed=("test_double",), cells=OURS):
    """What the judge prints and says about the last test, when these have failed."""
    found = Judge([CodeCell.read(cell) for cell in notebook("from utils import checks", *cells).cells])
    verdict = found.run(cells[-1].metadata.nbgrader.grade_id, student, failed=failed)
    text = "".join(output.get("text", "") for output in verdict["outputs"])
    return text, (verdict["failure"] or {}).get("misconception", "")


def test_an_exercise_is_tried_with_the_courses_own_where_the_one_that_it_calls_has_failed(student):
    code = UNSOLVED + "def quadruple(x):\n    return double(double(x))\n"
    text, said = judged(student(code))
    assert said == "" and text.startswith("Tried with the course's own `double` in the place of yours") and "✓" in text
    assert "`double` is not solved yet" in judged(student.processes[-1].connect(), failed=())[1]


def test_the_courses_own_is_not_lent_out_before_all_tests_of_its_exercise_have_run(student):
    found = Judge([CodeCell.read(cell) for cell in notebook("from utils import checks", *OURS).cells])
    there = student(UNSOLVED + "def quadruple(x):\n    return double(double(x))\n")
    verdict = found.run("test_quadruple", there, failed=("test_double",), to_come=("test_double",))
    assert "Tried with" not in str(verdict) and "`double` is not solved yet" in str(verdict)


def test_it_still_has_to_be_right(student):
    text, said = judged(student(UNSOLVED + "def quadruple(x):\n    return double(x)\n"))
    assert "Tried with the course's own" in text and said == "yours is 6, and that is not right"


BY_HAND = [*OURS[:3], marked("checks.by_hand('quadruple')\nchecks.equal(quadruple(3), 12)", "test_quadruple")]
SUMS = "import numpy as np\ndef double(x):\n    return int(np.fft.fft([x, x])[0].real)\n"


@pytest.mark.parametrize(
    ("code", "uses_routine"),
    [("return double(double(x))", False), ("return int(np.fft.fft([double(x)] * 2)[0].real)", True)],
)
def test_a_routine_in_the_exercise_that_it_calls_is_not_held_against_it(student, monkeypatch, code, uses_routine):
    submitted = f"{SUMS}def quadruple(x):\n    {code}\n"
    monkeypatch.setattr("utils.checks.static_analysis.submitted", [submitted])
    there = student(submitted)
    assert ("by hand" in judged(there, cells=BY_HAND)[1]) is uses_routine
    assert "by hand" in judged(student.processes[-1].connect(), failed=(), cells=BY_HAND)[1]


PARTIAL = marked("p = 2 if quadruple(3) < 13 else 0\np", "test_quadruple")


def test_another_try_takes_no_points_away(student):
    wrong = "def double(x):\n    return 3 * x\n"
    there = student(wrong + "def quadruple(x):\n    return 4 * x if double(1) == 3 else 5 * x\n")
    found = Judge([CodeCell.read(cell) for cell in notebook("from utils import checks", *OURS[:3], PARTIAL).cells])
    verdict = found.run("test_quadruple", there, failed=("test_double",))
    assert "'2'" in str(verdict) and "Tried with" not in str(verdict)


@pytest.mark.parametrize("given", ["import asyncio\nunit = await asyncio.sleep(0, 1)", "unit = 1 / 0"])
def test_another_try_that_cannot_be_made_costs_nothing(student, given):
    solution = marked("two = 2 * unit\ndef double(x):\n    return two * x", "double", "solution")
    cells = [marked(given, "given", "read-only"), solution, *OURS[1:]]
    text, said = judged(student("def double(x):\n    return x\ndef quadruple(x):\n    return double(x)\n"), cells=cells)
    assert said == "yours is 3, and that is not right" and "Tried with" not in text


def test_errors_of_the_courses_own_come_back(student):
    cells = [
        *OURS[:3],
        marked("with checks.case('13'):\n    checks.raises(ValueError, quadruple, 13, because='no')", "t"),
    ]
    assert judged(student(UNSOLVED + "def quadruple(x):\n    return double(double(x))\n"), cells=cells)[1] == ""


def test_afterwards_the_students_own_is_back_and_nobody_answers(student):
    code = UNSOLVED + "kept = []\ndef quadruple(x):\n    kept.append(double)\n    return double(double(x))\n"
    judged(student(code + "def again(x):\n    return kept[-1](x)\n"))
    there = student.processes[-1].connect()
    assert "not solved yet" in outcome(there, "with checks.case('d'):\n    double(2)")
    there = student.processes[-1].connect()
    assert "your code stopped" in outcome(there, "with checks.case('a'):\n    checks.equal(again(2), 4)")


def test_the_courses_own_is_there_only_for_exercises_that_call_it(student):
    """`quadruple` could do the work of `double`; the course's `double` does not call it."""
    code = "def quadruple(x):\n    raise NotImplementedError\ndef double(x):\n    return quadruple(x / 2)\n"
    cells = [OURS[0], marked("with checks.case('twice'):\n    checks.equal(double(2), 4)", "test_double"), *OURS[2:]]
    there = student(code)
    assert "`quadruple` is not solved yet" in judged(there, failed=("test_quadruple",), cells=cells[:2])[1]


def test_what_the_courses_own_cannot_take_is_an_error_of_the_call(student):
    code = UNSOLVED + "def quadruple(x):\n    return double(object()) or double(double(x))\n"
    assert "TypeError" in judged(student(code))[1]


def test_asking_without_end_is_ended(student):
    there = student(UNSOLVED + "def quadruple(x):\n    while True:\n        double(x)\n")
    cells = [CodeCell.read(cell) for cell in notebook("from utils import checks", *OURS).cells]
    verdict = Judge(cells).run("test_quadruple", there, seconds=2, failed=("test_double",))
    assert "endless loop" in verdict["failure"]["misconception"]


def test_what_a_students_cell_defines_is_the_instructors_even_if_the_notebook_redefines_it(student):
    there = student("SIZE = 3\ndef fresh():\n    return 'forged'\ndef f(x):\n    return x\n")
    given = new_code_cell("def fresh():\n    return [0] * SIZE", metadata={"tags": ["students-kernel"]})
    assert outcome(there, "checks.equal(f(fresh()), [0, 0])", "SIZE = 2", given) == ""


# --- Points that are not deserved ------------------------------------------------------------------------------------


def test_arguments_turned_to_zeros_do_not_change_what_is_expected_of_them(student):
    there = student("import numpy as np\ndef double(x):\n    x *= 0\n    return np.zeros_like(x)\n")
    test = "given = np.array([1.0, 2])\nfound = double(given)\nchecks.close(found, 2 * given)"
    assert outcome(there, test) != ""


def test_what_looks_like_a_model_is_none(student):
    there = student("""
        import numpy as np
        class Net:
            weights, state_dict = [], lambda self: {}
            def parameters(self): return [np.ones((2, 3))]
            def set_parameters(self, arrays): pass
            def __call__(self, x): return x
        def build(): return Net()
    """)
    test = "from utils.models.parameters import parameters\nchecks.equal(parameters(build())[0].shape, (2, 3))"
    assert "a Net has no parameters" in outcome(
        there, f"with checks.case('the model'):\n    {test.replace(chr(10), '; ')}"
    )


HIDDEN_WAYS = {
    "a list that a function fills": """
tools = []
def fill(box):
    box.append(np.pad)
fill(tools)
def pad(x):
    return tools[0](x, 1)
""",
    "a class that a function fills": """
T = type("T", (), {})
def put(name, f):
    type.__setattr__(T, name, staticmethod(f))
put("f", np.pad)
def pad(x):
    return T.f(x, 1)
""",
    "a module of its own among the course's": """
import tempfile, utils
from pathlib import Path
folder = tempfile.mkdtemp()
code = '''import sys, numpy
def framed(x):
    seen = sys.getprofile()
    sys.setprofile(None)
    made = numpy.pad(x, 1)
    sys.setprofile(seen)
    return made'''
Path(folder, "edges.py").write_text(code)
utils.__path__.append(folder)
from utils import edges
def pad(x):
    return edges.framed(x)
""",
    "SciPy by the way": """
from scipy import ndimage
box = {}
def put(f):
    box["f"] = f
put(ndimage.shift)
def pad(x):
    return box["f"](x, 0)
""",
}


@pytest.mark.parametrize("code", HIDDEN_WAYS.values(), ids=HIDDEN_WAYS)
def test_a_routine_that_reading_does_not_find_is_found_when_it_is_called(student, code, monkeypatch):
    monkeypatch.setattr("utils.checks.static_analysis.submitted", ["import numpy as np", code])
    there = student(f"import numpy as np\n{code}\n")
    said = outcome(there, "with checks.case('p'):\n    checks.by_hand('pad', ('numpy.pad',))\n    pad(np.ones((2, 2)))")
    assert "`pad` is to be written by hand, and your code uses `" in said
    static = outcome(student.processes[-1].connect(), "checks.by_hand('pad', ('numpy.pad',))")
    assert static == ""  # reading alone would not do


def test_code_of_ones_own_may_call_whatever_is_allowed(student, monkeypatch):
    code = "def pad(x):\n    out = np.zeros(np.add(x.shape, 2))\n    out[1:-1, 1:-1] = np.sort(x)\n    return out"
    monkeypatch.setattr("utils.checks.static_analysis.submitted", [code])
    there = student(f"import numpy as np\n{code}\n")
    assert outcome(there, "checks.by_hand('pad', ('numpy.pad',))\nchecks.close(pad(np.ones((1, 1)))[1, 1], 1)") == ""
