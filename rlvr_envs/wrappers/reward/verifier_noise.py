"""VerifierNoise: a verifier that errs at known rates, for experiments."""

from __future__ import annotations

from typing import Any, Final

import gymnasium as gym
import numpy as np

from rlvr_envs._numbers import check_share
from rlvr_envs.info import Info
from rlvr_envs.wrappers.base import Shaping

#: Tells this generator from others that are made from the same seed.
_STREAM: Final = 0x4E4F4953


class VerifierNoise(Shaping):
    """Adds ``o_t - [solved]``, where ``o_t`` is what a noisy verifier says.

    It says 1 with probability ``1 - fnr`` of a solved answer and ``fpr`` of any other, else 0.  The model of noise of Cai et al.
    (arXiv 2510.00915): a rate of false positives and one of false negatives, independent of the answer.  A verifier that can be
    tricked is another matter: its errors are not random.

    Reads ``is_success``; writes the term ``verifier_noise``.  ``verdict``, ``score``, ``is_success`` and the end of the episode
    stay what they are, so that an experiment can see both.  State: a generator of its own, made from the environment's seed at
    every seeded reset, so tasks are drawn as without it.  Place it innermost.
    Invariant: ``E[o] = fpr + (1 - fpr - fnr) [solved]``, so with ``fpr + fnr < 1`` a right answer outranks a wrong one in the
    mean, and with one turn the optimum stays.
    Biased: with several turns each failed one may be paid, so failing first is worth ``fpr`` a turn.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import VerifierNoise
    >>> env = VerifierNoise(gym.make("rlvr/Echo-v0"), fpr=0.0, fnr=1.0)
    >>> _ = env.reset(seed=0, options={"task_id": "abcd"})
    >>> env.step("abcd")[1]
    0.0
    """

    term = "verifier_noise"
    effect = "biased"

    def __init__(self, env: gym.Env[str, str], *, fpr: float = 0.0, fnr: float = 0.0) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            fpr: In [0, 1]: the probability that a wrong answer is said to be right.
            fnr: In [0, 1]: the probability that a right answer is said to be wrong.

        Raises:
            ValueError: A rate is outside [0, 1].
        """
        for name, value in (("fpr", fpr), ("fnr", fnr)):
            check_share(name, value, "[0, 1]")
        super().__init__(env, fpr=fpr, fnr=fnr)
        self._fpr, self._fnr = fpr, fnr
        self._noise: np.random.Generator | None = None

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Info]:
        """Begins an episode; a seed begins the noise anew."""
        found = self.env.reset(seed=seed, options=options)
        if seed is not None or self._noise is None:
            sequence = np.random.SeedSequence(self.env.unwrapped.np_random_seed, spawn_key=(_STREAM,))
            self._noise = np.random.default_rng(sequence)
        return found

    def reward_term(self, action: str, info: Info) -> float:
        """Returns what the noise makes of the verdict; one draw a turn, whatever the verdict is."""
        if self._noise is None:
            raise RuntimeError("step() before reset(): call reset() first")
        solved = bool(info["is_success"])
        draw = float(self._noise.random())
        said = draw >= self._fnr if solved else draw < self._fpr
        return float(said) - float(solved)
