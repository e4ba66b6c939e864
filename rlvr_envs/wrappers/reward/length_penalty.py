"""LengthPenalty: charge for text beyond a free allowance."""

from __future__ import annotations

import gymnasium as gym

from rlvr_envs._numbers import check_share, is_number
from rlvr_envs.info import Info
from rlvr_envs.wrappers.base import Shaping


class LengthPenalty(Shaping):
    """Adds ``-min(cap, rate * max(0, characters - free_chars))`` on every turn.

    Writes the term ``length``.  Stateless.  Place it outside wrappers of correctness and inside normalisers.
    Invariant: with ``cap`` below the gap between a right and a wrong answer (1 for the base reward) a right answer always
    outranks a wrong one.  Every turn pays: over several turns this holds for episodes with a ``cap`` below 1 / turns.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import LengthPenalty
    >>> env = LengthPenalty(gym.make("rlvr/Echo-v0"), free_chars=4, rate=0.01)
    >>> _ = env.reset(seed=0, options={"task_id": "abcd"})
    >>> env.step("abcd      ")[1]
    0.94
    """

    term = "length"
    effect = "biased"

    def __init__(self, env: gym.Env[str, str], *, free_chars: int, rate: float, cap: float = 0.5) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            free_chars: Characters that cost nothing.
            rate: Reward per further character.
            cap: The most that a turn can cost, in [0, 1).

        Raises:
            ValueError: An allowance or rate that is no number of 0 or more, or a cap outside [0, 1).
        """
        for name, value in (("free_chars", free_chars), ("rate", rate)):
            if not is_number(value) or not value >= 0:
                raise ValueError(f"{name} must be a number of 0 or more, got {value!r}")
        check_share("cap", cap, "[0, 1)")
        super().__init__(env, free_chars=free_chars, rate=rate, cap=cap)
        self._free_chars, self._rate, self._cap = free_chars, rate, cap

    def reward_term(self, action: str, info: Info) -> float:
        """Returns the charge for this action's length."""
        return -min(self._cap, self._rate * max(0, len(action) - self._free_chars))
