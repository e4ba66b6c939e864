"""VerifierNoise and NoiseCorrection: means by enumeration of what the noise can draw."""

from __future__ import annotations

import math
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

import rlvr_envs
from rlvr_envs.envs.echo import EchoEnv
from rlvr_envs.wrappers import NoiseCorrection, VerifierNoise
from tests.wrappers.scripted import Scripted, outcome

gym.register_envs(rlvr_envs)

#: The middles of 64 equal parts of [0, 1): rates of whole 64ths are met exactly.
DRAWS = [(part + 0.5) / 64 for part in range(64)]


class Enumerated:
    """A generator that gives one draw again and again."""

    def __init__(self, draw: float) -> None:
        self._draw = draw

    def random(self) -> float:
        return self._draw


def mean(verdict: str, fpr: float, fnr: float, *, correct: bool) -> float:
    """The mean reward over all draws of the noise."""
    noisy = VerifierNoise(Scripted(outcome(verdict)), fpr=fpr, fnr=fnr)
    env: Any = NoiseCorrection(noisy, fpr=fpr, fnr=fnr) if correct else noisy
    found = []
    for draw in DRAWS:
        env.reset(seed=0)
        noisy._noise = Enumerated(draw)  # type: ignore[assignment]
        found.append(env.step("x")[1])
    return math.fsum(found) / len(found)


@pytest.mark.parametrize(("fpr", "fnr"), [(0.0, 0.0), (0.25, 0.5), (0.125, 0.0), (0.0, 0.75), (0.46875, 0.46875)])
def test_the_mean_of_the_noise_is_that_of_its_rates_and_the_corrected_one_is_right(fpr: float, fnr: float) -> None:
    assert mean("solved", fpr, fnr, correct=False) == 1 - fnr
    assert mean("wrong", fpr, fnr, correct=False) == fpr
    assert mean("solved", fpr, fnr, correct=True) == pytest.approx(1.0, abs=1e-12)
    assert mean("wrong", fpr, fnr, correct=True) == pytest.approx(0.0, abs=1e-12)


def test_a_correction_with_other_rates_than_the_noises_is_biased() -> None:
    noisy = VerifierNoise(Scripted(outcome("wrong")), fpr=0.25)
    env = NoiseCorrection(noisy, fpr=0.0, fnr=0.5)
    env.reset(seed=0)
    noisy._noise = Enumerated(0.1)  # type: ignore[assignment]
    assert env.step("x")[1] == 2.0  # (1 - 0) / .5, where the right rates would give (1 - .25) / .75


def test_the_corrected_values_are_those_of_the_formula() -> None:
    # fpr .1, fnr .2: (1 - .1) / .7 and -.1 / .7
    for verdict, expected in (("solved", 9 / 7), ("wrong", -1 / 7)):
        env = NoiseCorrection(Scripted(outcome(verdict)), fpr=0.1, fnr=0.2)
        env.reset(seed=0)
        assert env.step("x")[1] == pytest.approx(expected, abs=1e-12)


def play(env: Any, seed: int) -> tuple[list[str], list[float]]:
    prompts, found = [], []
    for episode in range(40):
        prompts.append(env.reset(seed=seed if episode == 0 else None)[0])
        found.append(env.step("zzz")[1])
    return prompts, found


def test_one_seed_is_one_noise_and_the_tasks_are_those_without_it() -> None:
    def noisy() -> Any:
        return VerifierNoise(gym.make("rlvr/Echo-v0"), fpr=0.5)

    assert play(noisy(), 3) == play(noisy(), 3)
    assert play(noisy(), 3)[1] != play(noisy(), 4)[1]
    assert play(noisy(), 3)[0] == play(gym.make("rlvr/Echo-v0"), 3)[0]


def test_facts_stay_true_under_noise() -> None:
    env = VerifierNoise(EchoEnv(), fnr=1.0)
    env.reset(seed=0, options={"task_id": "abcd"})
    _, reward, terminated, _, info = env.step("abcd")
    assert (reward, terminated, info["is_success"], info["verdict"], info["score"]) == (0.0, True, True, "solved", 1.0)


def test_standardised_groups_do_not_notice_the_correction() -> None:
    def standardised(rewards: list[float]) -> list[float]:
        array = np.array(rewards)
        return list((array - array.mean()) / array.std())

    said = [1.0, 0.0, 0.0, 1.0, 1.0]
    corrected = [(one - 0.1) / 0.7 for one in said]
    assert standardised(corrected) == pytest.approx(standardised(said))


@pytest.mark.parametrize(
    ("wrapper", "options", "text"),
    [
        (VerifierNoise, {"fpr": 1.5}, r"fpr must be in \[0, 1\], got 1.5"),
        (VerifierNoise, {"fnr": True}, r"fnr must be in \[0, 1\], got True"),
        (NoiseCorrection, {"fpr": -0.1, "fnr": 0.0}, r"fpr must be in \[0, 1\], got -0.1"),
        (NoiseCorrection, {"fpr": 0.5, "fnr": 0.5}, r"fpr \+ fnr must be below 1"),
    ],
)
def test_bad_options_are_refused(wrapper: Any, options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        wrapper(EchoEnv(), **options)
