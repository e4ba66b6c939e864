"""StageReward: the published constants, and the order of stages on real programs."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import pytest

import rlvr_envs
from rlvr_envs.wrappers import StageReward
from tests.wrappers.scripted import Scripted, last, outcome, rewards

gym.register_envs(rlvr_envs)

TASK: dict[str, Any] = {
    "task_id": "twice",
    "prompt": "Write a function `f(x)` that returns x twice.",
    "entry_point": "f",
    "tests": {
        "visible": [{"args": [2], "expected": 4}],
        "hidden": [{"args": [5], "expected": 10}, {"args": [7], "expected": 14}, {"args": [2], "expected": 4}],
    },
    "limits": {"time_s": 1, "cpu_s": 1},
}
#: Answer of each stage, in order.
ANSWERS = {
    "malformed": "I do not know.",
    "syntax": "```python\ndef f(x) return x\n```",
    "load": "```python\ndef g(x):\n    return 2 * x\n```",
    "runtime": "```python\ndef f(x):\n    raise ValueError\n```",
    "wrong": "```python\ndef f(x):\n    return 10\n```",
    "visible": "```python\ndef f(x):\n    return 4\n```",
    "solved": "```python\ndef f(x):\n    return 2 * x\n```",
}


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ("steps", [0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 1.0]),
        ("coderl", [-1.0, -1.0, -0.6, -0.6, -0.3, -0.3, 1.0]),
        ("ppocoder", [-1.0, -1.0, -0.6, -0.6, -0.3, -0.3, 1.0]),
        ("stepcoder", [-1.0, -1.0, -0.6, -0.6, -0.3, -0.3, 1.0]),
        # "wrong" and "visible" pass one of three hidden tests each: -0.3 + 1.3 / 3
        ("rltf", [-1.0, -1.0, -0.6, -0.6, 0.4 / 3, 0.4 / 3, 1.0]),
    ],
)
def test_the_reward_of_a_program_is_the_published_value(scheme: str, expected: list[float]) -> None:
    env = StageReward(gym.make("rlvr/Code-v0", tasks=[TASK]), scheme=scheme)
    assert [last(env, answer)[0] for answer in ANSWERS.values()] == pytest.approx(expected, abs=1e-12)


def test_the_base_term_stays_and_the_sum_is_the_value() -> None:
    reward, info = last(StageReward(Scripted(outcome("solved", 1.0)), scheme="coderl"), "x")
    assert (reward, dict(info["reward_terms"])) == (1.0, {"solved": 1.0, "stage": 0.0})


@pytest.mark.parametrize("verdict", ["timeout", "memory", "output_limit", "crash", "forbidden"])
def test_whatever_ends_a_program_is_a_runtime_error(verdict: str) -> None:
    assert last(StageReward(Scripted(outcome(verdict, reason="load_error")), scheme="coderl"), "x")[0] == -0.6


def test_rltf_rises_with_the_share_of_tests_and_is_1_only_when_solved() -> None:
    def value(verdict: str, score: float) -> float:
        return last(StageReward(Scripted(outcome(verdict, score)), scheme="rltf"), "x")[0]

    assert [value("wrong", score) for score in (0.0, 0.5, 0.9)] == pytest.approx([-0.3, 0.35, 0.87])
    assert value("solved", 1.0) == 1.0


def test_turns_add_up_to_the_value_of_the_last_answer() -> None:
    env = StageReward(Scripted(outcome("malformed"), outcome("wrong"), outcome("solved", 1.0)), scheme="coderl")
    for _ in range(2):  # the second episode begins afresh
        assert rewards(env, "x", "x", "x") == pytest.approx([-1.0, 0.7, 1.3])


def test_a_program_that_swallows_all_gains_the_gap_between_two_stages_and_no_more() -> None:
    crash, swallow = (last(StageReward(Scripted(outcome(v)), scheme="coderl"), "x")[0] for v in ("error", "wrong"))
    assert swallow - crash == pytest.approx(0.3)


def test_own_values_take_the_place_of_the_schemes() -> None:
    env = StageReward(Scripted(outcome("wrong", visible_passed=1, visible_total=1)), values={"visible": 0.75})
    assert last(env, "x")[0] == 0.75


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"scheme": "coderll"}, "unknown scheme 'coderll'; did you mean 'coderl'"),
        ({"values": {"wrnog": 0.1}}, "unknown stage 'wrnog'; did you mean 'wrong'"),
        ({"values": {"wrong": True}}, "must be a number of at most 1, got True"),
        ({"values": {"wrong": 1.0}}, "must rise from stage to stage to below 1"),
        ({"values": {"load": 0.9}}, "must rise from stage to stage"),
        ({"values": {"solved": 0.9}}, "be 1 for 'solved'"),
        ({"values": [0.1]}, "values must map names of stages to numbers"),
        ({"scheme": "rltf", "values": {"visible": 0.5}}, "must leave room for 1.3 of the score"),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        StageReward(Scripted(outcome("wrong")), **options)
