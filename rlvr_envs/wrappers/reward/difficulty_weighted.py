"""DifficultyWeightedFraction: the share of hidden tests, each weighted by how rarely the group passes it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rlvr_envs._numbers import check_share
from rlvr_envs.facts import Fact
from rlvr_envs.wrappers.group import Group, GroupShaping


class DifficultyWeightedFraction(GroupShaping):
    """Adds ``weight * sum(d_c * passed_c) / sum(d_c)`` to each unsolved answer, over hidden tests ``c``, and 0 to a solved one.

    ``d_c = 1 - k_c / G`` where ``k_c`` of the ``G`` answers pass test ``c``: a test that all pass (because any constant
    does, say) counts nothing, one that few pass most.  What :class:`PassFraction` pays for is the same with all ``d_c`` equal.

    Reads the evidence of each answer (verdicts of its hidden tests, trusted side) and ``is_success``; writes the term
    ``difficulty_weighted``.  Stateless.  It takes the place of ``PassFraction``.  In episodes of several turns the group is
    the last answers.
    Invariant: a solved answer keeps what it has, 1.0 of the environment's reward, and an unsolved one gets less than ``weight``:
    it fails a test, whose ``d_c`` is then above 0.  An answer whose program was not run passes nothing.
    The optimum may differ from that of the success rate, as for ``PassFraction``; besides, ``d_c`` depends on the answer's own
    outcome, by 1 / G.  Tasks without hidden tests, and groups of one, get nothing from it.

    >>> from rlvr_envs.facts import HiddenCase
    >>> from rlvr_envs.info import RewardTerms
    >>> from rlvr_envs.wrappers import DifficultyWeightedFraction
    >>> info = {"task_id": "t", "trainable": True, "is_success": False, "reward_terms": RewardTerms({"solved": 0.0})}
    >>> easy, hard = ([HiddenCase("solved"), HiddenCase(verdict)] for verdict in ("wrong", "solved"))
    >>> hard[0] = HiddenCase("wrong")
    >>> evidence = [easy, easy, easy, hard]  # d = 1/4 and 3/4
    >>> shaped = DifficultyWeightedFraction().shape(["a", "b", "c", "d"], [info] * 4, evidence)
    >>> [one["reward_terms"].total for one in shaped]
    [0.25, 0.25, 0.25, 0.75]
    """

    needs = (Fact.EVIDENCE,)
    effect = "biased"
    term = "difficulty_weighted"

    def __init__(self, *, weight: float = 1.0) -> None:
        """Takes the weight.

        Args:
            weight: In (0, 1]: what an unsolved answer would get for all tests.

        Raises:
            ValueError: ``weight`` is outside (0, 1].
        """
        check_share("weight", weight)
        self._weight = weight

    def group_terms(self, group: Group) -> Sequence[float]:
        """Returns the term of each answer.

        Raises:
            ValueError: Answers have another number of hidden tests, so they are to different tasks; or the share of tests
                is paid already.
        """
        counts = sorted({len(cases) for cases in group.evidence if cases})
        if len(counts) > 1:
            raise ValueError(f"evidence of a group must be of one task's hidden tests, got {counts[0]} and {counts[1]} of them")
        if any("pass_fraction" in info["reward_terms"] for info in group.infos):
            raise ValueError("DifficultyWeightedFraction pays for tests that PassFraction paid for; leave one of them out")
        passed = [[case.passed for case in cases] or [False] * sum(counts) for cases in group.evidence]
        hardness = [1.0 - sum(column) / len(group) for column in zip(*passed, strict=True)]
        total = math.fsum(hardness)
        return [
            0.0 if info["is_success"] or not total else self._weight * _sum_of_passed(hardness, row) / total
            for info, row in zip(group.infos, passed, strict=True)
        ]


def _sum_of_passed(hardness: Sequence[float], passed: Sequence[bool]) -> float:
    return math.fsum(value for value, counts in zip(hardness, passed, strict=True) if counts)
