"""What stands in an expression for values that are not there yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from rlvr_envs.sandbox.base import Iterated, Opaque
from rlvr_envs.sandbox.guest.codec import MAX_ITERATED
from rlvr_envs.verifiers.arithmetic import MAX_ITEMS, Unsupported
from rlvr_envs.verifiers.canonical import MAPPING_TYPES, ORDERED_TYPES, UNORDERED_TYPES

#: Gives the value of a hole (by its index) or of a local variable (by itself).
Fill = Callable[[Any], Any]
#: Gives the value of an expression; raises Unsupported for values that are opaque or too large, else what Python raises.
Expression = Callable[[Fill], Any]


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
    waiting, in_ranges = [value], 0
    while waiting:
        part = waiting.pop()
        kind = type(part)
        if kind is Opaque:
            raise Unsupported("the value is not plain data")
        if kind is Iterated or kind is Walk:
            raise Unsupported("the value is an iterator, which only list() and the like can take")
        if kind is range:
            in_ranges += len(part[: MAX_ITEMS + 1])
            if in_ranges > MAX_ITEMS:
                raise Unsupported("ranges that are very long")
        if kind in MAPPING_TYPES:
            waiting.extend(dict.values(part))  # keys are plain: an opaque value has no hash
        elif kind in ORDERED_TYPES or kind in UNORDERED_TYPES:
            waiting.extend(part)
    return value
