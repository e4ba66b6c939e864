"""Objects of the tests that were given to the program, on the side of the tests.

A function, an iterator or any other object that is not plain data stays here and travels as a reference; :mod:`.borrowed` has
what stands for it in the program.  The program can call functions, walk iterators and give any of them back, and no more.  What
the standard library has under a public name goes by that name, and the program uses its own: so no program gets ``eval`` or
``getattr`` of this process.
"""

from __future__ import annotations

import inspect
import re
import sys
import types
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from . import codec, faults, inplace

#: Callbacks that one run of tests answers, and bytes that its answers, or their arguments, may have in all.
MAX_CALLBACKS = 100_000
MAX_CALLBACK_BYTES = 16 << 20
#: Requests within callbacks within requests, and so on.
MAX_NESTED = 200
MAX_KEPT_ERRORS = 1_000

# What the program may do with an object: the letter behind its number.
FUNCTION, ITERATOR, ITERABLE, CLOSED, NAMED = "f", "n", "i", "", "="
#: Kind of a callback -> what its object must be.
CALLBACKS = {"call": FUNCTION, "describe": FUNCTION, "next": ITERATOR, "iter": ITERABLE}

_REFERENCE = re.compile(r"@([0-9]{1,9})[fni]?")
_WRITTEN = (type, types.FunctionType, types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType)
_MAX_NAME = 100
_LEAVING = frozenset({"sys:exit", "posix:_exit", "posix:abort"})  # whoever asks for that shall not have the program leave


class Lent:
    """The objects of the tests that the program knows of, by number, and what their use by the program raised."""

    def __init__(self, encode: Callable[[Any], Any], decode: Callable[[Any], Any]) -> None:
        """Begins with none; values from and for the program go through ``encode`` and ``decode``."""
        self._encode, self._decode = encode, decode
        self._objects: list[tuple[Any, str]] = []
        self._numbers: dict[Any, int] = {}
        self._errors: OrderedDict[int, BaseException] = OrderedDict()
        self._failed: dict[int, AssertionError] = {}
        self._raised = 0

    def refer(self, value: Any) -> tuple[str, str]:
        """Returns type name and reference of an object; the same object always gets the same reference."""
        number = self._numbers.setdefault(_identity(value), len(self._objects))
        if number == len(self._objects):
            name = _public_name(value)
            form = NAMED if name else _form(value)
            self._objects.append((value, form + name))  # kept alive, so that its id stays its own
        form = self._objects[number][1]
        return codec.type_name(value), f"@{number}{form}"

    def find(self, text: str) -> Any:
        """Returns the object that a reference means; raises LookupError when it means none."""
        match = _REFERENCE.fullmatch(text)
        if match is None:
            raise LookupError(text)
        return self._objects[int(match[1])][0]

    def answer(self, kind: str, number: int, args: Any, kwargs: Any) -> list[Any]:
        """Returns the answer to a callback: ``[value, changed arguments]``, or ``[builtin bases, number of the exception]``.

        No word of an exception, and no name but those of builtin classes, goes to the program.
        """
        try:
            value, form = self._objects[number]
            if form != CALLBACKS[kind]:
                raise TypeError("an object of the tests was asked for something that it was not given for")
            values = self._decode(args)
            result = _use(kind, value, values, self._decode(kwargs))
            return ["answer", "returned", self._encode(result), inplace.changes(args[1:], values, self._encode)]
        except BaseException as error:  # code of the tests may raise anything
            return self.refusal(error)

    def refusal(self, error: BaseException) -> list[Any]:
        """Returns the answer that raises ``error``, and keeps it, in case the program lets it pass."""
        self._raised += 1
        self._errors[self._raised] = error
        if len(self._errors) > MAX_KEPT_ERRORS:
            self._errors.popitem(last=False)
        if type(error) is AssertionError:
            self._failed[self._raised] = error
        return ["answer", "raised", faults.builtin_bases(type(error)), self._raised]

    def passed(self, number: Any) -> BaseException | None:
        """Returns the exception of that number, which the program has let pass."""
        self._failed.pop(number, None)
        return self._errors.get(number)

    def forget_failures(self) -> None:
        """Begins a statement."""
        self._failed.clear()

    def raise_swallowed(self) -> None:
        """Raises the first failed assert of a function of the tests that the program has kept to itself."""
        for error in self._failed.values():
            raise error


def _use(kind: str, value: Any, args: Any, kwargs: Any) -> Any:
    if kind == "call":
        return value(*args, **kwargs)
    if kind == "iter":
        return iter(value)
    if kind == "next":
        try:
            return [next(value)]
        except StopIteration:
            return []
    return _describe(value)


def _identity(value: Any) -> Any:
    """Returns what stays the same for the same object; bound methods are made anew each time that one is asked for."""
    owner = getattr(value, "__self__", None) if isinstance(value, (types.MethodType, types.BuiltinMethodType)) else None
    if owner is None or isinstance(owner, types.ModuleType):
        return id(value)
    return id(owner), id(value.__func__) if isinstance(value, types.MethodType) else value.__name__


def _form(value: Any) -> str:
    kind = type(value)
    if isinstance(value, type) and _is_standard(value.__module__):
        return CLOSED  # a class such as that of code objects, which the standard library has under no name of its own
    if codec.is_iterator(value):
        return ITERATOR
    if callable(value):
        return FUNCTION
    return ITERABLE if hasattr(kind, "__iter__") else CLOSED


def _is_standard(module: Any) -> bool:
    """Whether a module's name is one of the standard library."""
    return type(module) is str and module.partition(".")[0] in sys.stdlib_module_names


def _public_name(value: Any) -> str:
    """Returns ``module:name`` of an object that the standard library has under that name, else an empty text."""
    if not isinstance(value, _WRITTEN):
        return ""
    owner = getattr(value, "__objclass__", value)
    module = getattr(owner, "__module__", None)
    name = f"{module}:{value.__qualname__}"
    if not _is_standard(module) or name in _LEAVING or len(name) > _MAX_NAME:
        return ""
    try:
        return name if find_public(name) is value else ""
    except (ImportError, AttributeError):
        return ""


def find_public(name: str) -> Any:
    """Returns what stands under ``module:name`` in the standard library; raises ImportError or AttributeError."""
    module, _, path = name.partition(":")
    found: Any = __import__(module, fromlist=["*"])
    for part in path.split("."):
        found = getattr(found, part)
    return found


def _describe(value: Any) -> tuple[Any, Any]:
    """Returns the name of a function, and name, kind and whether there is a default of its parameters; None where unknown."""
    name = getattr(value, "__name__", None)
    if type(name) is not str or len(name) > _MAX_NAME:
        name = None
    if not isinstance(value, (types.FunctionType, types.MethodType)):
        return name, None
    parameters = inspect.signature(value).parameters.values()
    return name, [(one.name, int(one.kind), one.default is not one.empty) for one in parameters]
