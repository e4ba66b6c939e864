"""Reading values back from the bounded text that feedback shows, without Python's parser.

What a program gave is hostile text.  :func:`read` takes time linear in its length, which is bounded, as is its depth; it knows
the literals that feedback writes and refuses all else: text that was cut, values of other types, complex numbers.
"""

from __future__ import annotations

import re
from typing import Any, Final

#: Longer text is not read.
MAX_CHARS: Final = 600
MAX_DEPTH: Final = 50

_NUMBER: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?(?:e[+-]?[0-9]+)?|inf|nan)", re.ASCII)
_TEXT: Final = re.compile(r"(b?)('(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")", re.ASCII)
_WORD: Final = re.compile(r"[A-Za-z_]+", re.ASCII)
_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.ASCII)
_NAMED: Final = {"None": None, "True": True, "False": False}
_SHORT: Final = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", '"': '"'}
_CLOSING: Final = {"[": "]", "(": ")", "{": "}"}


class Unreadable(ValueError):
    """The text is no literal of the known kinds."""


def read(text: str) -> Any:
    """Returns the value whose literal is ``text``: None, bool, int, float, str, bytes, list, tuple, frozenset or dict.

    Raises:
        Unreadable: It is too long or deep, or no such literal.
    """
    if len(text) > MAX_CHARS:
        raise Unreadable("too long")
    reader = _Reader(text.strip())
    value = reader.value(0)
    if reader.at != len(reader.text):
        raise Unreadable(f"something follows the value at {reader.at}")
    return value


class _Reader:
    """Reads one value from ``text``, from place ``at`` on."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def value(self, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise Unreadable("too deep")
        if self._next() in _CLOSING:
            return self._collection(depth)
        if number := self._match(_NUMBER):
            return _number(number.group())
        if found := self._match(_TEXT):
            return _unescaped(found.group(2)[1:-1], is_bytes=bool(found.group(1)))
        word = self._match(_WORD)
        if word and word.group() in _NAMED:
            return _NAMED[word.group()]
        if word and word.group() in ("set", "frozenset"):
            items = self._collection(depth)
            if items not in ((), frozenset()) and type(items) is not frozenset:
                raise Unreadable("a set of something else")
            return frozenset(items)
        raise Unreadable(f"no literal at {self.at}")

    def _collection(self, depth: int) -> Any:
        opening = self._next()
        if opening not in _CLOSING:
            raise Unreadable(f"no collection at {self.at}")
        self.at += 1
        items: list[Any] = []
        pairs = trailing = False
        while self._next() != _CLOSING[opening]:
            if items and not trailing:
                raise Unreadable(f"no comma at {self.at}")
            items.append(self.value(depth + 1))
            if opening == "{" and self._skip(":"):
                items[-1] = (items[-1], self.value(depth + 1))
                pairs = True
            elif pairs:
                raise Unreadable(f"no value of a key at {self.at}")
            trailing = self._skip(",")
        self.at += 1
        return _collected(opening, items, pairs, trailing)

    def _next(self) -> str:
        """Returns the next character that is no blank, "" at the end."""
        while self.text[self.at : self.at + 1] == " ":
            self.at += 1
        return self.text[self.at : self.at + 1]

    def _skip(self, character: str) -> bool:
        found = self._next() == character
        self.at += found
        return found

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()
        return match


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _unescaped(text: str, *, is_bytes: bool) -> str | bytes:
    def one(match: re.Match[str]) -> str:
        escape = match.group(1)
        if len(escape) > 1:
            code = int(escape[1:], 16)
            if code > 0x10FFFF:
                raise Unreadable("no such character")
            return chr(code)
        if escape not in _SHORT:
            raise Unreadable(f"unknown escape \\{escape}")
        return _SHORT[escape]

    plain = _ESCAPE.sub(one, text)
    if not is_bytes:
        return plain
    try:
        return plain.encode("latin-1")
    except UnicodeEncodeError as error:
        raise Unreadable("bytes beyond 255") from error


def _collected(opening: str, items: list[Any], pairs: bool, trailing: bool) -> Any:
    if opening == "[":
        return items
    if opening == "(":
        return items[0] if len(items) == 1 and not trailing else tuple(items)
    try:
        if not items:
            return {}
        if not pairs:
            return frozenset(items)
        if not all(type(item) is tuple and len(item) == 2 for item in items):
            raise Unreadable("keys with and without a value")
        return dict(items)
    except TypeError as error:
        raise Unreadable("an item that cannot be in a set or a key") from error
