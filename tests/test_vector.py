"""TextVectorEnv, and infos through Gymnasium's own vector environments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv

import rlvr_envs
from rlvr_envs.envs.echo import EchoEnv, EchoTask
from rlvr_envs.episode import Episode, Outcome
from rlvr_envs.errors import EnvClosed, InfraError, ResetNeeded
from rlvr_envs.info import INFO_KEYS, RewardTerms, Verdict
from rlvr_envs.testing import check_info
from rlvr_envs.vector import TextVectorEnv
from rlvr_envs.wrappers import PassFraction

gym.register_envs(rlvr_envs)


class Fragile(EchoEnv):
    """The machinery fails for the text "boom", and for a whole batch that holds "bang"."""

    batches: list[int] = []  # noqa: RUF012 - counts calls over all instances

    def _judge(self, items: Sequence[tuple[Episode[EchoTask], str]]) -> list[Outcome]:
        self.batches.append(len(items))
        if any(action == "bang" for _, action in items):
            raise InfraError("the batch broke")
        outcomes = super()._judge(items)
        return [
            Outcome.failed(Verdict.INFRA_ERROR, "boom") if action == "boom" else outcome
            for (_, action), outcome in zip(items, outcomes, strict=True)
        ]


@pytest.fixture
def fragile() -> Any:
    gym.register("rlvr-test/Fragile-v0", entry_point=Fragile)
    Fragile.batches.clear()
    yield TextVectorEnv("rlvr-test/Fragile-v0", 3)
    del gym.registry["rlvr-test/Fragile-v0"]


def three(**kwargs: Any) -> TextVectorEnv:
    env = gym.make_vec("rlvr/Echo-v0", num_envs=3, **kwargs)
    assert isinstance(env, TextVectorEnv)
    return env


def test_make_vec_gives_our_vector_env_without_autoreset() -> None:
    env = three()
    assert env.metadata["autoreset_mode"] is AutoresetMode.DISABLED
    assert env.num_envs == 3
    assert env.spec is not None
    observations, _ = env.reset(seed=0)
    assert observations in env.observation_space


def test_steps_equal_those_of_the_environments_alone() -> None:
    env = three()
    observations, _ = env.reset(seed=10)
    actions = [text.split()[-1] if i != 1 else "zz" for i, text in enumerate(observations)]
    replies, rewards, terminated, truncated, infos = env.step(actions)
    for i in range(3):
        alone = gym.make("rlvr/Echo-v0")
        assert alone.reset(seed=10 + i)[0] == observations[i]
        expected = alone.step(actions[i])
        assert expected == (replies[i], rewards[i], terminated[i], truncated[i], infos["infos"][i])
    assert rewards.tolist() == [1.0, 0.0, 1.0]


def test_all_actions_of_a_step_are_judged_in_one_batch(fragile: TextVectorEnv) -> None:
    fragile.reset(seed=0)
    fragile.step(["a", "b", "c"])
    assert Fragile.batches == [3]


def test_one_infra_error_leaves_the_others_alone(fragile: TextVectorEnv) -> None:
    observations, _ = fragile.reset(seed=0)
    words = [text.split()[-1] for text in observations]
    _, rewards, terminated, truncated, infos = fragile.step([words[0], "boom", words[2]])
    assert rewards.tolist() == [1.0, 0.0, 1.0]
    assert [info["trainable"] for info in infos["infos"]] == [True, False, True]
    assert (terminated.tolist(), truncated.tolist()) == ([True, False, True], [False, True, False])


def test_a_broken_batch_is_judged_one_by_one(fragile: TextVectorEnv) -> None:
    observations, _ = fragile.reset(seed=0)
    words = [text.split()[-1] for text in observations]
    _, rewards, _, _, infos = fragile.step([words[0], "bang", words[2]])
    assert rewards.tolist() == [1.0, 0.0, 1.0]
    assert [info["verdict"] for info in infos["infos"]] == ["solved", "infra_error", "solved"]


def test_partial_reset_touches_only_the_masked() -> None:
    env = three()
    before, _ = env.reset(seed=0)
    env.step(["x", "y", "z"])
    after, infos = env.reset(seed=[5, 6, 7], options={"reset_mask": np.array([True, False, True])})
    assert after[1] == "character 1 differs"
    assert after[0] == gym.make("rlvr/Echo-v0").reset(seed=5)[0]
    assert [info["turn"] for info in infos["infos"]] == [0, 1, 0]
    assert len(before) == 3


def test_partial_step_leaves_the_others_alone() -> None:
    env = three(max_turns=2)
    env.reset(seed=0)
    env.step(["x", "y", "z"], mask=[True, False, False])
    _, rewards, terminated, truncated, infos = env.step(["x", "y", "z"], mask=np.array([False, True, True]))
    assert [info["turn"] for info in infos["infos"]] == [1, 1, 1]
    assert not np.any([rewards, terminated, truncated])


def test_stepping_an_ended_environment_is_an_error_that_names_it() -> None:
    env = three()
    env.reset(seed=0)
    env.step(["x", "y", "z"])
    with pytest.raises(ResetNeeded, match="environment 0"):
        env.step(["x", "y", "z"])


def test_each_environment_may_get_its_own_task() -> None:
    observations, _ = three().reset(seed=0, options={"task_id": ["aa", "bb", "cc"]})
    assert [text.split()[-1] for text in observations] == ["aa", "bb", "cc"]


@pytest.mark.parametrize("bad", [{"seed": [1, 2]}, {"options": {"reset_mask": [1, 0, 1]}}, {"options": {"task_id": ["a"]}}])
def test_wrong_lengths_and_types_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must"):
        three().reset(**bad)


def test_wrong_number_of_actions_is_refused() -> None:
    env = three()
    env.reset(seed=0)
    with pytest.raises(ValueError, match=r"one entry per environment \(3\), got 2"):
        env.step(["a", "b"])


def test_use_after_close_is_an_error() -> None:
    env = three()
    env.close()
    env.close()
    with pytest.raises(EnvClosed):
        env.reset()


def test_render_and_call_reach_every_environment() -> None:
    env = three(render_mode="ansi")
    env.reset(seed=0)
    assert len(env.render() or ()) == 3
    assert len(env.call("messages")) == 3


def test_recipe_wraps_every_environment() -> None:
    env = three(recipe=[("PassFraction", {"weight": 0.5})])
    env.reset(seed=0, options={"task_id": "abcd"})
    _, rewards, _, _, infos = env.step(["abxx", "abcd", "x"])
    assert rewards.tolist() == [0.25, 1.0, 0.0]
    assert infos["infos"][0]["reward_terms"] == RewardTerms({"solved": 0.0, "pass_fraction": 0.25})


def _sync() -> Any:
    return SyncVectorEnv([lambda: PassFraction(gym.make("rlvr/Echo-v0"))] * 2)


def _async() -> Any:
    return AsyncVectorEnv([lambda: PassFraction(gym.make("rlvr/Echo-v0"))] * 2, shared_memory=False)


def _ours() -> Any:
    return gym.make_vec("rlvr/Echo-v0", num_envs=2, recipe=["PassFraction"])


def column_of(infos: dict[str, Any], i: int) -> dict[str, Any]:
    """The i-th info out of Gymnasium's columns; arrays of numbers give numpy scalars, which stand for Python's."""
    plain: dict[type, Any] = {float: float, int: int, bool: bool}
    return {key: plain.get(kind, lambda value: value)(infos[key][i]) for key, kind in INFO_KEYS.items()}


def whole(infos: dict[str, Any], i: int) -> Any:
    return infos["infos"][i]


@pytest.mark.parametrize(
    ("make", "read"), [(_sync, column_of), (_async, column_of), (_ours, whole)], ids=["sync", "async", "ours"]
)
def test_infos_come_whole_through_every_vector_env(make: Any, read: Any) -> None:
    env = make()
    env.reset(seed=3)
    _, rewards, _, _, infos = env.step(("é", "b"))
    for i in range(2):
        info = read(infos, i)
        check_info(info)
        assert info["reward_terms"].total == rewards[i]
        assert info["feedback"].cases[0].left == ("é", "b")[i]
    env.close()
