"""Answers what test statements in another guest ask of the program, one request at a time.

Requests: ``["name", text]`` (a global of the program), ``["call", target, args, kwargs]``, ``["get", target, attribute]``,
``["set", target, attribute, value]``, ``["use", target, special method, args]`` and ``["next", target]``, whose answer is a list
of the next item, or of none at the end.  Plain data travels by value.  Any other object stays here and is *referred to*: it is
written as an opaque value whose text is its number in the table of this process, and that text, sent back, means the object.
Each answer is a ``["result", ...]`` as in :mod:`.program`; of a call, ``extra`` holds the arguments that it changed in place.
"""

from __future__ import annotations

import contextlib
import operator
import re
import time
from collections.abc import Callable
from typing import Any, NoReturn

from . import codec, faults, tracing
from .program import Channel, OpaqueValue, capture_output, load_and_report, outcome_of

_REFERENCE = re.compile(r"#([0-9]{1,9})")


#: Special methods that tests may ask of an object; nothing that compares is among them.
SPECIAL: dict[str, Callable[..., Any]] = {
    "__iter__": iter,
    "__len__": len,
    "__getitem__": operator.getitem,
    "__setitem__": operator.setitem,
    "__enter__": lambda value: type(value).__enter__(value),
    "__exit__": lambda value: type(value).__exit__(value, None, None, None),
}


class Objects:
    """The program's objects that the tests know of, by number."""

    def __init__(self) -> None:
        """Begins with none."""
        self._objects: list[Any] = []
        self._numbers: dict[int, int] = {}

    def refer(self, value: Any) -> tuple[str, str]:
        """Returns type name and reference of an object; the same object always gets the same reference."""
        number = self._numbers.setdefault(id(value), len(self._objects))
        if number == len(self._objects):
            self._objects.append(value)  # kept alive, so that its id stays its own
        return codec.type_name(value), f"#{number}"

    def find(self, kind: str, text: str) -> Any:
        """Returns the object that a reference means; any other opaque value stays closed to the program."""
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


class Service:
    """Answers requests about one program."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        """Takes the program's globals."""
        self._namespace, self._objects = namespace, Objects()
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
        changed = [self._changed_in_place(old, new) for old, new in zip(args[1:], values, strict=True)]
        return self._objects.encode(result), changed

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

    def _changed_in_place(self, before: Any, argument: Any) -> Any:
        """Returns the encoded argument if the call changed it, else None."""
        if type(argument) not in (list, dict, set, bytearray):
            return None
        after = self._objects.encode(argument)
        return None if type(argument) is not set and after == before else after


def serve(channel: Channel, payload: dict[str, Any]) -> NoReturn:
    """Loads the program and answers requests until there are no more."""
    printed = capture_output(channel, payload["output_bytes"])
    service = Service(load_and_report(channel, payload, printed))
    tracer = tracing.LineTracer() if payload["trace_lines"] else None
    index = 0
    while request := channel.receive():
        started = time.perf_counter()
        outcome, changed = "ok", None
        try:
            with tracer or contextlib.nullcontext():
                body, changed = service.answer(request)
        except BaseException as error:  # whatever the program raises is its result
            outcome, body = outcome_of(error), faults.report(error, details=True)
        lines = None if tracer is None else tracer.take()
        channel.send_result(index, outcome, body, printed=printed.take(), started=started, extra=changed, lines=lines)
        index += 1
    channel.end()
