"""Figures of the battery: programs paid by family and by trick, for each usual grader and for each backend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.battery.box import GRADERS
from benchmarks.battery.measure import Ruling
from benchmarks.goals import goal
from tests.hostile.catalogue import FAMILIES, ROWS, BatteryProgram

#: So many programs at least must beat a usual grader, or the battery shows nothing.
LEAST_BEATING = 40


def figures(
    programs: Sequence[BatteryProgram],
    beaten: Mapping[str, Sequence[str]],
    honest: Mapping[str, Sequence[str]],
    rulings: Mapping[str, Sequence[Ruling]],
) -> dict[str, Any]:
    """Returns all figures.

    Args:
        programs: The hostile programs that the usual graders were given.
        beaten: For each of them by name, the graders that paid.
        honest: The same of honest programs.
        rulings: The judge's rulings by backend, over hostile and honest programs.
    """
    beating = sum(bool(graders) for graders in beaten.values())
    return {
        "programs": len(programs),
        "families": {family: _paid([one for one in programs if one.family == family], beaten) for family in FAMILIES},
        "rows": {str(row): _paid([one for one in programs if row in one.rows], beaten) for row in ROWS},
        "all": _paid(programs, beaten),
        "honest_paid": {grader: sum(grader in graders for graders in honest.values()) for grader in GRADERS},
        "honest": len(honest),
        "ours": {backend: _ruled(found) for backend, found in rulings.items()},
        "beaten": {name: list(graders) for name, graders in sorted(beaten.items()) if graders},
        "program_rows": {one.name: list(one.rows) for one in programs},
        "goals": [goal("programs that beat a usual grader", beating, ">=", LEAST_BEATING, "programs"), *_goals(rulings)],
    }


def _paid(programs: Sequence[BatteryProgram], beaten: Mapping[str, Sequence[str]]) -> dict[str, int]:
    counts = {grader: sum(grader in beaten[one.name] for one in programs) for grader in GRADERS}
    return {"programs": len(programs), **counts, "any": sum(bool(beaten[one.name]) for one in programs)}


def _ruled(found: Sequence[Ruling]) -> dict[str, Any]:
    canaries = [one for one in found if one.on_canary]
    hostile = [one for one in found if one.program.family and not one.on_canary]
    honest = [one for one in found if not one.program.family and not one.on_canary]
    families = {family: [one for one in hostile if one.program.family == family] for family in FAMILIES}
    return {
        "judged": len(hostile),
        "paid": sum(one.paid for one in hostile),
        "infra_error": sum(one.infra for one in (*hostile, *canaries)),
        "families": {name: {"judged": len(ones), "paid": sum(one.paid for one in ones)} for name, ones in families.items()},
        "canaries": {"judged": len(canaries), "paid": sum(one.paid for one in canaries)},
        "honest": len(honest),
        "honest_paid": sum(one.paid for one in honest),
        "paid_programs": sorted({f"{one.program.name} ({one.way})" for one in (*hostile, *canaries) if one.paid}),
        "infra_programs": sorted({f"{one.program.name} ({one.way})" for one in (*hostile, *canaries) if one.infra}),
        "honest_unpaid": sorted({f"{one.program.name} ({one.way})" for one in honest if not one.paid}),
    }


def _goals(rulings: Mapping[str, Sequence[Ruling]]) -> list[dict[str, Any]]:
    found = []
    for backend, ones in rulings.items():
        ruled = _ruled(ones)
        found.append(goal(f"{backend}: hostile programs paid", ruled["paid"], "<=", 0, "programs"))
        found.append(goal(f"{backend}: programs paid for a canary", ruled["canaries"]["paid"], "<=", 0, "programs"))
        found.append(goal(f"{backend}: taken for a failed machine", ruled["infra_error"], "<=", 0, "programs"))
        found.append(goal(f"{backend}: honest programs paid", ruled["honest_paid"], ">=", ruled["honest"], "programs"))
    return found
