"""What each biased term does to the choice between policies: one that solves less often is preferred.

Two policies answer one task: the better solves it in half of all cases, the other in 45 of 100.  How they solve it, and how
they fail, is what the term rewards; means are over the two ways an answer can come out.
"""

from __future__ import annotations

from typing import Any

import pytest

from rlvr_envs.episode import Outcome
from rlvr_envs.info import CaseResult, Resources
from rlvr_envs.wrappers import NoiseCorrection, VerifierNoise, parse_recipe, wrapper_class
from tests.wrappers.scripted import Scripted, outcome, rewards

BETTER, OTHER = 0.5, 0.45
SOLVED = outcome("solved", 1.0)
FAILED = outcome("wrong")
FAR, NEAR = (outcome("wrong", cases=(CaseResult("v", "wrong", left=left, right="10"),), visible_total=1) for left in ("0", "9"))
SLOW, FAST = (outcome("solved", 1.0, resources=Resources(cpu_s=seconds)) for seconds in (1.0, 0.0))
FORM = "<answer>x</answer>"


def mean(step: Any, rate: float, solved: tuple[Outcome, str], failed: tuple[Outcome, str]) -> float:
    recipe = parse_recipe([step])
    by_outcome = []
    for result, action in (solved, failed):
        env = recipe.wrap(Scripted(result, result))  # of two turns, the first
        by_outcome.append(rewards(env, action)[0])
    return rate * by_outcome[0] + (1 - rate) * by_outcome[1]


@pytest.mark.parametrize(
    ("step", "better", "other"),
    [
        (("PassFraction", {}), ((SOLVED, "x"), (FAILED, "x")), ((SOLVED, "x"), (outcome("wrong", 0.75), "x"))),
        (
            ("NormalisedFraction", {"constant": 0.5}),
            ((SOLVED, "x"), (FAILED, "x")),
            ((SOLVED, "x"), (outcome("wrong", 0.75), "x")),
        ),
        (("Improvement", {}), ((SOLVED, "x"), (FAILED, "x")), ((SOLVED, "x"), (outcome("wrong", 0.75), "x"))),
        (("NearMiss", {}), ((SOLVED, "x"), (FAR, "x")), ((SOLVED, "x"), (NEAR, "x"))),
        (("StageReward", {"scheme": "coderl"}), ((SOLVED, "x"), (outcome("error"), "x")), ((SOLVED, "x"), (FAILED, "x"))),
        (("EfficiencyReward", {"cpu_s": 1.0}), ((SLOW, "x"), (FAILED, "x")), ((FAST, "x"), (FAILED, "x"))),
        (("SoftOverlong", {"max_length": 20, "buffer": 10}), ((SOLVED, "x" * 20), (FAILED, "x")), ((SOLVED, "x"), (FAILED, "x"))),
        (
            ("FormatReward", {"sections": ["answer"], "weight": 0.2}),
            ((SOLVED, "x"), (FAILED, "x")),
            ((SOLVED, FORM), (FAILED, FORM)),
        ),
        (("RepetitionPenalty", {"n": 1}), ((SOLVED, "x " * 99), (FAILED, "x")), ((SOLVED, "x"), (FAILED, "x"))),
    ],
    ids=lambda value: value[0] if isinstance(value[0], str) else "",
)
def test_a_biased_term_can_prefer_the_policy_that_solves_less(step: Any, better: Any, other: Any) -> None:
    assert wrapper_class(step[0]).effect == "biased"
    assert mean(step, BETTER, *better) < mean(step, OTHER, *other)
    plain = ("NoiseCorrection", {"fpr": 0.0, "fnr": 0.0})  # adds nothing
    assert mean(plain, BETTER, *better) > mean(plain, OTHER, *other)


class Enumerated:
    """A generator that gives one draw again and again."""

    def __init__(self, draw: float) -> None:
        self._draw = draw

    def random(self) -> float:
        return self._draw


def noisy_return(first: Outcome, *, correct: bool) -> float:
    """Mean return, over what the noise can draw, of an episode whose first turn comes out so and whose second is solved."""
    total = 0.0
    for part in range(8):
        noisy = VerifierNoise(Scripted(first, SOLVED), fpr=0.25, fnr=0.25)
        env: Any = NoiseCorrection(noisy, fpr=0.25, fnr=0.25) if correct else noisy
        env.reset(seed=0)
        noisy._noise = Enumerated((part + 0.5) / 8)  # type: ignore[assignment]
        ended = False
        while not ended:
            _, reward, ended, _, _ = env.step("x")
            total += reward / 8
    return total


def test_noise_prefers_to_fail_first_and_its_correction_does_not() -> None:
    assert VerifierNoise.effect == "biased"
    assert NoiseCorrection.effect == "unchanged"
    assert (noisy_return(SOLVED, correct=False), noisy_return(FAILED, correct=False)) == (0.75, 1.0)
    assert noisy_return(SOLVED, correct=True) == pytest.approx(1.0)
    assert noisy_return(FAILED, correct=True) == pytest.approx(1.0)
