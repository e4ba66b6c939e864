"""Which wrappers there are: one line a wrapper, and those that other distributions add.

Another distribution makes its wrapper known by an entry point::

    [project.entry-points."rlvr.wrappers"]
    MyCredit = "my_package.my_credit:MyCredit"
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Final, cast

import gymnasium as gym

from rlvr_envs._naming import unknown
from rlvr_envs.wrappers.group import GroupShaping

GROUP: Final = "rlvr.wrappers"
#: A wrapper of one environment, or a shaper of groups.
WrapperClass = type[gym.Wrapper[str, str, str, str]] | type[GroupShaping]

#: Name -> entry point of every wrapper of this package; one line a wrapper.
WRAPPERS: Final[Mapping[str, str]] = {
    "AdaptiveDifficulty": "rlvr_envs.wrappers.exploration.adaptive_difficulty:AdaptiveDifficulty",
    "Backtrack": "rlvr_envs.wrappers.exploration.backtrack:Backtrack",
    "FeedbackText": "rlvr_envs.wrappers.feedback.feedback_text:FeedbackText",
    "HackingMonitor": "rlvr_envs.wrappers.monitoring.hacking_monitor:HackingMonitor",
    "HintPrefix": "rlvr_envs.wrappers.exploration.hint_prefix:HintPrefix",
    "LengthPenalty": "rlvr_envs.wrappers.reward.length_penalty:LengthPenalty",
    "PassFraction": "rlvr_envs.wrappers.reward.pass_fraction:PassFraction",
    "RecordEpisodes": "rlvr_envs.wrappers.recording.record_episodes:RecordEpisodes",
    "TracebackCredit": "rlvr_envs.wrappers.credit.traceback:TracebackCredit",
}


@cache
def known_wrappers() -> Mapping[str, str]:
    """Returns name and entry point of all wrappers, of this package and of others; a name of ours is never another's."""
    return {**{point.name: point.value for point in entry_points(group=GROUP)}, **WRAPPERS}


def entry_point_of(name: str) -> str:
    """Returns where the wrapper of that name is; a name with a colon is an entry point itself.

    Raises:
        ValueError: There is none.
    """
    if ":" in name:
        return name
    known = known_wrappers()
    if name not in known:
        raise ValueError(f"{unknown('wrapper', name, known)}, or 'module:Class'")
    return known[name]


def wrapper_class(name: str) -> WrapperClass:
    """Returns the wrapper of that name or entry point.

    Raises:
        ValueError: There is no such wrapper.
    """
    module, _, attribute = entry_point_of(name).partition(":")
    try:
        found: Any = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"wrapper {name!r} cannot be loaded: {error}") from error
    if not inspect.isclass(found) or not issubclass(found, (gym.Wrapper, GroupShaping)):
        raise ValueError(f"wrapper {name!r} must name a gymnasium.Wrapper or a GroupShaping class, got {found!r}")
    return cast("WrapperClass", found)
