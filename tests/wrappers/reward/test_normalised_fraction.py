"""NormalisedFraction: what a constant program passes earns nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import pytest

import rlvr_envs
from rlvr_envs.envs.echo import EchoEnv
from rlvr_envs.errors import InfraError
from rlvr_envs.info import CaseResult, Feedback
from rlvr_envs.wrappers import NormalisedFraction
from rlvr_envs.wrappers.reward._constants import constant_answers
from tests.wrappers.scripted import Scripted, last, outcome, rewards

gym.register_envs(rlvr_envs)


def task(entry_point: str | None, hidden: Sequence[Any], visible: Any) -> dict[str, Any]:
    return {
        "task_id": "t",
        "prompt": "Do it.",
        "entry_point": entry_point,
        "tests": {"visible": [visible], "hidden": list(hidden)},
        "limits": {"time_s": 2, "cpu_s": 2},
    }


#: "NO" passes three of the five hidden tests, "YES" two.
PARITY = task(
    "f", [{"args": [x], "expected": "YES" if x % 2 else "NO"} for x in (2, 4, 6, 7, 9)], {"args": [8], "expected": "NO"}
)


def answer(code: str) -> str:
    return f"```python\n{code}\n```"


def test_the_formula_with_a_given_constant() -> None:
    turns = [outcome("wrong", score) for score in (0.5, 0.25, 1.0 / 8, 0.75)]
    env = NormalisedFraction(Scripted(*turns, outcome("solved", 1.0)), constant=0.25, weight=0.5)
    # .5 * (score - .25) / .75, at least 0: 1/6, 0, 0, 1/3, and 0 beside the base reward
    assert rewards(env, *"xxxxx") == pytest.approx([1 / 6, -1 / 6, 0.0, 1 / 3, 1 - 1 / 3])


def test_a_constant_program_gets_nothing_and_one_beyond_it_its_share() -> None:
    env = NormalisedFraction(gym.make("rlvr/Code-v0", tasks=[PARITY]))
    assert last(env, answer("def f(x):\n    return 'NO'"))[0] == 0.0
    assert last(env, answer("def f(x):\n    return 'YES'"))[0] == 0.0
    # four of five: (.8 - .6) / .4
    assert last(env, answer("def f(x):\n    return 'YES' if x == 7 else 'NO'"))[0] == pytest.approx(0.5)
    assert last(env, answer("def f(x):\n    return 'YES' if x % 2 else 'NO'"))[0] == 1.0


@pytest.mark.parametrize(
    ("entry_point", "hidden", "visible", "best"),
    [
        ("Box.get", [{"args": [1], "expected": 5}, {"args": [2], "expected": 6}], {"args": [0], "expected": 5}, 0.5),
        (None, [{"stdin": "1", "stdout": "a\nb\n"}, {"stdin": "2", "stdout": "c"}], {"stdin": "0", "stdout": "a\nb\n"}, 0.5),
        ("f", [{"args": [1], "expected": [float("inf")]}, {"args": [2], "expected": 6}], "assert f(0) == [float('inf')]", 0.5),
        ("f", [{"args": [1], "expected": 5}], {"args": [2], "expected": 5}, 0.0),  # a constant solves it: nothing is beyond
        ("f", [{"args": [1], "expected": 77}, {"args": [2], "expected": 78}], {"args": [3], "expected": 79}, 0.0),
    ],
)
def test_constants_are_tried_in_every_form_of_task(entry_point: Any, hidden: Any, visible: Any, best: float) -> None:
    coded = [{**one, "expected": [{"$float": "inf"}]} if one.get("expected") == [float("inf")] else one for one in hidden]
    env = NormalisedFraction(gym.make("rlvr/Code-v0", tasks=[task(entry_point, coded, visible)]))
    env.reset(seed=0)
    assert env._constant == best


def test_a_task_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    env = NormalisedFraction(gym.make("rlvr/Code-v0", tasks=[PARITY]))
    asked: list[int] = []
    judge = type(env.unwrapped).judge
    monkeypatch.setattr(type(env.unwrapped), "judge", lambda self, actions: asked.append(len(actions)) or judge(self, actions))
    for _ in range(2):
        env.reset(seed=0)
    assert asked == [1, 12, 1]  # "NO" and the eleven common constants


@pytest.mark.parametrize("raises", [True, False])
def test_an_outage_costs_the_samples_and_is_no_reward(monkeypatch: pytest.MonkeyPatch, raises: bool) -> None:
    def broken(self: Any, actions: Sequence[str]) -> list[Feedback]:
        if raises:
            raise InfraError("gone")
        return [Feedback("infra_error", "sandbox_failed", judge_key="k")] * len(actions)

    env = NormalisedFraction(gym.make("rlvr/Code-v0", tasks=[PARITY]))
    with monkeypatch.context() as patch:
        patch.setattr(type(env.unwrapped), "judge", broken)
        _, info = last(env, answer("def f(x):\n    return 'NO'"))
    assert (info["trainable"], dict(info["reward_terms"])) == (False, {"solved": 0.0})
    assert last(env, answer("def f(x):\n    return 'NO'"))[1]["trainable"] is True


def test_what_cannot_be_read_is_no_constant() -> None:
    cases = tuple(
        CaseResult(f"v{i}", "wrong", right=right) for i, right in enumerate(["<object>", "__import__('os')", "[7, ...", "7"])
    )
    found = "\n".join(constant_answers("f", Feedback("wrong", cases=cases)))
    assert "return 7" in found
    assert "import" not in found
    assert "object" not in found


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"weight": 0.0}, r"weight must be in \(0, 1\], got 0.0"),
        ({"constant": 1.0}, r"constant must be None or in \[0, 1\), got 1.0"),
        ({}, "constant must be a number for an environment without programs and visible cases, got None"),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        NormalisedFraction(EchoEnv(), **options)
