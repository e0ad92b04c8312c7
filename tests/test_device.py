"""The choice of a device, in fresh processes: frameworks read their settings once, when they are imported."""

import subprocess
import sys

import pytest

from utils import device


def python(code, **environment):
    import os

    clean = {k: v for k, v in os.environ.items() if k not in {"COURSE_DEVICE", "KERAS_BACKEND", "CUDA_VISIBLE_DEVICES"}}
    return subprocess.run(
        [sys.executable, "-c", code], env=clean | environment, capture_output=True, text=True, check=False
    )


def test_an_unknown_device_is_refused(monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "gpu")
    with pytest.raises(ValueError, match="one of auto, cpu, cuda, mps"):
        device.best()


def test_a_device_that_is_not_there_is_refused(monkeypatch):
    import torch

    absent = "mps" if torch.cuda.is_available() or not torch.backends.mps.is_available() else "cuda"
    monkeypatch.setenv("COURSE_DEVICE", absent)
    with pytest.raises(RuntimeError, match="use auto or cpu"):
        device.best()


def test_cpu_is_found_without_importing_a_framework():
    done = python(
        "from utils import device; import sys; print(device.best(), {'torch', 'tensorflow'} & set(sys.modules))",
        COURSE_DEVICE="cpu",
    )
    assert done.stdout == "cpu set()\n"


def test_what_a_failing_start_wrote_is_shown():
    done = python("""
import os
from utils import device
try:
    with device.quiet():
        os.write(2, b"the reason\\n")
        raise OSError
except OSError:
    os.write(2, b"after\\n")
""")
    assert done.stderr == "the reason\nafter\n"


@pytest.mark.processes
def test_tensorflow_is_told_to_take_of_a_gpu_only_the_memory_that_it_needs():
    done = python(
        """
import os, sys
from utils import device
seen = []
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "tensorflow" and not seen:
            seen.append(os.environ.get("TF_FORCE_GPU_ALLOW_GROWTH"))
sys.meta_path.insert(0, Watch())
device.use()
print(seen)
""",
        COURSE_DEVICE="cpu",
        KERAS_BACKEND="tensorflow",
    )
    assert done.stdout == "['true']\n", done.stderr


@pytest.mark.processes
def test_both_frameworks_work_on_the_chosen_device_and_write_nothing_on_stderr():
    done = python("""
from utils import device
chosen = device.use(seed=3)
import keras, torch
a = keras.ops.convert_to_numpy(keras.ops.matmul(keras.ops.ones((2, 3)), keras.ops.ones((3, 2))))
b = (torch.ones(2, 3, device=chosen) @ torch.ones(3, 2, device=chosen)).cpu().numpy()
assert (a == b).all() and a[0, 0] == 3
print(chosen, keras.backend.backend())
""")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.split()[1] in {"tensorflow", "torch"}


@pytest.mark.processes
def test_keras_imported_too_early_is_named():
    done = python(
        "import keras; from utils import device; import os; os.environ['KERAS_BACKEND'] = 'torch'; device.use()",
        COURSE_DEVICE="cpu",
        TF_CPP_MIN_LOG_LEVEL="3",
    )
    assert "restart the kernel" in done.stderr


def test_seeds_are_fixed():
    import random

    import numpy as np

    device.fix_seeds(5)
    first = random.random(), np.random.rand()
    device.fix_seeds(5)
    assert (random.random(), np.random.rand()) == first


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's settings")
def test_large_arrays_come_from_memory_that_is_kept():
    faults = """
import resource, torch
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(5):
        torch.ones(50_000_000, dtype=torch.uint8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
before = faults()
from utils import device
device.use()
for _ in range(8):
    faults()  # the first few grow the heap
print(before > 20_000, faults() < 2_000)
"""
    assert python(faults, COURSE_DEVICE="cpu").stdout == "True True\n"
