"""The trainer of the suite: TRL's GRPO on verifiable environments, with credit per token.

Public names are loaded on first use, so that importing the package alone loads no torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rlvr_train.config import RLVRConfig
    from rlvr_train.evaluation import Evaluation, evaluate, paired_difference
    from rlvr_train.policies import transformers_policy, vllm_policy
    from rlvr_train.trainer import RLVRTrainer

__all__ = [
    "Evaluation",
    "RLVRConfig",
    "RLVRTrainer",
    "evaluate",
    "paired_difference",
    "transformers_policy",
    "vllm_policy",
]

_HOMES = {
    "Evaluation": "rlvr_train.evaluation",
    "RLVRConfig": "rlvr_train.config",
    "RLVRTrainer": "rlvr_train.trainer",
    "evaluate": "rlvr_train.evaluation",
    "paired_difference": "rlvr_train.evaluation",
    "transformers_policy": "rlvr_train.policies",
    "vllm_policy": "rlvr_train.policies",
}


def __getattr__(name: str) -> Any:
    """Loads a public name when it is first asked for."""
    if name in _HOMES:
        value = getattr(importlib.import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
