"""Options with which each wrapper of one environment can be made in tests; a new wrapper needs a line."""

from __future__ import annotations

from typing import Any

OPTIONS: dict[str, dict[str, Any]] = {
    "LengthPenalty": {"free_chars": 10, "rate": 0.5, "cap": 0.25},
    "NearMiss": {"weight": 0.5},
    "PassFraction": {"weight": 0.5, "which": "hidden"},
    "PotentialShaping": {"potential": "stages", "gamma": 0.5},
    "RecordEpisodes": {"path": "unused.jsonl"},
    "StageReward": {"scheme": "rltf", "values": None},
    "TracebackCredit": {"blame": 0.5},
}
