"""Answers what test statements in another guest ask of the program, in turn with them (:mod:`.dialogue`).

Requests: ``["name", text]`` (a global of the program), ``["call", target, args, kwargs]``, ``["get", target, attribute]``,
``["set", target, attribute, value]``, ``["use", target, special method, args]`` and ``["next", target]``, whose answer is a list
of the next item, or of none at the end.  Plain data travels by value.  Any other object stays here and is *referred to*: it is
written as an opaque value whose text is its number in the table of this process, and that text, sent back, means the object.
Objects of the tests have references of their own (:mod:`.borrowed`).  Each answer is a ``["result", ...]`` as in :mod:`.program`;
of a call, ``extra`` holds the arguments that it changed in place, of an exception that an object of the tests raised, its number.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any, NoReturn

from . import borrowed, codec, faults, inplace, tracing
from .dialogue import Dialogue
from .program import Channel, OpaqueValue, capture_output, load_and_report

_REFERENCE = re.compile(r"#([0-9]{1,9})(?:![^!]*)?")
_MAX_REFERENCE = 200


#: Special methods that tests may ask of an object; nothing that compares is among them.
SPECIAL: dict[str, Callable[..., Any]] = {
    "__iter__": iter,
    "__len__": len,
    "__getitem__": operator.getitem,
    "__setitem__": operator.setitem,
    "__instancecheck__": lambda kind, value: isinstance(value, kind),
    "__subclasscheck__": lambda kind, value: issubclass(value, kind),
    "__str__": str,
    "__repr__": repr,
    "__format__": format,
    "__hash__": hash,
    "type": type,
    "is mapping": lambda value: hasattr(type(value), "keys"),
    "slice": lambda value, *bounds: value[slice(*bounds)],
    "__enter__": lambda value: type(value).__enter__(value),
    "__exit__": lambda value: type(value).__exit__(value, None, None, None),
}


class Objects:
    """The program's objects that the tests know of, by number, and those of the tests that the program knows of."""

    def __init__(self, ask: borrowed.Ask) -> None:
        """Begins with none; uses of the tests' objects go to ``ask``."""
        self._borrowings = borrowed.Borrowings(ask)
        self._objects: list[Any] = []
        self._numbers: dict[int, int] = {}

    def refer(self, value: Any) -> tuple[str, str]:
        """Returns type name and reference of an object; the same object always gets the same reference."""
        known = self._borrowings.refer(value)
        if known is not None:
            return known
        number = self._numbers.setdefault(id(value), len(self._objects))
        if number == len(self._objects):
            self._objects.append(value)  # kept alive, so that its id stays its own
        return codec.type_name(value), f"#{number}{_exception_names(value)}"

    def find(self, kind: str, text: str) -> Any:
        """Returns the object that a reference means; any other opaque value stays closed to the program."""
        if text.startswith("@"):
            return self._borrowings.find(kind, text)
        match = _REFERENCE.fullmatch(text)
        if match is None or int(match[1]) >= len(self._objects):
            return OpaqueValue(kind, text)
        return self._objects[int(match[1])]

    def encode(self, value: Any) -> Any:
        """Returns a value as data, objects in it as references."""
        return codec.encode(value, refer=self.refer)

    def decode(self, data: Any) -> Any:
        """Returns the value that data stands for."""
        return codec.decode(data, self.find)


def _exception_names(value: Any) -> str:
    """Returns ``!`` and the names of an exception class and of those that it derives from, "" of any other object."""
    if not issubclass(type(value), type) or BaseException not in type.__dict__["__mro__"].__get__(value):
        return ""
    text = f"!{type.__dict__['__name__'].__get__(value)[:100]}"
    for name in faults.base_names(value):
        if len(text) + len(name) > _MAX_REFERENCE - len("#123456789,"):
            break
        text += f",{name}"
    return text


class Service:
    """Answers requests about one program."""

    def __init__(self, namespace: dict[str, Any], objects: Objects) -> None:
        """Takes the program's globals and the table of its objects."""
        self._namespace, self._objects = namespace, objects
        self._kinds: dict[str, Callable[..., tuple[Any, Any]]] = {
            "name": self._name,
            "call": self._call,
            "get": self._get,
            "set": self._set,
            "use": self._use,
            "next": self._next,
        }

    def answer(self, request: list[Any]) -> tuple[Any, Any]:
        """Returns the encoded value and, of a call, the arguments that it changed; raises what the program raises."""
        return self._kinds[request[0]](*request[1:])

    def _name(self, name: str) -> tuple[Any, Any]:
        if name not in self._namespace:
            raise NameError(f"name {name!r} is not defined")
        return self._objects.encode(self._namespace[name]), None

    def _call(self, target: Any, args: Any, kwargs: Any) -> tuple[Any, Any]:
        values = self._objects.decode(args)
        result = self._objects.decode(target)(*values, **self._objects.decode(kwargs))
        return self._objects.encode(result), inplace.changes(args[1:], values, self._objects.encode)

    def _get(self, target: Any, attribute: str) -> tuple[Any, Any]:
        return self._objects.encode(getattr(self._objects.decode(target), attribute)), None

    def _set(self, target: Any, attribute: str, value: Any) -> tuple[Any, Any]:
        setattr(self._objects.decode(target), attribute, self._objects.decode(value))
        return None, None

    def _use(self, target: Any, name: str, args: Any) -> tuple[Any, Any]:
        return self._objects.encode(SPECIAL[name](self._objects.decode(target), *self._objects.decode(args))), None

    def _next(self, target: Any) -> tuple[Any, Any]:
        try:
            item = next(self._objects.decode(target))
        except StopIteration:
            return self._objects.encode([]), None
        return self._objects.encode([item]), None


def serve(channel: Channel, payload: dict[str, Any]) -> NoReturn:
    """Loads the program and answers requests until there are no more."""
    printed = capture_output(channel, payload["output_bytes"])
    namespace = load_and_report(channel, payload, printed)
    dialogue = Dialogue(channel, printed, tracing.make_tracer(payload))
    objects = Objects(dialogue.call_back)
    dialogue.serve(Service(namespace, objects).answer, objects.encode, objects.decode)
