"""Exact-type codec: Python values as JSON data and back, for a fixed list of exact types and nothing else.

``None``, ``bool``, ``str`` and small ``int`` stand for themselves; everything else is a list whose first item is a tag.  A value
whose type is not *exactly* one of the list (an instance of a subclass above all) is encoded as *opaque*: its type's name and no
content.  Iterators are walked to their end or a cap where the caller says so, and NumPy's arrays and numbers have forms of their
own (:mod:`.arrays`).  :func:`parse` checks size, depth and number of items before the JSON parser sees hostile bytes, and
:func:`decode` accepts only what :func:`encode` can write.  Neither ever unpickles, evaluates or calls what it reads.
"""

from __future__ import annotations

import binascii
import json
import re
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from decimal import DecimalException
from typing import Any, NoReturn

from . import arrays, scalars
from .scalars import MAX_INT_TEXT, MAX_TEXT, TEXT_FORMS

MAX_DEPTH = 50
MAX_ITEMS = 200_000
MAX_SHARED_HASHES = 100
MAX_ITERATED = 10_000
_MAX_PLAIN_INT = 10**15

#: Begins the text of an opaque value whose type derives from one of plain data.
SUBCLASS_OF = "a subclass of "

CodecError = scalars.CodecError

Json = Any


_SEQUENCES: dict[type, str] = {list: "list", tuple: "tuple", deque: "deque"}
_SETS: dict[type, str] = {set: "set", frozenset: "frozenset"}
_MAPPINGS: dict[type, str] = {dict: "dict", OrderedDict: "ordereddict", Counter: "counter", defaultdict: "defaultdict"}
_PLAIN = frozenset({str, bool, *TEXT_FORMS, *_SEQUENCES, *_SETS, *_MAPPINGS})
_UNCAPPED_TEXT = ("bytes", "bytearray")

_FROM_TEXT = {tag: decoder for tag, _, decoder in TEXT_FORMS.values()}
_FROM_ITEMS: dict[str, Callable[[list[Any]], Any]] = {tag: kind for kind, tag in (*_SEQUENCES.items(), *_SETS.items())}
_FROM_PAIRS: dict[str, Callable[[Iterable[tuple[Any, Any]]], Any]] = {
    "dict": dict,
    "ordereddict": OrderedDict,
    "counter": lambda pairs: Counter(dict(pairs)),
    "defaultdict": lambda pairs: defaultdict(None, pairs),
}


def type_name(value: object) -> str:
    """Returns the name of the type of ``value`` without asking a metaclass."""
    name = type.__dict__["__name__"].__get__(type(value))
    return str(name)[:100]


def _plain_base(value: object) -> str:
    """Returns the name of the type of plain data that the type of ``value`` derives from, "" without one."""
    bases = type.__dict__["__mro__"].__get__(type(value))
    return next((type.__dict__["__name__"].__get__(base) for base in bases[1:] if base in _PLAIN), "")


class _TooLarge(CodecError):
    """Raised inside the encoder when a value has more items than may be sent."""


#: Says how to write a value that is not plain data: as (type name, text) of an opaque value, or None for the usual form.
Refer = Callable[[Any], "tuple[str, str] | None"]


class _Encoder:
    """Encodes one value; counts items, so that shared parts cannot blow up."""

    def __init__(self, *, strict: bool, refer: Refer | None = None, walk: bool = False) -> None:
        self._strict, self._refer, self._walk = strict, refer, walk
        self._items = 0
        self.opaque = 0

    def encode(self, value: Any, depth: int) -> Json:
        self._items += 1
        if self._items > MAX_ITEMS:
            raise _TooLarge(f"too large: more than {MAX_ITEMS:,} items")
        kind = type(value)
        if value is None or kind is bool or kind is str or (kind is int and -_MAX_PLAIN_INT < value < _MAX_PLAIN_INT):
            return value
        if depth >= MAX_DEPTH:
            return self._opaque(value, f"too deep: nested more than {MAX_DEPTH} levels")
        if kind in TEXT_FORMS:
            return self._text(value, *TEXT_FORMS[kind][:2])
        if kind in _SEQUENCES:
            return [_SEQUENCES[kind], *[self.encode(item, depth + 1) for item in value]]
        if kind in _SETS:
            return self._hashed(value, _SETS[kind], list(value), [], depth)
        if kind in _MAPPINGS:
            return self._hashed(value, _MAPPINGS[kind], list(kind.keys(value)), list(kind.values(value)), depth)
        if self._walk and is_iterator(value):
            return self._iterated(value, depth)
        return (None if self._strict else arrays.encode(value)) or self._opaque(value, "")

    def _iterated(self, value: Any, depth: int) -> Json:
        items: list[Json] = []
        ended = False
        while not ended and len(items) <= MAX_ITERATED:
            try:
                items.append(self.encode(next(value), depth + 1))
            except StopIteration:
                ended = True
        return ["iterator", type_name(value), ended, *items[:MAX_ITERATED]]

    def _text(self, value: Any, tag: str, to_text: Callable[[Any], str]) -> Json:
        try:
            return [tag, to_text(value)]
        except (CodecError, ValueError) as error:
            return self._opaque(value, str(error))

    def _hashed(self, value: Any, tag: str, keys: list[Any], values: list[Any], depth: int) -> Json:
        before = self.opaque
        encoded = [self.encode(key, depth + 1) for key in keys]
        if self.opaque > before:  # an opaque key could not be looked up on the other side
            return self._opaque(value, "keys that are not plain data")
        if values:
            encoded = [part for key, item in zip(encoded, values, strict=True) for part in (key, self.encode(item, depth + 1))]
        return [tag, *encoded]

    def _opaque(self, value: Any, why: str) -> Json:
        if self._strict:
            raise CodecError(f"a value of type {type_name(value)} is not plain data{': ' if why else ''}{why}")
        self.opaque += 1
        reference = None if self._refer is None or why else self._refer(value)
        base = "" if why or reference else _plain_base(value)
        return ["opaque", *(reference or (type_name(value), f"{SUBCLASS_OF}{base}" if base else why[:200]))]


def is_iterator(value: object) -> bool:
    """Whether the type of ``value`` has ``__next__`` and ``__iter__``, without asking a metaclass."""
    names = {name for base in type.__dict__["__mro__"].__get__(type(value)) for name in type.__dict__["__dict__"].__get__(base)}
    return {"__next__", "__iter__"} <= names


def encode(value: Any, *, strict: bool = False, refer: Refer | None = None, walk: bool = False) -> Json:
    """Returns ``value`` as JSON data.

    Args:
        value: Any value.
        strict: Whether to refuse what is not exact plain data, instead of writing it as opaque.
        refer: Gives objects that are not plain data a text by which the other side can refer to them.
        walk: Whether iterators are walked, up to :data:`MAX_ITERATED` items, and written with what they gave.  What their
            code raises is raised here.

    Raises:
        CodecError: ``strict`` and ``value`` holds something that is not plain data.
    """
    try:
        return _Encoder(strict=strict, refer=refer, walk=walk).encode(value, 0)
    except _TooLarge as error:
        if strict:
            raise
        return ["opaque", type_name(value), str(error)]


class Makers:
    """What makes the values that have no type of their own here; without a maker, such data is refused.

    ``opaque(type name, text)``, ``iterated(type name, items, ended)`` and ``array(tag, rest)`` (:func:`.arrays.decode`).
    """

    def __init__(
        self,
        opaque: Callable[[str, str], Any],
        iterated: Callable[[str, tuple[Any, ...], bool], Any] | None = None,
        array: Callable[[str, list[Any]], Any] | None = None,
    ) -> None:
        """Keeps the makers."""
        self.opaque, self.iterated, self.array = opaque, iterated, array


def decode(data: Json, makers: Makers | Callable[[str, str], Any]) -> Any:
    """Returns the value that :func:`encode` wrote as ``data``; a function as ``makers`` is the maker of opaque values.

    Raises:
        CodecError: No value is encoded like this.
    """
    try:
        return _decode(data, makers if isinstance(makers, Makers) else Makers(makers), 0)
    except CodecError:
        raise
    except (ValueError, TypeError, OverflowError, MemoryError, DecimalException, ArithmeticError) as error:
        raise CodecError(f"{type(error).__name__}: {error}"[:200]) from error


def _decode(data: Json, makers: Makers, depth: int) -> Any:
    if data is None or type(data) in (bool, int, str):
        return data
    if type(data) is not list or not data or type(data[0]) is not str or depth > MAX_DEPTH:
        raise CodecError("expected a plain scalar or a tagged list")
    tag, rest = data[0], data[1:]
    if tag in _FROM_TEXT:
        return _from_text(tag, rest)
    if tag == "opaque":
        if len(rest) != 2 or not all(type(part) is str and len(part) <= 200 for part in rest):
            raise CodecError("an opaque value has a type name and a text")
        return makers.opaque(*rest)
    if tag in arrays.TAGS and makers.array is not None:
        return makers.array(tag, rest)
    if tag == "iterator" and makers.iterated is not None:
        return _from_iterator(rest, makers, depth)
    parts = [_decode(item, makers, depth + 1) for item in rest]
    if tag in ("list", "tuple", "deque"):
        return _FROM_ITEMS[tag](parts)
    if tag in _FROM_ITEMS:
        return _FROM_ITEMS[tag](_spread(parts))
    if tag in _FROM_PAIRS and len(parts) % 2 == 0:
        return _FROM_PAIRS[tag](zip(_spread(parts[::2]), parts[1::2], strict=True))
    raise CodecError(f"unknown tag {tag[:40]!r}, or a mapping with an odd number of parts")


def _from_iterator(rest: list[Any], makers: Makers, depth: int) -> Any:
    kind, ended, items = rest[0] if rest else None, rest[1] if len(rest) > 1 else None, rest[2:]
    if type(kind) is not str or len(kind) > 200 or type(ended) is not bool or len(items) > MAX_ITERATED:
        raise CodecError("an iterator has a type name, whether it ended, and a bounded number of items")
    assert makers.iterated is not None
    return makers.iterated(kind, tuple(_decode(item, makers, depth + 1) for item in items), ended)


def _from_text(tag: str, rest: list[Any]) -> Any:
    most = MAX_INT_TEXT if tag == "int" else MAX_TEXT
    if len(rest) != 1 or type(rest[0]) is not str or (len(rest[0]) > most and tag not in _UNCAPPED_TEXT):
        raise CodecError(f"{tag} takes one text of bounded length")
    try:
        return _FROM_TEXT[tag](rest[0])
    except binascii.Error as error:
        raise CodecError(str(error)) from error


def _spread(keys: list[Any]) -> list[Any]:
    """Returns ``keys``; refuses many with one hash, which would take quadratic time to put in a table."""
    if len(keys) > MAX_SHARED_HASHES and len(keys) - len({hash(key) for key in keys}) > MAX_SHARED_HASHES:
        raise CodecError("too many keys with the same hash")
    return keys


_ENCODER = json.JSONEncoder(separators=(",", ":"))


def dumps(data: Json) -> bytes:
    """Returns encoded data as bytes (ASCII JSON)."""
    return _ENCODER.encode(data).encode("ascii")


def _refuse(_: Any) -> NoReturn:
    raise CodecError("objects, floats and constants do not occur")


def _parse_int(text: str) -> int:
    if len(text) > len(str(_MAX_PLAIN_INT)) + 1:
        raise CodecError("a long int must be tagged")
    return int(text)


_DECODER = json.JSONDecoder(parse_int=_parse_int, parse_float=_refuse, parse_constant=_refuse, object_hook=_refuse)

_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]]', re.DOTALL)


def _depth(data: bytes) -> int:
    depth = deepest = 0
    for match in _BRACKETS.finditer(data):
        if match[0] == b"[":
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] == b"]":
            depth -= 1
    return deepest


def parse(data: bytes, *, max_items: int = 2 * MAX_ITEMS) -> Json:
    """Returns the JSON data in hostile bytes.

    Raises:
        CodecError: Not JSON, too deep, too many items, or with parts that :func:`dumps` never writes.
    """
    brackets = data.count(b"[")
    if brackets + data.count(b",") > max_items and _items(data) > max_items:
        raise CodecError("too many items")
    if brackets > MAX_DEPTH and _depth(data) > MAX_DEPTH + 10:
        raise CodecError("too deep")
    try:
        return _DECODER.decode(data.decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise CodecError(f"{type(error).__name__}: {error}"[:200]) from error


_SEPARATORS = re.compile(rb'"(?:[^"\\]|\\.)*"?|([\[,])', re.DOTALL)


def _items(data: bytes) -> int:
    return sum(1 for match in _SEPARATORS.finditer(data) if match.lastindex)
