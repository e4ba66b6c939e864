"""The program's end of the talk with the tests: answers their requests, and asks back while it does (callbacks).

To and fro is one stack.  The tests send a request; until its ``["result", number, ...]`` the program may send ``["callback",
number of the request, kind, number of the object, args, kwargs]`` (kinds: :data:`.lent.CALLBACKS`), and until the tests send
``["answer", ...]`` they may send requests in turn.  Any thread of the program may call back, one at a time, while a request is
being answered; what comes between requests is refused, as nobody listens then.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from . import borrowed, faults, inplace, tracing
from .lent import MAX_CALLBACK_BYTES, MAX_CALLBACKS, MAX_KEPT_ERRORS, MAX_NESTED
from .program import Channel, Printed, outcome_of

# Frames of the interpreter's stack: for the way there and back even where the program has used up its own, and for what this
# module and the server put between two functions of the program.
_ROOM, _BETWEEN = 300, 24
# A handler of the program that raises in the middle of a message would break the talk; it is run when the answer is there.
_TIMERS = (signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF)

#: Answers one request: the encoded value and, of a call, the changes of its arguments.
Answer = Callable[[list[Any]], "tuple[Any, Any]"]


class Dialogue:
    """One program's talk with its tests."""

    def __init__(self, channel: Channel, printed: Printed, tracer: tracing.Tracer | None) -> None:
        """Begins; :meth:`serve` needs what answers."""
        self._channel, self._printed, self._tracer = channel, printed, tracer
        self._lock = threading.RLock()
        self._open: list[int] = []  # requests that are being answered, the innermost last
        self._asked = 0
        self._called, self._sent = 0, 0
        self._errors: OrderedDict[int, tuple[BaseException, int]] = OrderedDict()

    def serve(self, answer: Answer, encode: Callable[[Any], Any], decode: Callable[[Any], Any]) -> NoReturn:
        """Answers requests until there are no more."""
        self._answer, self._encode, self._decode = answer, encode, decode
        while request := self._channel.receive():
            self._reply(request, self._tracer or contextlib.nullcontext())
        self._channel.end()

    def _reply(self, request: list[Any], surroundings: contextlib.AbstractContextManager[None]) -> None:
        """Answers one request within ``surroundings``."""
        number, started = self._asked, time.perf_counter()
        self._asked += 1
        self._open.append(number)
        outcome = "ok"
        try:
            with surroundings:
                body, extra = self._answer(request)
        except BaseException as error:  # whatever the program raises is its result
            outcome, body, extra = outcome_of(error), faults.report(error, details=True), self._number_of(error)
        with self._lock:  # a thread that is calling back gets its answer before the request is over
            lines = None if self._tracer is None else self._tracer.take()
            printed = self._printed.take()
            self._open.pop()
            self._channel.send_result(number, outcome, body, printed=printed, started=started, extra=extra, lines=lines)

    def call_back(self, kind: str, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Returns what the tests answer; raises what they raised, by its builtin class alone."""
        with self._lock, _room(), _no_timers():
            encoded = self._encode(args)
            self._ask(kind, number, encoded, self._encode(kwargs))
            outcome, body, extra = self._await_answer()
            if outcome == "raised":
                raise self._rebuild(body, extra)
            inplace.apply(args, extra, self._decode)
            return self._decode(body)

    def _ask(self, kind: str, number: int, args: Any, kwargs: Any) -> None:
        if not self._open:
            raise RuntimeError("an object of the tests can only be used while the tests wait for the program")
        if len(self._open) > MAX_NESTED:
            raise RecursionError(f"the program and functions of the tests call each other more than {MAX_NESTED} times deep")
        self._called += 1
        if self._called > MAX_CALLBACKS:
            raise RuntimeError(f"the program used objects of the tests more than {MAX_CALLBACKS} times")
        sent = 0
        if args[0] == "tuple" and kwargs[0] == "dict":  # else there are too many items in them
            message = ["callback", self._open[-1], kind, number, args, kwargs]
            sent = self._channel.send_if(message, MAX_CALLBACK_BYTES - self._sent)
        if not sent:
            raise RuntimeError("arguments for functions of the tests are too large")
        self._sent += sent

    def _await_answer(self) -> tuple[str, Any, Any]:
        """Answers requests of the tests until they have answered."""
        while message := self._channel.receive():
            if message[0] == "answer":
                return message[1], message[2], message[3]
            self._reply(message, _frames(_BETWEEN - _ROOM))
        self._channel.end()  # the tests are gone

    def _rebuild(self, bases: list[str], number: int) -> Exception:
        """Returns the exception of the tests that has the number, which says whose it was should the program let it pass."""
        error = borrowed.make_exception(bases)
        self._errors[id(error)] = error, number  # kept alive, so that its id stays its own
        if len(self._errors) > MAX_KEPT_ERRORS:
            self._errors.popitem(last=False)
        return error

    def _number_of(self, error: BaseException) -> int | None:
        """Returns the number of an exception of the tests, None of any other."""
        kept = self._errors.get(id(error))
        return None if kept is None else kept[1]


def _room() -> contextlib.AbstractContextManager[None]:
    return _frames(_ROOM)


@contextlib.contextmanager
def _frames(count: int) -> Iterator[None]:
    """Raises the limit of recursion by ``count`` frames, or lowers it."""
    sys.setrecursionlimit(sys.getrecursionlimit() + count)
    try:
        yield
    finally:
        with contextlib.suppress(RecursionError, ValueError):  # the program has lowered it itself meanwhile
            sys.setrecursionlimit(sys.getrecursionlimit() - count)


@contextlib.contextmanager
def _no_timers() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _TIMERS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
