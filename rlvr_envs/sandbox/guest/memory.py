"""Fills the holes in the interpreter's memory before processes are forked.

Every page that a forked process writes to is copied first.  Where blocks are free here and there, between objects that stay, each
small allocation of a program would cost such a copy; once they are all taken, new objects lie side by side in fresh pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

_POOL_BYTES = 1 << 14  # of CPython's allocator for objects up to 512 bytes, since 3.10; it keeps a pool for each size
_POOL_HEAD = 48
_BYTES_HEAD = 33  # what a bytes object takes beside its content
_MOST = 10_000  # blocks of a size

#: What was allocated; kept as long as the process lives.
_filling: list[Any] = []


def fill_holes() -> None:
    """Allocates blocks of each size until a fresh pool is begun, which has no hole."""
    for make in _makers():
        for _ in range(_MOST):
            block = make()
            _filling.append(block)
            if id(block) % _POOL_BYTES == _POOL_HEAD:
                break


def _makers() -> Iterator[Callable[[], object]]:
    """Yields a way to make a new object of each size: 16 and 32 bytes, and 48 to 512 in steps of 16."""
    yield object
    yield lambda: float("0.5")
    for size in range(48, 513, 16):
        yield lambda count=size - _BYTES_HEAD: bytes(count)  # type: ignore[misc]
