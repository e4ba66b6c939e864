"""Options with which each wrapper of one environment can be made in tests; a new wrapper needs a line."""

from __future__ import annotations

from typing import Any

OPTIONS: dict[str, dict[str, Any]] = {
    "ConstraintCredit": {"blame": 0.5},
    "ExecutedMask": {"blame": 0.5},
    "LastLineCredit": {"blame": 0.5},
    "CounterfactualCredit": {"blame": 0.5, "budget": 4, "method": "variants", "spectrum": False, "time_s": 0.25},
    "DivergenceCredit": {"blame": 0.5, "time_s": 0.25},
    "DifficultyWeightedFraction": {"weight": 0.5},
    "LengthPenalty": {"free_chars": 10, "rate": 0.5, "cap": 0.25},
    "NoveltyBonus": {"bonus": 0.1},
    "PassFraction": {"weight": 0.5},
    "RecordEpisodes": {"path": "unused.jsonl"},
    "RepairCredit": {"blame": 0.5},
    "SpectrumCredit": {"formula": "dstar", "blame": 0.5, "traceback_first": True},
    "StepCheckCredit": {"blame": 0.5, "praise": 0.25},
    "SyntaxCredit": {"blame": 0.5},
    "ToolCallCredit": {"refused": 0.5, "failed": 0.1, "repeated": 0.0, "unused": 1.0},
    "TracebackCredit": {"blame": 0.5, "decay": 0.25},
    "TurnCredit": {"weight": 0.5},
    "SiblingContrast": {"places": 2},
    "EfficiencyReward": {"weight": 0.5, "cpu_s": 1.0, "memory_mib": 64.0, "levels": 4},
    "FormatReward": {"sections": ["think", "answer"], "weight": 0.25},
    "Improvement": {"weight": 0.5},
    "LengthPenalty": {"free_chars": 10, "rate": 0.5, "cap": 0.25},
    "NearMiss": {"weight": 0.5},
    "NoiseCorrection": {"fpr": 0.125, "fnr": 0.25},
    "NormalisedFraction": {"weight": 0.5, "constant": 0.25},
    "PassFraction": {"weight": 0.5, "which": "hidden"},
    "PotentialShaping": {"potential": "stages", "gamma": 0.5},
    "RecordEpisodes": {"path": "unused.jsonl"},
    "RepetitionPenalty": {"n": 2, "weight": 0.5, "free": 0.0},
    "SoftOverlong": {"max_length": 8, "buffer": 4, "weight": 0.5, "count": None},
    "StageReward": {"scheme": "rltf", "values": None},
    "TracebackCredit": {"blame": 0.5},
    "VerifierNoise": {"fpr": 0.25, "fnr": 0.5},
}
