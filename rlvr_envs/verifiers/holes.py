"""What stands in an expression for values that are not there yet, and what is asked of them when they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np

from rlvr_envs.sandbox.base import Iterated, Opaque
from rlvr_envs.sandbox.guest.codec import MAX_ITERATED
from rlvr_envs.verifiers.canonical import MAPPING_TYPES, ORDERED_TYPES, UNORDERED_TYPES
from rlvr_envs.verifiers.opaque import is_object, why_closed
from rlvr_envs.verifiers.work import NeedsObject, Unsupported, recall, remember, spend

#: Gives the value of a hole (by its index) or of a local variable (by itself).
Fill = Callable[[Any], Any]
#: Gives the value of an expression; raises Unsupported for values that are opaque or too large, else what Python raises.
Expression = Callable[[Fill], Any]

MAX_ITEMS: Final = 100_000
#: Units of work for one step of an expression, and for looking at one item of a collection.
_STEP: Final = 100
_LOOK: Final = 25
#: Python writes no longer ints in decimal, which alone takes quadratic time.
_MAX_WRITTEN_BITS: Final = 15_000
_VIEWS: Final = frozenset({type({}.keys()), type({}.values()), type({}.items())})
_ATOMS: Final = frozenset({type(None), bool, int, float, str})
_COLLECTIONS: Final = ORDERED_TYPES | UNORDERED_TYPES | MAPPING_TYPES | _VIEWS


class Hole:
    """A constant whose value is not known yet; ``index`` says which."""

    def __init__(self, index: int) -> None:
        """Takes the index under which ``Fill`` knows the value."""
        self.index = index


class Local:
    """A constant that stands for a variable of a comprehension."""


class Walk(Iterator[Any]):
    """An iterator over what an iterator of the program gave: used up once it was walked, as in Python."""

    def __init__(self, iterated: Iterated) -> None:
        """Begins at the first item."""
        self.type_name = iterated.type_name
        self._items, self._ended = iter(iterated.items), iterated.ended

    def __next__(self) -> Any:
        """Returns the next item; refuses one that is not plain data, and to tell how an iterator goes on that was cut."""
        for item in self._items:
            return plain(item)
        if not self._ended:
            raise Unsupported(f"the iterator did not end within {MAX_ITERATED} items")
        raise StopIteration


def plain(value: Any) -> Any:
    """Returns ``value``; refuses opaque parts, and ranges that would take long to walk, each of them or all together."""
    spend(_STEP)
    if type(value) not in _ATOMS:
        measure(value)
    return value


def comparable(value: Any) -> Any:
    """Returns ``value`` for a comparison, which nothing but plain data can pass, wherever it is made."""
    try:
        return plain(value)
    except NeedsObject as error:
        raise Unsupported(str(error)) from error


@dataclass(frozen=True)
class Size:
    """Units of work that it takes to compare a value, or to hash it, those of its dearest part, and the number of its parts."""

    units: int
    dearest: int
    parts: int = 1


_SMALLEST: Final = Size(2, 2)


def measure(value: Any) -> Size:
    """Returns the size of a plain value; that of a collection is counted once in a test.

    A part counts once for each level that it is deep, as ``<`` asks for equality on each of them.

    Raises:
        Unsupported: A part is opaque or an iterator, or ranges are very long.
    """
    if type(value) not in _COLLECTIONS:
        units = _units(value)
        if type(value) is range and len(value[: MAX_ITEMS + 1]) > MAX_ITEMS:
            raise Unsupported("ranges that are very long")
        return _SMALLEST if units == _SMALLEST.units else Size(units, units)
    known = recall(value)
    if known is None:
        known = _counted(value)
        remember(value, known, known.parts)
    size: Size = known
    return size


def _counted(value: Any) -> Size:
    waiting, units, dearest, parts, in_ranges = [(value, 1)], 0, 4, 0, 0
    while waiting:
        collection, depth = waiting.pop()
        found = (*dict.keys(collection), *dict.values(collection)) if type(collection) in MAPPING_TYPES else collection
        spend(_LOOK * len(found))
        units += 4 * depth
        parts += len(found)
        for part in found:
            if type(part) in _COLLECTIONS:
                waiting.append((part, depth + 1))
                continue
            dear = _units(part)
            units += dear * depth
            dearest = max(dearest, dear)
            if type(part) is range:
                in_ranges += len(part[: MAX_ITEMS + 1])
                if in_ranges > MAX_ITEMS:
                    raise Unsupported("ranges that are very long")
    return Size(units, dearest, parts)


def _units(part: Any) -> int:
    """Returns the units of a value without parts."""
    kind = type(part)
    if kind is int:
        bits: int = part.bit_length()
        return 2 + (min(bits, _MAX_WRITTEN_BITS) ** 2 >> 17) + (max(0, bits - _MAX_WRITTEN_BITS) >> 6)
    known = _UNITS.get(kind)
    if known is not None:
        return known
    if isinstance(part, (str, bytes, bytearray)):
        return 2 + (len(part) >> 4)
    if kind is Opaque:
        raise (NeedsObject if is_object(part) else Unsupported)(why_closed(part))
    if kind is Iterated or kind is Walk:
        raise NeedsObject("the value is an iterator, which only list() and the like can take")
    if kind is Fraction:
        return 150 + _units(part.numerator) + _units(part.denominator)
    size: int = 2 + (part.nbytes >> 3) if isinstance(part, np.ndarray) else 150
    return size


#: Units of values of types that are written in Python, or have more than a number in them.
_UNITS: Final[Mapping[type, int]] = {
    **dict.fromkeys((type(None), bool, float, complex), 2),
    **dict.fromkeys((Decimal, date, timedelta, range), 20),
    **dict.fromkeys((datetime, time), 50),
}
