"""Judging one program in one worker by texts on stdin, of which some may be read in one process.

Nothing raised by the program leaves these functions; only :class:`.worker.WorkerDied` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rlvr_envs.sandbox.base import CallResult, Program, Raised, RunResult, Status
from rlvr_envs.sandbox.endings import complete, limits_for, resources_of
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.sandbox.replies import read_result, read_stack
from rlvr_envs.sandbox.session import Ended, await_loading, end_cleanly, next_message, part_cleanly, source_payload
from rlvr_envs.sandbox.text import clean
from rlvr_envs.sandbox.worker import Conversation, Ending, Forgery, Worker


def run_stdin(worker: Worker, program: Program) -> RunResult:
    """Runs the program once for each text, each time in a process of its own unless it allows some to be run together.

    After a time-out the remaining texts are not run: an endless program would cost its whole time for each.
    """
    results: list[CallResult] = []
    endings: list[Ending] = []
    load_error, detail = None, ""
    groups = _groups(program)
    if sum(map(len, groups)) > 1:
        results, load_error, ending, detail = _run_together(worker, program, groups)
        endings.append(ending)
    for text in program.stdin[len(results) :]:
        if load_error is not None or (results and results[-1].status is Status.TIMEOUT):
            break
        result, load_error, ending, told = _run_text(worker, program, text)
        endings.append(ending)
        detail = detail or told
        if load_error is None:
            results.append(result)
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
    """Returns the texts that may share a process, in the groups in which the program may know them."""
    # Escaped as JSON, printed text takes up to six times its size.
    fits = 6 * program.limits.output_kib < program.limits.reply_kib
    rest = program.stdin
    groups = []
    for size in program.together if fits else ():
        groups.append(rest[:size])
        rest = rest[size:]
    return [group for group in groups if group]


def _run_together(
    worker: Worker, program: Program, groups: Sequence[tuple[str, ...]]
) -> tuple[list[CallResult], Raised | None, Ending, str]:
    """Runs texts in one process within the time of one; returns the results that stand, which may be none.

    The texts of a group are sent when the results of all before it stand, and these stand for good: what is told must not depend
    on later texts.  The very first result stands however it ended, as nothing came before it.  What ends the process in a later
    run, or raises there otherwise than in the first one, may be the fault of the runs before: then no result of its group
    stands, nor any later one.  Whether a result is right has no part in this, or a program could have two tries.
    """
    limits = program.limits
    count = sum(map(len, groups))
    payload = {**source_payload(program, "mains"), "texts": list(groups[0]), "further_groups": len(groups) - 1, "count": count}
    conversation = Conversation(worker, payload, limits_for(limits, count))
    stand: list[CallResult] = []
    told = 0  # results of groups that were answered before the one that runs: they may have been told
    load_error, detail = None, ""
    try:
        _, load_error, _ = await_loading(conversation, limits)
        for number, group in enumerate(groups if load_error is None else ()):
            if number:
                told = len(stand)
                conversation.send(list(group))
            if not _take_group(conversation, limits, stand, len(group)):
                break
        else:
            part_cleanly(conversation, limits)
    except Ended as end:
        if not stand:
            stand = [CallResult(end.status, stopped_at=read_stack(bytes(conversation.trace)))]
            detail = end.detail
        elif len(stand) == count:  # all answered, and then it did not end as it should
            stand = stand[:told]
    except Forgery:
        stand = stand[:told]
    return stand, load_error, conversation.stop(), detail


def _take_group(conversation: Conversation, limits: Limits, stand: list[CallResult], count: int) -> bool:
    """Appends the results of a group to those that stand; returns whether it was run to its end and all of them do.

    Raises:
        Ended: The process was over before; the very first result is among those that stand by then.
    """
    found: list[CallResult] = []
    while len(found) < count:
        message = next_message(conversation, limits)
        if message == ["end"]:  # a run left something behind
            end_cleanly(conversation, limits)
            break
        found.append(_read_main(message, len(stand) + len(found)))
        if not stand:
            stand.append(found.pop())
            count -= 1
    # A MemoryError is an exception like others, and what earlier runs left may be why.
    failed = (result for result in found if result.status is not Status.OK)
    if any(result.status is not stand[0].status or not _raised_alike(result, stand[0]) for result in failed):
        return False
    stand += found
    return len(found) == count


def _raised_alike(one: CallResult, other: CallResult) -> bool:
    """Whether two runs raised the same type of exception at the same line."""
    if one.raised is None or other.raised is None:
        return one.raised is other.raised
    lines = [raised.frames[-1].line if raised.frames else 0 for raised in (one.raised, other.raised)]
    return one.raised.type == other.raised.type and lines[0] == lines[1]


def _read_main(message: list[Any], index: int) -> CallResult:
    result = read_result(message, index)
    if type(message[6]) is not str:
        raise Forgery("no printed text")
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
