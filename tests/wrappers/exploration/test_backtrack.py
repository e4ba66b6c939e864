"""Backtrack: which states are kept, where episodes begin, and that what was read is read again."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import gymnasium as gym
import pytest

import rlvr_envs
from rlvr_envs.wrappers import Backtrack, FeedbackText, HintPrefix
from rlvr_envs.wrappers.progress import progress_of, restore_progress
from tests.wrappers.exploration.test_hint_prefix import TASK
from tests.wrappers.known import KnownEnv

gym.register_envs(rlvr_envs)


def test_an_episode_goes_on_where_an_earlier_one_was() -> None:
    env: Any = Backtrack(KnownEnv(max_turns=3), share=1.0)
    _, info = env.reset(seed=0, options={"task_id": "abcd"})
    assert info["turn"] == 0
    told, _, _, _, after = env.step("abxx")
    env.step("abcx")
    observation, info = env.reset(seed=5)
    assert (observation, info["turn"], info["task_id"]) == (told, 1, "abcd")
    assert info["state_key"] == after["state_key"]
    assert [message["content"] for message in env.unwrapped.messages] == ["Repeat this word: abcd", "abxx", told]
    _, reward, terminated, _, info = env.step("abcd")
    assert (reward, terminated, info["turn"]) == (1.0, True, 2)


def test_states_are_kept_once_and_the_oldest_goes() -> None:
    env: Any = Backtrack(KnownEnv(max_turns=4), share=1e-9, capacity=2)
    for _ in range(3):
        env.reset(seed=0, options={"task_id": "abcd"})
        env.step("a")
        env.step("b")
        env.step("c")
    # Each episode was in two states that were played on: after "a", and after "a" and "b".
    assert [one["state"]["turn"] for one in env.archive.states.values()] == [1, 2]
    env.reset(seed=0, options={"task_id": "abce"})
    env.step("a")
    env.step("b")
    assert [(one["task_id"], one["state"]["turn"]) for one in env.archive.states.values()] == [("abcd", 2), ("abce", 1)]


def test_without_a_state_of_the_task_an_episode_begins_at_its_beginning() -> None:
    env: Any = Backtrack(KnownEnv(max_turns=3), share=1.0)
    env.reset(seed=0, options={"task_id": "abcd"})
    env.step("a")
    env.step("b")
    assert env.reset(seed=1, options={"task_id": "efgh"})[1]["turn"] == 0
    assert env.reset(seed=1, options={"task_id": "abcd"})[1]["turn"] == 1


def test_the_share_and_the_choice_follow_from_the_seed() -> None:
    def begun() -> list[tuple[int, str]]:
        env: Any = Backtrack(KnownEnv(max_turns=3), share=0.3)
        for task in ("abcd", "efgh"):
            env.reset(seed=0, options={"task_id": task})
            env.step("a")
            env.step("b")
        return [(info["turn"], info["task_id"]) for _, info in (env.reset(seed=seed) for seed in range(400))]

    first = begun()
    assert first == begun()
    counts = Counter(task for turn, task in first if turn == 1)
    assert set(counts) == {"abcd", "efgh"}
    assert 85 < sum(counts.values()) < 155  # 120 expected, deviation 9.2
    assert 35 < counts["abcd"] < 85


def test_what_a_wrapper_told_is_read_again_on_either_side() -> None:
    for stack in (
        lambda env: Backtrack(FeedbackText(env, template="terse"), share=1.0),
        lambda env: FeedbackText(Backtrack(env, share=1.0), template="terse"),
    ):
        env: Any = stack(KnownEnv(max_turns=3))
        env.reset(seed=0, options={"task_id": "abcd"})
        told, _, _, _, after = env.step("abxx")
        env.step("abcx")
        observation, info = env.reset(seed=5)
        assert observation == told == "The program gives a wrong result.\nVisible tests passed: 0 of 1."
        assert info["state_key"] == after["state_key"]


def test_a_hint_for_the_beginning_is_not_given_in_the_middle() -> None:
    for stack in (
        lambda env: Backtrack(HintPrefix(env, rate=1.0), share=1.0),
        lambda env: HintPrefix(Backtrack(env, share=1.0), rate=1.0),
    ):
        env: Any = stack(gym.make("rlvr/Code-v0", tasks=[TASK], max_turns=3))
        _, info = env.reset(seed=0)
        assert info["prefill"] != ""
        env.step(info["prefill"] + "    return 0\n```")
        env.step("nothing")
        _, info = env.reset(seed=1)
        assert (info["turn"], info["prefill"]) == (1, "")


def test_a_vector_shares_states_under_a_name_and_progress_is_restored() -> None:
    recipe = [("Backtrack", {"share": 1.0, "pool": "states-together"})]
    envs: Any = gym.make_vec("rlvr/Echo-v0", num_envs=2, recipe=recipe, max_turns=3)
    envs.reset(seed=0, options={"task_id": "abc"})
    envs.step(["x", "y"])
    envs.step(["x", "y"])
    _, infos = envs.reset(seed=[7, 7])
    assert [info["turn"] for info in infos["infos"]] == [1, 1]
    assert infos["infos"][0]["state_key"] == infos["infos"][1]["state_key"]
    saved = json.loads(json.dumps(progress_of(envs.envs[0])))
    assert len(saved["Backtrack"]["states"]) == 2
    again: Any = gym.make("rlvr/Echo-v0", recipe=[("Backtrack", {"share": 1.0})], max_turns=3)
    restore_progress(again, saved)
    assert progress_of(again) == saved
    assert again.reset(seed=7)[1]["state_key"] == infos["infos"][0]["state_key"]


def test_one_turn_and_values_outside_their_range_are_refused() -> None:
    with pytest.raises(ValueError, match="Backtrack needs more than one turn, and rlvr/Echo-v0 as it was made"):
        gym.make("rlvr/Echo-v0", recipe=["Backtrack"])
    with pytest.raises(ValueError, match=r"share must be in \(0, 1\], got 0"):
        Backtrack(KnownEnv(max_turns=2), share=0)
    with pytest.raises(ValueError, match="capacity must be an int of at least 1, got 0"):
        Backtrack(KnownEnv(max_turns=2), capacity=0)
