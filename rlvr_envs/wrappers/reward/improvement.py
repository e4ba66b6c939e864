"""Improvement: pay each turn for the rise of the score over the best one so far."""

from __future__ import annotations

from typing import Any

import gymnasium as gym

from rlvr_envs._numbers import check_share
from rlvr_envs.facts import Fact
from rlvr_envs.info import Info
from rlvr_envs.wrappers.base import Shaping


class Improvement(Shaping):
    """Adds ``weight * max(0, score_t - b_t)``, where ``b_t`` is the best score of the turns before, and ``b_0 = 0``.

    The rise of the score from turn to turn as reward is common in work on repair over turns; the maximum, the clip and ``b_0 =
    0`` are ours.  The sum over an episode is ``weight`` times its best score, so beginning badly earns nothing, and an attempt
    that makes it worse costs nothing.  ``PassFraction`` pays for the last answer instead of the best one, ``PotentialShaping``
    for neither in the end.

    Reads ``score``; writes the term ``improvement``.  State: the best score, reset with the episode.  Place it innermost, in
    place of ``PassFraction``.
    Invariant: a solved episode returns ``1 + weight`` and any other less than ``weight``, whatever its turns were.
    Biased: a policy can gather shares of tests and never solve, and reward-to-go pays a turn less, the better the turns before.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import Improvement
    >>> env = Improvement(gym.make("rlvr/Echo-v0", max_turns=3), weight=0.5)
    >>> _ = env.reset(seed=0, options={"task_id": "abcd"})
    >>> [env.step(answer)[1] for answer in ("abxx", "axxx", "abcx")]
    [0.25, 0.0, 0.125]
    """

    term = "improvement"
    needs = (Fact.TURNS,)
    effect = "biased"

    def __init__(self, env: gym.Env[str, str], *, weight: float = 1.0) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            weight: In (0, 1]: reward of a rise from 0 to 1.

        Raises:
            ValueError: ``weight`` is outside (0, 1].
        """
        check_share("weight", weight)
        super().__init__(env, weight=weight)
        self._weight = weight
        self._best = 0.0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Info]:
        """Begins an episode, in which nothing was reached yet."""
        self._best = 0.0
        return self.env.reset(seed=seed, options=options)

    def reward_term(self, action: str, info: Info) -> float:
        """Returns what this turn added to the best score."""
        before, self._best = self._best, max(self._best, float(info["score"]))
        return self._weight * (self._best - before)
