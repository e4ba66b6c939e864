"""EfficiencyReward: time and memory of solved programs."""

from __future__ import annotations

from typing import Any

import pytest

from rlvr_envs.envs.echo import EchoEnv
from rlvr_envs.info import Resources
from rlvr_envs.wrappers import EfficiencyReward
from tests.wrappers.scripted import Scripted, last, outcome


def bonus(verdict: str, seconds: float, mib: float, **options: Any) -> float:
    env = EfficiencyReward(Scripted(outcome(verdict, resources=Resources(9.0, seconds, mib))), **options)
    return float(last(env, "x")[1]["reward_terms"]["efficiency"])


def test_the_bonus_falls_in_steps_to_nothing_at_the_limit() -> None:
    options = {"weight": 0.5, "cpu_s": 2.0, "levels": 4}
    # 1 - used / 2 is 1, .95, .5, .25, .2, 0, below 0, rounded down to quarters
    used = (0.0, 0.1, 1.0, 1.5, 1.6, 2.0, 5.0)
    assert [bonus("solved", one, 0.0, **options) for one in used] == [0.5, 0.375, 0.25, 0.125, 0.0, 0.0, 0.0]


def test_time_and_memory_count_alike() -> None:
    assert bonus("solved", 0.5, 24.0, weight=1.0, cpu_s=1.0, memory_mib=32.0, levels=4) == 0.375  # (.5 + .25) / 2
    assert bonus("solved", 5.0, 24.0, weight=1.0, memory_mib=32.0, levels=4) == 0.25


@pytest.mark.parametrize("verdict", ["wrong", "error", "timeout", "malformed"])
def test_a_fast_wrong_answer_gets_nothing(verdict: str) -> None:
    assert bonus(verdict, 0.0, 0.0, cpu_s=1.0) == 0.0


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "give cpu_s, memory_mib or both"),
        ({"cpu_s": 0.0}, "cpu_s must be a number above 0, got 0.0"),
        ({"memory_mib": float("inf")}, "memory_mib must be a number above 0, got inf"),
        ({"cpu_s": 1.0, "weight": True}, "weight must be a number above 0, got True"),
        ({"cpu_s": 1.0, "levels": 0}, "levels must be an int of at least 1, got 0"),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        EfficiencyReward(Scripted(outcome("solved")), **options)


def test_an_environment_that_measures_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"EfficiencyReward needs feedback\.resources"):
        EfficiencyReward(EchoEnv(), cpu_s=1.0)
