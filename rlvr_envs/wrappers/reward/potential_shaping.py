"""PotentialShaping: the difference of a potential, which leaves the best policy as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import gymnasium as gym

from rlvr_envs._naming import unknown
from rlvr_envs._numbers import check_share
from rlvr_envs.info import Info, add_reward_term
from rlvr_envs.wrappers.base import Shaping
from rlvr_envs.wrappers.reward._stages import STAGES, stage_of


def _score(info: Info, before: float) -> float:
    return float(info["score"])


def _best_score(info: Info, before: float) -> float:
    return max(before, float(info["score"]))


def _stage(info: Info, before: float) -> float:
    return STAGES.index(stage_of(info)) / (len(STAGES) - 1)


#: Name -> potential of the state after an answer, from its info and the potential before it; 0 before the first answer.
POTENTIALS: Final[Mapping[str, Callable[[Info, float], float]]] = {
    "best_score": _best_score,
    "stages": _stage,
    "score": _score,
}


class PotentialShaping(Shaping):
    r"""Adds ``F_t = gamma * Phi(s_{t+1}) - Phi(s_t)``, with ``Phi = 0`` where the episode ends.

    Ng, Harada and Russell, "Policy invariance under reward transformations" (ICML 1999), section 3; that the end of an episode,
    be it success, failure or a cut, must have the potential 0: Grzes, "Reward shaping in episodic reinforcement learning" (AAMAS
    2017).  A cut by a limit of turns counts as an end, so nothing may be bootstrapped from the state behind it.

    Potentials (``s_t`` is the dialogue before the answer of turn t, so 0 before the first): ``best_score``, the best score so
    far; ``score``, that of the last answer; ``stages``, how far the last answer came (see ``StageReward``), from 0 to 1.  All are
    functions of what the model has read or written.  A subclass may define :meth:`potential`.

    With one turn it changes nothing: the only term is ``-Phi(s_0) = 0``.  With several, the sum over an episode is
    ``-Phi(s_0)`` as well if gamma is 1, so an advantage of whole episodes does not notice it.  It acts through reward-to-go
    alone: the return from turn t on becomes ``G_t - Phi(s_t)``, which is a baseline that knows the state.  A trainer without
    turn-level credit gains nothing from it.

    Reads ``score``, ``verdict`` and counts of ``feedback``; writes the term ``potential``.  State: the potential before the next
    answer, reset with the episode.  Place it innermost, beside no other term of the same fact.
    Invariant: for every policy, the return discounted by ``gamma`` is changed by ``-Phi(s_0)``, the same for all; so the order of
    all policies, and of single-turn answers in their group, stays.  The optimum is unchanged, as long as the return is discounted
    by the same gamma.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import PotentialShaping
    >>> env = PotentialShaping(gym.make("rlvr/Echo-v0", max_turns=2))
    >>> _ = env.reset(seed=0, options={"task_id": "abcd"})
    >>> env.step("abxx")[1], env.step("abcd")[1]
    (0.5, 0.5)
    """

    term = "potential"
    effect = "unchanged"

    def __init__(self, env: gym.Env[str, str], *, potential: str = "best_score", gamma: float = 1.0) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            potential: ``"best_score"``, ``"stages"`` or ``"score"``.
            gamma: In (0, 1]: the discount of the return that is learnt from.

        Raises:
            ValueError: There is no such potential, or ``gamma`` is outside (0, 1].
        """
        if potential not in POTENTIALS:
            raise ValueError(unknown("potential", potential, POTENTIALS))
        check_share("gamma", gamma)
        super().__init__(env, potential=potential, gamma=gamma)
        self._named, self._gamma = POTENTIALS[potential], gamma
        self._before = 0.0

    def potential(self, info: Info, before: float) -> float:
        """Returns the potential of the state after a step that did not end the episode, or after ``reset``.

        Args:
            info: What the step, or ``reset``, told.
            before: The potential of the state before; 0 at ``reset``.
        """
        return self._named(info, before) if info["verdict"] else 0.0

    def after(self, info: Info, ended: bool) -> float:
        """Returns the potential after a step: 0 at the end."""
        return 0.0 if ended else self.potential(info, self._before)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Info]:
        """Begins an episode with the potential of its first state."""
        observation, info = self.env.reset(seed=seed, options=options)
        self._before = self.potential(info, 0.0)
        return observation, info

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Steps and shapes; whether the episode ends is known here alone, so the base's step will not do."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        if not info["trainable"]:
            return observation, float(reward), terminated, truncated, info
        before, self._before = self._before, self.after(info, terminated or truncated)
        info = add_reward_term(info, self.term, self._gamma * self._before - before)
        return observation, info["reward_terms"].total, terminated, truncated, info
