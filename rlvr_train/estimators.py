"""pass@k and its uncertainty: pure functions on counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """An estimate with a two-sided interval at level ``confidence``."""

    mean: float
    low: float
    high: float
    confidence: float

    def __str__(self) -> str:
        """Shows three digits, as in a table."""
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def pass_at_k(samples: int, solved: int, k: int) -> float:
    """Returns the unbiased estimate of the chance that at least one of ``k`` samples solves the task.

    Chen et al. 2021 (arXiv:2107.03374), equation 1: ``1 - C(n - c, k) / C(n, k)``, as a product of factors at most 1, so that no
    large binomial occurs.

    Args:
        samples: Number of samples ``n``.
        solved: How many of them solved the task, ``c``.
        k: At least 1 and at most ``samples``.

    Raises:
        ValueError: The numbers are not ``1 <= k <= samples`` and ``0 <= solved <= samples``.
    """
    if not (1 <= k <= samples and 0 <= solved <= samples):
        raise ValueError(f"need 1 <= k <= samples and 0 <= solved <= samples, got k={k}, samples={samples}, solved={solved}")
    if samples - solved < k:
        return 1.0
    return 1.0 - float(np.prod(1.0 - k / np.arange(samples - solved + 1, samples + 1)))


def bootstrap_mean(values: Sequence[float] | Floats, *, draws: int, confidence: float, seed: int) -> Interval:
    """Returns the mean of ``values`` with its percentile bootstrap interval (values are drawn with replacement).

    Tasks are the unit, so samples of one task never count as independent.  The interval says how the mean would vary with
    other tasks of the same kind and other samples, not with other training runs.

    Raises:
        ValueError: There are no values.
    """
    array = np.asarray(values, dtype=np.float64)
    if not array.size:
        raise ValueError("values must hold at least one task, got none")
    rng = np.random.default_rng(seed)
    means = array[rng.integers(array.size, size=(draws, array.size))].mean(axis=1)
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(means, [tail, 1.0 - tail])
    return Interval(float(array.mean()), float(low), float(high), confidence)
