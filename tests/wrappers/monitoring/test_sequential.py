"""The sequential alarm: its evidence by hand, and its rates by enumeration of all outcomes."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from rlvr_envs.wrappers.monitoring.sequential import alarmed, log_evidence


def ever(stops: Callable[[int, int], bool], probability: float, trials: int) -> float:
    """The probability that ``stops(hits, n)`` holds at any n up to ``trials``: all sequences, those of equal counts together."""
    going, stopped = {0: 1.0}, 0.0
    for n in range(1, trials + 1):
        after: dict[int, float] = {}
        for hits, mass in going.items():
            after[hits] = after.get(hits, 0.0) + mass * (1 - probability)
            after[hits + 1] = after.get(hits + 1, 0.0) + mass * probability
        stopped += sum(mass for hits, mass in after.items() if stops(hits, n))
        going = {hits: mass for hits, mass in after.items() if not stops(hits, n)}
    return stopped


def at_least(hits: int, n: int, p: float) -> float:
    return 1.0 - sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(hits))


def test_evidence_by_hand() -> None:
    # rate .1: q_j = .19, .28, ..., .91, whose mean is .55.
    assert log_evidence(0, 0, 0.1) == 0.0
    assert math.exp(log_evidence(1, 1, 0.1)) == pytest.approx(0.55 / 0.1)
    assert math.exp(log_evidence(0, 1, 0.1)) == pytest.approx(0.45 / 0.9)
    # One trial multiplies it by 1 on average: .1 * 5.5 + .9 * .5.
    mean = 0.1 * math.exp(log_evidence(1, 1, 0.1)) + 0.9 * math.exp(log_evidence(0, 1, 0.1))
    assert mean == pytest.approx(1.0)


def test_evidence_of_very_many_trials_is_finite() -> None:
    assert math.isfinite(log_evidence(10**7, 10**7, 0.01))
    assert log_evidence(0, 10**7, 0.01) < -(10**5)


@pytest.mark.parametrize(("rate", "alpha"), [(0.05, 0.05), (0.01, 0.005), (0.2, 0.1)])
def test_a_false_alarm_is_ever_raised_with_at_most_alpha(rate: float, alpha: float) -> None:
    false = ever(lambda hits, n: alarmed(hits, n, rate, alpha), rate, 400)
    assert 0.05 * alpha < false <= alpha
    assert ever(lambda hits, n: alarmed(hits, n, rate, alpha), rate / 2, 400) < false


def test_a_fixed_test_at_every_look_would_raise_more_false_alarms_than_it_says() -> None:
    naive = ever(lambda hits, n: at_least(hits, n, 0.05) <= 0.05, 0.05, 400)
    assert naive > 0.2  # four times what each of its looks says


def test_a_hack_is_seen_soon() -> None:
    assert ever(lambda hits, n: alarmed(hits, n, 0.01, 0.005), 0.5, 16) > 0.99
    assert ever(lambda hits, n: alarmed(hits, n, 0.05, 0.005), 0.2, 120) > 0.95
