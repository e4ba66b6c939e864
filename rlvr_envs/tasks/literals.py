"""Plain values as Python source, and plain values that are a little different."""

from __future__ import annotations

import cmath
import math
import string
from typing import Any, Final

import numpy as np

#: ``inf`` and ``nan`` in source that :func:`as_source` wrote.
SPECIAL_FLOATS: Final = 'inf, nan = float("inf"), float("nan")\n'
#: A number is changed by at least this share of itself, so that no comparison with a tolerance takes the two for one.
_SHARE: Final = 1 / 1000


def as_source(value: Any) -> str:
    """Returns a plain value as Python source, the same under every hash seed; see :data:`SPECIAL_FLOATS`."""
    kind = type(value)
    if kind in (set, frozenset):
        inner = ", ".join(sorted(map(as_source, value)))
        return f"frozenset([{inner}])" if kind is frozenset else f"{{{inner}}}" if value else "set()"
    if kind is list:
        return f"[{', '.join(map(as_source, value))}]"
    if kind is tuple:
        return f"({', '.join(map(as_source, value))}{',' if len(value) == 1 else ''})"
    if kind is dict:
        return "{" + ", ".join(f"{as_source(key)}: {as_source(item)}" for key, item in value.items()) + "}"
    if kind is complex and not cmath.isfinite(value):  # `infj` would be a name
        return f"complex({value.real!r}, {value.imag!r})"
    return repr(value)


def changed(value: Any, rng: np.random.Generator) -> Any:
    """Returns a value of the same type that differs in one place, and that comparison rules tell apart.

    These rules are ``strict``, ``numeric``, ``unordered`` and ``python``, and of texts ``lines``, ``tokens`` and ``exact``;
    ``numeric`` fails to for complex numbers beyond 1e300.  A number moves by one or by a thousandth of itself, a text changes
    one letter or digit, a collection one item (a set loses one).  None becomes 0; of no other type is anything known.

    Raises:
        TypeError: The value is of no type that task files can hold.
    """
    kind = type(value)
    if kind is bool:
        return not value
    if kind in (int, float):
        return _moved(value, rng)
    if kind is complex:
        finite = cmath.isfinite(value)
        return value + max(1.0, math.hypot(value.real, value.imag) * _SHARE) if finite else 0j
    if kind is str:
        return _respelt(value, rng)
    if kind is bytes:
        return value + b"a"
    if value is None:
        return 0
    return _changed_collection(value, rng)


def _moved(value: float, rng: np.random.Generator) -> float:
    sign = 1 if rng.random() < 0.5 else -1
    if type(value) is int:
        return value + sign * max(1, abs(value) // 1000)
    if not math.isfinite(value):
        return 0.0
    return value + sign * max(1.0, abs(value) * _SHARE)


def _respelt(text: str, rng: np.random.Generator) -> str:
    """Returns a text with one ASCII letter or digit replaced by the next one; one more letter where there is none."""
    places = [index for index, character in enumerate(text) if character in string.ascii_letters + string.digits]
    if not places:
        return text + "a"
    at = places[int(rng.integers(len(places)))]
    alphabet = next(each for each in (string.digits, string.ascii_lowercase, string.ascii_uppercase) if text[at] in each)
    return text[:at] + alphabet[(alphabet.index(text[at]) + 1) % len(alphabet)] + text[at + 1 :]


def _changed_collection(value: Any, rng: np.random.Generator) -> Any:
    kind = type(value)
    if kind not in (list, tuple, set, frozenset, dict):
        raise TypeError(f"value must be of a type that task files hold, got {kind.__name__}")
    if not value:
        return kind({0: 0}) if kind is dict else kind([0])
    at = int(rng.integers(len(value)))
    if kind is dict:
        key = list(value)[at]
        return {**value, key: changed(value[key], rng)}
    if kind in (set, frozenset):
        return kind(sorted(value, key=as_source)[:at] + sorted(value, key=as_source)[at + 1 :])
    return kind((*value[:at], changed(value[at], rng), *value[at + 1 :]))
