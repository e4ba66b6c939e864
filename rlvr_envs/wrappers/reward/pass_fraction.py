"""PassFraction: the share of tests passed as dense reward."""

from __future__ import annotations

import gymnasium as gym

from rlvr_envs._naming import unknown
from rlvr_envs._numbers import check_share
from rlvr_envs.info import Info
from rlvr_envs.wrappers.reward._last_answer import LastAnswer


class PassFraction(LastAnswer):
    """Adds ``weight * (u_t - u_{t-1})``, where ``u_t`` is the share of turn t, 0 if that turn solved the task, and ``u_0 = 0``.

    An episode's return is thus 1 when it ends solved, else ``weight`` times the share of its last answer: turns add up to what
    the end is worth, so nothing is gained by failing first.  With one turn the reward is ``weight * share``, 1 when solved.

    The share is ``score`` (of the hidden tests, of the visible ones where there are no others), or with ``which="visible"`` that
    of the visible tests: fewer, and the model has read them, so a table of the examples earns all of it.

    Reads ``score`` or the counts of ``feedback``, and ``is_success``; writes the term ``pass_fraction``.  State: the last
    ``u_t``, reset with the episode.  Place it innermost.
    Invariant: a solved episode returns exactly 1.0 and any other less: its score is below 1, or with visible tests the weight.
    The optimum of the expected reward may differ from that of the success rate: a policy can gather shares of tests.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import PassFraction
    >>> env = PassFraction(gym.make("rlvr/Echo-v0"), weight=0.5)
    >>> _ = env.reset(seed=0, options={"task_id": "abcd"})
    >>> env.step("abxx")[1]
    0.25
    """

    term = "pass_fraction"
    effect = "biased"

    def __init__(self, env: gym.Env[str, str], *, weight: float = 1.0, which: str = "hidden") -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            weight: In (0, 1]: how much of the reward is the share; below 1 for visible tests.
            which: ``"hidden"`` or ``"visible"``: the tests that are counted.

        Raises:
            ValueError: ``weight`` is outside its range, or ``which`` is neither of the two.
        """
        check_share("weight", weight)
        if which not in ("hidden", "visible"):
            raise ValueError(unknown("which", which, ("hidden", "visible")))
        if which == "visible" and weight == 1.0:
            raise ValueError("weight must be below 1 with which='visible', where a wrong answer may pass all tests, got 1.0")
        super().__init__(env, weight=weight, which=which)
        self._weight, self._visible = weight, which == "visible"

    def worth(self, action: str, info: Info) -> float:
        """Returns the weighted share; a solved task's own reward takes its place."""
        if info["is_success"]:
            return 0.0
        if not self._visible:
            return self._weight * float(info["score"])
        feedback = info["feedback"]
        return self._weight * feedback.visible_passed / feedback.visible_total if feedback.visible_total else 0.0
