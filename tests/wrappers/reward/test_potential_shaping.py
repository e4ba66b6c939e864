"""PotentialShaping: exact gradients of a toy, the order of all policies, single turns."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import gymnasium as gym
import pytest

from rlvr_envs.envs.echo import EchoEnv
from rlvr_envs.info import Feedback, Info, RewardTerms
from rlvr_envs.wrappers import PotentialShaping
from rlvr_envs.wrappers.reward._stages import STAGES, stage_of
from tests.wrappers.scripted import Scripted, outcome, rewards

P1, P2 = 0.6, {0: 0.7, 1: 0.4}
REWARD = {(1, 1): 1.0, (0, 1): 0.3, (0, 0): 0.0, (1, 0): 0.0}
TRUE = (0.0456, 0.0252, 0.1440)


class Toy(gym.Env[str, str]):
    """Two choices of 0 or 1; the reward depends on both."""

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Info]:
        self.taken: tuple[int, ...] = ()
        return "", self._info(0.0)

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        self.taken += (int(action),)
        reward = REWARD.get(self.taken, 0.0)  # type: ignore[call-overload]
        return "", reward, len(self.taken) == 2, False, self._info(reward)

    def _info(self, reward: float) -> Info:
        return {"trainable": True, "reward_terms": RewardTerms({"solved": reward}), "feedback": Feedback()}


class ToyShaping(PotentialShaping):
    def potential(self, info: Info, before: float) -> float:
        return {(): 0.25, (0,): 0.9, (1,): -0.4}[self.unwrapped.taken]  # type: ignore[attr-defined]


class UnzeroedEnd(ToyShaping):
    """The mistake: the end of an episode has a potential, 0.5 when the second choice was 0."""

    def after(self, info: Info, ended: bool) -> float:
        taken = self.unwrapped.taken  # type: ignore[attr-defined]
        return 0.5 * (taken[1] == 0) if ended else self.potential(info, 0.0)


def gradient(env: Any) -> tuple[float, float, float]:
    """The policy gradient by the logits of the first choice and of the second after 0 and 1, with reward-to-go, exactly."""
    found = [0.0, 0.0, 0.0]
    for first, second in itertools.product((0, 1), repeat=2):
        env.reset()
        r = [env.step(str(choice))[1] for choice in (first, second)]
        p = (P1 if first else 1 - P1) * (P2[first] if second else 1 - P2[first])
        found[0] += p * (first - P1) * (r[0] + r[1])
        found[1 + first] += p * (second - P2[first]) * r[1]
    return found[0], found[1], found[2]


def test_the_toys_gradient_is_that_of_the_reward_alone() -> None:
    assert gradient(Toy()) == pytest.approx(TRUE, abs=1e-12)
    assert gradient(ToyShaping(Toy())) == pytest.approx(TRUE, abs=1e-12)


def test_a_potential_at_the_end_turns_a_sign_around() -> None:
    assert gradient(UnzeroedEnd(Toy())) == pytest.approx((0.0816, -0.0168, 0.0720), abs=1e-12)


WORDS = ("abcd", "abcx", "abxx", "xxxx")


def returns(make: Callable[[], Any], gamma: float) -> dict[tuple[str, ...], float]:
    """Discounted return of every policy that answers two turns, of which the second may not be reached."""
    env, found = make(), {}
    for answers in itertools.product(WORDS, repeat=2):
        env.reset(seed=0, options={"task_id": "abcd"})
        found[answers] = 0.0
        for turn, answer in enumerate(answers):
            _, reward, terminated, truncated, _ = env.step(answer)
            found[answers] += gamma**turn * reward
            if terminated or truncated:
                break
    return found


@pytest.mark.parametrize("gamma", [1.0, 0.9])
@pytest.mark.parametrize("potential", ["best_score", "score", "stages"])
def test_no_policys_return_is_changed_whether_it_succeeds_or_is_cut(potential: str, gamma: float) -> None:
    plain = returns(lambda: EchoEnv(max_turns=2), gamma)
    shaped = returns(lambda: PotentialShaping(EchoEnv(max_turns=2), potential=potential, gamma=gamma), gamma)
    assert shaped == pytest.approx(plain, abs=1e-12)


def test_a_cut_by_a_wrapper_below_is_an_end_too() -> None:
    env = PotentialShaping(gym.wrappers.TimeLimit(EchoEnv(max_turns=9), 2))
    env.reset(seed=0, options={"task_id": "abcd"})
    assert [env.step(answer)[1] for answer in ("abxx", "abcx")] == [0.5, -0.5]


def test_best_score_never_falls_and_score_does() -> None:
    turns = [outcome("wrong", score) for score in (0.5, 0.25, 0.75, 0.0)]
    assert rewards(PotentialShaping(Scripted(*turns)), *"xxxx") == [0.5, 0.0, 0.25, -0.75]
    assert rewards(PotentialShaping(Scripted(*turns), potential="score"), *"xxxx") == [0.5, -0.25, 0.5, -0.75]


def test_stages_are_counted_from_no_program_to_solved() -> None:
    turns = [outcome("malformed"), outcome("error", reason="syntax_error"), outcome("error"), outcome("wrong"), outcome("wrong")]
    found = rewards(PotentialShaping(Scripted(*turns), potential="stages"), *"xxxxx")
    assert found == pytest.approx([0.0, 1 / 6, 2 / 6, 1 / 6, -4 / 6])  # stages 0, 1, 3, 4 of 6, then the end
    info = {"is_success": False, "verdict": "wrong", "feedback": Feedback("wrong", visible_passed=2, visible_total=2)}
    assert STAGES.index(stage_of(info)) == 5


def test_gamma_discounts_the_potential_behind() -> None:
    env = PotentialShaping(Scripted(outcome("wrong", 0.5), outcome("wrong", 1.0)), gamma=0.5)
    assert rewards(env, "x", "x") == [0.25, -0.5]


class FromAQuarter(PotentialShaping):
    def potential(self, info: Info, before: float) -> float:
        return 0.25


def test_single_turn_groups_keep_their_centred_advantages() -> None:
    def centred(env: Any) -> list[float]:
        found = []
        for word in WORDS:
            env.reset(seed=0, options={"task_id": "abcd"})
            found.append(env.step(word)[1])
        return [one - sum(found) / len(found) for one in found]

    assert centred(EchoEnv()) == [0.75, -0.25, -0.25, -0.25]
    assert centred(PotentialShaping(EchoEnv())) == centred(FromAQuarter(EchoEnv())) == centred(EchoEnv())


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"potential": "bestscore"}, "unknown potential 'bestscore'; did you mean 'best_score'"),
        ({"gamma": 0.0}, r"gamma must be in \(0, 1\], got 0.0"),
        ({"gamma": True}, r"gamma must be in \(0, 1\], got True"),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        PotentialShaping(EchoEnv(), **options)
