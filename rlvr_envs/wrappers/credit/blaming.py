"""Blaming: the base of credit wrappers whose only option is how much they blame."""

from __future__ import annotations

import gymnasium as gym

from rlvr_envs._numbers import check_share
from rlvr_envs.wrappers.base import Shaping


class Blaming(Shaping):
    """Gives spans of an answer that failed; ``basis`` and ``needs`` are the subclass's."""

    kind = "credit"
    effect = "biased"

    def __init__(self, env: gym.Env[str, str], *, blame: float = 1.0) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            blame: In (0, 1]: the value of the spans, or what they have in all, negated; the class says which.

        Raises:
            ValueError: ``blame`` is outside (0, 1], or the environment does not state what the class needs.
        """
        check_share("blame", blame)
        super().__init__(env, blame=blame)
        self._blame = blame
