"""Scores how well credit finds bugs: top-1, top-3, mean reciprocal rank, with intervals that draw whole tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from benchmarks.goals import goal
from benchmarks.shaping.recipes import Named
from benchmarks.shaping.run.localise import OTHER, Found
from benchmarks.shaping.statistics import interval

#: A sibling differs much from the reference in this share of its tokens, names left aside.
_MUCH: Final = 0.3
#: What the credit of a recipe rests on -> the goal for the best such recipe, and what to call it.
GOALS: Final[Mapping[str, tuple[float, str]]] = {
    "claims": (0.52, "what the program says of itself"),
    "re-running": (0.65, "changed programs run again"),
    "sibling": (0.65, "a sibling that passes"),
    "reference": (0.75, "a reference"),
}


def figures(found: Found) -> dict[str, Any]:
    """Returns what was run and the scores of each recipe and baseline: all bugs, by split, and kinds that are hard, apart."""
    subsets = _subsets(found)
    statements = [len(bug.statements) for bug in found.bugs]
    return {
        "bugs": len(found.bugs),
        "tasks": len({bug.task_id for bug in found.bugs}),
        "statements_mean": round(sum(statements) / len(statements), 2),
        "with_sibling": sum(bug.task_id in found.siblings for bug in found.bugs),
        "sibling_differs_mean": _mean(list(found.differences.values())),
        "dropped": found.dropped,
        "operators": dict(sorted(Counter(bug.operator for bug in found.bugs).items())),
        "subsets": {name: len(chosen) for name, chosen in subsets.items()},
        "recipes": {
            name: {subset: _scores(found, places, chosen) for subset, chosen in subsets.items() if chosen}
            for name, places in found.places.items()
        },
    }


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _subsets(found: Found) -> dict[str, list[int]]:
    rules: dict[str, Callable[[int], bool]] = {
        "all": lambda i: True,
        "train": lambda i: found.bugs[i].split == "train",
        "test": lambda i: found.bugs[i].split == "test",
        "humaneval": lambda i: found.bugs[i].dataset == "humaneval",
        "mbpp": lambda i: found.bugs[i].dataset == "mbpp",
        "fails every assert": lambda i: found.scores[i] == 0.0,
        "straight line": lambda i: found.bugs[i].straight,
        "one edit undoes it": lambda i: found.bugs[i].undone,
        "no edit undoes it": lambda i: not found.bugs[i].undone,
        "wrong name": lambda i: found.bugs[i].operator == "wrong-name",
        "sibling differs much": lambda i: found.differences.get(found.bugs[i].task_id, 0.0) >= _MUCH,
        "raises": lambda i: found.verdicts[i] == "error",
        "time-out": lambda i: found.verdicts[i] == "timeout",
        "the rest": lambda i: found.scores[i] > 0.0 and not found.bugs[i].straight,
    }
    return {name: [i for i in range(len(found.bugs)) if rule(i)] for name, rule in rules.items()}


def _scores(found: Found, places: Sequence[tuple[float, float, float]], chosen: Sequence[int]) -> dict[str, list[float]]:
    clusters = [found.bugs[i].task_id for i in chosen]
    return {name: interval([places[i][k] for i in chosen], clusters) for k, name in enumerate(("top1", "top3", "mrr"))}


def goals(found: Mapping[str, Any], recipes: Sequence[Named]) -> list[dict[str, Any]]:
    """Returns a goal for each kind of source: the best recipe on the tasks held out, chosen on the others.

    Changed programs have a second one: the edits that they try are of the kinds that made the bugs, so one undoes many a bug.  So
    has the reference, from which the bugs were made.
    """
    listed = []
    for source, (wanted, label) in GOALS.items():
        names = [named.name for named in recipes if named.source == source and named.name in found["recipes"]]
        best = max(names, key=lambda name: _top1(found, name, "train") or 0.0, default=None)
        value = None if best is None else _top1(found, best, "test")
        listed.append(goal(f"localise: top-1 by {label} ({best})", value, ">=", wanted, "top-1"))
        if source == "re-running":
            value = None if best is None else _top1(found, best, "no edit undoes it")
            listed.append(goal("localise: the same where no edit undoes the bug", value, ">=", wanted, "top-1"))
        if source == "reference":
            value = None if best is None else _top1(found, f"{best}{OTHER}", "test")
            listed.append(goal("localise: the same with a reference that is another program", value, ">=", wanted, "top-1"))
    return listed


def _top1(found: Mapping[str, Any], name: str, split: str) -> float | None:
    scores = found["recipes"][name].get(split)
    return None if scores is None else float(scores["top1"][0])
