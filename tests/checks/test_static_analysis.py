"""`checks.by_hand` reads a notebook's code: it finds library routines behind every usual disguise, and no others."""

import textwrap

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.testing.globalipapp import get_ipython

from utils import checks
from utils.checks import static_analysis

OWN = """
def conv(image, kernel):
    m, n = kernel.shape
    out = np.zeros((image.shape[0] - m + 1, image.shape[1] - n + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(image[i : i + m, j : j + n] * kernel)
    return out
"""
HONEST = {
    "a harmless extension": ["%load_ext autoreload", "%reload_ext autoreload", OWN],
    "names of NumPy's by a magic": ["%pylab inline", OWN],
    "a pattern that captures": [
        "import numpy as np\nfrom keras.layers import *",
        OWN.replace(
            "m, n = kernel.shape", "match kernel.shape:\n        case (m, n): pass\n        case [*more]: pass"
        ),
    ],
    "a cell that is captured": ["%%capture\n" + OWN],
    "a cell that is profiled": ["%%prun\n" + OWN],
    "a cell that is captured and timed": ["%%capture\n%%time\n" + OWN],
    "the standard library": [
        "import bisect, statistics, logging",
        "def conv(a, k):\n    logging.info(statistics.fmean(a))\n    return bisect.bisect(a, k)",
    ],
    "a constant getattr": ["def conv(a, k):\n    return getattr(a, 'real') * k"],
    "importlib elsewhere": ["import importlib", "import json\nimportlib.reload(json)", OWN],
    "loops": ["import numpy as np", OWN],
    "what NumPy adds and appends is put into nothing": [
        "import numpy as np, torch",
        "scale = torch.ones(3)",
        "def conv(image, scale):\n    return np.append(np.add(image, scale), np.insert(image, 0, scale))",
    ],
    "a member that has the name of a function elsewhere": [
        "import numpy as np, torch",
        "def average(x):\n    return torch.nn.functional.avg_pool2d(x, 2)",
        "def kind(x):\n    return torch.is_tensor(x)",
        "def conv(a, k):\n    return np.average(a * k) if a.dtype.kind == 'f' else np.ones(3)",
    ],
    "a name that stood for something else above": [
        "import numpy as np, torch",
        "for count in torch.ones(3):\n    pass\nconv = torch.conv2d",
        "from itertools import count\ndef conv(a, k):\n    return next(count(a * k))",
    ],
    "a helper that was written anew": [
        "import torch\nother = torch.conv2d",
        "def other(a, k):\n    return a * k\ndef conv(a, k):\n    return other(a, k)",
    ],
    "another alias": ["import numpy", OWN.replace("np.", "numpy.")],
    "einsum over windows": [
        "import numpy as np\nfrom numpy.lib.stride_tricks import sliding_window_view",
        "def conv(image, kernel):\n    return np.einsum('ijmn,mn', sliding_window_view(image, kernel.shape), kernel)",
    ],
    "helpers, classes, recursion": [
        "import numpy as np\nfrom functools import reduce",
        "class Window:\n    def __init__(self, image):\n        self.image = image\n    def convolve(self, k):\n"
        "        return reduce(lambda a, b: a + b, (self.image * k).ravel())",
        "def conv(image, kernel):\n    rest = [] if len(image) < 2 else conv(image[1:], kernel)\n"
        "    return [Window(image).convolve(kernel), *rest]",
    ],
    "a library elsewhere in the notebook": [
        "import numpy as np, torch, sys\nfrom scipy import signal",
        OWN,
        "print(signal.convolve2d(x, k) - conv(x, k), file=sys.stderr)",
        "x = torch.ones(3)\nmodel = torch.compile(torch.nn.Linear(2, 2)).eval()",
    ],
    "a local name that is also a module elsewhere": [
        "import scipy.signal as signal",
        "def conv(signal, kernel):\n    return sum(s * k for s, k in zip(signal, kernel))",
    ],
    "a member that has the name of another function's variable": [
        "import numpy as np, torch",
        "def elsewhere(x):\n    shape = torch.ones(3)\n    return [size for size in torch.ones(2)], shape",
        OWN,
    ],
    "lines that are timed": [OWN, "import torch\n%timeit -n 10 torch.conv2d(x, k)", "%time other = torch.conv2d(x, k)"],
    "magics": ["%matplotlib inline\nimport numpy as np\n%time x = 1", "%%time\n" + OWN],
    "a cell that does not parse": ["import numpy as np\n", OWN, "def ("],
    "names of the course": ["from utils.datasets.images import *\nimport numpy as np", OWN],
}


def conv(result, *before):
    return [*before, f"def conv(a, k):\n    return {result}"]


SIGNAL, NUMPY = "from scipy import signal", "import numpy as np"
SCIPY = "def other(a, k):\n    return signal.convolve2d(a, k)"
USES = {
    "a name kept before it is bound anew": (
        "torch",
        conv("kept(a, k)", "import torch\nfast = torch.conv2d", "kept = fast", "from itertools import count as fast"),
    ),
    "a default value from before": (
        "torch",
        ["import torch\nf = torch.conv2d", "def conv(a, k, f=f):\n    return f(a, k)", "def f(a):\n    return a"],
    ),
    "a name bound anew to what it wraps": (
        "torch",
        conv("f(a, k)", "import torch, functools\nf = torch.conv2d", "f = functools.partial(f)"),
    ),
    "a global name that a function sets": (
        "torch",
        conv("f(a, k)", "import torch\ndef put():\n    global f\n    f = torch.conv2d", "f = None", "put()"),
    ),
    "a module that a function imports under another's name": (
        "torch",
        conv("np.conv2d(a, k)", "def put():\n    global np\n    import torch as np", "import numpy as np", "put()"),
    ),
    **{
        f"a name that is bound anew, but for {kind}": (
            "torch",
            conv("f(a, k)", "import torch\nf = torch.conv2d", cell),
        )
        for kind, cell in {
            "an error above it": "raise ValueError\nf = len",
            "an error in a call above it": "int('a')\nfrom itertools import count as f",
            "a name that does not exist": "from itertools import no_such_name as f",
            "a name before it that does not exist": "from itertools import no_such_name, count as f",
            "a module that does not exist": "import numpy.no_such_module as f",
            "an import above it": "import no_such_module\nfrom itertools import count as f",
            "its default value": "def f(a, k=1 / 0):\n    return a",
            "its annotation": "def f(a: 1 / 0, k):\n    return a",
            "what it is said to return": "def f(a, k) -> 1 / 0:\n    return a",
            "its decorator": "@int\ndef f(a, k):\n    return a",
            "its class body": "class f:\n    1 / 0",
            "a loop that ends with an error": "for f in [1 / 0]:\n    pass",
            "a value that cannot be computed": "f = 1 / 0",
        }.items()
    },
    "one of two ways": (
        "torch",
        conv("f(a, k)", "import torch\nf = torch.conv2d", "if a is None:\n    f = len"),
    ),
    "a function that is made above, and called below": (
        "torch",
        conv("g(a, k)", "import torch\nh = len", "def g(a, k):\n    return h(a, k)", "h = torch.conv2d"),
    ),
    **{
        f"code in the line of {magic}": ("torch", ["import torch\n" + OWN, f"{magic} conv = torch.conv2d"])
        for magic in ("%time", "%timeit -n1 -r 1", "%prun -q", "%%capture\n%time", "%%prun -q")
    },
    "a line that looks like a magic in an expression": (
        "torch",
        ["import torch\npylab = 2\nrest = (5\n%pylab)\nconv = torch.conv2d"],
    ),
    "a cell whose code is changed by a magic": ("%code_wrap", [OWN, "%%code_wrap other\n__code__"]),
    "the shell's way to run a text": ("ex", [OWN, "get_ipython().ex('import torch; conv = torch.conv2d')"]),
    "another function for a while": (
        "unittest.mock",
        [OWN, "from unittest import mock\nmock.patch('__main__.conv', print).start()"],
    ),
    "an unpickled function": ("pickle.loads", ["import pickle\n" + OWN, "pickle.loads(given)"]),
    **{
        f"a module of {name}": (found, conv(result, f"import {name}"))
        for name, result, found in [
            ("collections", "collections._sys.modules['torch'].conv2d(a, k)", "collections._sys"),
            ("dataclasses", "dataclasses.builtins.eval('1')", "dataclasses.builtins"),
            ("logging", "logging.threading.Thread(target=a)", "logging.threading"),
            ("typing", "typing.get_type_hints(k)['x'](a)", "typing.get_type_hints"),
        ]
    },
    "a module of a module under another name": (
        "_sys",
        conv("m._sys.modules['torch'].conv2d(a, k)", "import collections", "m = collections"),
    ),
    "somebody else's `checks.ours`": (
        "utils.checks.ours",
        conv(
            "pad(a, k)",
            "from utils import checks\nreal = checks.ours",
            "class checks:\n    ours = staticmethod(lambda name: real('conv'))",
            "pad = checks.ours('pad')",
        ),
    ),
    "a list called np": (
        "torch",
        conv("np[0](a, k)", "import torch\nimport numpy as np", "np = []", "np.append(torch.conv2d)"),
    ),
    "a member of NumPy that is set": (
        "torch",
        conv("np.average(a, k)", "import torch\nimport numpy as np", "np.average = torch.conv2d"),
    ),
    "a list of the course's": (
        "torch",
        conv("table[0](a, k)", "import torch\nfrom utils.x import table", "table.append(torch.conv2d)"),
    ),
    "a module": ("scipy", conv("scipy.signal.convolve2d(a, k)", "import scipy.signal")),
    "an alias": ("scipy.signal", conv("s.convolve2d(a, k)", "from scipy import signal as s")),
    "an import in the function": ("torch", ["def conv(a, k):\n    import torch\n    return torch.conv2d(a, k)"]),
    "a member": ("numpy.convolve", conv("np.convolve(a, k)", NUMPY)),
    "a member's alias": ("numpy.convolve", conv("c(a, k)", "from numpy import convolve as c")),
    "everything imported": ("scipy.signal", conv("convolve2d(a, k)", "from scipy.signal import *")),
    "a helper": ("scipy.signal", conv("other(a, k)", SIGNAL, SCIPY)),
    "an assignment": ("scipy", ["import scipy.ndimage", "conv = scipy.ndimage.correlate"]),
    "a lambda": ("skimage", ["import skimage", "conv = lambda a, k: skimage.filters.gaussian(a)"]),
    "a table": ("scipy.signal", conv("t['c'](a, k)", SIGNAL, "t = {}\nt['c'] = signal.convolve2d")),
    "a list": ("scipy.signal", conv("t[0](a, k)", SIGNAL, "t = []\nt.append(signal.convolve2d)")),
    "a patched module": ("scipy.signal", conv("np.conv(a, k)", NUMPY, SIGNAL, "np.conv = signal.convolve2d")),
    "a module patched as an argument": (
        "scipy.signal",
        conv("np.add(a, k)", NUMPY, SIGNAL, "def patch(m):\n    m.add = signal.convolve2d\npatch(np)"),
    ),
    "a module patched as an argument of its own name": (
        "setattr",
        conv("np.add(a, k)", NUMPY, SIGNAL, "def patch(np):\n    setattr(np, 'add', signal.convolve2d)\npatch(np)"),
    ),
    "setattr": ("setattr", conv("np.conv(a, k)", NUMPY, SIGNAL, "setattr(np, 'conv', signal.convolve2d)")),
    "a patched function": ("other.__code__", [SIGNAL, SCIPY, OWN, "conv.__code__ = other.__code__"]),
    "a default": ("scipy.signal", [SIGNAL, "def conv(a, k, f=signal.convolve2d):\n    return f(a, k)"]),
    "a decorator": ("torch", ["import torch", "@torch.jit.script\ndef conv(a, k):\n    return a"]),
    "a base class": ("keras", ["import keras", "class conv(keras.layers.Layer):\n    pass"]),
    "a local alias": ("convolve", [NUMPY, "def conv(a, k):\n    m = np\n    return m.convolve(a, k)"]),
    "getattr": ("convolve", conv("getattr(np, 'convolve')(a, k)", NUMPY)),
    "a computed getattr": ("getattr", conv("getattr(np, 'conv' + 'olve')(a, k)", NUMPY)),
    "a module's dictionary": ("numpy.__dict__", conv("np.__dict__['convolve'](a, k)", NUMPY)),
    "the course's imports": ("utils.checks.np.convolve", conv("checks.np.convolve(a, k)", "from utils import checks")),
    "eval": ("eval", conv("eval('__import__(\"scipy.signal\")')")),
    "an extension of one's own": ("%load_ext", ["%load_ext patches", OWN]),
    "an extension that is loaded again": ("%reload_ext", ["%reload_ext patches", OWN]),
    "an extension by the shell": ("extension_manager", ["get_ipython().extension_manager.load_extension('p')", OWN]),
    "another name for a magic": ("%alias_magic", ["%alias_magic le load_ext", "%le patches", OWN]),
    "a routine of an import of everything": ("import numpy.convolve", conv("convolve(a, k)", "from numpy import *")),
    "a routine that a magic binds": (
        "import numpy.convolve",
        ["%pylab agg", "def conv(a, k):\n    return convolve(a, k)"],
    ),
    "a function out of a file": (
        "numpy.load",
        conv("table[0](a, k)", NUMPY, "table = np.load('p.npy', allow_pickle=True)"),
    ),
    "a module got elsewhere": ("import_module", ["import importlib as i", "m = i.import_module('scipy.signal')", OWN]),
    "importlib": ("importlib", conv("importlib.import_module('scipy.signal')", "import importlib")),
    "sys.modules": ("sys.modules", conv("sys.modules['scipy.signal']", "import sys")),
    "globals of the notebook": ("globals", [OWN, "globals()['conv'] = __builtins__"]),
    "a second definition by exec": ("exec", [OWN, "exec('from scipy.signal import convolve2d as conv')"]),
    "a second definition by the shell": ("run_cell", [OWN, "get_ipython().run_cell('conv = 1')"]),
    "a list that is extended": (
        "scipy.signal",
        [SIGNAL, "f = []\nf.extend([signal.convolve2d])", conv("f[0](a, k)")[-1]],
    ),
    "a pattern": ("scipy.signal", [SIGNAL, "match signal.convolve2d:\n    case f: pass", conv("f(a, k)")[-1]]),
    "names that are pushed": (
        "scipy.signal",
        [SIGNAL, OWN, "ip = get_ipython()\nip.push({'conv': signal.convolve2d})"],
    ),
    "the course's own": ("utils.checks.ours", [OWN, "from utils import checks\nconv = checks.ours('conv')"]),
    "a second definition in a function": (
        "scipy.signal",
        [SIGNAL, OWN, "def later():\n    global conv\n    conv = signal.convolve2d\nlater()"],
    ),
    "a second file": ("%run", [OWN, "%run other.py"]),
    "another main": ("__main__", [OWN, "import __main__\n__main__.conv = 1"]),
    "a first definition": ("scipy.signal", conv("keep(a, k)", SIGNAL, SCIPY.replace("other", "conv"), "keep = conv")),
    "operator": ("operator.attrgetter", conv("operator.attrgetter('convolve')(np)(a, k)", NUMPY, "import operator")),
    "a polynomial": ("numpy.polymul", conv("np.polymul(a, k)", NUMPY)),
    "a Fourier transform": ("numpy.fft.fft2", conv("np.fft.fft2(a)", NUMPY)),
}


@pytest.mark.parametrize("cells", HONEST.values(), ids=HONEST)
def test_written_by_hand(cells):
    assert static_analysis.finding("conv", (), cells) == ""


@pytest.mark.parametrize(("used", "cells"), USES.values(), ids=USES)
def test_a_library_did_it(used, cells):
    assert used in static_analysis.finding("conv", (), cells)


def test_more_can_be_left_out():
    cells = ["import numpy as np", "def pad(a, n):\n    return np.pad(a, n)"]
    assert static_analysis.finding("pad", (), cells) == ""
    assert "numpy.pad" in static_analysis.finding("pad", ["numpy.pad"], cells)
    assert static_analysis.finding("pad", ["numpy.pad"], ["def pad(a, n):\n    return pad(a, n - 1)"]) == ""


def test_members_that_have_the_name_of_a_routine():
    cells = [
        "import numpy as np\nfrom dataclasses import dataclass\nfrom types import SimpleNamespace",
        "@dataclass\nclass Step:\n    diff: float\n    gradient: float = 0.0",
        "class State:\n    def __init__(self):\n        self.convolve = 1\n    def correlate(self):\n        return 2",
        "def conv(a, k):\n    step, state, rest = Step(a[0]), State(), SimpleNamespace(pad=k)\n    rest.fft = 2\n"
        "    return step.diff + step.gradient + state.correlate() + state.convolve + rest.pad + rest.fft",
    ]
    refused = [f"numpy.{name}" for name in ("diff", "gradient", "pad", "correlate")]
    assert static_analysis.finding("conv", refused, cells) == ""
    assert static_analysis.finding("conv", refused, [*cells, "State.diff = np.diff"]) == "import numpy.diff"
    assert static_analysis.finding("conv", refused, cells[:1] + cells[3:]) == "diff"


def test_a_function_that_the_notebook_does_not_define(monkeypatch):
    monkeypatch.setattr(static_analysis, "submitted", ["from scipy.signal import convolve2d"])
    with pytest.raises(checks.CheckFailed, match="define it in this notebook, with `def conv`"):
        checks.by_hand("conv")


def test_the_message_names_the_routine(monkeypatch):
    monkeypatch.setattr(static_analysis, "submitted", USES["an alias"][1])
    with pytest.raises(checks.CheckFailed, match=r"`conv` is to be written by hand, and your code uses `scipy\.signal"):
        checks.by_hand("conv")


def test_in_a_students_kernel_the_last_version_of_a_cell_counts():
    shell = get_ipython() or pytest.skip("no IPython shell here")
    first = "from scipy import signal\ndef conv(a, k):\n    return signal.convolve2d(a, k)"
    second = "from scipy import signal\nimport numpy as np" + OWN
    for cell in (first, "x = 1"):
        shell.run_cell(cell, store_history=True)
    with pytest.raises(checks.CheckFailed, match="written by hand"):
        checks.by_hand("conv")
    shell.run_cell(textwrap.dedent(second), store_history=True)
    checks.by_hand("conv")


def test_cells_that_ran_without_a_history_are_read_too(monkeypatch):
    shell = InteractiveShell.instance()
    monkeypatch.setitem(shell.user_ns, "In", [""])  # nbval runs every cell so
    for cell in ("from scipy import signal", "def unremembered(a, k):\n    return signal.convolve2d(a, k)"):
        shell.run_cell(cell)
    with pytest.raises(checks.CheckFailed, match=r"uses `scipy\.signal"):
        checks.by_hand("unremembered")
