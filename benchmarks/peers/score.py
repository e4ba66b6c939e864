"""What the measurements say: rates, ratios beside their goals, latencies and verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from statistics import median
from typing import Any

import numpy as np

from benchmarks.goals import goal
from benchmarks.peers.contestants import Contestant
from benchmarks.peers.measure import WAYS, Measured, Results
from benchmarks.peers.tasks import KINDS

#: The percentiles at which latencies are kept, enough to draw their distribution.
PERCENTILES = (0, 1, 2.5, 5, *range(10, 95, 5), 95, 97.5, 99, 100)
#: Kinds whose speed has a goal: an endless answer takes each contestant its own time limit, and speed does not decide that.
TIMED_KINDS = ("right", "wrong", "raising")


def ratio(ours: Measured, theirs: Measured) -> float:
    """Returns how many times faster we are: the median over the rounds that both took part in."""
    return median(own / other for own, other in zip(ours.rates, theirs.rates, strict=False))


def goals_of(results: Results, ours: str, peers: Sequence[Contestant]) -> list[dict[str, Any]]:
    """Returns a goal for each peer, timed kind and way; one that could not be measured has no value and is not met."""
    goals = []
    for peer in peers:
        assert peer.goal is not None
        for kind in TIMED_KINDS:
            for way in WAYS:
                own, other = results.get((ours, kind, way)), results.get((peer.name, kind, way))
                value = None if own is None or other is None else round(ratio(own, other), 1)
                goals.append(goal(f"faster than {peer.name}: {kind}, {way}", value, ">=", peer.goal))
    return goals


def misjudged(results: Results) -> dict[str, int]:
    """Returns, by contestant, how many answers were taken for what they are not."""
    counts: dict[str, int] = {}
    for (name, kind, _), found in results.items():
        wrong = found.answers - found.solved if kind == "right" else found.solved
        counts[name] = counts.get(name, 0) + wrong
    return counts


def latencies(found: Measured) -> dict[str, list[float]]:
    """Returns the distribution of the seconds of single steps as milliseconds at :data:`PERCENTILES`."""
    values = np.percentile(1000 * np.asarray(found.seconds), PERCENTILES)
    return {"percentiles": list(PERCENTILES), "ms": [round(float(value), 3) for value in values]}


def figures(
    results: Results, about: Mapping[str, Mapping[str, Any]], failures: Mapping[str, str], peers: Sequence[Contestant], ours: str
) -> dict[str, Any]:
    """Returns all figures as JSON data."""
    wrong, notes = misjudged(results), {peer.name: peer.note for peer in peers}
    contestants: dict[str, Any] = {}
    for name, told in about.items():
        kinds: dict[str, Any] = {kind: {} for kind in KINDS}
        for kind, way in product(KINDS, WAYS):
            if (name, kind, way) in results:
                kinds[kind][way] = _one(results[name, kind, way], way)
        contestants[name] = {**told, "note": notes.get(name, ""), "misjudged": wrong.get(name, 0), "kinds": kinds}
    return {
        "ours": ours,
        "goals": goals_of(results, ours, peers),
        "contestants": contestants,
        "not_measured": dict(failures),
    }


def _one(found: Measured, way: str) -> dict[str, Any]:
    """Returns the figures of one contestant, kind and way."""
    shown: dict[str, Any] = {
        "env_steps_per_s_p50": round(median(found.rates), 2),
        "answers": found.answers,
        "solved": found.solved,
        "told": dict(found.told.most_common()),
    }
    if way == "single":
        shown["latency"] = latencies(found)
    return shown


def markdown(figures: Mapping[str, Any]) -> str:
    """Returns the rates of right answers as a table, each beside how many times faster this project was in the same run."""
    ours = figures["ours"]
    ratios = {entry["name"]: entry["value"] for entry in figures["goals"]}
    lines = [
        "| library | isolation | env steps/s, single | batched | we are faster, single | batched | answers misjudged |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, contestant in figures["contestants"].items():
        right = contestant["kinds"]["right"]
        if set(right) != set(WAYS):
            continue
        label = (
            f"rlvr, `{contestant['backend']}`"
            if "backend" in contestant
            else f"{name} {next(iter(contestant['versions'].values()))}"
        )
        rates = [f"{right[way]['env_steps_per_s_p50']:,.1f}" for way in WAYS]
        faster = [ratios.get(f"faster than {name}: right, {way}") for way in WAYS]
        shown = ["-" if value is None else f"{value:g} x" for value in faster]
        bold = "**" if name == ours else ""
        cells = [f"{bold}{label}{bold}", contestant["isolation"], *rates, *shown, str(contestant["misjudged"])]
        lines.append(f"| {' | '.join(cells)} |")
    missing = [f"{name}: {why}" for name, why in figures["not_measured"].items()]
    if missing:
        lines += ["", f"Not measured in this run: {'; '.join(missing)}."]
    return "\n".join(lines)
