"""How much work the values of a program may cause on the trusted side.

What a planned test asks of values is decided in the process that trains, so no value may hold that up.  Every operation says
what it is about to do with :func:`spend`, before it does it, in units of about ten nanoseconds, rather too many than too few.
Beyond :data:`MAX_WORK` in one test (about a second), or :data:`MAX_PROGRAM_WORK` in all tests of a program together,
:class:`Unsupported` is raised.  Units are counted from the sizes of values
and no clock is read: the same values always give the same verdict, on a busy machine as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

MAX_WORK: Final = 100_000_000
MAX_PROGRAM_WORK: Final = 3 * MAX_WORK
#: Sizes that are remembered hold on to their values; larger ones in all are not.
_MAX_REMEMBERED: Final = 1_000_000


class Unsupported(Exception):
    """Raised for an expression, or for values, that are left to a real interpreter in the sandbox."""


class NeedsObject(Unsupported):
    """Raised for values that are objects and not plain data, of which only a real interpreter can ask something."""


class _Work:
    def __init__(self, units: int) -> None:
        self.units = self.left = units
        self.known: dict[int, tuple[Any, Any]] = {}
        self.remembered = 0


_current: ContextVar[_Work] = ContextVar("work")
_rest: ContextVar[_Work | None] = ContextVar("rest", default=None)


@contextmanager
def of_one_program() -> Iterator[None]:
    """Gives all tests that are decided within it the work of one program, of which each may take as much as a test."""
    token = _rest.set(_Work(MAX_PROGRAM_WORK))
    try:
        yield
    finally:
        _rest.reset(token)


@contextmanager
def bounded() -> Iterator[None]:
    """Gives what is done within it the work of one test; :func:`spend` has a meaning nowhere else."""
    rest = _rest.get()
    work = _Work(MAX_WORK if rest is None else min(MAX_WORK, max(0, rest.left)))
    token = _current.set(work)
    try:
        yield
    finally:
        _current.reset(token)
        if rest is not None:
            rest.left -= work.units - work.left


def spend(units: int) -> None:
    """Takes ``units`` from what may be done.

    Raises:
        Unsupported: There is not as much left.
    """
    work = _current.get()
    work.left -= units
    if work.left < 0:
        if work.units < MAX_WORK:
            raise Unsupported(f"with these values the program's tests would take more than {MAX_PROGRAM_WORK:,} units of work")
        raise Unsupported(f"with these values the test would take more than {MAX_WORK:,} units of work")


def recall(value: Any) -> Any:
    """Returns what was remembered of this very object, None if nothing was."""
    found = _current.get().known.get(id(value))
    return None if found is None else found[1]


def remember(value: Any, what: Any, items: int) -> None:
    """Remembers something of an object, which has as many items, while this work lasts."""
    work = _current.get()
    work.remembered += items
    if work.remembered <= _MAX_REMEMBERED:
        work.known[id(value)] = value, what  # held, so that its id stays its own


def walked(items: Iterable[Any], units: int = 2) -> Iterable[Any]:
    """Returns ``items`` for one walk, with ``units`` for each: all at once where the length is known, else as they come."""
    if isinstance(items, Sized):
        spend(units * len(items))
        return items
    return _counted(items, units)


def _counted(items: Iterable[Any], units: int) -> Iterator[Any]:
    for item in items:
        spend(units)
        yield item
