"""Which processor PyTorch and Keras use, a quiet start, and fixed seeds.

`COURSE_DEVICE` is `auto` (the default), `cpu`, `cuda` or `mps`. Call `use()` before `import keras`: Keras reads its
backend once, when it is imported.
"""

import ctypes
import gc
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from threadpoolctl import threadpool_limits

CHOICES = ("auto", "cpu", "cuda", "mps")
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of glibc's mallopt(3)


def requested() -> str:
    """The value of COURSE_DEVICE. Raises ValueError when it is none of the four."""
    choice = os.environ.get("COURSE_DEVICE", "auto").lower()
    if choice not in CHOICES:
        raise ValueError(f"COURSE_DEVICE is {choice!r}; set it to one of {', '.join(CHOICES)}")
    return choice


def best() -> str:
    """ "cuda", "mps" or "cpu": the requested device, or the best that PyTorch finds here.

    Raises RuntimeError when a device was asked for by name and this machine does not have it.
    """
    choice = requested()
    if choice == "cpu":
        return "cpu"
    import torch

    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if choice == "auto":
        return next((name for name, there in present.items() if there), "cpu")
    if not present[choice]:
        raise RuntimeError(f"COURSE_DEVICE={choice}, but PyTorch sees no such device here; use auto or cpu")
    return choice


@contextmanager
def quiet() -> Iterator[None]:
    """Keep start-up messages off stderr, where nbgrader would take them for a failure.

    TensorFlow's libraries write to the file descriptor before they read any setting, so it is the descriptor that is
    turned away. What was written is shown after all when something fails.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as aside:
        os.dup2(aside.fileno(), 2)
        try:
            yield
        except BaseException:
            aside.seek(0)
            os.write(kept, aside.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def keras_backend(device: str) -> str:
    """ "tensorflow" where it can use `device`, else "torch"."""
    if find_spec("tensorflow") is None:
        return "torch"
    if device == "cpu":
        return "tensorflow"
    import tensorflow

    return "tensorflow" if tensorflow.config.list_physical_devices("GPU") else "torch"


def use(seed: int = 0) -> str:
    """Choose the device, set up Keras for it, fix all seeds. Returns "cpu", "cuda" or "mps".

    Raises RuntimeError when Keras was imported before with another backend.
    """
    device = best()
    if device == "cpu":  # hide the GPU from frameworks that would take it unasked
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
        os.environ["KERAS_TORCH_DEVICE"] = "cpu"
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # else it takes all of a GPU's, PyTorch's share too
    with quiet():
        backend = os.environ.setdefault("KERAS_BACKEND", keras_backend(device))
        if backend == "tensorflow":
            import tensorflow

            tensorflow.config.list_physical_devices()  # the first look at the devices is what it reports on
            tensorflow.get_logger().setLevel("ERROR")  # no word on small models that are built anew again and again
    if device == "cuda":
        _in_full_precision(backend)
    keep_memory()
    if "keras" in sys.modules and sys.modules["keras"].backend.backend() != backend:
        raise RuntimeError(
            "Keras is already imported with another backend: restart the kernel, call device.use() first"
        )
    fix_seeds(seed)
    return device


def one_core() -> None:
    """From here on, compute on one core: PyTorch's operations, and the matrix products of NumPy and SciPy.

    With arrays as small as in this course, threads wait for each other longer than they compute. Where other programs
    run as well, the weights of a dense layer of 784×10 can take ten times as long on two threads.
    """
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # for libraries that are loaded later
    threadpool_limits(1)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


def keep_memory() -> None:
    """Have glibc keep memory that was freed, up to 1 GiB, for what is allocated next.

    By default it returns every array above 32 MiB to the system, and gets new pages for the next one. Where the system
    is slow to hand out pages, as in virtual machines, two thirds of a forward pass of large maps go into that.
    """
    if libc := _glibc():
        libc.mallopt(M_MMAP_THRESHOLD, 1 << 28)
        libc.mallopt(M_TRIM_THRESHOLD, 1 << 30)


def give_memory_back() -> None:
    """Return to the system what was freed and kept (see `keep_memory`)."""
    gc.collect()
    if libc := _glibc():
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    return libc if hasattr(libc, "gnu_get_libc_version") else None


def _in_full_precision(backend: str) -> None:
    """Keep 23 bits of every factor. By default GPUs round to 10 (TF32), and no two frameworks agree to 1e-5."""
    import torch

    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    if backend == "tensorflow":
        import tensorflow

        tensorflow.config.experimental.enable_tensor_float_32_execution(False)


def fix_seeds(seed: int) -> None:
    """Seed Python's, NumPy's and, where they are imported, PyTorch's and Keras's random numbers."""
    import numpy as np

    random.seed(seed)
    np.random.seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(seed)
