"""The table of all goals."""

from __future__ import annotations

from pathlib import Path

from benchmarks.goals import goal
from benchmarks.results import write_result
from benchmarks.summary import goals_in


def test_goals_of_all_results_are_collected_and_a_missing_result_is_missed(tmp_path: Path) -> None:
    first, second = goal("speed", 12.5, ">=", 10.0), goal("left over", 1, "<=", 0, "files")
    write_result("fast", {"goals": [first, second]}, folder=tmp_path)
    write_result("other", {"something": 1}, folder=tmp_path)
    assert [(name, entry) for name, _, entry in goals_in(tmp_path)] == [("fast", first), ("fast", second)]
    found = [(name, entry["name"], entry["met"]) for name, _, entry in goals_in(tmp_path, ["gone", "fast"])]
    assert found == [("gone", "has a result", False), ("fast", "speed", True), ("fast", "left over", False)]
