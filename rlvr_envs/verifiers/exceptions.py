"""Exceptions placed in the answer: lines and columns of the program become characters of the action."""

from __future__ import annotations

import dataclasses
from typing import Final

from rlvr_envs.info import ExceptionInfo, Frame
from rlvr_envs.parsing.code import CodeBlock
from rlvr_envs.sandbox.base import Raised, RaisedFrame
from rlvr_envs.sandbox.text import told
from rlvr_envs.verifiers.show import clip

MAX_MESSAGE_CHARS: Final = 1000
_MAX_SOURCE_CHARS: Final = 200
_MAX_LOCAL_CHARS: Final = 200
_NOWHERE: Final = (-1, -1)


def claimed(raised: Raised, block: CodeBlock) -> ExceptionInfo:
    """Returns an exception as the guest tells it; frames that lie outside the program are left out."""
    frames = (_claimed_frame(frame, block) for frame in raised.frames if 1 <= frame.line <= len(block.lines))
    return ExceptionInfo(
        type=_told(raised.type, _MAX_SOURCE_CHARS),
        message=_told(raised.message, MAX_MESSAGE_CHARS),
        frames=tuple(frames),
        basis="claimed",
    )


def stopped_at(frames: tuple[RaisedFrame, ...], block: CodeBlock) -> tuple[Frame, ...]:
    """Returns where a program was when its time was up, as the guest tells it, placed in the answer."""
    return tuple(_claimed_frame(frame, block) for frame in frames if 1 <= frame.line <= len(block.lines))


def placed(error: ExceptionInfo, block: CodeBlock) -> ExceptionInfo:
    """Returns an exception found on the trusted side with its frames placed in the action."""
    frames = tuple(_placed_frame(frame, block) for frame in error.frames)
    return dataclasses.replace(error, message=_told(error.message, MAX_MESSAGE_CHARS), frames=frames)


def _told(text: str, limit: int) -> str:
    return told(clip(text, limit), limit)


def _claimed_frame(frame: RaisedFrame, block: CodeBlock) -> Frame:
    end_line = frame.end_line if frame.line <= frame.end_line <= len(block.lines) else -1
    column = block.column_of_byte(frame.line, frame.column)
    end_column = block.column_of_byte(end_line, frame.end_column)
    known = column >= 0 and end_column >= 0 and (end_line, end_column) > (frame.line, column)
    return _placed_frame(
        Frame(
            line=frame.line,
            function=told(frame.function, _MAX_SOURCE_CHARS),
            end_line=end_line,
            column=column if known else -1,
            end_column=end_column if known else -1,
            locals=tuple((told(name, _MAX_SOURCE_CHARS), told(text, _MAX_LOCAL_CHARS)) for name, text in frame.locals),
        ),
        block,
    )


def _placed_frame(frame: Frame, block: CodeBlock) -> Frame:
    text = block.lines[frame.line - 1]
    span = block.place(frame.line, frame.column, frame.end_line, frame.end_column)
    return dataclasses.replace(frame, source=_told(text, _MAX_SOURCE_CHARS), span=span or _span_of_line(frame.line, block))


def _span_of_line(line: int, block: CodeBlock) -> tuple[int, int]:
    """Returns the span of a line, or of the last one before it that is not blank (an error at the end of the program)."""
    while line >= 1:
        span = block.line_span(line)
        if span is not None:
            return span
        line -= 1
    return _NOWHERE
