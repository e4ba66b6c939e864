"""Wrappers that turn facts into reward and credit, one file each; imported on first use."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from rlvr_envs.wrappers.presets import PRESETS
from rlvr_envs.wrappers.recipe import Recipe, RecipeLike, parse_recipe
from rlvr_envs.wrappers.registry import WRAPPERS, known_wrappers, wrapper_class

if TYPE_CHECKING:
    from rlvr_envs.wrappers.base import Shaping
    from rlvr_envs.wrappers.credit.traceback import TracebackCredit
    from rlvr_envs.wrappers.exploration.adaptive_difficulty import AdaptiveDifficulty
    from rlvr_envs.wrappers.exploration.backtrack import Backtrack
    from rlvr_envs.wrappers.exploration.hint_prefix import HintPrefix
    from rlvr_envs.wrappers.feedback.feedback_text import FeedbackText
    from rlvr_envs.wrappers.group import GroupShaping
    from rlvr_envs.wrappers.monitoring.hacking_monitor import HackingMonitor
    from rlvr_envs.wrappers.recording.record_episodes import RecordEpisodes
    from rlvr_envs.wrappers.reward.length_penalty import LengthPenalty
    from rlvr_envs.wrappers.reward.pass_fraction import PassFraction

__all__ = [
    "PRESETS",
    "WRAPPERS",
    "AdaptiveDifficulty",
    "Backtrack",
    "FeedbackText",
    "GroupShaping",
    "HackingMonitor",
    "HintPrefix",
    "LengthPenalty",
    "PassFraction",
    "Recipe",
    "RecipeLike",
    "RecordEpisodes",
    "Shaping",
    "TracebackCredit",
    "known_wrappers",
    "parse_recipe",
    "wrapper_class",
]


def __getattr__(name: str) -> Any:
    """Loads a wrapper when it is first asked for."""
    if name == "Shaping":
        return importlib.import_module("rlvr_envs.wrappers.base").Shaping
    if name == "GroupShaping":
        return importlib.import_module("rlvr_envs.wrappers.group").GroupShaping
    if name in WRAPPERS:
        return wrapper_class(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
