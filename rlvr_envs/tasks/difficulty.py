"""Choice of tasks by difficulty, the same rule for every source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from rlvr_envs._numbers import is_number

T = TypeVar("T")

#: How far from the asked difficulty a task may lie.
REACH: Final = 1 / 6
#: 0.5 - 0.35 is 0.15000000000000002: equal distances must count as equal.
_SLACK: Final = 1e-9


def is_difficulty(value: object) -> bool:
    """Whether a value is a number in [0, 1]."""
    return is_number(value) and 0.0 <= value <= 1.0


def near(items: Sequence[T], difficulty: float | None, of: Callable[[T], float]) -> Sequence[T]:
    """Returns the items whose difficulty is within :data:`REACH` of the asked one; if there are none, the nearest ones.

    Args:
        items: What to choose from, at least one.
        difficulty: In [0, 1]; None returns all items.
        of: The difficulty of an item, in [0, 1].

    Raises:
        ValueError: ``difficulty`` is outside [0, 1].
    """
    if difficulty is None:
        return items
    if not is_difficulty(difficulty):
        raise ValueError(f"difficulty must be in [0, 1] or None, got {difficulty!r}")
    reach = max(REACH, min(abs(of(item) - difficulty) for item in items))
    return [item for item in items if abs(of(item) - difficulty) <= reach + _SLACK]
