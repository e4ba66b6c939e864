"""What the options of credit wrappers may be."""

from __future__ import annotations

from rlvr_envs._numbers import is_number


def check_amount(name: str, value: float) -> float:
    """Returns an amount of blame or praise.

    Raises:
        ValueError: It is outside (0, 1]; the text names the option.
    """
    if not is_number(value) or not 0.0 < value <= 1.0:
        raise ValueError(f"{name} must be in (0, 1], got {value!r}")
    return value
