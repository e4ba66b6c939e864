"""From how a program's process ended to a status, and from partial answers to one result per item."""

from __future__ import annotations

import signal

from rlvr_envs.info import Resources
from rlvr_envs.sandbox.base import CallResult, RaisedFrame, Status
from rlvr_envs.sandbox.guest import wire
from rlvr_envs.sandbox.limits import Limits
from rlvr_envs.sandbox.worker import Ending, WorkerDied

_NEAR_LIMIT = 0.8
_ENVELOPE_BYTES = 1 << 16
_MAX_REPLY_BYTES = 64 << 20

_BY_REASON = {
    "timeout": (Status.TIMEOUT, "ran past its time"),
    "lowered": (Status.FORBIDDEN, "lowered its own limit of CPU time and was killed by it"),
    "output": (Status.OUTPUT_LIMIT, "printed more than it may"),
    "reply": (Status.FORBIDDEN, "wrote more to its reply pipe than its answers can be"),
}


def limits_for(limits: Limits, items: int, *, interactive: bool = False) -> wire.Limits:
    """Returns the limits as the guest reads them, for a program that is asked ``items`` things, or asked as it goes."""
    frame = limits.reply_kib * 1024
    return wire.Limits(
        time_s=limits.time_s,
        cpu_s=limits.cpu_s,
        memory_mib=limits.memory_mib,
        files_mib=limits.files_mib,
        processes=limits.processes,
        output_bytes=limits.output_kib * 1024,
        frame_bytes=frame,
        reply_bytes=min((items + 2) * (frame + _ENVELOPE_BYTES), _MAX_REPLY_BYTES),
        interactive=interactive,
        payload_bytes=0,
    )


def classify(ending: Ending, limits: Limits) -> tuple[Status, str]:
    """Returns status and detail of a process that ended without a proper farewell.

    Raises:
        WorkerDied: It was killed from outside the sandbox.
    """
    if ending.reason in _BY_REASON:
        return _BY_REASON[ending.reason]
    if ending.code == wire.OUT_OF_MEMORY:
        return Status.MEMORY, "ran out of memory"
    if ending.code >= 0:
        return Status.FORBIDDEN, f"ended its own process with exit code {ending.code}"
    number = -ending.code
    if number in (signal.SIGXCPU, signal.SIGKILL) and ending.cpu_s >= limits.cpu_s:
        return Status.TIMEOUT, "used up its CPU time"
    if ending.max_rss_mib >= _NEAR_LIMIT * limits.memory_mib:
        return Status.MEMORY, f"died from signal {number} near its memory limit"
    if number == signal.SIGKILL:
        # Without isolation a program can do that to itself.
        raise WorkerDied("the program's process was killed from outside", program_began=True)
    return Status.CRASH, f"died from signal {number}"


def complete(
    results: list[CallResult], count: int, status: Status, stopped_at: tuple[RaisedFrame, ...] = ()
) -> tuple[CallResult, ...]:
    """Returns ``count`` results: those given, then ``status`` (unless OK) for the item that was running, then NOT_RUN."""
    if len(results) < count and status is not Status.OK:
        results = [*results, CallResult(status, stopped_at=stopped_at)]
    return tuple(results + [CallResult(Status.NOT_RUN)] * (count - len(results)))


def resources_of(endings: list[Ending]) -> Resources:
    """Returns what several processes used: sums of times, the largest memory."""
    return Resources(
        wall_s=sum(ending.wall_s for ending in endings),
        cpu_s=sum(ending.cpu_s for ending in endings),
        max_rss_mib=max((ending.max_rss_mib for ending in endings), default=0.0),
    )
