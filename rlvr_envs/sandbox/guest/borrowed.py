"""Objects of the tests that were given to the program, on the side of the program; :mod:`.lent` has the other one.

They can be kept, passed on and given back, functions can be called and iterators walked; each such use asks the process of the
tests (:mod:`.dialogue`).  Nothing else of them is here.
"""

from __future__ import annotations

import builtins
import inspect
import re
from collections.abc import Callable
from typing import Any

from . import codec
from .lent import CLOSED, FUNCTION, ITERABLE, ITERATOR, find_public

#: Asks the tests: kind of the callback, number of the object, arguments.
Ask = Callable[[str, int, "tuple[Any, ...]", "dict[str, Any]"], Any]

_PARAMETER_KINDS = tuple(sorted({getattr(inspect.Parameter, name) for name in dir(inspect.Parameter) if name.isupper()}))
_REFERENCE = re.compile(r"@([0-9]{1,9})(?:([fni]?)|=([\w.]+:[\w.]+))")


class Borrowed:
    """An object of the tests of which nothing can be asked; it equals itself alone."""

    __slots__ = ("__dict__", "__weakref__", "_ask", "_kind", "_number")

    def __init__(self, ask: Ask, number: int, kind: str) -> None:
        """Keeps whom to ask, for what, and the name of its type."""
        self._ask, self._number, self._kind = ask, number, kind

    def __repr__(self) -> str:
        """Returns the name of the object's type in angle brackets."""
        return f"<{self._kind}>"


class Function(Borrowed):
    """A function of the tests, or whatever else they can call."""

    __slots__ = ("_described",)
    _described: Any

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Calls it; arguments that it changes in place are changed here as well."""
        return self._ask("call", self._number, args, kwargs)

    @property
    def __name__(self) -> str:
        """Its name."""
        name = self._describe()[0]
        if type(name) is not str:
            raise AttributeError("__name__")
        return name

    @property
    def __signature__(self) -> inspect.Signature:
        """Names and kinds of its parameters; a default is there as an ellipsis, whatever it is."""
        parameters = self._describe()[1]
        if parameters is None:
            raise AttributeError("__signature__")
        empty = inspect.Parameter.empty
        return inspect.Signature(
            [inspect.Parameter(name, _PARAMETER_KINDS[kind], default=... if has else empty) for name, kind, has in parameters]
        )

    def _describe(self) -> Any:
        try:
            return self._described
        except AttributeError:
            self._described = self._ask("describe", self._number, (), {})
        return self._described


class Iterable(Borrowed):
    """An object of the tests that gives iterators."""

    __slots__ = ()

    def __iter__(self) -> Any:
        """Returns a new iterator."""
        return self._ask("iter", self._number, (), {})


class Iterator(Borrowed):
    """An iterator of the tests, asked for one item at a time."""

    __slots__ = ("_walked",)

    def __iter__(self) -> Iterator:
        """Returns itself."""
        return self

    def __next__(self) -> Any:
        """Returns the next item."""
        found = self._ask("next", self._number, (), {})
        if not found:
            raise StopIteration
        self._walked = getattr(self, "_walked", 0) + 1
        if self._walked > codec.MAX_ITERATED:
            raise RuntimeError(f"an iterator of the tests gives at most {codec.MAX_ITERATED} items")
        return found[0]


_KINDS = {FUNCTION: Function, ITERATOR: Iterator, ITERABLE: Iterable, CLOSED: Borrowed}


class Borrowings:
    """All objects of the tests that this process knows of."""

    def __init__(self, ask: Ask) -> None:
        """Begins with none."""
        self._ask = ask
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}

    def refer(self, value: Any) -> tuple[str, str] | None:
        """Returns type name and reference of an object of the tests, None for any other."""
        number = self._numbers.get(id(value))
        return None if number is None else (codec.type_name(value), f"@{number}")

    def find(self, kind: str, text: str) -> Any:
        """Returns what stands for the object of that reference; raises LookupError when it is none."""
        match = _REFERENCE.fullmatch(text)
        if match is None:
            raise LookupError(text)
        number = int(match[1])
        if number not in self._objects:
            found = self._make(number, kind, match[2] or "", match[3])
            self._objects[number] = found  # kept alive, so that its id stays its own
            self._numbers[id(found)] = number
        return self._objects[number]

    def _make(self, number: int, kind: str, form: str, public: str | None) -> Any:
        if public is None:
            return _KINDS[form](self._ask, number, kind)
        try:
            return find_public(public)
        except (ImportError, AttributeError):  # not on this side: the program changed it
            return Borrowed(self._ask, number, kind)


def make_exception(bases: list[str]) -> Exception:
    """Returns what a function of the tests raised: the nearest builtin class, without a word."""
    for name in bases:
        kind = getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, Exception):
            try:
                return kind()
            except TypeError:  # such as UnicodeDecodeError, which wants more
                continue
    return RuntimeError()
