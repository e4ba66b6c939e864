"""Comparison of printed text; lines, columns and tokens are counted from 1."""

from __future__ import annotations

from typing import Final

from rlvr_envs.verifiers.show import show

_AROUND: Final = 20
_SHOWN: Final = 60


def exact(left: str, right: str) -> str | None:
    """Every character counts, line ends included."""
    if left == right:
        return None
    return _first_line(left.splitlines(keepends=True), right.splitlines(keepends=True))


def lines(left: str, right: str) -> str | None:
    r"""White space at both ends of the text and at the end of each line does not count, nor how a line ends (``\r\n``)."""
    left_lines, right_lines = _lines(left), _lines(right)
    return None if left_lines == right_lines else _first_line(left_lines, right_lines)


def tokens(left: str, right: str) -> str | None:
    """Only the words between white space count."""
    left_tokens, right_tokens = left.split(), right.split()
    for number, (one, other) in enumerate(zip(left_tokens, right_tokens, strict=False), start=1):
        if one != other:
            return f"token {number}: {show(one, _SHOWN)} != {show(other, _SHOWN)}"
    if len(left_tokens) != len(right_tokens):
        return f"{len(left_tokens)} tokens != {len(right_tokens)} tokens"
    return None


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().replace("\r\n", "\n").replace("\r", "\n").split("\n")]


def _first_line(left: list[str], right: list[str]) -> str:
    for number, (one, other) in enumerate(zip(left, right, strict=False), start=1):
        if one != other:
            column = _shared(one, other)
            return f"line {number}, column {column + 1}: {_around(one, column)} != {_around(other, column)}"
    number = min(len(left), len(right)) + 1
    if len(left) < len(right):
        return f"line {number}: missing {show(right[number - 1], _SHOWN)}"
    return f"line {number}: unexpected {show(left[number - 1], _SHOWN)}"


def _shared(left: str, right: str) -> int:
    """Returns the index of the first character that differs."""
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return index
    return min(len(left), len(right))


def _around(line: str, column: int) -> str:
    return show(line[max(0, column - _AROUND) : column + _AROUND], _SHOWN)
