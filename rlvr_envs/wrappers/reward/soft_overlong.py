"""SoftOverlong: a punishment that grows with the last part of the allowed length."""

from __future__ import annotations

import gymnasium as gym

from rlvr_envs._numbers import check_share, is_whole
from rlvr_envs.info import Info
from rlvr_envs.wrappers.base import Shaping
from rlvr_envs.wrappers.reward._counting import counter


class SoftOverlong(Shaping):
    """Adds ``weight * p(L)`` for an answer of length L.

    ``p(L)`` is 0 for ``L <= max_length - buffer``, ``((max_length - buffer) - L) / buffer`` up to ``max_length``, and -1 beyond.
    DAPO's soft overlong punishment (Yu et al. 2025, arXiv 2503.14476, section 3.4, with 20480 and 4096 tokens: 0 at 16384, -1/2
    at 18432, -1 at 20480).  There it is added to a reward of 1 or -1, half of whose range is 1; the base reward here is 1 or 0,
    so the default ``weight`` of 0.5 is the published one.

    The generation's own limit must be above ``max_length - buffer``, or it never acts.  Reads the action alone; writes the term
    ``overlong``.  Stateless.  Place it outside wrappers of correctness and inside normalisers.
    Invariant: a right answer never gets less than a wrong one, and more if ``weight`` is below 1.  Every turn pays: over several
    turns this holds for a ``weight`` of up to 1 / turns.
    Biased: of policies that solve as often, the shorter is best; where long reasoning is needed it costs success.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import SoftOverlong
    >>> env = SoftOverlong(gym.make("rlvr/Echo-v0"), max_length=8, buffer=4)
    >>> _ = env.reset(seed=0, options={"task_id": "abcd"})
    >>> env.step("abcd  ")[1]
    0.75
    """

    term = "overlong"
    effect = "biased"

    def __init__(
        self, env: gym.Env[str, str], *, max_length: int, buffer: int, weight: float = 0.5, count: str | None = None
    ) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            max_length: The longest answer that is not punished in full.
            buffer: How much before that the punishment begins.
            weight: In (0, 1]: the punishment of an answer that is too long.
            count: ``"module:function"`` that gives the number of tokens of a text, None to count characters.

        Raises:
            ValueError: A value is outside its range, or there is no such function.
        """
        if not is_whole(max_length) or max_length < 1:
            raise ValueError(f"max_length must be an int of at least 1, got {max_length!r}")
        if not is_whole(buffer) or not 1 <= buffer <= max_length:
            raise ValueError(f"buffer must be an int of at least 1 and at most max_length, got {buffer!r}")
        check_share("weight", weight)
        self._count = counter(count)
        super().__init__(env, max_length=max_length, buffer=buffer, weight=weight, count=count)
        self._max_length, self._buffer, self._weight = max_length, buffer, weight

    def reward_term(self, action: str, info: Info) -> float:
        """Returns the punishment for this answer's length."""
        free = self._max_length - self._buffer
        return -self._weight * min(1.0, max(0, self._count(action) - free) / self._buffer)
