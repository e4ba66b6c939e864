"""Scores what a reward tells apart: groups without a signal, and the order of rewards beside the order of edit distances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from benchmarks.goals import goal
from benchmarks.shaping.programs import STRENGTHS
from benchmarks.shaping.run.resolve import GROUP, Group, Played
from benchmarks.shaping.statistics import interval, rank_correlation

#: Rewards that differ by less are equal: no advantage can be made of a difference in the last bits.
_EQUAL: Final = 1e-9
#: Share of the groups without a signal that ``dense`` may leave of those that ``outcome`` has.
WANTED: Final = 1 / 3


def figures(played: Played) -> dict[str, Any]:
    """Returns, for each recipe, the share of groups without a signal and the mean rank correlation, over all and by strength."""
    return {
        "groups": len(played.groups),
        "solved_by_all": sum(group.solved for group in played.groups),
        "answers_per_group": GROUP,
        "mutations_mean": dict(STRENGTHS),
        "recipes": {name: _scores(played.groups, rewards) for name, rewards in played.rewards.items()},
    }


def _scores(groups: Sequence[Group], rewards: Sequence[Sequence[float | None]]) -> dict[str, Any]:
    tasks = [group.task_id for group in groups]
    silent = [float(no_signal(values)) for values in rewards]
    beyond = [quiet for quiet, group in zip(silent, groups, strict=True) if not group.solved]
    orders = [correlation(group, values) for group, values in zip(groups, rewards, strict=True)]
    ordered = [(order, task) for order, task in zip(orders, tasks, strict=True) if order is not None]
    return {
        "no_signal": interval(silent, tasks),
        "no_signal_unsolved": round(sum(beyond) / len(beyond), 4) if beyond else None,
        "no_signal_by_strength": {
            strength: round(sum(chosen) / len(chosen), 4)
            for strength in STRENGTHS
            if (chosen := [one for one, group in zip(silent, groups, strict=True) if group.strength == strength])
        },
        "rank_correlation": interval([order for order, _ in ordered], [task for _, task in ordered]) if ordered else None,
    }


def no_signal(rewards: Sequence[float | None]) -> bool:
    """Whether all answers that may be trained on earn the same."""
    known = [reward for reward in rewards if reward is not None]
    return not known or max(known) - min(known) < _EQUAL


def correlation(group: Group, rewards: Sequence[float | None]) -> float | None:
    """Returns the rank correlation of rewards and nearness: 0 where all earn the same, None where all are as near."""
    pairs = [(reward, -distance) for reward, distance in zip(rewards, group.distances, strict=True) if reward is not None]
    if len({nearness for _, nearness in pairs}) < 2:
        return None
    return rank_correlation([reward for reward, _ in pairs], [nearness for _, nearness in pairs])


def goals(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the goal of ``dense``, where both recipes were played."""
    recipes = found["recipes"]
    if not {"dense", "outcome"} <= recipes.keys():
        return []
    base = recipes["outcome"]["no_signal"][0]
    value = round(recipes["dense"]["no_signal"][0] / base, 4) if base else None
    return [goal("resolve: groups without signal, dense / outcome", value, "<=", round(WANTED, 4), "x")]
