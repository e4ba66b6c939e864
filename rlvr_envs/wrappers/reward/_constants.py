"""Constant programs for a task, built from the values that its visible tests expect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rlvr_envs.info import Feedback
from rlvr_envs.wrappers.reward._shown import Unreadable, read

#: Constants that are tried on every task, beside the values that visible tests expect.
CONSTANTS: Final = ("None", "True", "False", "0", "1", "-1", "''", "[]", "{}", "()", "0.0")
#: Of the expected values, the first so many different ones are tried.
MAX_EXPECTED: Final = 12
#: Names that the reader knows and a program does not.
_SPECIAL: Final = "inf, nan = float('inf'), float('nan')\n"


def constant_answers(entry_point: str | None, feedback: Feedback) -> list[str]:
    """Returns answers whose programs give one value whatever they are asked.

    Args:
        entry_point: ``f``, ``Class.method``, or None for a program that prints.
        feedback: What any program that could be run was told: its visible cases hold the expected values.
    """
    expected = dict.fromkeys(case.right for case in feedback.cases if case.right)
    if entry_point is None:
        return [_printing(text) for text in ["", *list(expected)[:MAX_EXPECTED]]]
    values = [text for text in expected if _is_literal(text)][:MAX_EXPECTED]
    return [_returning(entry_point, text) for text in dict.fromkeys([*values, *CONSTANTS])]


def _is_literal(text: str) -> bool:
    try:
        read(text)
    except Unreadable:
        return False
    return True


def _printing(text: str) -> str:
    return _block(["import sys", "sys.stdin.read()", f"sys.stdout.write({text!r})"])


def _returning(entry_point: str, text: str) -> str:
    *owner, name = entry_point.split(".")
    body = [f"def {name}(*args, **kwargs):", f"    return {text}"]
    for outer in reversed(owner):
        body = [f"class {outer}:", *_indented(["def __init__(self, *args, **kwargs):", "    pass", *body])]
    return _block([_SPECIAL, *body])


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _block(lines: Iterable[str]) -> str:
    return "\n".join(["```python", *lines, "```"])
