"""Goals of a benchmark: what it should reach, beside what it reached, in one form for every result and table.

A result keeps them as ``figures["goals"]``, a list of ``{"name", "value", "goal", "sense", "unit", "met"}``, which
``python -m benchmarks.summary`` reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

Sense = Literal[">=", "<="]


def goal(name: str, value: float | None, sense: Sense, wanted: float, unit: str = "x") -> dict[str, Any]:
    """Returns one goal; ``value`` None says that it could not be measured, and then it is not met."""
    met = value is not None and (value >= wanted if sense == ">=" else value <= wanted)
    return {"name": name, "value": value, "goal": wanted, "sense": sense, "unit": unit, "met": met}


def goal_line(entry: Mapping[str, Any]) -> str:
    """Returns a goal as one line, which says plainly when it is missed."""
    value = "not measured" if entry["value"] is None else f"{entry['value']:,.6g} {entry['unit']}"
    verdict = "met" if entry["met"] else "MISSED"
    return f"{entry['name']:58} {value:>16}   goal {entry['sense']} {entry['goal']:,.6g} {entry['unit']}: {verdict}"


def print_goals(goals: Iterable[Mapping[str, Any]]) -> None:
    """Prints one line a goal."""
    for entry in goals:
        print(goal_line(entry))
