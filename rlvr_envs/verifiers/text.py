"""Comparison of printed text; lines, columns and tokens are counted from 1."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from rlvr_envs.verifiers.show import show
from rlvr_envs.verifiers.tolerance import Tolerance

_AROUND: Final = 20
_SHOWN: Final = 60
_WORD: Final = re.compile(r"\S+")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MAX_NUMBER_CHARS: Final = 400


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
    return _words(left, right, lambda one, other: one == other)


def numbers(left: str, right: str, **tolerances: float) -> str | None:
    """As ``tokens``, but two words that are both decimal numbers are compared as such: whole ones exactly, others if close."""
    tolerance = Tolerance(**tolerances)

    def same(one: str, other: str) -> bool:
        if one == other:
            return True
        values = _number(one), _number(other)
        return None not in values and (values[0] == values[1] or bool(tolerance.close(*values)))

    return _words(left, right, same)


def _number(word: str) -> int | float | None:
    """Returns the number that a word is, None for every other word, ``nan`` and ``inf`` among them."""
    if len(word) > _MAX_NUMBER_CHARS or _NUMBER.fullmatch(word) is None:
        return None
    if word.lstrip("+-").isdigit():
        return int(word)
    value = float(word)
    return None if value in (float("inf"), float("-inf")) else value


def _words(left: str, right: str, same: Callable[[str, str], bool]) -> str | None:
    left_words, right_words = list(_WORD.finditer(left)), list(_WORD.finditer(right))
    for number, (one, other) in enumerate(zip(left_words, right_words, strict=False), start=1):
        if not same(one.group(), other.group()):
            return f"token {number}{_place(one)}: {show(one.group(), _SHOWN)} != {show(other.group(), _SHOWN)}"
    common = min(len(left_words), len(right_words))
    if len(left_words) < len(right_words):
        return f"token {common + 1}: missing {show(right_words[common].group(), _SHOWN)}"
    if len(left_words) > len(right_words):
        return f"token {common + 1}{_place(left_words[common])}: unexpected {show(left_words[common].group(), _SHOWN)}"
    return None


def _place(word: re.Match[str]) -> str:
    """Returns line and column of a word of the printed text."""
    before = word.string[: word.start()]
    return f" (line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))})"


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
