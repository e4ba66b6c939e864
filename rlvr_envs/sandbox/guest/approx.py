"""Numbers that are equal within a tolerance, alone or in sequences and mappings, by the rules of ``pytest.approx``.

A number ``x`` is equal to ``approx(e)`` if ``|e - x| <= max(rel * |e|, abs)`` with rel 1e-6 and abs 1e-12; if only ``abs`` is
given, ``rel`` counts for nothing.  nan is equal to nothing unless ``nan_ok``; an infinity to itself; what is no number, and a
bool, by ``==``.  Of two sequences the lengths, of two mappings the keys must be the same, the kind of collection not.
Collections inside collections are refused, as pytest refuses them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from numbers import Complex
from typing import Any

_NUMBERS = (Complex, Decimal)


class Approx:
    """The expected side of a comparison by ``==`` or ``!=``; on the other side stands plain data."""

    __array_ufunc__ = None  # numbers and arrays of NumPy leave the comparison to this class
    __array_priority__ = 100

    def __init__(self, expected: Any, rel: Any = None, abs: Any = None, nan_ok: bool = False) -> None:
        """Takes a number, a list or tuple, or a mapping of them.

        Raises:
            TypeError: A set, or a collection in a collection of its kind.
            ValueError: A tolerance that is negative or nan.
        """
        for tolerance in (rel, abs):
            if tolerance is not None and not tolerance >= 0:
                raise ValueError(f"a tolerance must not be negative or nan, got {tolerance}")
        inner = expected.values() if isinstance(expected, Mapping) else expected if isinstance(expected, (list, tuple)) else ()
        if isinstance(expected, (set, frozenset)) or any(isinstance(item, type(expected)) for item in inner):
            raise TypeError("approx() takes numbers, and lists, tuples and mappings of them that are not nested")
        self._expected, self._rel, self._abs, self._nan_ok = expected, rel, abs, nan_ok

    def __eq__(self, actual: object) -> bool:
        """Returns whether every number is within its tolerance."""
        pairs = self._pairs(actual)
        return pairs is not None and all(self._close(one, other) for one, other in pairs)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Shows the expected value."""
        return f"approx({self._expected!r})"

    def _pairs(self, actual: Any) -> Iterator[tuple[Any, Any]] | None:
        """Returns what is to be compared with what, None when the values have different shapes."""
        expected = self._expected
        if isinstance(expected, Mapping):
            if not isinstance(actual, Mapping) or set(actual) != set(expected):
                return None
            return ((actual[key], wanted) for key, wanted in expected.items())
        if isinstance(expected, (list, tuple)):
            if not hasattr(actual, "__len__") or not hasattr(actual, "__getitem__") or len(actual) != len(expected):
                return None
            return zip(actual, expected)  # noqa: B905 - Python 3.10 in the guest; lengths are equal
        return iter([(actual, expected)])

    def _close(self, actual: Any, expected: Any) -> bool:
        if isinstance(expected, bool) and not _is_bool(actual):
            return False
        if bool(actual == expected):
            return True
        if not (isinstance(expected, _NUMBERS) and isinstance(actual, _NUMBERS)):
            return False
        if math.isnan(abs(expected)):
            return self._nan_ok and math.isnan(abs(actual))
        if math.isinf(abs(expected)):
            return False
        return bool(abs(expected - actual) <= self._tolerance(expected))

    def _tolerance(self, expected: Any) -> Any:
        kind: Any = Decimal if isinstance(expected, Decimal) else float
        absolute = kind("1e-12") if self._abs is None else self._abs
        if self._rel is None and self._abs is not None:
            return absolute
        relative = (kind("1e-6") if self._rel is None else self._rel) * abs(expected)
        return max(relative, absolute)


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool) or type(value).__name__ in ("bool_", "bool")


def approx(expected: Any, rel: Any = None, abs: Any = None, nan_ok: bool = False) -> Approx:
    """Returns what is equal to values near ``expected``."""
    return Approx(expected, rel, abs, nan_ok)
