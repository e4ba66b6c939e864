"""Shapers of groups whose effect on a batch can be told by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rlvr_envs.facts import Fact
from rlvr_envs.info import Span
from rlvr_envs.wrappers import GroupShaping
from rlvr_envs.wrappers.group import Group


class First(GroupShaping):
    """Pays 4 for the first answer of a group and blames all of it for half a point."""

    term = "first"

    def group_terms(self, group: Group) -> Sequence[float | None]:
        return [4.0 if i == 0 else None for i in range(len(group))]

    def group_spans(self, group: Group) -> Sequence[Iterable[Span]]:
        return [
            [Span(0, len(action), -0.5, "first", "verified")] if i == 0 and action else []
            for i, action in enumerate(group.actions)
        ]


class Size(GroupShaping):
    """Pays the number of answers in the group."""

    term = "size"

    def group_terms(self, group: Group) -> Sequence[float | None]:
        return [float(len(group))] * len(group)


class Passed(GroupShaping):
    """Pays the number of hidden cases that passed."""

    term = "passed"
    needs = (Fact.EVIDENCE,)

    def group_terms(self, group: Group) -> Sequence[float | None]:
        return [float(sum(case.passed for case in cases)) for cases in group.evidence]
