"""Keeps a Feedback small and its text valid: an info may not grow, or break, with what a model writes."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Final

from rlvr_envs.info import MAX_INFO_BYTES, CaseResult, ExceptionInfo, Feedback

#: What the other keys of an info (credit above all) may take beside the feedback.
_RESERVE: Final = 16 * 1024
_SHORT: Final = 4096
_FEW: Final = 8
_ITEMS: Final = 64


def feedback_bytes(feedback: Feedback) -> int:
    """Returns the size of the feedback as JSON text (ASCII, so bytes and characters are the same)."""
    return len(json.dumps(feedback.to_dict()))


def fit_feedback(feedback: Feedback, limit: int = MAX_INFO_BYTES - _RESERVE) -> Feedback:
    """Returns ``feedback`` cut, in a fixed order of least loss, until it fits; ``truncated`` names what was cut.

    Lone surrogates become U+FFFD, so that what is read back from JSON equals what was told.
    """
    if _is_small(feedback):
        return feedback
    if "\\ud" in repr(feedback):  # how repr shows a lone surrogate; text that merely looks like one passes unharmed
        feedback = Feedback.from_dict(feedback.to_dict())
    for name, cut in _CUTS:
        if feedback_bytes(feedback) <= limit:
            return feedback
        shorter = cut(feedback)
        if shorter != feedback:
            feedback = dataclasses.replace(shorter, truncated=(*feedback.truncated, name))
    return feedback


def _is_small(feedback: Feedback) -> bool:
    """Whether feedback is ASCII and so short that it need not be measured: measuring costs more than all else in a step."""
    if feedback.exception is not None or len(feedback.cases) > _FEW:
        return False
    if feedback.tool_calls or feedback.steps or feedback.constraints:
        return False
    text = feedback.stdout + feedback.reason
    for case in feedback.cases:
        if case.exception is not None or case.lines or case.stopped_at:
            return False
        text += case.call + case.left + case.right + case.difference + case.stdout
    return len(text) < _SHORT and text.isascii()


def _edit_exceptions(feedback: Feedback, edit: Callable[[ExceptionInfo], ExceptionInfo]) -> Feedback:
    cases = tuple(c if c.exception is None else dataclasses.replace(c, exception=edit(c.exception)) for c in feedback.cases)
    outer = None if feedback.exception is None else edit(feedback.exception)
    return dataclasses.replace(feedback, cases=cases, exception=outer)


def _drop_locals(feedback: Feedback) -> Feedback:
    def edit(error: ExceptionInfo) -> ExceptionInfo:
        return dataclasses.replace(error, frames=tuple(dataclasses.replace(f, locals=()) for f in error.frames))

    return _edit_exceptions(feedback, edit)


def _drop_lines(feedback: Feedback) -> Feedback:
    return dataclasses.replace(feedback, cases=tuple(dataclasses.replace(case, lines=()) for case in feedback.cases))


def _cut_stdout(feedback: Feedback) -> Feedback:
    cases = tuple(dataclasses.replace(case, stdout=case.stdout[:100]) for case in feedback.cases)
    return dataclasses.replace(feedback, cases=cases, stdout=feedback.stdout[:1000])


def _cut_frames(feedback: Feedback) -> Feedback:
    def edit(error: ExceptionInfo) -> ExceptionInfo:  # the innermost frame says most
        frames = tuple(dataclasses.replace(frame, source=frame.source[:80]) for frame in error.frames[-1:])
        return dataclasses.replace(error, message=error.message[:200], frames=frames)

    return _edit_exceptions(feedback, edit)


def _cut_cases(feedback: Feedback) -> Feedback:
    def edit(case: CaseResult) -> CaseResult:
        short = {name: getattr(case, name)[:60] for name in ("id", "call", "left", "right", "difference", "stdout")}
        return dataclasses.replace(case, **short, stopped_at=case.stopped_at[-1:])

    return dataclasses.replace(feedback, cases=tuple(edit(case) for case in feedback.cases[:8]), reason=feedback.reason[:200])


def _cut_items(feedback: Feedback) -> Feedback:
    """Keeps what credit reads: what was right and where."""
    calls = (dataclasses.replace(call, name=call.name[:16], arguments="", result="") for call in feedback.tool_calls[:_ITEMS])
    steps = (dataclasses.replace(step, reason="") for step in feedback.steps[:_ITEMS])
    constraints = (dataclasses.replace(one, id=one.id[:16], reason="") for one in feedback.constraints[:_ITEMS])
    return dataclasses.replace(feedback, tool_calls=tuple(calls), steps=tuple(steps), constraints=tuple(constraints))


_CUTS: Final[tuple[tuple[str, Callable[[Feedback], Feedback]], ...]] = (
    ("locals", _drop_locals),
    ("lines", _drop_lines),
    ("stdout", _cut_stdout),
    ("frames", _cut_frames),
    ("cases", _cut_cases),
    ("items", _cut_items),
)
