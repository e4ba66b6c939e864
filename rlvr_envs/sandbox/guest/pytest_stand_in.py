"""What tests use of pytest, as a module of that name for the guest of the tests, where pytest itself is not installed.

``approx`` (:mod:`.approx`), ``raises``, ``fail`` and ``skip``, which fails as well: a test that is not run proves nothing.  No
collection, no fixtures, no marks.
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Callable
from types import TracebackType
from typing import Any, NoReturn

from .approx import approx


class Caught:
    """The exception that a :class:`Raises` caught; ``value`` and ``type`` are there once the block has ended."""

    value: BaseException
    type: type[BaseException]

    def match(self, pattern: str) -> bool:
        """Returns True; raises AssertionError when the pattern is not found in the exception's text."""
        if re.search(pattern, str(self.value)) is None:
            raise AssertionError(f"{pattern!r} is not in {str(self.value)!r}")
        return True


class Raises:
    """A block that must raise."""

    def __init__(self, kinds: Any, match: str | None) -> None:
        """Takes the classes that are expected and a pattern for the text."""
        listed = kinds if isinstance(kinds, tuple) else (kinds,)
        if not listed or not all(isinstance(kind, type) and issubclass(kind, BaseException) for kind in listed):
            raise TypeError(f"raises takes a class of exceptions or a tuple of them, got {kinds!r}")
        self._kinds, self._match = listed, match
        self._caught = Caught()

    def __enter__(self) -> Caught:
        """Returns what will hold the exception."""
        return self._caught

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> bool:
        """Swallows an exception of the expected kind; raises AssertionError when there was none or its text does not fit."""
        if error is None:
            raise AssertionError(f"did not raise {' or '.join(one.__name__ for one in self._kinds)}")
        if not isinstance(error, self._kinds):
            return False
        self._caught.value, self._caught.type = error, type(error)
        if self._match is not None:
            self._caught.match(self._match)
        return True


def raises(kinds: Any, *args: Any, match: str | None = None, **kwargs: Any) -> Any:
    """Returns a block that must raise, or with a function calls it and returns what it raised."""
    block = Raises(kinds, match)
    if not args:
        if kwargs:
            raise TypeError(f"raises without a function takes match alone, got {', '.join(kwargs)}")
        return block
    function: Callable[..., Any] = args[0]
    with block as caught:
        function(*args[1:], **kwargs)
    return caught


def fail(reason: str = "", pytrace: bool = True) -> NoReturn:
    """Fails the test."""
    raise AssertionError(reason)


def skip(reason: str = "") -> NoReturn:
    """Fails the test: what was not run proves nothing."""
    raise AssertionError(f"skipped: {reason}")


def install() -> None:
    """Makes ``import pytest`` give this."""
    module = types.ModuleType("pytest", __doc__)
    for one in (approx, raises, fail, skip):
        setattr(module, one.__name__, one)
    sys.modules["pytest"] = module
