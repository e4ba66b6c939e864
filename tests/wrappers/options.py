"""Options with which each wrapper of one environment can be made in tests; a new wrapper needs a line."""

from __future__ import annotations

from typing import Any

OPTIONS: dict[str, dict[str, Any]] = {
    "FeedbackText": {"template": "first-failing-case", "max_chars": 500, "max_tokens": None, "count_tokens": None},
    "HackingMonitor": {"alpha": 0.05, "canary_rate": 0.02, "audit_rate": 0.1},
    "LengthPenalty": {"free_chars": 10, "rate": 0.5, "cap": 0.25},
    "PassFraction": {"weight": 0.5},
    "RecordEpisodes": {"path": "unused.jsonl"},
    "TracebackCredit": {"blame": 0.5},
}
