"""Options with which each wrapper of one environment can be made in tests; a new wrapper needs a line."""

from __future__ import annotations

from typing import Any

OPTIONS: dict[str, dict[str, Any]] = {
    "AdaptiveDifficulty": {"form": "variance", "floor": 0.2, "decay": 0.9, "tasks": ["a", "b"], "settings": None, "pool": None},
    "Backtrack": {"share": 0.5, "capacity": 8, "pool": None},
    "FeedbackText": {"template": "first-failing-case", "max_chars": 500, "max_tokens": None, "count_tokens": None},
    "HackingMonitor": {"alpha": 0.05, "canary_rate": 0.02, "audit_rate": 0.1},
    "HintPrefix": {
        "rate": 0.5,
        "most": 0.8,
        "target": 0.6,
        "cut": "conditional",
        "opening": "",
        "decay": 0.9,
        "pool": None,
    },
    "LengthPenalty": {"free_chars": 10, "rate": 0.5, "cap": 0.25},
    "PassFraction": {"weight": 0.5},
    "RecordEpisodes": {"path": "unused.jsonl"},
    "TracebackCredit": {"blame": 0.5},
}
