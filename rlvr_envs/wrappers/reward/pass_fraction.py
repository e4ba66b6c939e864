"""PassFraction: the share of hidden tests as dense reward."""

from __future__ import annotations

from typing import Any

import gymnasium as gym

from rlvr_envs._numbers import is_number
from rlvr_envs.info import Info
from rlvr_envs.wrappers.base import Shaping


class PassFraction(Shaping):
    """Adds ``weight * (u_t - u_{t-1})``, where ``u_t`` is the score of turn t, 0 if that turn solved the task, and ``u_0 = 0``.

    An episode's return is thus 1 when it ends solved, else ``weight`` times the score of its last answer: turns add up to what
    the end is worth, so nothing is gained by failing first.  With one turn the reward is ``weight * score``, 1 when solved.

    Reads ``score`` and ``is_success``; writes the term ``pass_fraction``.  State: the last ``u_t``, reset with the episode.
    Place it innermost.
    Invariant: a solved episode returns exactly 1.0 and any other less, since its score is below 1.
    The optimum of the expected reward may differ from that of the success rate: a policy can gather shares of tests.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import PassFraction
    >>> env = PassFraction(gym.make("rlvr/Echo-v0"), weight=0.5)
    >>> _ = env.reset(seed=0, options={"task_id": "abcd"})
    >>> env.step("abxx")[1]
    0.25
    """

    term = "pass_fraction"
    effect = "biased"

    def __init__(self, env: gym.Env[str, str], *, weight: float = 1.0) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            weight: In (0, 1]: how much of the reward is the share.

        Raises:
            ValueError: ``weight`` is outside (0, 1].
        """
        if not is_number(weight) or not 0.0 < weight <= 1.0:
            raise ValueError(f"weight must be in (0, 1], got {weight!r}")
        super().__init__(env, weight=weight)
        self._weight = weight
        self._paid = 0.0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Info]:
        """Begins an episode, for which nothing was paid yet."""
        self._paid = 0.0
        return self.env.reset(seed=seed, options=options)

    def reward_term(self, action: str, info: Info) -> float:
        """Returns by how much the share grew; a solved task's own reward takes its place."""
        before, self._paid = self._paid, 0.0 if info["is_success"] else float(info["score"])
        return self._weight * (self._paid - before)
