"""How it is scored: counts of what was as expected, and everything that was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Any

from benchmarks.datasets.measure import Played


def figures(results: Sequence[Played]) -> dict[str, Any]:
    """Returns counts of rewards by kind, times and everything that was unexpected."""
    passed = Counter(result.kind for result in results if result.reward == 1.0)
    tasks = len({result.task_id for result in results})
    return {
        "tasks": tasks,
        "references_with_reward_1": passed["reference"],
        "empty_bodies_with_reward_0": tasks - passed["pass"],
        "program_p50_ms": round(1000 * median(result.wall_s for result in results), 2),
        "unexpected": [
            {"task_id": result.task_id, "kind": result.kind, "verdict": result.verdict, "why": result.why}
            for result in results
            if not result.as_expected
        ],
    }
