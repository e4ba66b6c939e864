"""Judging one program by test statements: the tests in one guest, the program in another, calls relayed between them.

The test source never enters the worker that runs programs.  What passes from the program to the tests is plain data and
references alone.  To the program pass requests, and answers to what it asks of objects that the tests gave it, both only at their
turn: it cannot ask outside of a request, in place of another one, or again when the request is over.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from rlvr_envs.sandbox.base import CallResult, Program, Raised, RunResult, Status
from rlvr_envs.sandbox.endings import complete, limits_for, resources_of
from rlvr_envs.sandbox.guest.lent import CALLBACKS, MAX_CALLBACKS, MAX_NESTED
from rlvr_envs.sandbox.guest.program import MAX_PRINTED
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.sandbox.replies import read_callback, read_loaded, read_result, read_stack, read_value
from rlvr_envs.sandbox.session import Ended, await_loading, next_message, part_cleanly, source_payload
from rlvr_envs.sandbox.text import clean
from rlvr_envs.sandbox.worker import Conversation, Forgery, Worker

_MAX_CALLS = 100_000
_REQUESTS = ("name", "call", "get", "set", "use", "next")
_TEST_MARGIN_SECONDS = 0.5  # the program's own deadline shall come first


class ProgramGone(Exception):
    """Raised while the tests run when the program's process is over; holds the status and the detail."""

    def __init__(self, status: Status, detail: str) -> None:
        """Keeps both."""
        super().__init__(detail)
        self.status, self.detail = status, detail


@dataclass
class Relay:
    """Answers the calls that tests make, by asking the program's process, which may ask back before it answers."""

    program: Program
    conversation: Conversation
    asked: int = 0
    called_back: int = 0
    open: list[int] = field(default_factory=list)  # numbers of the requests that the program has not answered
    waiting: int = 0  # callbacks that the tests have not answered; at their turn there is one in each open request
    last_raised: Raised | None = None
    printed: list[str] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)

    def take_printed(self) -> str:
        """Returns what the program printed since the last time, cut."""
        text = "".join(self.printed)[:MAX_PRINTED]
        self.printed.clear()
        return text

    def answer(self, message: list[Any]) -> list[Any]:
        """Returns what the program says to a request of the tests (:mod:`.guest.serving`), or to their answer to a callback.

        Raises:
            ProgramGone: The program did not survive the call, or answered what the guest's own code never writes.
            Forgery: The tests answer what they were not asked.
        """
        if message[0] in _REQUESTS:
            self.open.append(self.asked)
            self.asked += 1
        elif self.waiting:
            self.waiting -= 1
        else:
            raise Forgery("the tests answer a callback that the program did not make")
        try:
            self.conversation.send(message)
            reply = next_message(self.conversation, self.program.limits)
            return self._callback(reply) if reply[0] == "callback" else self._result(reply)
        except Ended as end:
            raise ProgramGone(end.status, end.detail) from end
        except Forgery as forgery:
            raise ProgramGone(Status.FORBIDDEN, str(forgery)) from forgery

    def _callback(self, message: list[Any]) -> list[Any]:
        request, *callback = read_callback(message)
        if request != self.open[-1] or callback[0] not in CALLBACKS:
            raise Forgery("a callback that belongs to no request")
        self.called_back += 1
        if self.called_back > MAX_CALLBACKS or len(self.open) > MAX_NESTED:
            raise Forgery("more callbacks than the guest's own code makes")
        self.waiting += 1
        return ["callback", *callback]

    def _result(self, reply: list[Any]) -> list[Any]:
        result = read_result(reply, self.open.pop())
        self.printed.append(result.stdout)
        self.lines.update(result.lines)
        if result.status is Status.FORBIDDEN:
            raise ProgramGone(Status.FORBIDDEN, "left by SystemExit")
        if result.raised is not None:
            self.last_raised = result.raised
            own = reply[6] if type(reply[6]) is int else None
            return ["raise", result.raised.type, result.raised.message, list(result.raised.bases), own]
        return ["return", reply[3], self._changed(reply[6])]

    def take_lines(self) -> tuple[int, ...]:
        """Returns the lines of the program that were executed since the last time."""
        lines = tuple(sorted(self.lines))
        self.lines.clear()
        return lines

    @staticmethod
    def _changed(data: Any) -> list[Any]:
        if data is None:
            return []
        if type(data) is not list:
            raise Forgery("changed arguments have the wrong form")
        for item in data:
            read_value(item)
        return data


def run_tests(worker: Worker, test_worker: Worker, program: Program) -> RunResult:
    """Loads the program in ``worker``, then runs the tests in ``test_worker``."""
    limits, count = program.limits, len(program.tests)
    conversation = Conversation(worker, source_payload(program, "serve"), limits_for(limits, _MAX_CALLS, interactive=True))
    results: list[CallResult] = []
    status, detail, printed, load_error = Status.OK, "", "", None
    try:
        printed, load_error, status = await_loading(conversation, limits)
        if load_error is None:
            gone = _run_test_guest(test_worker, program, Relay(program, conversation), results)
            if gone is not None:
                raise Ended(gone.status, gone.detail)
            conversation.send([])
        part_cleanly(conversation, limits)
    except Ended as end:
        status, detail = end.status, end.detail
    except Forgery as forgery:
        status, detail = Status.FORBIDDEN, str(forgery)
        results = [CallResult(Status.FORBIDDEN)] * count
    return RunResult(
        status=status,
        results=complete(results, count, Status.OK if load_error is not None else status, read_stack(bytes(conversation.trace))),
        load_error=load_error,
        stdout=printed,
        resources=resources_of([conversation.stop()]),
        python=worker.python,
        detail=clean(detail, 300),
    )


def _run_test_guest(worker: Worker, program: Program, relay: Relay, results: list[CallResult]) -> ProgramGone | None:
    """Runs the tests, appending to ``results``; returns why the program was lost, None if it outlived the tests."""
    limits = replace(program.limits, time_s=program.limits.time_s + _TEST_MARGIN_SECONDS)
    payload = {
        "mode": "tests",
        "entry_point": program.entry_point,
        "test_setup": program.test_setup,
        "tests": list(program.tests),
        "settled": program.settled,
        "output_bytes": limits.output_kib * 1024,
    }
    conversation = Conversation(worker, payload, limits_for(limits, _MAX_CALLS, interactive=True))
    gone = None
    try:
        _converse(conversation, limits, relay, results, len(program.tests))
    except ProgramGone as error:
        gone = error
    except (Ended, Forgery) as error:  # the tests themselves ran away, ran out of memory or left
        timed_out = isinstance(error, Ended) and error.status is Status.TIMEOUT
        raised = Raised("TestProcessEnded", clean(f"the process of the tests {error}", 300))
        results.append(CallResult(Status.TIMEOUT if timed_out else Status.ERROR, raised=raised))
    conversation.stop()
    return gone


def _converse(conversation: Conversation, limits: Limits, relay: Relay, results: list[CallResult], count: int) -> None:
    """Takes the messages of the test guest until its farewell."""
    loaded = False
    while (message := next_message(conversation, limits)) != ["end"]:
        if message[0] in _REQUESTS or message[0] == "answer":
            conversation.send(relay.answer(message))
        elif relay.waiting:
            raise Forgery("a result of the tests while they are asked something")
        elif not loaded:
            loaded = True
            _, raised, _ = read_loaded(message)
            if raised is not None:
                results += [CallResult(Status.ERROR, raised=raised)] * count
        elif len(results) < count:
            results.append(_read_test_result(message, len(results), relay))
        else:
            raise Forgery("more results than tests")
    conversation.finish()


def _read_test_result(message: list[Any], index: int, relay: Relay) -> CallResult:
    result = replace(read_result(message, index), value=None)
    if result.status is Status.FORBIDDEN:  # the test statement itself left by SystemExit
        result = replace(result, status=Status.ERROR)
    extra = message[6]
    if type(extra) is list and len(extra) == 4:
        by_program, name, left, right = extra
        if by_program and relay.last_raised is not None:
            result = replace(result, raised=relay.last_raised)
        if type(name) is str and name:
            result = replace(result, op=name[:10], left=read_value(left), right=read_value(right))
    return replace(result, stdout=relay.take_printed() or result.stdout, lines=relay.take_lines())
