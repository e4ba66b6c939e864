"""Exceptions placed in the characters of the answer."""

from __future__ import annotations

from typing import Any

import pytest

from rlvr_envs.info import ExceptionInfo
from rlvr_envs.parsing.code import CodeBlock, find_code
from rlvr_envs.parsing.syntax import check_syntax
from rlvr_envs.sandbox.base import Raised, RaisedFrame
from rlvr_envs.verifiers.exceptions import claimed, placed

ACTION = "Hi\n```python\n  def f(x):\n      return 'ä' + x\n\n```"


def block_of(action: str) -> CodeBlock:
    block = find_code(action)
    assert block is not None
    return block


def tell(**frame: Any) -> ExceptionInfo:
    raised = Raised("TypeError", "no", (RaisedFrame(function="f", **frame),))
    return claimed(raised, block_of(ACTION))


def test_byte_columns_of_a_claimed_frame_become_a_span_of_the_action() -> None:
    info = tell(line=2, end_line=2, column=11, end_column=19, locals=(("x", "1"),))  # ä takes two bytes
    frame = info.frames[0]
    assert (frame.column, frame.end_column, frame.source) == (11, 18, "    return 'ä' + x")
    assert ACTION[slice(*frame.span)] == "'ä' + x"
    assert (frame.locals, info.basis) == ((("x", "1"),), "claimed")


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"end_line": 2, "column": 5, "end_column": 5},
        {"end_line": 2, "column": 0, "end_column": 10**9},
        {"end_line": 10**9, "column": 0, "end_column": 1},
        {"end_line": 1, "column": 0, "end_column": 1},
    ],
)
def test_columns_that_cannot_be_are_unknown_and_the_line_stands_for_them(columns: dict[str, int]) -> None:
    frame = tell(line=2, **columns).frames[0]
    assert (frame.column, frame.end_column) == (-1, -1)
    assert ACTION[slice(*frame.span)] == "return 'ä' + x"


@pytest.mark.parametrize("line", [-1, 0, 4, 10**12])
def test_frames_outside_the_program_are_left_out(line: int) -> None:
    assert tell(line=line).frames == ()


def test_a_long_message_is_cut() -> None:
    assert claimed(Raised("E", "x" * 2000), block_of(ACTION)).message == "x" * 997 + "..."


def test_a_syntax_error_is_placed_and_verified() -> None:
    action = "```\nx = 1\ny = (2\n```"
    block = block_of(action)
    error = check_syntax(block.source)
    assert error is not None
    info = placed(error, block)
    assert (info.frames[0].source, info.basis) == ("y = (2", "verified")
    assert action[slice(*info.frames[0].span)] == "("


def test_an_error_at_the_end_of_the_program_falls_on_its_last_line() -> None:
    action = "```\nif x:\n\n\n```"
    block = block_of(action)
    error = check_syntax(block.source)
    assert error is not None
    assert action[slice(*placed(error, block).frames[0].span)] == "if x:"
