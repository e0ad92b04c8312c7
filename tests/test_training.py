import os
import sys

import numpy as np
import pytest

from utils import training


@pytest.fixture
def in_full(monkeypatch):
    monkeypatch.delenv("COURSE_TRAINING", raising=False)
    monkeypatch.setenv("COURSE_WIDGETS", "off")


@pytest.fixture
def shortened(monkeypatch):
    monkeypatch.setenv("COURSE_TRAINING", "short")


def test_in_full_every_epoch_and_every_image_is_taken(in_full):
    assert training.epochs(7) == 7 and list(training.bar(3, "x")) == [0, 1, 2]
    parts = training.batches(10, 4, np.random.default_rng(0))
    assert [len(part) for part in parts] == [4, 4, 2]
    assert range(9)[training.fewer(3)] == range(9)
    assert sorted(np.concatenate(parts)) == list(range(10)) != np.concatenate(parts).tolist()
    assert np.concatenate(training.batches(5, 2)).tolist() == [0, 1, 2, 3, 4]


def test_a_grader_takes_the_first_steps_only(shortened):
    assert range(9)[training.fewer(3)] == range(3)
    assert training.epochs(7) == 1 and list(training.bar(3, "x")) == [0]
    assert [len(part) for part in training.batches(100, 10)] == [10, 10]


def test_what_was_reached_is_said_and_asserted(in_full, capsys):
    training.reached(0.984, 0.97, "PyTorch")
    assert capsys.readouterr().out == "PyTorch: 98.4% read right (at least 97% was to be reached)\n"
    with pytest.raises(AssertionError, match=r"PyTorch: only 96\.0% are read right, at least 97%"):
        training.reached(0.96, 0.97, "PyTorch")


def test_where_training_is_shortened_nothing_is_asserted_or_claimed(shortened, capsys):
    training.reached(0.1, 0.97, "PyTorch")
    assert capsys.readouterr().out == "PyTorch: not trained to the end here\n"


def test_a_progress_bar_is_shown_where_someone_looks_on(monkeypatch):
    pytest.importorskip("tqdm")
    monkeypatch.delenv("COURSE_TRAINING", raising=False)
    monkeypatch.delenv("COURSE_WIDGETS", raising=False)
    assert list(training.bar(2, "PyTorch")) == [0, 1]
    assert "tqdm.auto" in sys.modules


def test_keras_moves_the_bar_at_every_epoch(in_full, monkeypatch):
    ticks = []
    monkeypatch.setattr(training, "bar", lambda number, name: iter(ticks.append(k) or k for k in range(number)))
    (callback,) = training.keras_bar(3, "Keras")
    for epoch in range(3):
        callback.on_epoch_begin(epoch)
    callback.on_train_end()
    assert ticks == [0, 1, 2]


def worker_of(number, factor=10):
    return os.getpid(), number * factor


def test_jobs_run_side_by_side_and_keep_their_order(in_full, monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")
    processes, results = zip(*training.in_parallel(worker_of, [(3, 100), (1,), 2]), strict=True)
    assert results == (300, 10, 20)
    assert os.getpid() not in processes


def test_each_job_has_large_arrays_as_the_notebook_has_them(in_full, monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")
    by_columns, every_second = np.asfortranarray(np.ones((1000, 1000))), np.arange(10**6)[::2]

    def sums(number):
        found = by_columns.flags.f_contiguous, by_columns.sum() + number, every_second.sum()
        by_columns[:] = every_second[:1000] = 0  # neither the notebook nor the next job may see this
        return found

    assert training.in_parallel(sums, range(4)) == [(True, 1e6 + number, 249999500000) for number in range(4)]
    assert by_columns.all() and every_second[1] == 2


@pytest.mark.parametrize("cores", ["1", "2"])
def test_random_numbers_after_the_jobs_do_not_depend_on_where_they_ran(in_full, monkeypatch, cores):
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", cores)
    training.in_parallel(np.random.seed, range(1, 4))
    assert np.random.random() == np.random.RandomState(0).random()


def test_a_grader_and_a_single_core_take_one_job_after_the_other(shortened, monkeypatch):
    assert training.in_parallel(worker_of, range(3)) == [(os.getpid(), 0), (os.getpid(), 10), (os.getpid(), 20)]
    monkeypatch.delenv("COURSE_TRAINING")
    monkeypatch.setenv("COURSE_WIDGETS", "off")
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    assert training.in_parallel(worker_of, range(2)) == [(os.getpid(), 0), (os.getpid(), 10)]


def test_a_job_that_fails_does_so_where_its_lines_can_be_read(in_full, monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")
    with pytest.raises(ZeroDivisionError) as caught:
        training.in_parallel(lambda number: 1 / number, [1, 0, 2])
    assert caught.traceback[-1].frame.code.path.name == "test_training.py"
    assert caught.value.__cause__ is None and caught.value.__context__ is None
