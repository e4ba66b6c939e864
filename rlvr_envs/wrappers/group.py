"""GroupShaping: the base of shapers that look at all answers to one task together.

What an answer is worth beside its siblings (a rare way to solve the task, the passing program that is nearest to a failing one)
cannot be seen in one environment.  Whoever collects groups, a trainer or a benchmark, hands them over once they are complete::

    infos = parse_recipe(["PassFraction", "SiblingContrast"]).shape_group(actions, infos)
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterable, Sequence

from rlvr_envs.info import Info, Span, add_credit, add_reward_term
from rlvr_envs.wrappers.base import Traits, checked_spans


class GroupShaping(ABC, Traits):
    """Adds reward terms and credit spans to the answers of a group.  Stateless unless a subclass says otherwise.

    A subclass takes its options as keyword arguments of ``__init__`` and defines one of the two methods, or both.
    """

    def group_terms(self, actions: Sequence[str], infos: Sequence[Info]) -> Sequence[float | None]:
        """Returns what to add to the reward of each answer, None to add no term.

        Args:
            actions: ``[G]`` trainable answers to one task.
            infos: ``[G]`` what their environments said, with the terms and spans of earlier steps of the recipe.
        """
        return [None] * len(actions)

    def group_spans(self, actions: Sequence[str], infos: Sequence[Info]) -> Sequence[Iterable[Span]]:
        """Returns, for each answer, spans of it that deserve credit or blame."""
        return [()] * len(actions)

    def shape(self, actions: Sequence[str], infos: Sequence[Info]) -> list[Info]:
        """Returns the infos of a group with terms and spans added.

        Answers that are not trainable take no part and stay as they are.

        Raises:
            ValueError: Numbers of actions and infos differ, or the answers are to more than one task.
        """
        if len(actions) != len(infos):
            raise ValueError(f"a group must have as many infos as actions, got {len(infos)} and {len(actions)}")
        tasks = sorted({info["task_id"] for info in infos})
        if len(tasks) > 1:
            raise ValueError(f"a group must be answers to one task, got {tasks[0]!r} and {tasks[1]!r}")
        name = type(self).__name__
        shaped = list(infos)
        chosen = [i for i, info in enumerate(infos) if info["trainable"]]
        texts, known = [actions[i] for i in chosen], [infos[i] for i in chosen]
        terms, spans = self.group_terms(texts, known), self.group_spans(texts, known)
        for i, term, found in zip(chosen, terms, spans, strict=True):
            kept = checked_spans(name, actions[i], found)
            if term is not None:
                shaped[i] = add_reward_term(shaped[i], self.term, term)
            if kept:
                shaped[i] = add_credit(shaped[i], kept)
        return shaped
