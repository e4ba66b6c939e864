"""Lines of a program as characters of the action."""

from __future__ import annotations

from typing import Any

import pytest

from rlvr_envs.info import Feedback
from rlvr_envs.parsing.code import find_code
from rlvr_envs.wrappers.credit.lines import line_spans, outside, program_of


def said(action: str) -> dict[str, Any]:
    block = find_code(action)
    return {"feedback": Feedback(code_span=(-1, -1) if block is None else (block.start, block.end))}


def test_each_line_that_does_something_has_its_place_without_the_blanks_around_it() -> None:
    action = "Sure:\n```python\ndef f(x):  \n    # a remark\n\n    return x + 1\n```\nDone."
    spans = line_spans(action, said(action))
    assert {line: action[slice(*span)] for line, span in spans.items()} == {1: "def f(x):", 4: "return x + 1"}
    assert program_of(action, said(action)) == "def f(x):  \n    # a remark\n\n    return x + 1"


def test_an_indented_fence_and_any_line_end_are_traced_back() -> None:
    action = "- so\r\n\r\n  ```py\r\n  if a:\r\n      b = 'é'\r\nflush = 1\r\n  ```"
    spans = line_spans(action, said(action))
    assert [action[slice(*span)] for span in spans.values()] == ["if a:", "b = 'é'", "flush = 1"]
    assert program_of(action, said(action)) == "if a:\n    b = 'é'\nflush = 1"


def test_an_action_without_a_program_has_no_lines() -> None:
    assert (dict(line_spans("", said(""))), program_of("", said(""))) == ({}, None)


def test_an_info_of_a_longer_action_is_refused() -> None:
    with pytest.raises(ValueError, match="within the action's 3 characters"):
        line_spans("abc", {"feedback": Feedback(code_span=(0, 4))})


def test_what_no_piece_covers_is_outside() -> None:
    assert list(outside([(6, 8), (2, 4), (3, 5)], 10)) == [(0, 2), (5, 6), (8, 10)]
    assert list(outside([(0, 10)], 10)) == []
    assert list(outside([], 0)) == []
