"""Credit spans in characters of an answer to credit per token of a turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rlvr_envs.credit import Credit, compose
from rlvr_envs.info import Span
from rlvr_train.alignment import TokenText


@dataclass(frozen=True)
class TurnCredit:
    """What is known about the ``T`` tokens of one turn.

    Attributes:
        start: Index of the turn's first token in the completion.
        credit: Composed credit, with tokens as units.
        failed: The answer was judged, and is not a solution.
    """

    start: int
    credit: Credit
    failed: bool

    def __len__(self) -> int:
        """Returns the number of tokens."""
        return len(self.credit.covered_u)

    @property
    def silent(self) -> bool:
        """Whether no span covers any token of the turn."""
        return not bool(self.credit.covered_u.any())


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
    credit = compose(spans, lambda span: text.covering(span.start - prefill_chars, span.end - prefill_chars), len(text))
    return TurnCredit(start, credit, failed)
