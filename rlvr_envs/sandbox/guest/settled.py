"""What objects of the program answer in tests that change nothing: one question has one answer, and all answers fit together.

A planned test that asks something of an object runs as a statement.  It changes no value after its calls, so an honest object
answers as plain data would.  One that gives other items at each walk, or items that do not fit its length, could
pass a test of properties that no plain value has; here that is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from . import codec


class Contradiction(TypeError):
    """Raised where an object of the program does not stand by what it said."""


class Answers:
    """What the objects of the program have answered in one test."""

    def __init__(self, encode: Callable[[Any], Any]) -> None:
        """Begins with nothing; ``encode`` writes values as data, objects in them as references."""
        self._encode = encode
        self._said: dict[tuple[str, str, bytes], Any] = {}
        self._known: dict[str, _Known] = {}

    def clear(self) -> None:
        """Begins another test."""
        self._said.clear()
        self._known.clear()

    def once(self, reference: str, question: str, args: tuple[Any, ...], ask: Callable[[], Any]) -> Any:
        """Returns the answer to a question, asked the first time alone."""
        key = reference, question, self._written(args)
        if key not in self._said:
            self._said[key] = ask()
        return self._said[key]

    def walk(self, reference: str, iterator: Iterator[Any]) -> Iterator[Any]:
        """Returns an iterator over the object's items: those of the first walk as far as it went, then further ones."""
        known, index = self._of(reference), 0
        while index < len(known.items) or not known.ended:
            if index == len(known.items):
                try:
                    known.items.append(next(iterator))
                except StopIteration:
                    known.ended = True
                    self._check(known)
                    continue
            yield known.items[index]
            index += 1

    def note_length(self, reference: str, length: int) -> None:
        """Takes note of a length; raises Contradiction where it does not fit."""
        known = self._of(reference)
        known.length = length
        self._check(known)

    def note_item(self, reference: str, index: int, item: Any) -> None:
        """Takes note of an item of a sequence, counted from its beginning; raises Contradiction where it does not fit."""
        known, written = self._of(reference), self._written(item)
        if known.asked.setdefault(index, written) != written:
            raise Contradiction(f"an object of the program gives two values for its item {index}")
        self._check(known)

    def _of(self, reference: str) -> _Known:
        return self._known.setdefault(reference, _Known())

    def _check(self, known: _Known) -> None:
        """Compares lengths and items that were asked for with those of a walk that has ended."""
        if not known.ended:
            return
        if known.length not in (None, len(known.items)):
            raise Contradiction(f"an object of the program says it has {known.length} items and gives {len(known.items)}")
        for index, written in known.asked.items():
            if not 0 <= index < len(known.items) or self._written(known.items[index]) != written:
                raise Contradiction(f"an object of the program gives another item {index} when it is walked")

    def _written(self, value: Any) -> bytes:
        return codec.dumps(self._encode(value))


class _Known:
    """What is known of one object: its items so far, whether they are all, its length, and items asked for by index."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.ended = False
        self.length: int | None = None
        self.asked: dict[int, bytes] = {}
