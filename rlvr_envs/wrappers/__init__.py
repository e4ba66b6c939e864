"""Wrappers that turn facts into reward and credit, one file each; imported on first use."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from rlvr_envs.wrappers.presets import PRESETS
from rlvr_envs.wrappers.recipe import Recipe, RecipeLike, parse_recipe
from rlvr_envs.wrappers.registry import WRAPPERS, known_wrappers, wrapper_class

if TYPE_CHECKING:
    from rlvr_envs.wrappers.base import Shaping
    from rlvr_envs.wrappers.credit.constraint import ConstraintCredit
    from rlvr_envs.wrappers.credit.counterfactual import CounterfactualCredit
    from rlvr_envs.wrappers.credit.divergence import DivergenceCredit
    from rlvr_envs.wrappers.credit.executed import ExecutedMask
    from rlvr_envs.wrappers.credit.last_line import LastLineCredit
    from rlvr_envs.wrappers.credit.repair import RepairCredit
    from rlvr_envs.wrappers.credit.sibling_contrast import SiblingContrast
    from rlvr_envs.wrappers.credit.spectrum import SpectrumCredit
    from rlvr_envs.wrappers.credit.step_check import StepCheckCredit
    from rlvr_envs.wrappers.credit.syntax import SyntaxCredit
    from rlvr_envs.wrappers.credit.tool_call import ToolCallCredit
    from rlvr_envs.wrappers.credit.traceback import TracebackCredit
    from rlvr_envs.wrappers.credit.turn import TurnCredit
    from rlvr_envs.wrappers.exploration.adaptive_difficulty import AdaptiveDifficulty
    from rlvr_envs.wrappers.exploration.backtrack import Backtrack
    from rlvr_envs.wrappers.exploration.hint_prefix import HintPrefix
    from rlvr_envs.wrappers.exploration.novelty_bonus import NoveltyBonus
    from rlvr_envs.wrappers.feedback.feedback_text import FeedbackText
    from rlvr_envs.wrappers.group import GroupShaping
    from rlvr_envs.wrappers.monitoring.hacking_monitor import HackingMonitor
    from rlvr_envs.wrappers.recording.record_episodes import RecordEpisodes
    from rlvr_envs.wrappers.reward.difficulty_weighted import DifficultyWeightedFraction
    from rlvr_envs.wrappers.reward.efficiency_reward import EfficiencyReward
    from rlvr_envs.wrappers.reward.format_reward import FormatReward
    from rlvr_envs.wrappers.reward.improvement import Improvement
    from rlvr_envs.wrappers.reward.length_penalty import LengthPenalty
    from rlvr_envs.wrappers.reward.near_miss import NearMiss
    from rlvr_envs.wrappers.reward.noise_correction import NoiseCorrection
    from rlvr_envs.wrappers.reward.normalised_fraction import NormalisedFraction
    from rlvr_envs.wrappers.reward.pass_fraction import PassFraction
    from rlvr_envs.wrappers.reward.potential_shaping import PotentialShaping
    from rlvr_envs.wrappers.reward.repetition_penalty import RepetitionPenalty
    from rlvr_envs.wrappers.reward.soft_overlong import SoftOverlong
    from rlvr_envs.wrappers.reward.stage_reward import StageReward
    from rlvr_envs.wrappers.reward.verifier_noise import VerifierNoise

__all__ = [
    "PRESETS",
    "WRAPPERS",
    "AdaptiveDifficulty",
    "Backtrack",
    "ConstraintCredit",
    "CounterfactualCredit",
    "DifficultyWeightedFraction",
    "DivergenceCredit",
    "EfficiencyReward",
    "ExecutedMask",
    "FeedbackText",
    "FormatReward",
    "GroupShaping",
    "HackingMonitor",
    "HintPrefix",
    "Improvement",
    "LastLineCredit",
    "LengthPenalty",
    "NearMiss",
    "NoiseCorrection",
    "NormalisedFraction",
    "NoveltyBonus",
    "PassFraction",
    "PotentialShaping",
    "Recipe",
    "RecipeLike",
    "RecordEpisodes",
    "RepairCredit",
    "RepetitionPenalty",
    "Shaping",
    "SiblingContrast",
    "SoftOverlong",
    "SpectrumCredit",
    "StageReward",
    "StepCheckCredit",
    "SyntaxCredit",
    "ToolCallCredit",
    "TracebackCredit",
    "TurnCredit",
    "VerifierNoise",
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
