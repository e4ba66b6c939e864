"""Exception classes of the program, as tests know them: real classes, so that ``except`` and ``raises`` can name them.

Name and bases are what the program says.  That is enough: to raise is all that a test can ask for, and any program that raises
can choose what.  A class is found by its name, whether it was raised first or named by the tests first.
"""

from __future__ import annotations

import builtins
from typing import Any, NoReturn, Protocol

#: Exceptions that would end a loop or a generator of the tests without a word, and so what it was to assert.
STEERING = frozenset({"StopIteration", "StopAsyncIteration", "GeneratorExit"})

Reference = tuple[str, str]


class Asking(Protocol):
    """What a class of the program is asked through (:class:`.stubs.Program`)."""

    def call(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Calls the class."""

    def get(self, data: list[Any], name: str) -> Any:
        """Returns an attribute of the class."""

    def has_instance(self, data: list[Any], value: Any) -> bool:
        """Returns whether the program says that an object of it is an instance."""


class Claimed(type):
    """The type of the classes: called, one makes an object in the program; what the program raises is an instance here."""

    reference: Reference | None
    program: Asking

    @classmethod
    def __prepare__(cls, name: str, bases: Any, /, **_: Any) -> NoReturn:
        """Raises TypeError: called for a ``class`` statement alone."""
        refuse_subclass(bases[0].__name__)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Makes an object in the program."""
        return cls.program.call(cls, args, kwargs)

    def __getattr__(cls, name: str) -> Any:
        """Returns an attribute of the program's class."""
        if name.startswith("__") or cls.reference is None:
            raise AttributeError(name)
        return cls.program.get(["opaque", *cls.reference], name)

    def __instancecheck__(cls, value: Any) -> bool:
        """Whether a value is something raised of this class, or an object that the program says is one."""
        if type.__instancecheck__(cls, value):
            return True
        return cls.reference is not None and cls.program.has_instance(["opaque", *cls.reference], value)


def refuse_subclass(base: str) -> NoReturn:
    """Raises what a class of the tests gets that would derive from one of the program."""
    raise TypeError(
        f"a class of the tests cannot derive from {base}, a class of the program, which runs in another process; "
        f"make an object of {base} and test that"
    )


def _text(error: BaseException) -> str:
    return str(error.args[0]) if error.args else ""


def _missing(error: BaseException, name: str) -> NoReturn:
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"{name} of an exception of the program is not here: of what is raised, class and text alone come back")


class Exceptions:
    """The exception classes of the program that the tests have met."""

    def __init__(self, program: Asking) -> None:
        """Begins with none."""
        self._program = program
        self._classes: dict[str, Claimed] = {}

    def find(self, kind: str, text: str) -> Claimed:
        """Returns the class of a reference: ``#number!name,name of a base,...``."""
        name, *bases = text.partition("!")[2].split(",")
        found = self._class(name, bases)
        found.reference = kind, text
        return found

    def rebuild(self, name: str, message: str, bases: list[str]) -> BaseException:
        """Returns the exception for one that the program raised; what ends loops becomes RuntimeError, as in generators."""
        if not STEERING.isdisjoint((name, *bases)):
            return RuntimeError(f"the program raised {name}: {message}")
        if name in bases or _builtin(name) is not None:
            kind = next((found for each in (name, *bases) if (found := _builtin(each)) is not None), Exception)
            return kind(message)
        error: BaseException = type.__call__(self._class(name, bases), message)
        return error

    def _class(self, name: str, bases: list[str]) -> Claimed:
        known = self._classes.get(name)
        if known is not None:
            return known
        builtin = next((index for index, each in enumerate(bases) if _builtin(each) is not None), len(bases))
        own = self._class(bases[0], bases[1:]) if builtin > 0 and bases else None
        nearest = _builtin(bases[builtin]) if builtin < len(bases) else Exception
        parents = tuple(one for one in (own, nearest) if one is not None)
        members = {
            "__str__": _text,
            "__getattr__": _missing,
            "reference": None,
            "program": self._program,
            "__module__": "solution",
        }
        try:
            made = type.__new__(Claimed, name, parents, dict(members))
        except TypeError:  # bases that do not fit together
            made = type.__new__(Claimed, name, parents[:1], dict(members))
        self._classes[name] = made
        return made


def _builtin(name: str) -> type[BaseException] | None:
    """Returns the builtin class of that name, None when there is none, or when it takes more than a message."""
    kind = getattr(builtins, name, None)
    if not isinstance(kind, type) or not issubclass(kind, Exception):
        return None
    try:
        kind("")
    except TypeError:  # a class such as UnicodeDecodeError
        return None
    return kind
