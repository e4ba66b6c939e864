"""Credit spans in characters of an answer to credit per token of a turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rlvr_envs.info import Span
from rlvr_train.alignment import TokenText

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TurnCredit:
    """What is known about the ``T`` tokens of one turn.

    Attributes:
        start: Index of the turn's first token in the completion.
        claimed_positive_t: [T] sum of the values of positive claimed spans that cover the token.
        claimed_negative_t: [T] the same for negative claimed spans, as magnitudes.
        verified_t: [T] verified spans, each spread evenly over its tokens; a span's tokens sum to its value.
        negative_t: [T] magnitudes of all negative spans, verified or claimed, that cover the token.
        covered_t: [T] whether any span covers the token.
        failed: The answer was judged, and is not a solution.
    """

    start: int
    claimed_positive_t: Floats
    claimed_negative_t: Floats
    verified_t: Floats
    negative_t: Floats
    covered_t: NDArray[np.bool_]
    failed: bool

    @property
    def silent(self) -> bool:
        """Whether no span covers any token of the turn."""
        return not bool(self.covered_t.any())


def turn_credit(spans: Iterable[Span], text: TokenText, *, start: int, prefill_chars: int, failed: bool) -> TurnCredit:
    """Returns the credit per token of one turn.

    Args:
        spans: Spans in characters of the action.
        text: The generated text of the action with the place of its tokens.
        start: Index of the turn's first token in the completion.
        prefill_chars: Characters at the begin of the action that the model did not write.  What a span covers of them
            is dropped; a span that covers nothing else has no effect, for the model wrote none of it.
        failed: Whether the answer was judged and is not a solution.
    """
    size = len(text)
    positive, negative, verified, any_negative = (np.zeros(size) for _ in range(4))
    covered = np.zeros(size, dtype=np.bool_)
    for span in spans:
        tokens = text.covering(span.start - prefill_chars, span.end - prefill_chars)
        if not tokens.any():
            continue
        covered |= tokens
        if span.basis == "verified":
            verified[tokens] += span.value / tokens.sum()
        elif span.value > 0.0:
            positive[tokens] += span.value
        else:
            negative[tokens] -= span.value
        if span.value < 0.0:
            any_negative[tokens] -= span.value
    return TurnCredit(
        start=start,
        claimed_positive_t=positive,
        claimed_negative_t=negative,
        verified_t=verified,
        negative_t=any_negative,
        covered_t=covered,
        failed=failed,
    )
