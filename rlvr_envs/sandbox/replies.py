"""Hostile messages of a program's process to typed results, checked part by part."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from rlvr_envs.sandbox.base import CallResult, Iterated, Opaque, Raised, RaisedFrame, Status
from rlvr_envs.sandbox.guest import arrays, codec, faults, tracing, values
from rlvr_envs.sandbox.guest.program import MAX_PRINTED
from rlvr_envs.sandbox.text import clean
from rlvr_envs.sandbox.worker import Forgery

_MAX_NAME = 200
_MAX_BASES = 10
_MAX_SECONDS = 10**6
_MAX_OBJECTS = 10**9

T = TypeVar("T")


def _forged(what: str) -> NoReturn:
    raise Forgery(f"{what} has the wrong form")


def _text(value: Any, limit: int, what: str) -> str:
    if type(value) is not str:
        _forged(what)
    return clean(value, limit)


def _integer(value: Any, what: str) -> int:
    if type(value) is not int:
        _forged(what)
    return int(value)


def _items(value: Any, read: Callable[[Any], T], limit: int, what: str) -> tuple[T, ...]:
    if type(value) is not list or len(value) > limit:
        _forged(what)
    return tuple(read(item) for item in value)


_MAKERS = codec.Makers(
    opaque=lambda kind, text: Opaque(clean(kind, 100), clean(text, _MAX_NAME)),
    iterated=lambda kind, items, ended: Iterated(clean(kind, 100), items, ended),
    array=arrays.decode,
)


def read_value(data: Any) -> Any:
    """Returns the value that a message holds.

    Raises:
        Forgery: It is not encoded as the guest encodes.
    """
    try:
        return codec.decode(data, _MAKERS)
    except codec.CodecError as error:
        raise Forgery(f"a value that cannot be decoded: {error}") from error


def read_raised(data: Any) -> Raised:
    """Returns the exception that a message reports."""
    if type(data) is not list or len(data) != 4:
        _forged("an exception")
    name, message, bases, frames = data
    return Raised(
        type=_text(name, _MAX_NAME, "an exception's type"),
        message=_text(message, faults.MAX_MESSAGE, "an exception's message"),
        frames=_items(frames, _read_frame, faults.MAX_FRAMES, "a traceback"),
        bases=_items(bases, lambda base: _text(base, _MAX_NAME, "a base class"), _MAX_BASES, "base classes"),
    )


def _read_frame(data: Any) -> RaisedFrame:
    if type(data) is not list or len(data) != 6:
        _forged("a frame")
    line, end_line, column, end_column, function, pairs = data
    return RaisedFrame(
        line=_integer(line, "a line"),
        function=_text(function, _MAX_NAME, "a function's name"),
        end_line=_integer(end_line, "a line"),
        column=_integer(column, "a column"),
        end_column=_integer(end_column, "a column"),
        locals=_items(pairs, _read_local, faults.MAX_LOCALS, "locals"),
    )


def _read_local(data: Any) -> tuple[str, str]:
    if type(data) is not list or len(data) != 2:
        _forged("a local")
    return _text(data[0], _MAX_NAME, "a local's name"), _text(data[1], faults.MAX_VALUE, "a local's text")


def read_callback(message: list[Any]) -> list[Any]:
    """Returns what a program asks of an object of the tests: number of the request, kind, number of the object, arguments."""
    if len(message) != 6:
        _forged("a callback")
    _, request, kind, number, args, kwargs = message
    if type(kind) is not str or not 0 <= _integer(number, "an object's number") < _MAX_OBJECTS:
        _forged("a callback")
    named = read_value(kwargs)
    if type(read_value(args)) is not tuple or type(named) is not dict or not all(type(name) is str for name in named):
        _forged("the arguments of a callback")
    return [_integer(request, "a request's number"), kind, number, args, kwargs]


def read_printed(value: Any) -> str:
    """Returns printed text."""
    return _text(value, MAX_PRINTED, "printed text")


_OUTCOMES = {"ok": Status.OK, "raised": Status.ERROR, "exit": Status.FORBIDDEN}


def status_of(outcome: Any, raised: Raised | None) -> Status:
    """Returns the status that an outcome stands for; running out of memory is told apart from other exceptions."""
    if type(outcome) is not str or outcome not in _OUTCOMES:
        _forged("an outcome")
    memory = raised is not None and outcome == "raised" and "MemoryError" in (raised.type, *raised.bases)
    return Status.MEMORY if memory else _OUTCOMES[outcome]


def read_result(message: list[Any], index: int) -> CallResult:
    """Returns the result of item ``index``.

    Raises:
        Forgery: The message is something else.
    """
    if message[0] != "result" or len(message) != 8 or type(message[1]) is not int or message[1] != index:
        raise Forgery(f"expected the result of item {index}")
    _, _, outcome, body, printed, microseconds, _, lines = message
    raised = None if outcome == "ok" else read_raised(body)
    return CallResult(
        status=status_of(outcome, raised),
        value=read_value(body) if outcome == "ok" else None,
        raised=raised,
        stdout=read_printed(printed),
        wall_s=min(max(_integer(microseconds, "a time"), 0) / 1e6, float(_MAX_SECONDS)),
        **_read_trace(lines),
    )


def _read_trace(data: Any) -> dict[str, Any]:
    """Returns executed lines, or lines and values, as fields of a result."""
    if type(data) is list and data and type(data[0]) is list:
        return {"values": _items(data, _read_made, values.MAX_VALUES, "values")}
    lines = () if data is None else _items(data, lambda line: _integer(line, "a line"), tracing.MAX_LINES, "executed lines")
    return {"lines": lines}


def _read_made(data: Any) -> tuple[int, int]:
    if type(data) is not list or len(data) != 2:
        _forged("a value's number")
    return _integer(data[0], "a line"), _integer(data[1], "a value's number")


_STACK_LINE = re.compile(rf'  File "{re.escape(faults.SOURCE_FILE)}", line ([0-9]{{1,9}}) in (.{{1,{_MAX_NAME}}})')


def read_stack(text: bytes) -> tuple[RaisedFrame, ...]:
    """Returns the frames of the program in what faulthandler wrote, the innermost last; other text is passed over."""
    lines = text.decode("utf-8", "replace").splitlines()[: 10 * faults.MAX_FRAMES]
    found = [match for line in lines if (match := _STACK_LINE.fullmatch(line))]
    return tuple(RaisedFrame(int(match[1]), clean(match[2], _MAX_NAME)) for match in reversed(found[: faults.MAX_FRAMES]))


def read_loaded(message: list[Any]) -> tuple[str, Raised | None, Status]:
    """Returns what was printed while loading, the exception that ended it, and the status."""
    if message[0] != "loaded" or len(message) != 3:
        raise Forgery("expected the news that the program was loaded")
    if message[2] is None:
        return read_printed(message[1]), None, Status.OK
    if type(message[2]) is not list or len(message[2]) != 2 or message[2][0] == "ok":
        _forged("a failed load")
    raised = read_raised(message[2][1])
    return read_printed(message[1]), raised, status_of(message[2][0], raised)
