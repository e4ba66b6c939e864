"""GroupShaping: the base of shapers that look at all answers to one task together.

What an answer is worth beside its siblings (a rare way to solve the task, the passing program that is nearest to a failing one)
cannot be seen in one environment.  Whoever collects groups, a trainer or a benchmark, hands them over once they are complete::

    recipe = parse_recipe(["DifficultyWeightedFraction", "SiblingContrast"])
    infos = recipe.shape_group(actions, infos, evidence)

``evidence`` is what ``env.unwrapped.evidence`` held after each answer's step, for shapers that need it; it stays on the trusted side.
In episodes of several turns the group is the last answer of each.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rlvr_envs.facts import Fact, HiddenCase
from rlvr_envs.info import Info, Span, add_credit, add_reward_term
from rlvr_envs.wrappers.base import Traits, checked_spans

#: The hidden cases of one answer; empty where its program was not run.
Evidence = Sequence[HiddenCase]


@dataclass(frozen=True)
class Group:
    """Trainable answers to one task.

    Attributes:
        actions: ``[G]`` the answers.
        infos: ``[G]`` what their environments said, with the terms and spans of earlier steps of the recipe.
        evidence: ``[G]`` the hidden cases of each; all empty unless the shaper needs ``Fact.EVIDENCE``.
    """

    actions: Sequence[str]
    infos: Sequence[Info]
    evidence: Sequence[Evidence]

    def __len__(self) -> int:
        """Returns the number of answers."""
        return len(self.actions)


class GroupShaping(ABC, Traits):
    """Adds reward terms and credit spans to the answers of a group.  Stateless unless a subclass says otherwise.

    A subclass takes its options as keyword arguments of ``__init__`` and defines one of the two methods, or both.
    """

    def group_terms(self, group: Group) -> Sequence[float | None]:
        """Returns what to add to the reward of each answer, None to add no term."""
        return [None] * len(group)

    def group_spans(self, group: Group) -> Sequence[Iterable[Span]]:
        """Returns, for each answer, spans of it that deserve credit or blame."""
        return [()] * len(group)

    def shape(self, actions: Sequence[str], infos: Sequence[Info], evidence: Sequence[Evidence] | None = None) -> list[Info]:
        """Returns the infos of a group with terms and spans added.

        Answers that are not trainable take no part and stay as they are.

        Args:
            actions: ``[G]`` answers to one task.
            infos: ``[G]`` what their environments said.
            evidence: ``[G]`` what ``env.unwrapped.evidence`` held after each step; needed where ``needs`` says so.

        Raises:
            ValueError: Numbers of actions, infos and evidence differ, the answers are to more than one task, or there is no
                evidence where it is needed.
        """
        name = type(self).__name__
        if len(actions) != len(infos):
            raise ValueError(f"a group must have as many infos as actions, got {len(infos)} and {len(actions)}")
        if Fact.EVIDENCE in self.needs and evidence is None:
            raise ValueError(f"{name} needs the evidence of each answer; pass env.unwrapped.evidence as it is after its step")
        known = [()] * len(actions) if evidence is None or Fact.EVIDENCE not in self.needs else evidence
        if len(actions) != len(known):
            raise ValueError(f"a group must have as much evidence as actions, got {len(known)} and {len(actions)}")
        tasks = sorted({info["task_id"] for info in infos})
        if len(tasks) > 1:
            raise ValueError(f"a group must be answers to one task, got {tasks[0]!r} and {tasks[1]!r}")
        shaped = list(infos)
        chosen = [i for i, info in enumerate(infos) if info["trainable"]]
        group = Group([actions[i] for i in chosen], [infos[i] for i in chosen], [known[i] for i in chosen])
        for i, term, found in zip(chosen, self.group_terms(group), self.group_spans(group), strict=True):
            kept = checked_spans(name, actions[i], found)
            if term is not None:
                shaped[i] = add_reward_term(shaped[i], self.term, term)
            if kept:
                shaped[i] = add_credit(shaped[i], kept)
        return shaped
