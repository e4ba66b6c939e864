"""Judging one program in one worker by calls; see :mod:`.texts` for texts on stdin and :mod:`.remote` for test statements.

Nothing raised by the program leaves these functions; only :class:`.worker.WorkerDied` does.
"""

from __future__ import annotations

from typing import Any

from rlvr_envs.sandbox.base import CallResult, Program, Raised, RunResult, Status
from rlvr_envs.sandbox.endings import classify, complete, limits_for, resources_of
from rlvr_envs.sandbox.guest import codec
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.sandbox.replies import read_loaded, read_result, read_stack
from rlvr_envs.sandbox.text import clean
from rlvr_envs.sandbox.worker import Conversation, Ending, Forgery, Worker


class Ended(Exception):
    """Raised inside a session when the program's process is over before it answered; holds the status and the detail."""

    def __init__(self, status: Status, detail: str) -> None:
        """Keeps both."""
        super().__init__(detail)
        self.status, self.detail = status, detail


def next_message(conversation: Conversation, limits: Limits) -> list[Any]:
    """Returns the program's next message.

    Raises:
        Ended: There is none: the process died, was ended for its time or output, or ended itself.
        Forgery: It cannot come from the guest's own code.
    """
    message = conversation.message()
    if message is None:
        assert conversation.ending is not None
        raise Ended(*classify(conversation.ending, limits))
    if message == ["output"]:
        conversation.stop()
        raise Ended(Status.OUTPUT_LIMIT, "printed more than it may")
    return message


def await_loading(conversation: Conversation, limits: Limits) -> tuple[str, Raised | None, Status]:
    """Returns what :func:`.replies.read_loaded` says once the program was loaded; raises as :func:`next_message`."""
    return read_loaded(next_message(conversation, limits))


def part_cleanly(conversation: Conversation, limits: Limits) -> Ending:
    """Waits for the farewell and the end of the process; raises Ended or Forgery when either is not as it should be."""
    if next_message(conversation, limits) != ["end"]:
        raise Forgery("a message after the last answer")
    return end_cleanly(conversation, limits)


def end_cleanly(conversation: Conversation, limits: Limits) -> Ending:
    """Waits for the end of the process, whose farewell was read; raises Ended or Forgery when it is not as it should be."""
    ending = conversation.finish()
    if ending.reason or ending.code != 0:
        raise Ended(*classify(ending, limits))
    return ending


def source_payload(program: Program, mode: str) -> dict[str, Any]:
    """Returns the part of the payload that every mode has."""
    return {
        "mode": mode,
        "source": program.source,
        "setup": program.setup,
        "entry_point": program.entry_point,
        "output_bytes": program.limits.output_kib * 1024,
        "trace_lines": program.trace_lines,
        "trace_values": program.trace_values,
    }


def _groups_of_calls(program: Program) -> list[list[Any]]:
    """Returns the calls as the guest reads them, in the groups in which the program may know them; at least one group."""
    rest = [
        [codec.encode(tuple(call.args), strict=True), codec.encode(dict(call.kwargs), strict=True), list(call.path)]
        for call in program.calls
    ]
    groups = []
    for size in program.together:
        groups.append(rest[:size])
        rest = rest[size:]
    return [group for group in (*groups, rest) if group] or [[]]


def run_calls(worker: Worker, program: Program) -> RunResult:
    """Calls the entry point with each input, in one process; each group of inputs is sent when those before are answered."""
    groups = _groups_of_calls(program)
    payload = source_payload(program, "calls")
    payload["trace_calls"] = None if program.trace_calls is None else sorted(program.trace_calls)
    payload["calls"], payload["further_groups"] = groups[0], len(groups) - 1
    count, limits = len(program.calls), program.limits
    conversation = Conversation(worker, payload, limits_for(limits, count))
    results: list[CallResult] = []
    status, detail, printed, load_error = Status.OK, "", "", None
    try:
        printed, load_error, status = await_loading(conversation, limits)
        if load_error is None:
            asked = len(groups.pop(0))
            while len(results) < count and status is Status.OK:
                if len(results) == asked:
                    asked += len(groups[0])
                    conversation.send(groups.pop(0))
                results.append(read_result(next_message(conversation, limits), len(results)))
                status = Status.FORBIDDEN if results[-1].status is Status.FORBIDDEN else Status.OK
            detail = "left by SystemExit" if status is Status.FORBIDDEN else ""
        part_cleanly(conversation, limits)
    except Ended as end:
        left_late = len(results) == count and end.status is Status.FORBIDDEN
        where = read_stack(bytes(conversation.trace))
        results = [CallResult(Status.FORBIDDEN)] * count if left_late else list(complete(results, count, end.status, where))
        status, detail = end.status, end.detail
    except Forgery as forgery:
        results = [CallResult(Status.FORBIDDEN)] * count  # who forges one answer may have forged all
        status, detail = Status.FORBIDDEN, str(forgery)
    return RunResult(
        status=status,
        results=complete(results, count, Status.OK),
        load_error=load_error,
        stdout=printed,
        resources=resources_of([conversation.stop()]),
        python=worker.python,
        detail=clean(detail, 300),
    )
