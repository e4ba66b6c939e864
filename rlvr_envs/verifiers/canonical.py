"""One text for each plain value: two values are the same exactly if their texts are equal.

Used where values must be matched without order (items of sets, keys of mappings, multisets) and for hashing tasks.  Texts are
compared and not the values, so a hostile value can neither answer a comparison nor make a hash table slow (the hash of a text is
salted, that of an int is not).
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rlvr_envs.sandbox.guest.arrays import KINDS

#: Deeper values are not plain data; the codec of the sandbox stops at 50.
MAX_DEPTH: Final = 100

#: Types of mappings that count as ``dict``.
MAPPING_TYPES: Final = frozenset({dict, OrderedDict, Counter, defaultdict})


class NotPlain(ValueError):
    """Raised for a value that is not exact plain data; such a value equals nothing."""


def canonical(value: Any, *, numbers: bool = False) -> str:
    """Returns the text that stands for ``value``, its exact type included.

    All nan are one value, and so are ``-0.0`` and ``0.0``; mappings of the standard library count as ``dict`` and have no order.

    Args:
        value: Exact plain data.
        numbers: Whether an ``int`` and a ``float`` of the same value are the same (a ``bool`` never is one of them), and whether
            a number of NumPy is the number that it holds.

    Raises:
        NotPlain: ``value`` holds something else, or is nested deeper than :data:`MAX_DEPTH`.
    """
    return _text(value, numbers, 0)


def _text(value: Any, numbers: bool, depth: int) -> str:
    kind = type(value)
    if kind in NUMPY_NUMBERS:
        return _text(value.item(), numbers, depth) if numbers else f"{kind.__name__}:{_text(value.item(), False, depth)}"
    if depth > MAX_DEPTH:
        raise NotPlain(f"nested deeper than {MAX_DEPTH} levels")
    if kind is float:
        return _float(value, numbers)
    if kind in _SCALARS:
        return _SCALARS[kind](value)
    if kind in _ORDERED:
        return f"{_ORDERED[kind]}({','.join([_text(item, numbers, depth + 1) for item in value])})"
    if kind in _UNORDERED:
        return f"{_UNORDERED[kind]}({','.join(sorted(_text(item, numbers, depth + 1) for item in value))})"
    if kind in MAPPING_TYPES:
        pairs = [f"{_text(k, numbers, depth + 1)}={_text(v, numbers, depth + 1)}" for k, v in dict.items(value)]
        return f"dict({','.join(sorted(pairs))})"
    raise NotPlain(f"a value of type {kind.__name__} is not plain data")


def _float(value: float, numbers: bool) -> str:
    if numbers and value.is_integer():
        return f"int:{int(value):x}"
    return f"float:{(value + 0.0).hex()}"  # the sum turns -0.0 into 0.0


def _array(value: NDArray[Any]) -> str:
    if value.dtype.kind in "fc":
        value = np.array(value)
        value += 0.0  # turns -0.0 into 0.0
        value[np.isnan(value)] = np.nan
    return f"ndarray:{value.dtype.str}:{value.shape}:{value.tobytes().hex()}"


def _sized(name: str, text: str) -> str:
    """Length first, so that no text can look like the end of itself."""
    return f"{name}:{len(text)}:{text}"


def _decimal(value: Decimal) -> str:
    """Digits and exponent, as long as the value is written: a ratio would have as many digits as the exponent says."""
    if not value.is_finite():
        return "decimal:nan" if value.is_nan() else f"decimal:{value}"
    sign, digits, exponent = value.as_tuple()
    text = "".join(map(str, digits))
    significant = text.rstrip("0")
    if not significant:
        return "decimal:0"
    return f"decimal:{'-' * sign}{significant}E{int(exponent) + len(text) - len(significant)}"


_SCALARS: Final[Mapping[type, Callable[[Any], str]]] = {
    type(None): lambda _: "None",
    bool: lambda value: f"bool:{value}",
    int: lambda value: f"int:{value:x}",
    str: lambda value: _sized("str", value),
    bytes: lambda value: f"bytes:{value.hex()}",
    bytearray: lambda value: f"bytearray:{value.hex()}",
    complex: lambda value: f"complex:{_float(value.real, False)}:{_float(value.imag, False)}",
    Fraction: lambda value: f"fraction:{value.numerator:x}/{value.denominator:x}",
    Decimal: _decimal,
    range: lambda value: f"range:{value.start:x}:{value.stop:x}:{value.step:x}",
    date: lambda value: f"date:{value.isoformat()}",
    time: lambda value: f"time:{value.isoformat()}",
    datetime: lambda value: f"datetime:{value.isoformat()}",
    timedelta: lambda value: f"timedelta:{value.days}:{value.seconds}:{value.microseconds}",
    np.ndarray: _array,
}
_ORDERED: Final[Mapping[type, str]] = {list: "list", tuple: "tuple", deque: "deque"}
_UNORDERED: Final[Mapping[type, str]] = {set: "set", frozenset: "frozenset"}

#: Types of single numbers of NumPy (and its bool) that the sandbox's codec knows.
NUMPY_NUMBERS: Final = frozenset(np.dtype(name).type for name in KINDS)
#: Exact types without parts.
SCALAR_TYPES: Final = frozenset({float, *_SCALARS, *NUMPY_NUMBERS})
#: Exact types with parts in an order.
ORDERED_TYPES: Final = frozenset(_ORDERED)
#: Exact types with parts in no order.
UNORDERED_TYPES: Final = frozenset(_UNORDERED)
