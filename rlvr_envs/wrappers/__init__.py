"""Wrappers that turn facts into reward and credit, one file each; imported on first use."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from rlvr_envs.wrappers.recipe import WRAPPERS, Recipe, apply_recipe, parse_recipe, wrapper_class

if TYPE_CHECKING:
    from rlvr_envs.wrappers.base import Shaping
    from rlvr_envs.wrappers.length_penalty import LengthPenalty
    from rlvr_envs.wrappers.pass_fraction import PassFraction
    from rlvr_envs.wrappers.record_episodes import RecordEpisodes
    from rlvr_envs.wrappers.traceback_credit import TracebackCredit

__all__ = [
    "WRAPPERS",
    "LengthPenalty",
    "PassFraction",
    "Recipe",
    "RecordEpisodes",
    "Shaping",
    "TracebackCredit",
    "apply_recipe",
    "parse_recipe",
    "wrapper_class",
]


def __getattr__(name: str) -> Any:
    """Loads a wrapper when it is first asked for."""
    if name == "Shaping":
        return importlib.import_module("rlvr_envs.wrappers.base").Shaping
    if name in WRAPPERS:
        return wrapper_class(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
