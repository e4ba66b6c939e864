"""PassFraction: the share of hidden tests as dense reward."""

from __future__ import annotations

import gymnasium as gym

from rlvr_envs.info import Info
from rlvr_envs.wrappers.base import Shaping


class PassFraction(Shaping):
    """Adds ``weight * (score - solved)``, so the reward is ``(1 - weight) * solved + weight * score``.

    Reads ``score`` and ``is_success``; writes the term ``pass_fraction``.  Stateless.  Place it innermost.
    Invariant: a solved answer keeps exactly 1.0 and any other gets less, since its score is below 1.
    The optimum of the expected reward may differ from that of the success rate: a policy can gather shares of tests.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import PassFraction
    >>> env = PassFraction(gym.make("rlvr/Echo-v0"), weight=0.5)
    >>> _ = env.reset(seed=0, options={"task_id": "abcd"})
    >>> env.step("abxx")[1]
    0.25
    """

    term = "pass_fraction"

    def __init__(self, env: gym.Env[str, str], *, weight: float = 1.0) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            weight: In (0, 1]: how much of the reward is the share.

        Raises:
            ValueError: ``weight`` is outside (0, 1].
        """
        if not 0.0 < weight <= 1.0:
            raise ValueError(f"weight must be in (0, 1], got {weight}")
        super().__init__(env, weight=weight)
        self._weight = weight

    def reward_term(self, action: str, info: Info) -> float:
        """Returns the weighted share, less what the verdict has paid already."""
        return self._weight * (float(info["score"]) - float(info["is_success"]))
