"""LastAnswer: the base of terms that pay over the turns of an episode what its last answer is worth."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import gymnasium as gym

from rlvr_envs.info import Info
from rlvr_envs.wrappers.base import Shaping


class LastAnswer(Shaping):
    """Adds ``u_t - u_{t-1}``, where ``u_t`` is what the answer of turn t is worth beside the base reward, and ``u_0 = 0``.

    The sum over an episode is ``u`` of its last answer, so nothing is gained by failing first.  State: the last ``u_t``, reset
    with the episode.
    """

    def __init__(self, env: gym.Env[str, str], **options: Any) -> None:
        """Wraps ``env``; ``options`` are those of the subclass."""
        super().__init__(env, **options)
        self._paid = 0.0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Info]:
        """Begins an episode, for which nothing was paid yet."""
        self._paid = 0.0
        return self.env.reset(seed=seed, options=options)

    def reward_term(self, action: str, info: Info) -> float:
        """Returns by how much the worth changed."""
        before, self._paid = self._paid, self.worth(action, info)
        return self._paid - before

    @abstractmethod
    def worth(self, action: str, info: Info) -> float:
        """Returns ``u_t``: what this answer is worth beside the base reward, which is 1 if it is solved and else 0."""
