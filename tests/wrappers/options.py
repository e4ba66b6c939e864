"""Options with which each wrapper of one environment can be made in tests; a new wrapper needs a line."""

from __future__ import annotations

from typing import Any

OPTIONS: dict[str, dict[str, Any]] = {
    "ExecutedMask": {"blame": 0.5},
    "LastLineCredit": {"blame": 0.5},
    "LengthPenalty": {"free_chars": 10, "rate": 0.5, "cap": 0.25},
    "PassFraction": {"weight": 0.5},
    "RecordEpisodes": {"path": "unused.jsonl"},
    "RepairCredit": {"blame": 0.5},
    "SpectrumCredit": {"formula": "dstar", "blame": 0.5, "traceback_first": True},
    "SyntaxCredit": {"blame": 0.5},
    "TracebackCredit": {"blame": 0.5, "decay": 0.25},
}
