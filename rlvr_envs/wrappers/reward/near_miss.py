"""NearMiss: how close wrong values are to the expected ones, as a tie-break."""

from __future__ import annotations

import math
from typing import Final

import gymnasium as gym

from rlvr_envs._numbers import check_share
from rlvr_envs.facts import Fact
from rlvr_envs.info import Feedback, Info
from rlvr_envs.wrappers.reward._closeness import closeness_of_shown
from rlvr_envs.wrappers.reward._last_answer import LastAnswer

#: A failing case is never worth a passed one, however close its value is.
_MOST: Final = 0.99
#: So many wrong values are compared, the first ones.
MAX_COMPARED: Final = 8


class NearMiss(LastAnswer):
    """Adds ``u_t - u_{t-1}``, where ``u_t`` orders unsolved answers of the same pass count by how close their values are.

    ``u = weight / n * (passed + .99 * c) / (total + 1)``, 0 when solved, where ``passed`` of ``total`` visible cases pass, ``c``
    is the mean closeness over the first eight failing ones, 0 for one that gave no value, and ``n`` is the greater of the
    numbers of visible and hidden cases.

    Closeness of the value ``l`` to the expected ``r``, both of one type: numbers ``1 - min(1, |l - r| / max(1, |r|))``; texts 1
    minus edit distance over the longer length; lists and tuples the mean over places, sets the share of the union, dicts the mean
    over the union of keys.  The values are read from the bounded text of the feedback by a reader of its own for literals, and
    what it cannot read is compared as text.  That is ours; the relative error and the edit distance are the usual ones.

    Reads the visible cases of ``feedback``; writes the term ``near_miss``.  State: the last ``u_t``, reset with the episode.
    Place it beside ``PassFraction`` of at least this weight, or beside none; with ``which="visible"`` both weights must sum to
    below 1.
    Invariant: ``0 <= u < weight / n``, less than what one more test is worth in ``PassFraction``, so it never reorders two
    answers to one task of which one passes more of the tests that count there; alone, it orders by the number of visible tests
    passed first.  A solved answer outranks any other.
    Biased: a policy may gather closeness without solving more tasks.  The left values are what the program says, and closeness to
    *visible* values is all that they can gain: printing the examples gains as much, and hidden ones are never read.

    >>> import gymnasium as gym, rlvr_envs
    >>> from rlvr_envs.wrappers import NearMiss
    >>> env = NearMiss(gym.make("rlvr/Code-v0", tasks=[{"task_id": "t", "prompt": "Return 10.", "entry_point": "f", "tests":
    ...     {"visible": [{"args": [], "expected": 10}], "hidden": [{"args": [], "expected": 10}]}}]))
    >>> _ = env.reset(seed=0)
    >>> round(env.step("def f(): return 8")[1], 6)  # 1/1 * (0 + .99 * .8) / 2
    0.396
    """

    term = "near_miss"
    needs = (Fact.CASES,)
    effect = "biased"

    def __init__(self, env: gym.Env[str, str], *, weight: float = 1.0) -> None:
        """Wraps ``env``.

        Args:
            env: The environment.
            weight: In (0, 1]: what all tests together are worth, of which the term is less than one test's share.

        Raises:
            ValueError: ``weight`` is outside (0, 1].
        """
        check_share("weight", weight)
        super().__init__(env, weight=weight)
        self._weight = weight

    def worth(self, action: str, info: Info) -> float:
        """Returns the tie-break of this answer."""
        feedback: Feedback = info["feedback"]
        if info["is_success"] or not feedback.visible_total:
            return 0.0
        tests = max(feedback.visible_total, feedback.hidden_total)
        reached = feedback.visible_passed + _MOST * mean_closeness(feedback)
        return self._weight / tests * reached / (feedback.visible_total + 1)


def mean_closeness(feedback: Feedback) -> float:
    """Returns the mean closeness over the first failing visible cases; one that gave no value, or is not shown, counts as 0."""
    failing = min(feedback.visible_total - feedback.visible_passed, MAX_COMPARED)
    cases = [case for case in feedback.cases if not case.passed][:MAX_COMPARED]
    near = [closeness_of_shown(case.left, case.right) for case in cases if case.verdict == "wrong" and case.right]
    return math.fsum(near) / failing if failing > 0 else 0.0
