"""Options with which each wrapper of one environment can be made in tests; a new wrapper needs a line."""

from __future__ import annotations

from typing import Any

OPTIONS: dict[str, dict[str, Any]] = {
    "CounterfactualCredit": {"blame": 0.5, "budget": 4, "method": "variants", "spectrum": False, "time_s": 0.25},
    "DivergenceCredit": {"blame": 0.5, "time_s": 0.25},
    "LengthPenalty": {"free_chars": 10, "rate": 0.5, "cap": 0.25},
    "PassFraction": {"weight": 0.5},
    "RecordEpisodes": {"path": "unused.jsonl"},
    "TracebackCredit": {"blame": 0.5},
}
