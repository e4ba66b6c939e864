"""The ranges of the options of a run: what TRL and transformers would notice late, in other words, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rlvr_envs._naming import aside
from rlvr_envs._numbers import is_number, is_whole


@dataclass(frozen=True)
class Range:
    """The values that an option may have: the rule in words, the check, and the words among which it chooses, if it does."""

    rule: str
    holds: Callable[[Any], bool]
    choices: tuple[str, ...] = ()

    def or_none(self) -> Range:
        """Returns the range that also allows None."""
        return Range(f"None or {self.rule}", lambda value: value is None or self.holds(value))


def _whole(least: int) -> Range:
    return Range(f"an int of at least {least}", lambda value: is_whole(value) and value >= least)


def _among(*choices: str, flags: bool = False) -> Range:
    shown = (*map(repr, choices), *(("True", "False") if flags else ()))
    return Range(f"one of {', '.join(shown)}", lambda value: value in choices or (flags and isinstance(value, bool)), choices)


_NOT_NEGATIVE: Final = Range("a number of 0 or more", lambda value: is_number(value) and value >= 0)
_POSITIVE: Final = Range("a number above 0", lambda value: is_number(value) and value > 0)
_SHARE: Final = Range("in [0, 1]", lambda value: is_number(value) and 0 <= value <= 1)
_BELOW_1: Final = Range("in [0, 1)", lambda value: is_number(value) and 0 <= value < 1)
_SEED: Final = Range("an int in [0, 2**32)", lambda value: is_whole(value) and 0 <= value < 2**32)

RANGES: Final[Mapping[str, Range]] = {
    "learning_rate": _NOT_NEGATIVE,
    "weight_decay": _NOT_NEGATIVE,
    "max_grad_norm": _NOT_NEGATIVE.or_none(),
    "adam_beta1": _BELOW_1,
    "adam_beta2": _BELOW_1,
    "adam_epsilon": _NOT_NEGATIVE,
    "warmup_steps": _NOT_NEGATIVE,
    "max_steps": Range(
        "-1 (for num_train_epochs to decide) or an int of at least 1", lambda v: is_whole(v) and (v == -1 or v > 0)
    ),
    "num_train_epochs": _POSITIVE,
    "save_steps": _POSITIVE,
    "seed": _SEED,
    "data_seed": _SEED.or_none(),
    "per_device_train_batch_size": _whole(1),
    "gradient_accumulation_steps": _whole(1),
    "steps_per_generation": _whole(1).or_none(),
    "generation_batch_size": _whole(1).or_none(),
    "num_generations": _whole(2),
    "num_iterations": _whole(1),
    "max_completion_length": _whole(1),
    "max_episode_length": _whole(2).or_none(),
    "train_tasks": _whole(1),
    "temperature": _POSITIVE,
    "top_p": Range("in (0, 1]", lambda value: is_number(value) and 0 < value <= 1),
    "top_k": _whole(0),
    "min_p": _SHARE.or_none(),
    "repetition_penalty": _POSITIVE,
    "beta": _NOT_NEGATIVE,
    "epsilon": _NOT_NEGATIVE,
    "loss_type": _among("grpo", "dr_grpo", "dapo", "bnpo", "cispo", "sapo", "luspo", "vespo"),
    "scale_rewards": _among("group", "batch", "none", flags=True),
    "importance_sampling_level": _among("token", "sequence"),
    "vllm_mode": _among("colocate", "server"),
    "vllm_importance_sampling_mode": _among("token_truncate", "token_mask", "sequence_truncate", "sequence_mask"),
}


def check_ranges(options: object) -> None:
    """Refuses the first option that is outside its range.

    Args:
        options: What has the options as attributes.

    Raises:
        ValueError: The text names option, rule and value.
    """
    for name, allowed in RANGES.items():
        value = getattr(options, name)
        if not allowed.holds(value):
            raise ValueError(f"{name} must be {allowed.rule}, got {value!r}{aside(value, allowed.choices)}")
