"""NormalisedFraction: the share of tests beyond what the best constant program passes."""

from __future__ import annotations

from typing import Any, Final

import gymnasium as gym

from rlvr_envs._numbers import check_share, is_number
from rlvr_envs.errors import InfraError
from rlvr_envs.facts import Fact, facts_of
from rlvr_envs.info import Feedback, Info, Verdict
from rlvr_envs.wrappers.reward._constants import constant_answers
from rlvr_envs.wrappers.reward._last_answer import LastAnswer

#: Tasks whose constants are remembered; more, and the oldest is forgotten.
MAX_REMEMBERED: Final = 4096


class NormalisedFraction(LastAnswer):
    """Adds ``u_t - u_{t-1}`` with ``u_t = weight * max(0, (score_t - c) / (1 - c))``, 0 when solved.

    ``c`` is the score of the best constant program, so that ``return "NO"``, which passes most tests of many tasks, earns
    nothing.  Ours; the remedy is that of a skill score against the best trivial forecast.

    ``constant`` gives c, the same for all tasks.  Without it, c is measured at each ``reset``, in the sandbox: of programs that
    return (or print) one of the values that visible tests expect, or one of eleven common constants.  That is one program a
    reset, and up to 23 more for a task that was not seen before.  Where a constant solves the task, c counts as 0: nothing is
    beyond it.  Where the machinery fails to measure, no answer of the episode is trainable.

    Reads ``score`` and ``is_success``, and judges programs of its own; writes the term ``normalised_fraction``, and ``trainable``
    where it could not measure.  State: the last ``u_t`` and c, anew at each reset, and c of the tasks seen, by ``judge_key``.
    Place it innermost, in place of ``PassFraction``.
    Invariant: a solved episode returns exactly 1 and any other less than ``weight``; constant programs that were tried return 0,
    and no order of two answers to one task is turned around.
    Biased: a policy can gather shares of tests, as with ``PassFraction``.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import NormalisedFraction
    >>> env = NormalisedFraction(gym.make("rlvr/Echo-v0"), constant=0.25)
    >>> _ = env.reset(seed=0, options={"task_id": "abcd"})
    >>> round(env.step("abcx")[1], 6)  # (.75 - .25) / .75
    0.666667
    """

    term = "normalised_fraction"
    needs = (Fact.REJUDGE,)
    effect = "biased"

    def __init__(self, env: gym.Env[str, str], *, weight: float = 1.0, constant: float | None = None) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            weight: In (0, 1]: how much of the reward is the share.
            constant: In [0, 1): the score of the best constant program; None measures it for each task.

        Raises:
            ValueError: A value is outside its range; or ``constant`` is None and the environment has no programs with visible
            cases.
        """
        check_share("weight", weight)
        if constant is not None and not (is_number(constant) and 0.0 <= constant < 1.0):
            raise ValueError(f"constant must be None or in [0, 1), got {constant!r}")
        super().__init__(env, weight=weight, constant=constant)
        if constant is None and not {Fact.CASES, Fact.CODE} <= facts_of(env):
            raise ValueError(f"constant must be a number for an environment without programs and visible cases, got {constant!r}")
        self._weight, self._given = weight, constant
        self._constant: float | None = constant
        self._remembered: dict[str, float] = {}

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Info]:
        """Begins an episode and learns what a constant is worth in it."""
        found = super().reset(seed=seed, options=options)
        if self._given is None:
            self._constant = self._measured()
        return found

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Steps and shapes; an answer that could not be compared with constants is not trainable."""
        if self._constant is None:
            observation, reward, terminated, truncated, info = self.env.step(action)
            return observation, float(reward), terminated, truncated, {**info, "trainable": False}
        return super().step(action)

    def worth(self, action: str, info: Info) -> float:
        """Returns the weighted share beyond the constant."""
        constant = self._constant
        if info["is_success"] or constant is None:
            return 0.0
        return self._weight * max(0.0, (float(info["score"]) - constant) / (1.0 - constant))

    def _measured(self) -> float | None:
        """Returns the score of the best constant program, None if the machinery failed."""
        base: Any = self.env.unwrapped
        entry_point = base.task.entry_point
        try:
            first = base.judge(constant_answers(entry_point, Feedback())[:1])[0]
            if first.judge_key not in self._remembered:
                scores = [_score(one) for one in base.judge(constant_answers(entry_point, first))]
                self._remember(first.judge_key, 0.0 if max(scores) == 1.0 else max(scores))
        except InfraError:  # an outage must cost the samples and not the run
            return None
        return self._remembered[first.judge_key]

    def _remember(self, key: str, constant: float) -> None:
        if len(self._remembered) >= MAX_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        self._remembered[key] = constant


def _score(feedback: Feedback) -> float:
    if feedback.verdict == Verdict.INFRA_ERROR:
        raise InfraError(f"a constant program was not judged: {feedback.reason}")
    passed, total = feedback.hidden_passed, feedback.hidden_total
    if not total:
        passed, total = feedback.visible_passed, feedback.visible_total
    return passed / total if total else 0.0
