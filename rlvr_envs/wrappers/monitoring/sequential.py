"""An alarm whose rate of false alarms holds however often one looks.

For events that happen with a probability of at most ``rate`` each, whatever came before, the likelihood ratio of a larger
probability ``q`` against ``rate`` grows on average by a factor of at most 1 at each trial, and so does a mixture over several
``q``.  By Ville's inequality such a product ever reaches ``1 / alpha`` with a probability of at most ``alpha``.  A test for a
fixed number of trials, repeated at every look, has no such bound.
"""

from __future__ import annotations

import math
from typing import Final

_PARTS: Final = 10


def log_evidence(hits: int, trials: int, rate: float) -> float:
    """Returns ``log((1/9) * sum_j (q_j / rate)^hits * ((1 - q_j) / (1 - rate))^misses)``.

    The sum is over ``q_j = rate + (1 - rate) * j / 10`` for j = 1..9, and ``misses = trials - hits``.

    Args:
        hits: How many of the trials were events.
        trials: How many there were.
        rate: In (0, 1): the largest probability that is no reason for alarm.
    """
    logs = []
    for part in range(1, _PARTS):
        q = rate + (1.0 - rate) * part / _PARTS
        logs.append(hits * math.log(q / rate) + (trials - hits) * math.log((1.0 - q) / (1.0 - rate)))
    top = max(logs)
    return top + math.log(math.fsum(math.exp(one - top) for one in logs) / len(logs))


def alarmed(hits: int, trials: int, rate: float, alpha: float) -> bool:
    """Whether the evidence against ``rate`` reaches ``1 / alpha``."""
    return log_evidence(hits, trials, rate) >= -math.log(alpha)
