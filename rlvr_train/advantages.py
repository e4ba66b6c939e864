r"""Token advantages from sequence advantages and credit: pure functions on arrays.

For answer ``i`` and token ``t``, on the tokens that the model wrote (0 elsewhere)::

    A[i, t] = w[i, t] * a[i]  +  verified_coef * v[i, t]  +  blame_coef * b[i, t]

``a``
    The group's sequence advantage, as the base trainer computed it.
``w``
    Redistribution by *claimed* credit: the guest said where.  ``w >= 0`` and its mean over each turn's tokens is 1, so a claim
    moves an answer's advantage between tokens and never changes its amount.
``v``
    *Verified* credit: each span's value, spread evenly over the tokens of the span.  So a span adds exactly
    ``verified_coef * value`` in total, however long it is.
``b``
    Blame for a verified failure: -1 in total for each turn whose answer failed, 0 for one that did not.  The tokens are those
    of the negative spans (verified or claimed); without any, all tokens of the turn alike.  A program that hides its
    traceback is thus blamed for the same amount as one that shows it.

Unless credit is constant in ``t``, these are not unbiased estimates of the gradient of the expected reward: a weight chosen
from the outcome changes the expectation (:func:`rlvr_envs.credit.redistribute` gives the case).  With all coefficients 0, or no
span in any answer and ``blame_coef = 0``, ``A[i, t] = a[i]`` exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from rlvr_envs.credit import place_blame, redistribute
from rlvr_train.credit import TurnCredit

Floats = NDArray[np.float64]

#: Largest share of an advantage that may be redistributed by a claim: half of it always stays uniform.
MAX_CREDIT_LAMBDA = 0.5


@dataclass(frozen=True)
class CreditSettings:
    """Coefficients of the terms of the module's formula; all 0 switches token credit off.

    Attributes:
        credit_lambda: Share of the advantage that claimed spans redistribute, in [0, 0.5].
        verified_coef: Scale of verified spans, at least 0.
        blame_coef: Total over the tokens that each failed answer is charged, at least 0.
    """

    credit_lambda: float = 0.5
    verified_coef: float = 1.0
    blame_coef: float = 0.0

    def __post_init__(self) -> None:
        """Refuses coefficients outside their ranges."""
        if not 0.0 <= self.credit_lambda <= MAX_CREDIT_LAMBDA:
            raise ValueError(
                f"credit_lambda must be in [0, {MAX_CREDIT_LAMBDA}], got {self.credit_lambda}; a wrong claim must never outweigh "
                "the uniform part, or it could turn an update round"
            )
        for name, value in (("verified_coef", self.verified_coef), ("blame_coef", self.blame_coef)):
            if not 0.0 <= value < float("inf"):
                raise ValueError(f"{name} must be finite and at least 0, got {value}")

    @property
    def active(self) -> bool:
        """Whether any term can make an advantage differ between tokens."""
        return max(self.credit_lambda, self.verified_coef, self.blame_coef) > 0.0


def turn_advantages(advantage: float, turn: TurnCredit, settings: CreditSettings) -> Floats:
    """Returns ``A_t: [T]``, the token advantages of one turn, from the sequence advantage of its episode.

    A negative advantage is moved towards negative claims, a positive one towards positive claims.
    """
    credit = turn.credit
    weight_t = credit.claimed_blame_u if advantage < 0.0 else credit.praise_u
    a_t: Floats = redistribute(weight_t, settings.credit_lambda) * advantage
    a_t = a_t + settings.verified_coef * credit.verified_u
    return a_t + settings.blame_coef * place_blame(credit.blame_u) if turn.failed else a_t


def token_advantages(
    advantages: torch.Tensor, mask: torch.Tensor, episodes: Sequence[Sequence[TurnCredit]], settings: CreditSettings
) -> torch.Tensor:
    """Returns the token advantages of a batch.

    Args:
        advantages: [B] sequence advantages.
        mask: [B, T] 1 on live tokens that the model wrote, 0 on text of the environment, padding and left-out answers.
        episodes: [B] the turns of each episode; their token ranges index the second dimension of ``mask``.
        settings: The coefficients.

    Returns:
        [B, T], 0 wherever ``mask`` is 0; same type and device as ``advantages``.
    """
    if len(episodes) != mask.shape[0] or advantages.shape != mask.shape[:1]:
        raise ValueError(
            f"advantages, mask and episodes must agree on the batch, got {tuple(advantages.shape)}, {tuple(mask.shape)} "
            f"and {len(episodes)}"
        )
    live = mask.to(advantages.dtype)
    result = advantages.unsqueeze(1) * live
    scalars = advantages.detach().cpu().double().tolist()
    for i, turns in enumerate(episodes):
        for turn in turns:
            if turn.silent and settings.blame_coef == 0.0:
                continue  # keeps the base trainer's number, to the bit
            a_t = torch.from_numpy(turn_advantages(scalars[i], turn, settings)).to(result)
            place = slice(turn.start, turn.start + len(turn))
            result[i, place] = a_t * live[i, place]
    return result
