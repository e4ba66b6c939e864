"""TurnCredit: each turn is credited with the rise of the score that it brought."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gymnasium as gym

from rlvr_envs._numbers import check_share
from rlvr_envs.facts import Fact
from rlvr_envs.info import Info, Span
from rlvr_envs.wrappers.base import Shaping


class TurnCredit(Shaping):
    """Adds a verified span over the whole action of value ``weight * (s_t - s_{t-1})``, ``s_t`` the score of turn t, ``s_0 = 0``.

    A turn that gets further is praised, one that falls back is blamed, and one that changes nothing gets nothing, where the
    episode's advantage gives all turns alike.  It is the turn's own reward of MT-GRPO (Zeng, Wei et al. 2025, arXiv 2505.11821)
    without its division by the spread of the group, and without a mean over the turns of that number, which would make the
    baseline depend on how many turns the answer itself chose to take.

    Reads ``score``; writes ``credit`` and no reward term.  State: the last score, reset with the episode.  Anywhere in the stack.
    Invariant: over the turns of an episode that answers with text the values sum to ``weight`` times the last turn's score.
    The optimum may differ from that of the reward: a turn is credited with its own rise alone and not with what later turns make
    of it, so a step back that would lead further is discouraged.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import TurnCredit
    >>> env = TurnCredit(gym.make("rlvr/Echo-v0", max_turns=3))
    >>> _ = env.reset(seed=0, options={"task_id": "abcd"})
    >>> [env.step(answer)[4]["credit"][0].value for answer in ("abcx", "abxx", "abcd")]
    [0.75, -0.25, 0.5]
    """

    kind = "credit"
    needs = (Fact.TURNS,)
    effect = "biased"
    basis = "verified"

    def __init__(self, env: gym.Env[str, str], *, weight: float = 1.0) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            weight: In (0, 1]: the value of a rise by 1.

        Raises:
            ValueError: ``weight`` is outside (0, 1], or the environment has one turn alone.
        """
        check_share("weight", weight)
        self._weight = weight
        self._score = 0.0
        super().__init__(env, weight=weight)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Info]:
        """Begins an episode with the score 0."""
        self._score = 0.0
        return self.env.reset(seed=seed, options=options)

    def credit_spans(self, action: str, info: Info) -> Iterable[Span]:
        """Returns the whole action with what it changed."""
        before, self._score = self._score, float(info["score"])
        rise = self._weight * (self._score - before)
        return (Span(0, len(action), rise, "turn", "verified"),) if rise and action else ()
