"""Repeated measurements: samples drawn at random, and the interval of a mean."""

from typing import Any

import numpy as np


def samples_per_class(labels: Any, samples: int, draw: int) -> np.ndarray:
    """The places of `samples` pictures of each class, drawn at random; another `draw` gives others.

    labels: (n,) from 0.  Returns (samples · classes,) whole numbers, class by class.
    """
    random, labels = np.random.default_rng(draw), np.asarray(labels)
    return np.concatenate([random.choice(np.flatnonzero(labels == k), samples, False) for k in np.unique(labels)])


def confidence_interval(values: Any) -> tuple[float, float]:
    """The mean of some measurements, and the half-width of its 95 % interval (Student's t)."""
    from scipy import stats

    values = np.asarray(values, float)
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean()), float(half)
