"""What counts as a number where one is asked for: never a bool, and never a text that only looks like one."""

from __future__ import annotations

import numbers
from typing import Literal, TypeGuard

#: A part of the real numbers from 0 to 1, as its bounds are usually written.
Interval = Literal["(0, 1)", "(0, 1]", "[0, 1)", "[0, 1]"]


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a real number, of Python or NumPy."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def is_whole(value: object) -> TypeGuard[int]:
    """Whether a value is an integer, of Python or NumPy."""
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def check_share(name: str, value: object, interval: Interval = "(0, 1]") -> None:
    """Refuses what is no number in ``interval``.

    Raises:
        ValueError: It is not; the text begins with ``name``.
    """
    inside = is_number(value) and 0.0 <= value <= 1.0 and not (value == 0.0 and interval[0] == "(")
    if not inside or (value == 1.0 and interval[-1] == ")"):
        raise ValueError(f"{name} must be in {interval}, got {value!r}")
