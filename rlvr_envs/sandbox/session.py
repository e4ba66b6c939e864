"""Judging one program in one worker, by calls or by texts on stdin; see :mod:`.remote` for test statements.

Nothing raised by the program leaves these functions; only :class:`.worker.WorkerDied` does.
"""

from __future__ import annotations

from dataclasses import replace
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
    if next_message(conversation, limits) != ["ready"]:
        raise Forgery("expected the guest's greeting")
    return read_loaded(next_message(conversation, limits))


def part_cleanly(conversation: Conversation, limits: Limits) -> Ending:
    """Waits for the farewell and the end of the process; raises Ended or Forgery when either is not as it should be."""
    if next_message(conversation, limits) != ["end"]:
        raise Forgery("a message after the last answer")
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
    }


def run_calls(worker: Worker, program: Program) -> RunResult:
    """Calls the entry point with each input, in one process."""
    payload = source_payload(program, "calls")
    payload["trace_calls"] = None if program.trace_calls is None else sorted(program.trace_calls)
    payload["calls"] = [
        [codec.encode(tuple(call.args), strict=True), codec.encode(dict(call.kwargs), strict=True), list(call.path)]
        for call in program.calls
    ]
    count, limits = len(program.calls), program.limits
    conversation = Conversation(worker, payload, limits_for(limits, count))
    results: list[CallResult] = []
    status, detail, printed, load_error = Status.OK, "", "", None
    try:
        printed, load_error, status = await_loading(conversation, limits)
        if load_error is None:
            while len(results) < count and status is Status.OK:
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


def run_stdin(worker: Worker, program: Program) -> RunResult:
    """Runs the program once for each text, each time in a process of its own unless it allows some to be run together.

    After a time-out the remaining texts are not run: an endless program would cost its whole time for each.
    """
    results: list[CallResult] = []
    endings: list[Ending] = []
    load_error, detail = None, ""
    for group in _groups(program):
        found, load_error, used, told = _run_group(worker, program, group)
        results += found
        endings += used
        detail = detail or told
        if load_error is not None or results[-1].status is Status.TIMEOUT:
            break
    ended = next((r.status for r in results if r.status not in (Status.OK, Status.ERROR)), Status.OK)
    return RunResult(
        status=Status.ERROR if load_error is not None else ended,
        results=complete(results, len(program.stdin), Status.OK),
        load_error=load_error,
        resources=resources_of(endings),
        python=worker.python,
        detail=clean(detail, 300),
    )


def _groups(program: Program) -> list[tuple[str, ...]]:
    """Returns the texts in the groups that may share a process."""
    # Escaped as JSON, printed text takes up to six times its size.
    fits = 6 * program.limits.output_kib < program.limits.reply_kib
    rest = program.stdin
    groups = []
    for size in program.together if fits else ():
        groups.append(rest[:size])
        rest = rest[size:]
    return [group for group in (*groups, *((text,) for text in rest)) if group]


_Found = tuple[list[CallResult], "Raised | None", list[Ending], str]


def _run_group(worker: Worker, program: Program, texts: tuple[str, ...]) -> _Found:
    """Runs some texts in one process, and those whose results do not stand in processes of their own."""
    results: list[CallResult] = []
    endings: list[Ending] = []
    load_error, detail = None, ""
    if len(texts) > 1:
        results, load_error, ending, detail = _run_together(worker, program, texts)
        endings.append(ending)
    for text in texts[len(results) :]:
        if load_error is not None or (results and results[-1].status is Status.TIMEOUT):
            break
        result, load_error, ending, told = _run_text(worker, program, text)
        endings.append(ending)
        detail = detail or told
        if load_error is None:
            results.append(result)
    return results, load_error, endings, detail


def _run_together(
    worker: Worker, program: Program, texts: tuple[str, ...]
) -> tuple[list[CallResult], Raised | None, Ending, str]:
    """Runs texts in one process within the time of one; returns the results that stand, which may be none.

    The first text's result stands however it ended, as nothing came before it.  What ends the process in a later one, or raises
    there otherwise than in the first one, may be the fault of the runs before: then none of the later results stands.  Whether
    a result is right has no part in this, or a program could have two tries.
    """
    limits = program.limits
    payload = {**source_payload(program, "mains"), "texts": list(texts)}
    conversation = Conversation(worker, payload, limits_for(limits, len(texts)))
    results: list[CallResult] = []
    load_error, detail = None, ""
    try:
        _, load_error, _ = await_loading(conversation, limits)
        while load_error is None and (message := next_message(conversation, limits)) != ["end"]:
            results.append(_read_main(message, len(results), len(texts)))
        ending = conversation.finish()
        if ending.reason or ending.code != 0:
            raise Ended(*classify(ending, limits))
    except Ended as end:
        if not results:
            results = [CallResult(end.status, stopped_at=read_stack(bytes(conversation.trace)))]
            detail = end.detail
        results = results[:1] if len(results) < len(texts) else []  # all answered, and then it did not end as it should
    except Forgery:
        results = []
    if any(result.status is Status.ERROR and not _raised_alike(result, results[0]) for result in results[1:]):
        results = results[:1]
    return results, load_error, conversation.stop(), detail


def _raised_alike(one: CallResult, other: CallResult) -> bool:
    """Whether two runs raised the same type of exception at the same line."""
    if one.raised is None or other.raised is None:
        return one.raised is other.raised
    lines = [raised.frames[-1].line if raised.frames else 0 for raised in (one.raised, other.raised)]
    return one.raised.type == other.raised.type and lines[0] == lines[1]


def _read_main(message: list[Any], index: int, count: int) -> CallResult:
    result = read_result(message, index)
    if index >= count or type(message[6]) is not str:
        raise Forgery("more results than texts, or no printed text")
    return replace(result, stdout=message[6])


def _run_text(worker: Worker, program: Program, text: str) -> tuple[CallResult, Raised | None, Ending, str]:
    limits = program.limits
    conversation = Conversation(worker, {**source_payload(program, "stdin"), "stdin": text}, limits_for(limits, 1))
    result, load_error, detail = CallResult(Status.OK), None, ""
    try:
        _, load_error, _ = await_loading(conversation, limits)
        if load_error is None:
            result = read_result(next_message(conversation, limits), 0)
        part_cleanly(conversation, limits)
    except Ended as end:
        result, detail = CallResult(end.status, stopped_at=read_stack(bytes(conversation.trace))), end.detail
    except Forgery as forgery:
        result, detail = CallResult(Status.FORBIDDEN), str(forgery)
    ending = conversation.stop()
    printed = bytes(conversation.output[: limits.output_kib * 1024]).decode("utf-8", "replace")
    return replace(result, stdout=printed, wall_s=ending.wall_s), load_error, ending, detail
