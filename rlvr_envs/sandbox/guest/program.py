"""Runs one judged program in its own, already hardened process and answers on its reply pipe.

Messages to the trusted side (lists, in this order, nothing else): ``["loaded", stdout, raised or null]``, one
``["result", index, outcome, body, stdout, microseconds, extra, lines]`` for each item asked, ``["end"]``. ``outcome`` is
``ok`` (``body`` is the encoded value), ``raised`` or ``exit`` (``body`` is a report of :mod:`.faults`); ``lines`` are those
of the program that were executed (:mod:`.tracing`) or pairs of a line and a value's number (:mod:`.values`), where they were
asked for. ``["output"]`` says that the program printed more than it may.
Everything said here is a *claim* of a process that runs hostile code; only the values are believed, because
nothing in this process knows which values are right.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import time
import types
from collections.abc import Iterator
from typing import IO, Any, NoReturn, cast

from . import codec, faults, tracing, values, wire

REPLY_FD, REQUEST_FD = 3, 4
TRACE_FD = 5  # where faulthandler writes the stack when the time is up; a word there has the zygote look for answers at once
_MAX_HELD = 1 << 16  # bytes of messages kept back
MAX_PRINTED = 4_096  # characters kept of what one call printed

Message = list[Any]


class Channel:
    """The program's pipes to the trusted side."""

    def __init__(self, reply_bytes: int, reply_fd: int = REPLY_FD) -> None:
        """Remembers how large one message may be, and where it goes."""
        self._reply_bytes, self._reply_fd = reply_bytes, reply_fd
        self._held = b""

    def hold(self, message: Message) -> None:
        """Keeps one message back until the next one is written: who waits for both is woken once."""
        self._held += wire.frame(codec.dumps(message))
        if len(self._held) > _MAX_HELD:
            self.flush()

    def flush(self) -> None:
        """Writes what was held back."""
        self._write(b"")

    def await_group(self) -> list[Any]:
        """Says that all that was asked is answered, and returns what is asked next, nothing when there will be no more."""
        self.flush()
        wire.write_all(TRACE_FD, b"\n")
        return self.receive() or []

    def send(self, message: Message) -> None:
        """Writes one message."""
        self._write(wire.frame(codec.dumps(message)))

    def _write(self, data: bytes) -> None:
        data, self._held = self._held + data, b""
        wire.write_all(self._reply_fd, data)

    def send_if(self, message: Message, most_bytes: int) -> int:
        """Writes a message unless it is too large; returns its size, 0 if it was not written."""
        data = codec.dumps(message)
        if len(data) > min(most_bytes, self._reply_bytes):
            return 0
        self._write(wire.frame(data))
        return len(data)

    def send_result(
        self,
        index: int,
        outcome: str,
        body: Any,
        *,
        printed: str,
        started: float,
        extra: Any = None,
        lines: list[Any] | None = None,
        hold: bool = False,
    ) -> None:
        """Writes the result of item ``index``, begun at ``started`` (perf_counter); a value that is too large becomes opaque.

        With ``hold`` it is kept back as by :meth:`hold`.
        """
        elapsed = int((time.perf_counter() - started) * 1e6)
        data = codec.dumps(["result", index, outcome, body, printed, elapsed, extra, lines])
        if len(data) > self._reply_bytes:
            if outcome == "ok":
                body = ["opaque", "value", f"too large: {len(data):,} bytes, more than reply_kib={self._reply_bytes >> 10}"]
            data = codec.dumps(["result", index, outcome, body, printed, elapsed, None, lines])
        if hold and len(self._held) + len(data) < _MAX_HELD:
            self._held += wire.frame(data)
        else:
            self._write(wire.frame(data))

    def receive(self) -> Message | None:
        """Returns the next request, None when there will be no more."""
        body = wire.read_frame(REQUEST_FD)
        return None if body is None else json.loads(body)

    def end(self) -> NoReturn:
        """Says that everything was answered and ends the process, whatever threads still run."""
        self.send(["end"])
        os._exit(0)


class Printed(io.RawIOBase):
    """Takes what the program prints: keeps the first bytes of each item and ends the program beyond its limit."""

    def __init__(self) -> None:
        """Takes nothing yet."""
        self._channel: Channel | None = None
        self._left, self._kept = 0, bytearray()

    def open(self, channel: Channel, limit: int) -> None:
        """Allows ``limit`` bytes in all."""
        self._channel, self._left = channel, limit

    def writable(self) -> bool:
        """Returns True."""
        return True

    def write(self, data: Any) -> int:
        """Takes ``data``."""
        size = len(data)
        self._left -= size
        if self._left < 0:
            if self._channel is not None:
                self._channel.send(["output"])
            os._exit(0)
        if len(self._kept) < 4 * MAX_PRINTED:
            self._kept += data
        return size

    def take(self) -> str:
        """Returns what was printed since the last time, cut."""
        if not self._kept:
            return ""
        text = self._kept.decode("utf-8", "replace")[:MAX_PRINTED]
        self._kept.clear()
        return text


# Made before processes are forked, as every process needs them.
_PRINTED = Printed()
_STDOUT = io.TextIOWrapper(cast("IO[bytes]", _PRINTED), "utf-8", "backslashreplace", write_through=True)


def capture_output(channel: Channel, limit: int) -> Printed:
    """Points ``sys.stdout`` at this process's :class:`Printed` and returns it."""
    _PRINTED.open(channel, limit)
    sys.stdout = _STDOUT
    return _PRINTED


def compile_program(payload: dict[str, Any]) -> list[types.CodeType]:
    """Returns the code of the set-up and of the program; raises SyntaxError and whatever else compiling may raise."""
    parts = ((payload["setup"], "<setup>"), (payload["source"], faults.SOURCE_FILE))
    codes = [compile(text, name, "exec", dont_inherit=True) for text, name in parts if text]
    return [*codes[:-1], values.compile_recorded(payload["source"])] if payload["trace_values"] and payload["source"] else codes


def execute(codes: list[types.CodeType], name: str) -> dict[str, Any]:
    """Executes code as the module ``name`` and returns its namespace; raises what the code raises."""
    module = types.ModuleType(name)
    sys.modules[name] = module  # dataclasses, pickle and typing look their module up
    for code in codes:
        exec(code, module.__dict__)
    return module.__dict__


def outcome_of(error: BaseException) -> str:
    """Returns the outcome that an exception stands for."""
    return "exit" if isinstance(error, SystemExit) else "raised"


def resolve(namespace: dict[str, Any], entry_point: str, path: list[str]) -> Any:
    """Returns the entry point, or an attribute below it; of a class, the attribute of a new instance."""
    target = namespace[entry_point]
    for i, attribute in enumerate(path):
        if i == 0 and isinstance(target, type):
            target = target()
        target = getattr(target, attribute)
    return target


def load_and_report(channel: Channel, payload: dict[str, Any], printed: Printed) -> dict[str, Any]:
    """Loads the program and says so; ends the process when that fails or the entry point is missing."""
    raised = None
    namespace: dict[str, Any] = {}
    try:
        namespace = execute(compile_program(payload), "solution")
        if payload["entry_point"] not in namespace:
            raise NameError(f"the program does not define {payload['entry_point']!r}")
    except BaseException as error:  # whatever the program raises is its result
        raised = [outcome_of(error), faults.report(error, details=True)]
    channel.send(["loaded", printed.take(), raised])
    if raised is not None:
        channel.end()
    return namespace


def asked_in_groups(channel: Channel, items: list[Any], further_groups: int) -> Iterator[Any]:
    """Yields the items of all groups, each group when all of the one before are answered.

    So what is told of an item can hold nothing of a later group.
    """
    yield from items
    for _ in range(further_groups):
        yield from channel.await_group()


def run_calls(channel: Channel, payload: dict[str, Any]) -> NoReturn:
    """Answers the calls of the payload, and of further groups, in order and in one process."""
    answer_calls(channel, payload)
    channel.end()


def answer_calls(channel: Channel, payload: dict[str, Any]) -> None:
    """Loads the program and answers its calls, until one of them leaves by SystemExit."""
    printed = capture_output(channel, payload["output_bytes"])
    namespace = load_and_report(channel, payload, printed)
    traced = None if payload["trace_calls"] is None else set(payload["trace_calls"])
    tracer = tracing.make_tracer(payload)
    for index, (args, kwargs, path) in enumerate(asked_in_groups(channel, payload["calls"], payload["further_groups"])):
        started = time.perf_counter()
        outcome = "ok"
        told = traced is None or index in traced
        try:
            target = resolve(namespace, payload["entry_point"], path)
            positional, named = decode(args), decode(kwargs)
            with tracer or contextlib.nullcontext():
                body = codec.encode(target(*positional, **named), walk=True)
        except BaseException as error:  # whatever the program raises is its result
            outcome, body = outcome_of(error), faults.report(error, details=told)
        lines = None if tracer is None else tracer.take()
        channel.send_result(index, outcome, body, printed=printed.take(), started=started, lines=lines)
        if outcome == "exit":
            break


_REHEARSAL = """
def f(x):
    if x == 3:
        raise ValueError(x)
    print(x)
    return [x, {"a": (x, 1.5)}, str(x)]
"""


def rehearse(times: int) -> None:
    """Judges a small program some times, its answers thrown away, before processes are forked.

    Every page of memory that a program's process writes to is copied first; what the interpreter learns here it need not write
    there again.
    """
    stdout = sys.stdout
    nothing = os.open(os.devnull, os.O_WRONLY)
    payload: dict[str, Any] = {
        "source": _REHEARSAL,
        "setup": "import math",
        "entry_point": "f",
        "calls": [[["tuple", x], ["dict"], []] for x in range(4)],
        "trace_calls": None,
    }
    payload = {**payload, "trace_lines": False, "trace_values": False, "output_bytes": 1 << 16, "further_groups": 0}
    for _ in range(times):
        answer_calls(Channel(1 << 20, nothing), json.loads(json.dumps(payload)))
    os.close(nothing)
    sys.stdout = stdout
    del sys.modules["solution"]


def decode(data: Any) -> Any:
    """Returns a value from the trusted side; opaque ones stay closed to the program."""
    return codec.decode(data, OpaqueValue)


class OpaqueValue:
    """Stands for a value that is not plain data; equals nothing."""

    def __init__(self, kind: str, text: str) -> None:
        """Keeps the name of its type and what is known of it."""
        self.kind, self.text = kind, text

    def __eq__(self, other: object) -> bool:
        """Returns False."""
        return False

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        """Returns the type's name in angle brackets."""
        return f"<{self.kind}>"
