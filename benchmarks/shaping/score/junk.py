"""Scores what junk earns beside honest partial solutions, and how often a wrong answer outranks a right one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.goals import goal
from benchmarks.shaping.run.junk import NOTHING, Played
from benchmarks.shaping.statistics import interval


def figures(played: Played) -> dict[str, Any]:
    """Returns counts by kind and, for each recipe, mean rewards by kind and the share of pairs in which wrong outranks right."""
    kinds = _kinds(played)
    return {
        "answers": len(played.answers),
        "kinds": {kind: len(chosen) for kind, chosen in kinds.items()},
        "recipes": {name: _scores(played, kinds, rewards) for name, rewards in played.rewards.items()},
    }


def _kinds(played: Played) -> dict[str, list[int]]:
    """Returns the answers of each kind; junk that solves its task all the same counts with the right ones."""
    kinds: dict[str, list[int]] = {kind: [] for kind in ("right", "partial", "honest, nothing passes", *NOTHING)}
    for i, answer in enumerate(played.answers):
        if played.solved[i]:
            kinds["right"].append(i)
        elif answer.kind in NOTHING:
            kinds[answer.kind].append(i)
        else:
            kinds["partial" if played.scores[i] > 0.0 else "honest, nothing passes"].append(i)
    return {kind: chosen for kind, chosen in kinds.items() if chosen}


def _scores(played: Played, kinds: Mapping[str, Sequence[int]], rewards: Sequence[float | None]) -> dict[str, Any]:
    def mean(chosen: Sequence[int]) -> list[float] | None:
        known = [(rewards[i], played.answers[i].task_id) for i in chosen if rewards[i] is not None]
        return interval([float(reward or 0.0) for reward, _ in known], [task for _, task in known]) if known else None

    pairs, tasks = outranked(played, rewards)
    by_task = _share_above(played, kinds, rewards)
    return {
        "outranks": interval(pairs, tasks) if pairs else None,
        "pairs": len(pairs),
        "junk": mean([i for kind in NOTHING for i in kinds.get(kind, ())]),
        "junk_at_least_partial": by_task,
        "by_kind": {kind: mean(chosen) for kind, chosen in kinds.items()},
    }


def outranked(played: Played, rewards: Sequence[float | None]) -> tuple[list[float], list[str]]:
    """Returns, for each pair of a wrong and a right answer to one task, whether the wrong one earns as much, and its task."""
    pairs: list[float] = []
    tasks: list[str] = []
    for wrong, right in _pairs(played, played.solved):
        low, high = rewards[wrong], rewards[right]
        if low is not None and high is not None:
            pairs.append(float(low >= high))
            tasks.append(played.answers[wrong].task_id)
    return pairs, tasks


def _pairs(played: Played, solved: Sequence[bool]) -> list[tuple[int, int]]:
    by_task: dict[str, list[int]] = {}
    for i, answer in enumerate(played.answers):
        by_task.setdefault(answer.task_id, []).append(i)
    return [(wrong, right) for mine in by_task.values() for wrong in mine if not solved[wrong] for right in mine if solved[right]]


def _share_above(played: Played, kinds: Mapping[str, Sequence[int]], rewards: Sequence[float | None]) -> list[float] | None:
    """Returns how often junk earns at least what an honest partial solution of the same task earns."""
    nothing = [i for kind in NOTHING for i in kinds.get(kind, ())]
    partial: dict[str, list[int]] = {}
    for i in kinds.get("partial", ()):
        partial.setdefault(played.answers[i].task_id, []).append(i)
    pairs = [(i, j) for i in nothing for j in partial.get(played.answers[i].task_id, ())]
    known = [
        (low, high, played.answers[i].task_id)
        for i, j in pairs
        if (low := rewards[i]) is not None and (high := rewards[j]) is not None
    ]
    return interval([float(low >= high) for low, high, _ in known], [task for *_, task in known]) if known else None


def goals(found: Mapping[str, Any], presets: Sequence[str]) -> list[dict[str, Any]]:
    """Returns one goal: under no preset does a wrong answer earn as much as a right one."""
    shares = {name: found["recipes"][name]["outranks"] for name in presets if name in found["recipes"]}
    known = {name: share[0] for name, share in shares.items() if share is not None}
    worst = max(known, key=lambda name: known[name], default=None)
    value = None if worst is None else known[worst]
    return [goal(f"junk: wrong answer outranks right one, worst preset ({worst})", value, "<=", 0.0, "share")]
