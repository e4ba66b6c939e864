"""NoiseCorrection: a reward that is right in the mean under a verifier that errs at known rates."""

from __future__ import annotations

import gymnasium as gym

from rlvr_envs._numbers import check_share
from rlvr_envs.info import Info
from rlvr_envs.wrappers.base import Shaping
from rlvr_envs.wrappers.reward.verifier_noise import VerifierNoise


class NoiseCorrection(Shaping):
    """Adds ``(o - fpr) / (1 - fpr - fnr) - o``, where ``o`` is what the verifier said, so that the sum is unbiased.

    The backward correction of Cai et al. (arXiv 2510.00915).  ``o`` is the base term ``solved``, plus ``verifier_noise`` where
    ``VerifierNoise`` is below: for experiments, or around an environment whose own verifier is known to err at these rates.

    In a group whose answers share the rates it changes nothing once rewards are divided by their standard deviation, and is a
    constant factor where only the mean is taken off: the map is affine with a positive slope.  It matters without groups, where
    rates differ from task to task, and beside other terms.  Its variance grows by ``1 / (1 - fpr - fnr) ** 2``.

    Reads ``reward_terms``; writes the term ``noise_correction``.  Stateless.  Place it right outside ``VerifierNoise``.
    Invariant: with the true rates, the mean over the noise of ``o`` and this term is exactly 1 for a right answer and 0 for a
    wrong one, so in the mean a right answer outranks a wrong one, and the optimum is unchanged, over turns too.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import NoiseCorrection
    >>> env = NoiseCorrection(gym.make("rlvr/Echo-v0"), fpr=0.1, fnr=0.4)
    >>> _ = env.reset(seed=0, options={"task_id": "abcd"})
    >>> round(env.step("abcd")[1], 6)  # (1 - .1) / (1 - .1 - .4)
    1.8
    """

    term = "noise_correction"
    effect = "unchanged"

    def __init__(self, env: gym.Env[str, str], *, fpr: float, fnr: float) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            fpr: In [0, 1]: the rate of false positives.
            fnr: In [0, 1]: the rate of false negatives.

        Raises:
            ValueError: A rate is outside [0, 1], or they sum to 1 or more: such a verifier tells nothing.
        """
        for name, value in (("fpr", fpr), ("fnr", fnr)):
            check_share(name, value, "[0, 1]")
        if not fpr + fnr < 1.0:
            raise ValueError(f"fpr + fnr must be below 1, or what the verifier says is worth nothing, got {fpr!r} + {fnr!r}")
        super().__init__(env, fpr=fpr, fnr=fnr)
        self._fpr, self._slope = fpr, 1.0 / (1.0 - fpr - fnr)

    def reward_term(self, action: str, info: Info) -> float:
        """Returns what makes the verifier's word unbiased."""
        terms = info["reward_terms"]
        said: float = terms["solved"] + terms.get(VerifierNoise.term, 0.0)
        return (said - self._fpr) * self._slope - said
