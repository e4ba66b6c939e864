"""An environment that gives back prepared outcomes, one a turn, and claims to know everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rlvr_envs.envs.echo import EchoEnv, EchoTask
from rlvr_envs.episode import Episode, Outcome
from rlvr_envs.facts import Fact
from rlvr_envs.info import Feedback, Info


class Scripted(EchoEnv):
    """Answers turn t with the outcome ``outcomes[t]``."""

    facts = frozenset(Fact)  # type: ignore[assignment]

    def __init__(self, *outcomes: Outcome) -> None:
        super().__init__(max_turns=len(outcomes))
        self._prepared = outcomes

    def _judge(self, items: Sequence[tuple[Episode[EchoTask], str]]) -> list[Outcome]:
        return [self._prepared[episode.turn] for episode, _ in items]


def outcome(verdict: str, score: float = 0.0, **feedback: Any) -> Outcome:
    """An outcome of that verdict and score; the rest goes to the feedback."""
    return Outcome(Feedback(verdict, **feedback), score=score)


def rewards(env: Any, *actions: str) -> list[float]:
    """Plays one episode and returns the reward of each turn."""
    env.reset(seed=0)
    return [env.step(action)[1] for action in actions]


def last(env: Any, *actions: str) -> tuple[float, Info]:
    """Plays one episode and returns reward and info of its last turn."""
    env.reset(seed=0)
    steps = [env.step(action) for action in actions]
    return steps[-1][1], steps[-1][4]
