"""Bounded text of plain values, for feedback.

The work is bounded as well as the text: a value is written only until the limit is reached, and sets whose items would take long
to put in order are written as their size.  No ``__repr__`` of a type outside
the standard library is ever called, and sets are written in a fixed order, whatever the hash seed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import numpy as np

from rlvr_envs.sandbox.base import Iterated, Opaque
from rlvr_envs.verifiers.canonical import (
    MAPPING_TYPES,
    MAX_DEPTH,
    ORDERED_TYPES,
    SCALAR_TYPES,
    UNORDERED_TYPES,
    NotPlain,
    canonical,
)

_CUT: Final = "..."
#: Python refuses to write ints of more than 4300 digits (about 14,284 bits).
_MAX_INT_BITS: Final = 14_000
#: Items, those of inner ones counted each time, that one value may have in sets that must be put in order.
MAX_SORTED: Final = 200_000
_CHARS_OF_AN_ITEM: Final = 64


def show(value: Any, limit: int = 500) -> str:
    """Returns ``value`` like ``repr``, at most ``limit`` characters long (at least 3); what is cut ends in ``...``."""
    text = ""
    for piece in _Writer(limit).pieces(value, 0):
        text += piece
        if len(text) > limit:
            break
    return clip(text, limit)


def clip(text: str, limit: int) -> str:
    """Returns ``text``, cut to ``limit`` characters with ``...`` at its end when it is longer."""
    return text if len(text) <= limit else text[: limit - len(_CUT)] + _CUT


class _Writer:
    """Writes one value; remembers how many items it may still put in order."""

    def __init__(self, limit: int) -> None:
        self._limit, self._left = limit, MAX_SORTED

    def pieces(self, value: Any, depth: int) -> Iterator[str]:
        kind = type(value)
        if depth > MAX_DEPTH:
            yield _CUT
        elif kind in SCALAR_TYPES:
            yield _scalar(value, self._limit)
        elif kind in ORDERED_TYPES or kind in UNORDERED_TYPES:
            yield from self._collection(value, depth)
        elif kind in MAPPING_TYPES:
            yield from self._mapping(value, depth)
        elif kind is Iterated:
            yield f"<{value.type_name} of "
            yield from self.pieces(list(value.items), depth + 1)
            yield ">" if value.ended else " and more>"
        elif kind is Opaque:
            yield f"<{value.type_name}: {value.text}>" if value.text else f"<{value.type_name}>"
        else:
            yield f"<{kind.__name__}>"

    def _collection(self, value: Any, depth: int) -> Iterator[str]:
        kind = type(value)
        if kind in UNORDERED_TYPES and not value:
            yield f"{kind.__name__}()"
            return
        if kind in UNORDERED_TYPES:
            self._left -= _size(value, self._left)
            if self._left < 0:
                yield f"<{kind.__name__} of {len(value)} items>"
                return
        opening, closing = _BRACKETS[kind]
        items = _sorted(value) if kind in UNORDERED_TYPES else value
        yield opening
        for index, item in enumerate(items):
            yield ", " if index else ""
            yield from self.pieces(item, depth + 1)
        yield ",)" if kind is tuple and len(value) == 1 else closing

    def _mapping(self, value: Any, depth: int) -> Iterator[str]:
        name = "" if type(value) is dict else type(value).__name__
        yield f"{name}({{" if name else "{"
        for index, (key, item) in enumerate(dict.items(value)):
            yield ", " if index else ""
            yield from self.pieces(key, depth + 1)
            yield ": "
            yield from self.pieces(item, depth + 1)
        yield "})" if name else "}"


def _size(value: Any, limit: int) -> int:
    """Returns how many items, or portions of text, a value has with all inner ones; counts little beyond ``limit``."""
    waiting, size = [value], 0
    while waiting and size <= limit:
        part = waiting.pop()
        kind = type(part)
        size += 1
        if kind in ORDERED_TYPES or kind in UNORDERED_TYPES:
            size += len(part) if len(part) + size > limit else 0
            waiting += [] if size > limit else part
        elif kind in (str, bytes):
            size += len(part) // _CHARS_OF_AN_ITEM
        elif kind is Decimal:
            size += len(str(part)) // _CHARS_OF_AN_ITEM
    return size


def _scalar(value: Any, limit: int) -> str:
    kind = type(value)
    if kind in (str, bytes, bytearray):
        return repr(value[: limit + 1])
    if kind is int and value.bit_length() > _MAX_INT_BITS:
        return f"<int of {value.bit_length()} bits>"
    if kind is np.ndarray:
        return _array(value, limit)
    try:
        return repr(value)
    except ValueError:  # a Fraction or range of such ints
        return f"<{kind.__name__} of very large ints>"


def _array(value: Any, limit: int) -> str:
    """Returns an array as nested lists with the kind of its elements; of a long one its first rows."""
    rows = value[: limit + 1] if value.ndim and value[: limit + 1].size <= limit**2 else value.reshape(-1)[: limit + 1]
    return f"array({show(rows.tolist(), limit)}, dtype={value.dtype}, shape={value.shape})"


def _sorted(items: Iterable[Any]) -> list[Any]:
    """Returns the items of a set in an order that does not depend on their hashes."""
    found = list(items)
    kinds = {type(item) for item in found}
    if len(kinds) == 1 and kinds <= {int, float, str, bytes}:
        return sorted(found)
    try:
        return sorted(found, key=canonical)
    except NotPlain:
        return found


_BRACKETS: Final[Mapping[type, tuple[str, str]]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    deque: ("deque([", "])"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
}
