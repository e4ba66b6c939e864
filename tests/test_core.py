"""TextEnv: order, turns, infrastructure errors, options, state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

import rlvr_envs
from rlvr_envs.envs.echo import EchoEnv, EchoTask
from rlvr_envs.episode import Episode, Outcome
from rlvr_envs.errors import EnvClosed, InfraError, ResetNeeded
from rlvr_envs.info import RewardTerms

gym.register_envs(rlvr_envs)


class BrokenMachine(EchoEnv):
    def _judge(self, items: Sequence[tuple[Episode[EchoTask], str]]) -> list[Outcome]:
        raise InfraError("the worker died")


def test_single_turn_ends_by_termination_and_never_by_truncation() -> None:
    env = EchoEnv()
    env.reset(seed=0)
    assert env.step("wrong")[1:4] == (0.0, True, False)


def test_turns_that_are_used_up_truncate() -> None:
    env = EchoEnv(max_turns=2)
    env.reset(seed=0)
    assert env.step("wrong")[1:4] == (0.0, False, False)
    assert env.step("wrong")[1:4] == (0.0, False, True)


def test_a_later_turn_may_solve() -> None:
    env = EchoEnv(max_turns=2)
    env.reset(seed=0, options={"task_id": "abc"})
    env.step("abd")
    _, reward, terminated, truncated, info = env.step("abc")
    assert (reward, terminated, truncated, info["turn"]) == (1.0, True, False, 2)
    assert [m["role"] for m in env.messages] == ["user", "assistant", "user", "assistant"]
    assert env.messages[2]["content"] == "character 3 differs"


def test_infra_error_is_masked_and_never_a_verdict_on_the_answer() -> None:
    env = BrokenMachine()
    env.reset(seed=0)
    _, reward, terminated, truncated, info = env.step("abc")
    assert (reward, terminated, truncated) == (0.0, False, True)
    assert (info["verdict"], info["trainable"], info["feedback"].reason) == ("infra_error", False, "the worker died")


def test_state_key_is_the_text_that_the_next_answer_sees() -> None:
    first, second = EchoEnv(max_turns=3), EchoEnv(max_turns=3)
    key_a = first.reset(seed=0, options={"task_id": "abc"})[1]["state_key"]
    key_b = second.reset(seed=1, options={"task_id": "abc"})[1]["state_key"]
    assert key_a == key_b, "same prompt, same state"
    assert first.step("xbc")[4]["state_key"] == second.step("xbc")[4]["state_key"]
    assert first.step("ybc")[4]["state_key"] != second.step("zbc")[4]["state_key"]


def test_tasks_follow_from_the_seed_alone_whatever_was_played() -> None:
    one, other = EchoEnv(), EchoEnv()
    one.reset(seed=4)
    one.step("x")
    other.reset(seed=4)
    assert [one.reset()[0] for _ in range(3)] == [other.reset()[0] for _ in range(3)]


@pytest.mark.parametrize("max_turns", [0, -1, 1.5, True, "2"])
def test_bad_max_turns_is_refused(max_turns: object) -> None:
    with pytest.raises(ValueError, match="max_turns must be an int of at least 1"):
        EchoEnv(max_turns=max_turns)  # type: ignore[arg-type]


def test_bad_render_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="render_mode must be None or one of"):
        EchoEnv(render_mode="human")


def test_unknown_reset_option_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown reset option 'taskid'"):
        EchoEnv().reset(options={"taskid": "abc"})


def test_action_must_be_text() -> None:
    env = EchoEnv()
    env.reset(seed=0)
    with pytest.raises(TypeError, match="an action must be a str, got int"):
        env.step(3)  # type: ignore[arg-type]


def test_numpy_text_is_text() -> None:
    env = EchoEnv()
    env.reset(seed=0, options={"task_id": "abc"})
    assert env.step(np.array(["abc"])[0])[1] == 1.0


def test_use_out_of_order_names_the_remedy() -> None:
    env = EchoEnv(render_mode="ansi")
    with pytest.raises(ResetNeeded, match="call reset"):
        env.judge(["x"])
    with pytest.raises(ResetNeeded):
        env.render()
    env.close()
    with pytest.raises(EnvClosed, match="make a new environment"):
        env.get_state()


def test_render_shows_prompt_answer_and_outcome() -> None:
    env = EchoEnv(render_mode="ansi")
    env.reset(seed=0, options={"task_id": "abc"})
    env.step("abd")
    text = env.render()
    assert text is not None
    for part in ("abc", "[user]\nRepeat this word: abc", "[assistant]\nabd", "character 3 differs"):
        assert part in text


def test_set_state_names_what_is_missing() -> None:
    env = EchoEnv()
    env.reset(seed=0)
    state = env.get_state()
    del state["turn"]
    with pytest.raises(ValueError, match="a state must hold 'turn'"):
        env.set_state(state)


def test_base_reward_is_one_named_term() -> None:
    env = EchoEnv()
    env.reset(seed=0, options={"task_id": "abc"})
    assert env.step("abc")[4]["reward_terms"] == RewardTerms({"solved": 1.0})


def test_a_rendered_episode_is_as_wide_as_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    env = EchoEnv(render_mode="ansi")
    for columns in ("60", "80"):
        monkeypatch.setenv("COLUMNS", columns)
        env.reset(seed=0, options={"task_id": "abc"})
        assert env.report() == ""
        env.step("abd")
        rules = [line for line in str(env.render()).splitlines() if line.endswith("───")]
        assert [len(rule) for rule in rules] == [int(columns)] * 2
        assert rules[0].startswith("── abc ── turn 1 of 1 ───")
        assert env.report() == "character 3 differs"


def test_answers_in_place_of_the_last_one_are_judged_in_its_state_and_change_nothing() -> None:
    env = EchoEnv(max_turns=2)
    env.reset(seed=0, options={"task_id": "abc"})
    with pytest.raises(ResetNeeded, match="judge_instead before the first action"):
        env.judge_instead(["abc"])
    env.step("abd")
    env.step("xyz")
    state = env.get_state()
    assert [outcome.score for outcome in env.judge_instead(["abc", "abx", "xyz"], time_s=1.0)] == [
        1.0,
        2 / 3,
        0.0,
    ]  # after the end
    assert env.get_state() == state
    env.set_state(state)
    with pytest.raises(ResetNeeded, match="judge_instead before the first action"):
        env.judge_instead(["abc"])


def test_answers_in_place_of_the_last_one_may_be_given_less_time_than_it() -> None:
    test = {"args": [], "expected": 1}
    task = {"task_id": "wait", "prompt": "Wait.", "entry_point": "f", "tests": {"visible": [], "hidden": [test]}}
    env = gym.make("rlvr/Code-v0", tasks=[task])
    env.reset(seed=0)
    slow = "import time\ndef f():\n    time.sleep(0.6)\n    return 1"
    assert env.step(slow)[4]["verdict"] == "solved"
    base: Any = env.unwrapped
    hurried = base.judge_instead([slow, "def f():\n    return 1"], time_s=0.3)
    assert [outcome.feedback.verdict for outcome in hurried] == ["timeout", "solved"]
    assert [outcome.feedback.verdict for outcome in base.judge_instead([slow])] == ["solved"]
    env.close()
