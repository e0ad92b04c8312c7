"""Training in a notebook: epochs with a progress bar, and a word on what has been reached.

With COURSE_TRAINING=short, as in a grader, only the first steps are taken, so that it is clear that the code runs, and
nothing is said of the result.
"""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from utils import device
from utils.runtime import progress_wanted
from utils.runtime import training_shortened as shortened

MOST_WORKERS = 4  # each takes about 400 MB
KEPT = 2**27  # bytes that a worker may keep from one job to the next; from 300 MB on joblib ends it
LARGE = 2**20  # bytes from which on an array is mapped into the workers' memory
FIRST_STEPS = 2  # batches of the one epoch that a shortened training runs


def epochs(number: int) -> int:
    """How many epochs to train: `number`, or 1 where training is shortened."""
    return 1 if shortened() else number


def fewer(number: int) -> slice:
    """Of something in a row: the first `number` where training is shortened, or all."""
    return slice(number) if shortened() else slice(None)


def bar(number: int, name: str) -> Iterator[int]:
    """Count the epochs of a training, 0, 1, … below `epochs(number)`, with a progress bar where someone looks on."""
    return iter(_with_bar(range(epochs(number)), epochs(number), name, unit="epoch"))


def in_parallel(function: Callable, jobs: Iterable, name: str = "") -> list:
    """[function(*job) for job in jobs], several at a time: one on each core. A progress bar where someone looks on.

    jobs: tuples of arguments, or the only argument of each. name: beside the bar. Each call has to fix its own seeds;
    its results are then the same as one after the other, bit for bit. On a GPU and where training is shortened there is
    only one at a time. What a call changes outside of its result is lost; when one fails, all are done again here, one
    after the other, so that its traceback is an ordinary one. Afterwards all seeds are 0, wherever the calls were made.
    """
    results = _results(function, jobs, name)
    device.fix_seeds(0)
    return results


def _results(function: Callable, jobs: Iterable, name: str) -> list:
    import joblib

    jobs = [job if isinstance(job, tuple) else (job,) for job in jobs]
    workers = min(MOST_WORKERS, joblib.cpu_count(), len(jobs))
    if workers > 1 and not shortened() and device.best() == "cpu":
        try:
            return _from_workers(function, jobs, name, workers)
        except Exception:
            pass
    return [function(*job) for job in _with_bar(jobs, len(jobs), name)]


def _from_workers(function: Callable, jobs: list[tuple], name: str, workers: int) -> list:
    """The function, with all that it uses of the notebook, is written once (joblib would do it for each job), large
    arrays beside it, so that the workers need not copy them."""
    import cloudpickle
    import joblib

    def aside(array: Any) -> bool:
        """Whether to leave an array where it is in the function; else it gets a file of its own."""
        with array.raw() as numbers:
            if numbers.nbytes < LARGE:
                return True
            Path(folder, f"{len(arrays)}.array").write_bytes(numbers)
            arrays.append(array)
        return False

    arrays: list[Any] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # Windows keeps what a worker has open
        written = cloudpickle.dumps(function, protocol=5, buffer_callback=aside)
        Path(folder, "function").write_bytes(written)
        several = joblib.Parallel(workers, return_as="generator", mmap_mode="c")
        calls = (joblib.delayed(_in_worker)(folder, len(arrays), job) for job in jobs)
        return list(_with_bar(several(calls), len(jobs), name))


def _in_worker(folder: str, arrays: int, job: tuple) -> Any:
    import cloudpickle

    os.environ["COURSE_WIDGETS"] = "off"  # nobody sees a worker's bars
    device.one_core()
    device.keep_memory()
    mapped = [np.memmap(Path(folder, f"{number}.array"), mode="c") for number in range(arrays)]
    result = cloudpickle.loads(Path(folder, "function").read_bytes(), buffers=mapped)(*job)
    if _memory() > _memory_at_first() + KEPT:  # joblib would take it for a leak, and start another process
        device.give_memory_back()
    return result


def _memory() -> int:
    return psutil.Process().memory_info().rss


@cache
def _memory_at_first() -> int:
    """Bytes that this process had when it was first asked."""
    return _memory()


def _with_bar(things: Iterable, number: int, name: str, unit: str = "training") -> Iterable:
    if not progress_wanted():
        return things
    from tqdm.auto import tqdm

    return tqdm(things, desc=name, total=number, unit=unit)


def batches(images: int, size: int, generator: Any = None) -> list:
    """Which images to take together in one epoch: each of `images` once, in an order drawn from `generator`.

    generator: of NumPy; None leaves the images in their order.
    Returns arrays of whole numbers, `size` in each but the last. Where training is shortened, the first two.
    """
    order = np.arange(images) if generator is None else generator.permutation(images)
    parts = [order[start : start + size] for start in range(0, images, size)]
    return parts[:FIRST_STEPS] if shortened() else parts


def reached(accuracy: float, least: float, name: str) -> None:
    """Print an accuracy, and stop with an AssertionError when it is below `least`."""
    if shortened():
        print(f"{name}: not trained to the end here")
        return
    assert accuracy >= least, f"{name}: only {accuracy:.1%} are read right, at least {least:.0%} should be"
    print(f"{name}: {accuracy:.1%} read right (at least {least:.0%} was to be reached)")


def keras_bar(number: int, name: str) -> list:
    """The same progress bar for `model.fit(…, epochs=training.epochs(number), callbacks=…)`: a list of one callback."""
    import keras

    ticks = bar(number, name)

    class Bar(keras.callbacks.Callback):
        """Moves on at every epoch."""

        def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
            next(ticks, None)

        def on_train_end(self, logs: object = None) -> None:
            next(ticks, None)

    return [Bar()]
