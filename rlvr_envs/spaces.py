"""UnicodeText: a text space that accepts every string up to a length."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from gymnasium import spaces

_SAMPLE_CHARS: Final = "abcdefghijklmnopqrstuvwxyz ABCXYZ0123456789()[]:=+-*_.,'\"\n\tçß→漢"
_SAMPLE_LENGTH: Final = 64


class UnicodeText(spaces.Text):
    """All ``str`` of at most ``max_length`` characters, the empty one, NUL and lone surrogates included.

    Gymnasium's ``Text`` contains only strings over a given character set, and that set cannot be all of Unicode: the space would
    pickle to 47 MB.  Here the set only serves :meth:`sample`, which draws short texts.  It stays a ``Text``, so batching works.
    """

    def __init__(self, max_length: int, *, seed: int | np.random.Generator | None = None) -> None:
        """Makes the space.

        Args:
            max_length: Longest string, in characters.
            seed: Seed or generator of :meth:`sample`.

        Raises:
            ValueError: ``max_length`` is negative.
        """
        super().__init__(max_length, min_length=0, charset=_SAMPLE_CHARS, seed=seed)

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        """Draws a text of at most 64 characters; ``mask`` and ``probability`` as in :class:`gymnasium.spaces.Text`."""
        if mask is None and probability is None:
            mask = (int(self.np_random.integers(0, min(self.max_length, _SAMPLE_LENGTH) + 1)), None)
        return super().sample(mask=mask, probability=probability)

    def contains(self, x: Any) -> bool:
        """Whether ``x`` is a string that is short enough."""
        return isinstance(x, str) and len(x) <= self.max_length

    def __eq__(self, other: object) -> bool:
        """Whether the other space is a ``UnicodeText`` of the same length."""
        return isinstance(other, UnicodeText) and self.max_length == other.max_length

    def __hash__(self) -> int:
        """Hashes the length."""
        return hash((UnicodeText, self.max_length))

    def __repr__(self) -> str:
        """Shows the space as the call that makes it."""
        return f"UnicodeText({self.max_length})"
