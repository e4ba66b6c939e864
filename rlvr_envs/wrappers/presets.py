"""Named recipes: what the literature does, and what we would begin with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

#: Name -> steps, the innermost wrapper first.
PRESETS: Final[Mapping[str, tuple[Any, ...]]] = {
    # Solved or not: the environment's own reward.
    "outcome": (),
    # The share of hidden tests.
    "dense": ("PassFraction",),
    # The same, with blame where the program failed.
    "dense+credit": ("PassFraction", "SyntaxCredit", "TracebackCredit", "LastLineCredit"),
    "dense+credit": ("PassFraction", "TracebackCredit"),
    # The share of hidden tests, and the difference to the nearest answer of the group that passes them all.
    "siblings": ("PassFraction", "SiblingContrast"),
}
