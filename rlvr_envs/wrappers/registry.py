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
    "ConstraintCredit": "rlvr_envs.wrappers.credit.constraint:ConstraintCredit",
    "CounterfactualCredit": "rlvr_envs.wrappers.credit.counterfactual:CounterfactualCredit",
    "DifficultyWeightedFraction": "rlvr_envs.wrappers.reward.difficulty_weighted:DifficultyWeightedFraction",
    "DivergenceCredit": "rlvr_envs.wrappers.credit.divergence:DivergenceCredit",
    "EfficiencyReward": "rlvr_envs.wrappers.reward.efficiency_reward:EfficiencyReward",
    "ExecutedMask": "rlvr_envs.wrappers.credit.executed:ExecutedMask",
    "FeedbackText": "rlvr_envs.wrappers.feedback.feedback_text:FeedbackText",
    "FormatReward": "rlvr_envs.wrappers.reward.format_reward:FormatReward",
    "HackingMonitor": "rlvr_envs.wrappers.monitoring.hacking_monitor:HackingMonitor",
    "HintPrefix": "rlvr_envs.wrappers.exploration.hint_prefix:HintPrefix",
    "Improvement": "rlvr_envs.wrappers.reward.improvement:Improvement",
    "LastLineCredit": "rlvr_envs.wrappers.credit.last_line:LastLineCredit",
    "LengthPenalty": "rlvr_envs.wrappers.reward.length_penalty:LengthPenalty",
    "NearMiss": "rlvr_envs.wrappers.reward.near_miss:NearMiss",
    "NoiseCorrection": "rlvr_envs.wrappers.reward.noise_correction:NoiseCorrection",
    "NormalisedFraction": "rlvr_envs.wrappers.reward.normalised_fraction:NormalisedFraction",
    "NoveltyBonus": "rlvr_envs.wrappers.exploration.novelty_bonus:NoveltyBonus",
    "PassFraction": "rlvr_envs.wrappers.reward.pass_fraction:PassFraction",
    "PotentialShaping": "rlvr_envs.wrappers.reward.potential_shaping:PotentialShaping",
    "RecordEpisodes": "rlvr_envs.wrappers.recording.record_episodes:RecordEpisodes",
    "RepairCredit": "rlvr_envs.wrappers.credit.repair:RepairCredit",
    "RepetitionPenalty": "rlvr_envs.wrappers.reward.repetition_penalty:RepetitionPenalty",
    "SiblingContrast": "rlvr_envs.wrappers.credit.sibling_contrast:SiblingContrast",
    "SoftOverlong": "rlvr_envs.wrappers.reward.soft_overlong:SoftOverlong",
    "SpectrumCredit": "rlvr_envs.wrappers.credit.spectrum:SpectrumCredit",
    "StageReward": "rlvr_envs.wrappers.reward.stage_reward:StageReward",
    "StepCheckCredit": "rlvr_envs.wrappers.credit.step_check:StepCheckCredit",
    "SyntaxCredit": "rlvr_envs.wrappers.credit.syntax:SyntaxCredit",
    "ToolCallCredit": "rlvr_envs.wrappers.credit.tool_call:ToolCallCredit",
    "TracebackCredit": "rlvr_envs.wrappers.credit.traceback:TracebackCredit",
    "TurnCredit": "rlvr_envs.wrappers.credit.turn:TurnCredit",
    "VerifierNoise": "rlvr_envs.wrappers.reward.verifier_noise:VerifierNoise",
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
