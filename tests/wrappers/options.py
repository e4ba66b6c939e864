"""Options with which each wrapper of one environment can be made in tests; a new wrapper needs a line."""

from __future__ import annotations

from typing import Any

OPTIONS: dict[str, dict[str, Any]] = {
    "DifficultyWeightedFraction": {"weight": 0.5},
    "LengthPenalty": {"free_chars": 10, "rate": 0.5, "cap": 0.25},
    "NoveltyBonus": {"bonus": 0.1},
    "PassFraction": {"weight": 0.5},
    "RecordEpisodes": {"path": "unused.jsonl"},
    "SiblingContrast": {"places": 2},
    "TracebackCredit": {"blame": 0.5},
}
