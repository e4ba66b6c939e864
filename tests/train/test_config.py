"""Options that would silently not do what they say are refused when they are given."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import pytest

from rlvr_train import RLVRConfig

NO_CREDIT = {"credit_lambda": 0.0, "verified_coef": 0.0, "blame_coef": 0.0}


def test_token_form_of_importance_sampling_is_the_default(options: Any) -> None:
    assert RLVRConfig(**options()).vllm_importance_sampling_mode == "token_truncate"


def test_sequence_mask_would_lose_long_answers_as_documented() -> None:
    # The log-weight of a sequence is a sum over tokens: with mean weight 1 it is N(-s²/2, s²), s² = 1000 * .1².
    # Kept mass E[w; w <= 3] = P(N(s²/2, s²) <= log 3).
    deviation = math.sqrt(1000 * 0.1**2)
    assert NormalDist(deviation**2 / 2, deviation).cdf(math.log(3)) == pytest.approx(0.11, abs=0.005)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"importance_sampling_level": "sequence"}, "importance_sampling_level must be 'token' with token credit"),
        ({"loss_type": "luspo"}, "loss_type must not be 'luspo' with token credit"),
        ({"credit_lambda": 0.7}, "credit_lambda must be in"),
        ({"train_tasks": 0}, "train_tasks must be an int of at least 1, got 0"),
        ({"max_episode_length": 1}, "max_episode_length must be None or an int of at least 2, got 1"),
        ({"eval_strategy": "steps", "eval_steps": 5}, "eval_strategy must be 'no'"),
        ({"use_vllm": True, "top_p": 0.9}, "top_p must be 1.0 with vllm_importance_sampling_correction, got 0.9"),
        ({"use_vllm": True, "top_k": 50}, "top_k must be 0 with"),
        ({"use_vllm": True, "min_p": 0.1}, "min_p must be None with"),
    ],
)
def test_refused_options_are_named_with_a_remedy(options: Any, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RLVRConfig(**options(**changes))


@pytest.mark.parametrize("changes", [{"importance_sampling_level": "sequence"}, {"loss_type": "luspo"}])
def test_sequence_level_is_allowed_without_token_credit(options: Any, changes: dict[str, Any]) -> None:
    assert not RLVRConfig(**options(**changes, **NO_CREDIT)).credit_settings.active


def test_cut_support_is_allowed_where_nothing_is_corrected(options: Any) -> None:
    assert RLVRConfig(**options(top_p=0.9)).top_p == 0.9
    assert RLVRConfig(**options(use_vllm=True, vllm_importance_sampling_correction=False, top_p=0.9)).top_p == 0.9
