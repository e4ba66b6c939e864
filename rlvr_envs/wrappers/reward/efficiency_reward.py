"""EfficiencyReward: a bonus for right programs that take little time and memory."""

from __future__ import annotations

import math

import gymnasium as gym

from rlvr_envs._numbers import is_number, is_whole
from rlvr_envs.facts import Fact
from rlvr_envs.info import Info
from rlvr_envs.wrappers.base import Shaping


class EfficiencyReward(Shaping):
    """Adds ``weight * mean(floor(levels * max(0, 1 - used / limit)) / levels)`` to a solved answer.

    The mean is over the limits that are given.  What is used is measured outside the program and sums over all its tests: CPU
    seconds, and the largest memory in MiB. Work on fast programs (such as Kevin, arXiv 2507.11948) pays for the time against a
    reference; a limit in place of it needs none.

    Two runs of one program never take the same time, so this reward is noisy: ``levels`` makes it coarse, and a limit well above
    what right programs take makes their difference small.  Equal episodes may thus differ in this term.

    Reads ``feedback.resources`` and ``is_success``; writes the term ``efficiency``.  Stateless; anywhere in the stack.
    Invariant: an unsolved answer gets nothing, so a fast wrong one never outranks a slow right one.
    Biased: among policies that solve as often, the faster is best; a weight above 0 may trade a little correctness for speed.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import EfficiencyReward
    >>> env = EfficiencyReward(gym.make("rlvr/Code-v0"), cpu_s=1.0)
    >>> _ = env.reset(seed=0)
    >>> env.step("def f(): pass")[4]["reward_terms"]["efficiency"]
    0.0
    """

    term = "efficiency"
    needs = (Fact.RESOURCES,)
    effect = "biased"

    def __init__(
        self,
        env: gym.Env[str, str],
        *,
        weight: float = 0.2,
        cpu_s: float | None = None,
        memory_mib: float | None = None,
        levels: int = 10,
    ) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            weight: The most that a solved answer can get.
            cpu_s: CPU seconds at which the bonus is nothing, None to leave time out.
            memory_mib: Memory at which the bonus is nothing, None to leave memory out.
            levels: Number of steps in which the bonus falls.

        Raises:
            ValueError: No limit is given, or a value is not above 0.
        """
        if cpu_s is None and memory_mib is None:
            raise ValueError("give cpu_s, memory_mib or both: without a limit there is nothing to measure against")
        for name, value in (("weight", weight), ("cpu_s", cpu_s), ("memory_mib", memory_mib)):
            if value is not None and not (is_number(value) and 0.0 < value < math.inf):
                raise ValueError(f"{name} must be a number above 0, got {value!r}")
        if not is_whole(levels) or levels < 1:
            raise ValueError(f"levels must be an int of at least 1, got {levels!r}")
        super().__init__(env, weight=weight, cpu_s=cpu_s, memory_mib=memory_mib, levels=levels)
        self._weight, self._cpu_s, self._memory_mib, self._levels = weight, cpu_s, memory_mib, levels

    def reward_term(self, action: str, info: Info) -> float:
        """Returns the bonus of a solved answer."""
        if not info["is_success"]:
            return 0.0
        used = info["feedback"].resources
        pairs = ((used.cpu_s, self._cpu_s), (used.max_rss_mib, self._memory_mib))
        saved = [math.floor(self._levels * max(0.0, 1.0 - one / limit)) / self._levels for one, limit in pairs if limit]
        return self._weight * math.fsum(saved) / len(saved)
