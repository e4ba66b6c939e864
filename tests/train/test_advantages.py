"""Token credit and token advantages, with numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rlvr_envs.info import Span
from rlvr_train.advantages import CreditSettings, token_advantages, turn_advantages
from rlvr_train.alignment import TokenText
from rlvr_train.credit import TurnCredit, turn_credit

ALL_OFF = CreditSettings(credit_lambda=0.0, verified_coef=0.0, blame_coef=0.0)


def characters(text: str) -> TokenText:
    """One token a character, and an end token without text."""
    start_t = np.arange(len(text) + 1)
    return TokenText(text, start_t, np.minimum(start_t + 1, len(text)))


def credit(*spans: Span, failed: bool = True, start: int = 0, prefill_chars: int = 0) -> TurnCredit:
    """Credit of the four-token answer ``abc`` + end token."""
    return turn_credit(spans, characters("abc"), start=start, prefill_chars=prefill_chars, failed=failed)


def claimed(start: int, end: int, value: float) -> Span:
    return Span(start, end, value, "test", "claimed")


def verified(start: int, end: int, value: float) -> Span:
    return Span(start, end, value, "test", "verified")


# Spans to tokens -------------------------------------------------------------------------------------------------


def test_verified_span_is_spread_evenly_and_sums_to_its_value() -> None:
    turn = credit(verified(0, 2, -0.5))
    assert turn.credit.verified_u.tolist() == [-0.25, -0.25, 0.0, 0.0]
    assert turn.credit.claimed_blame_u.tolist() == [0.0] * 4
    assert turn.credit.blame_u.tolist() == [0.5, 0.5, 0.0, 0.0]


def test_claimed_spans_are_split_by_sign() -> None:
    turn = credit(claimed(0, 2, -0.5), claimed(1, 3, -0.25), claimed(2, 3, 1.0))
    assert turn.credit.claimed_blame_u.tolist() == [0.5, 0.5, 0.25, 0.0]
    assert turn.credit.praise_u.tolist() == [0.0, 0.0, 1.0, 0.0]
    assert turn.credit.covered_u.tolist() == [True, True, True, False]


def test_characters_that_the_model_did_not_write_get_no_credit() -> None:
    turn = credit(verified(0, 5, -1.0), prefill_chars=4)  # characters 0..3 were given, 4 is the answer's first
    assert turn.credit.verified_u.tolist() == [-1.0, 0.0, 0.0, 0.0]
    assert credit(verified(0, 4, -1.0), prefill_chars=4).silent


def test_span_beyond_the_answer_has_no_effect() -> None:
    assert credit(verified(7, 9, -1.0)).silent


# Blame and additive terms ----------------------------------------------------------------------------------------


def test_blame_is_for_failed_answers_alone() -> None:
    settings = CreditSettings(credit_lambda=0.0, verified_coef=0.0, blame_coef=2.0)
    place = claimed(1, 2, -0.3)
    assert turn_advantages(0.0, credit(place), settings).tolist() == [0.0, -2.0, 0.0, 0.0]
    assert turn_advantages(0.0, credit(), settings).tolist() == [-0.5] * 4
    assert turn_advantages(0.0, credit(place, failed=False), settings).tolist() == [0.0] * 4


def test_forged_places_change_where_blame_falls_and_never_how_much() -> None:
    settings = CreditSettings(credit_lambda=0.5, verified_coef=1.0, blame_coef=2.0)
    sums = [
        turn_advantages(-1.0, credit(*spans), settings).sum()
        for spans in ((), (claimed(0, 1, -1.0),), (claimed(0, 3, -0.01),), (claimed(0, 1, 1.0), claimed(2, 3, 1.0)))
    ]
    assert sums == pytest.approx([-6.0] * 4)  # 4 tokens of -1, and -2 of blame


def test_turn_advantages_by_hand() -> None:
    # Claimed weights (0, 1, 0, 0), named twice, have mean .25: w = (.5, .5 + .5 * 4, .5, .5) = (.5, 2.5, .5, .5), times -2.
    # Verified: 3 * -1 on the third token.  Blame 1 in total at negative spans: weights (0, 1, 1, 0) / 2.
    turn = credit(claimed(1, 2, -1.0), claimed(1, 2, -1.0), verified(2, 3, -1.0))
    settings = CreditSettings(credit_lambda=0.5, verified_coef=3.0, blame_coef=1.0)
    a_t = turn_advantages(-2.0, turn, settings)
    assert a_t == pytest.approx([-1.0, -5.0 - 0.5, -1.0 - 3.0 - 0.5, -1.0])


def test_positive_advantage_follows_positive_claims_only() -> None:
    turn = credit(claimed(0, 1, 1.0), claimed(2, 3, -1.0), failed=False)
    a_t = turn_advantages(1.0, turn, CreditSettings(verified_coef=0.0))
    assert a_t == pytest.approx([2.5, 0.5, 0.5, 0.5])


def test_blame_teaches_where_the_group_advantage_is_silent() -> None:
    a_t = turn_advantages(0.0, credit(claimed(2, 3, -1.0)), CreditSettings(blame_coef=0.3))
    assert a_t.tolist() == pytest.approx([0.0, 0.0, -0.3, 0.0])


# Batches ---------------------------------------------------------------------------------------------------------


def test_without_spans_a_batch_is_constant_in_t_and_zero_off_the_mask() -> None:
    advantages = torch.tensor([0.1, -0.7])
    mask = torch.tensor([[1, 1, 1, 1, 0], [1, 1, 0, 1, 1]])
    result = token_advantages(advantages, mask, [(credit(),), (credit(),)], CreditSettings())
    assert torch.equal(result, advantages.unsqueeze(1) * mask)


def test_each_turn_of_an_episode_gets_its_own_credit() -> None:
    # Two turns of four tokens with two tokens of the environment between.
    mask = torch.tensor([[1] * 4 + [0] * 2 + [1] * 4])
    turns = (credit(claimed(0, 1, -1.0)), credit(claimed(1, 2, -1.0), start=6))
    result = token_advantages(torch.tensor([-1.0]), mask, [turns], CreditSettings(verified_coef=0.0))
    assert result.tolist() == [[-2.5, -0.5, -0.5, -0.5, 0.0, 0.0, -0.5, -2.5, -0.5, -0.5]]


def test_left_out_episode_gets_nothing() -> None:
    mask = torch.zeros(1, 4, dtype=torch.long)
    settings = CreditSettings(blame_coef=1.0)
    assert token_advantages(torch.tensor([0.0]), mask, [()], settings).tolist() == [[0.0] * 4]


def test_batches_of_different_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="must agree on the batch"):
        token_advantages(torch.zeros(2), torch.ones(1, 4), [()], ALL_OFF)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"credit_lambda": 0.6}, r"credit_lambda must be in \[0, 0.5\], got 0.6"),
        ({"credit_lambda": -0.1}, "credit_lambda must be in"),
        ({"verified_coef": -1.0}, "verified_coef must be finite and at least 0, got -1.0"),
        ({"blame_coef": float("nan")}, "blame_coef must be finite"),
    ],
)
def test_coefficients_outside_their_range_are_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CreditSettings(**options)


def test_settings_are_active_if_any_term_is() -> None:
    assert not ALL_OFF.active
    assert CreditSettings(credit_lambda=0.0, verified_coef=0.0, blame_coef=0.1).active
