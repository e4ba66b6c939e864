"""Times vector environments against each other, in turn, so that a busy machine slows all alike."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import gymnasium as gym
from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv, VectorEnv

from rlvr_envs.envs.echo import EchoEnv, EchoTask
from rlvr_envs.episode import Episode, Outcome
from rlvr_envs.info import Feedback, Verdict

ENV_ID = "rlvr-bench/Trivial-v0"
ACTION = "an answer of the usual kind " * 8


class TrivialEnv(EchoEnv):
    """Judges nothing and never ends, so that only the environments' own cost is timed."""

    _OUTCOME = Outcome(Feedback(verdict=Verdict.WRONG.value), observation="no")

    def __init__(self) -> None:
        """Makes the environment."""
        super().__init__(max_turns=1_000_000_000)

    def _judge(self, items: Sequence[tuple[Episode[EchoTask], str]]) -> list[Outcome]:
        return [self._OUTCOME] * len(items)


def make_all(num_envs: int) -> dict[str, VectorEnv[Any, Any, Any]]:
    """Returns the vector environments to compare, each with ``num_envs`` copies of the same environment."""
    if ENV_ID not in gym.registry:
        vector_entry_point = f"rlvr_envs.vector:{ENV_ID}"
        gym.register(ENV_ID, entry_point=TrivialEnv, vector_entry_point=vector_entry_point, order_enforce=False)
    makers = [_one] * num_envs
    return {
        "TextVectorEnv": gym.make_vec(ENV_ID, num_envs=num_envs),
        "SyncVectorEnv": SyncVectorEnv(makers, autoreset_mode=AutoresetMode.DISABLED),
        "AsyncVectorEnv": AsyncVectorEnv(makers, shared_memory=False, autoreset_mode=AutoresetMode.DISABLED),
    }


def rounds_per_second(envs: Mapping[str, VectorEnv[Any, Any, Any]], *, rounds: int, steps: int) -> dict[str, list[float]]:
    """Returns, per vector environment, the environment steps per second of each round; the environments take turns."""
    rates: dict[str, list[float]] = {name: [] for name in envs}
    for _ in range(rounds):
        for name, env in envs.items():
            env.reset(seed=0)
            rates[name].append(_rate(env, [ACTION] * env.num_envs, steps))
    return rates


def _one() -> gym.Env[Any, Any]:
    return gym.make(ENV_ID, disable_env_checker=True)


def _rate(env: VectorEnv[Any, Any, Any], actions: Sequence[str], steps: int) -> float:
    start = time.perf_counter()
    for _ in range(steps):
        env.step(actions)
    return env.num_envs * steps / (time.perf_counter() - start)
