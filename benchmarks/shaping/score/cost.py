"""Scores what a recipe costs: its own time as a share of a step without any wrapper, and programs beyond the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from benchmarks.goals import goal
from benchmarks.shaping.run.cost import Timed
from benchmarks.shaping.statistics import interval


def figures(timed: Timed) -> dict[str, Any]:
    """Returns times of a step, and the shares of each recipe; what tracing lines costs is told apart, once for all."""
    recipes = {}
    for name, own_s in timed.own_s.items():
        shares = [100 * one / timed.real_s for one in own_s]
        _, low, high = interval(shares, range(len(shares)))
        recipes[name] = {
            "own_percent": [round(median(shares), 3), low, high],
            "own_ms": round(1000 * median(own_s), 4),
            "extra_programs": round(timed.programs[name], 2),
            "needs_traced_lines": timed.traces[name],
        }
    return {
        "step_ms": round(1000 * timed.real_s, 3),
        "traced_percent": round(100 * (timed.traced_s / timed.real_s - 1), 1),
        "recipes": recipes,
    }


def goals(found: Mapping[str, Any], wrappers: Sequence[str]) -> list[dict[str, Any]]:
    """Returns one goal: no wrapper takes more than a tenth of a step; those that run programs have a price of their own."""
    free = [name for name in wrappers if name in found["recipes"] and not found["recipes"][name]["extra_programs"]]
    worst = max(free, key=lambda name: found["recipes"][name]["own_percent"][0], default=None)
    value = None if worst is None else found["recipes"][worst]["own_percent"][0]
    return [goal(f"cost: time of a wrapper that runs no program, worst ({worst})", value, "<=", 10.0, "% of a step")]
