"""RepetitionPenalty: charge for an answer that says the same over and over."""

from __future__ import annotations

import gymnasium as gym
import numpy as np

from rlvr_envs._numbers import check_share, is_whole
from rlvr_envs.info import Info
from rlvr_envs.wrappers.base import Shaping


class RepetitionPenalty(Shaping):
    """Adds ``-weight * max(0, r - free) / (1 - free)``, where ``r`` is the share of repeated n-grams.

    An n-gram is of words, and repeated if it occurred before: ``r = 1 - distinct / all``, 0 for an answer of fewer than ``n``
    words. A penalty on repeated n-grams keeps long reasoning from degenerating in Yeo et al. 2025 (arXiv 2502.03373), per token
    there; over the whole answer it is a share that needs no tokenizer.

    Reads the action alone; writes the term ``repetition``.  Stateless.  Place it outside wrappers of correctness.
    Invariant: with ``weight`` below 1 a right answer outranks a wrong one; over several turns with ``weight`` below 1 / turns.
    Biased: of policies that solve as often, the one that repeats less is best; a table in a program repeats itself lawfully,
    which ``free`` allows for.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import RepetitionPenalty
    >>> env = RepetitionPenalty(gym.make("rlvr/Echo-v0"), n=2, weight=0.5, free=0.0)
    >>> _ = env.reset(seed=0)
    >>> env.step("no no no no no")[1]  # four pairs of words, one of them new
    -0.375
    """

    term = "repetition"
    effect = "biased"

    def __init__(self, env: gym.Env[str, str], *, n: int = 20, weight: float = 0.2, free: float = 0.2) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            n: Words of an n-gram.
            weight: In (0, 1): the charge for an answer of nothing else.
            free: In [0, 1): the share of repetition that costs nothing.

        Raises:
            ValueError: A value is outside its range.
        """
        if not is_whole(n) or n < 1:
            raise ValueError(f"n must be an int of at least 1, got {n!r}")
        check_share("weight", weight, "(0, 1)")
        check_share("free", free, "[0, 1)")
        super().__init__(env, n=n, weight=weight, free=free)
        self._n, self._weight, self._free = int(n), weight, free

    def reward_term(self, action: str, info: Info) -> float:
        """Returns the charge for what this answer repeats."""
        return -self._weight * max(0.0, repeated_share(action, self._n) - self._free) / (1.0 - self._free)


def repeated_share(text: str, n: int) -> float:
    """Returns the share of n-grams of words that occurred before, in ``O(words * log(words) * log(n))`` and exactly."""
    names: dict[str, int] = {}
    codes = np.array([names.setdefault(word, len(names)) for word in text.split()], dtype=np.int64)
    if len(codes) < n:
        return 0.0
    length = 1
    while length < n:  # a gram of up to twice the length is the pair of its first and last part
        step = min(length, n - length)
        pairs = codes[:-step] * (int(codes.max()) + 1) + codes[step:]
        codes = np.unique(pairs, return_inverse=True)[1].reshape(-1)
        length += step
    return 1.0 - len(np.unique(codes)) / len(codes)
