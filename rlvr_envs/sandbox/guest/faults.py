"""Exceptions of the program as bounded plain data: type, message, frames of its own source, exact-type locals.

No ``__repr__`` of the program is ever called: values of exact plain types are written out, all others show their type alone.
"""

from __future__ import annotations

import builtins
import itertools
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from types import CodeType, FrameType, TracebackType
from typing import Any

from .codec import type_name

#: File name under which the program's source is compiled.
SOURCE_FILE = "<solution>"

MAX_MESSAGE = 2_000
MAX_FRAMES = 20
MAX_LOCALS = 20
MAX_VALUE = 200
MAX_LOCALS_TOTAL = 8_000
_MAX_BASES = 10

_ATOMS = (int, float, complex, bool, bytes, type(None))
_BRACES: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    deque: ("deque([", "])"),
    dict: ("{", "}"),
    OrderedDict: ("OrderedDict({", "})"),
    Counter: ("Counter({", "})"),
    defaultdict: ("defaultdict({", "})"),
}
_MAPPINGS = (dict, OrderedDict, Counter, defaultdict)

Position = tuple[int, int, int, int]


def describe(value: Any, limit: int = MAX_VALUE, depth: int = 0) -> str:
    """Returns at most about ``limit`` characters that describe ``value``, without running the program's code."""
    kind = type(value)
    if kind is str:
        return _cut(repr(value[: limit + 1]), limit)
    if kind is int and value.bit_length() > 4 * limit:
        return f"<int of {value.bit_length()} bits>"
    if kind is bytes:
        return _cut(repr(value[: limit + 1]), limit)
    if kind in _ATOMS:
        return _cut(repr(value), limit)
    if kind in _BRACES and depth < 4:
        return _describe_container(value, limit, depth)
    return f"<{type_name(value)}>"


def _describe_container(value: Any, limit: int, depth: int) -> str:
    opening, closing = _BRACES[type(value)]
    parts: list[str] = []
    used = 0
    try:
        items = list(itertools.islice(dict.items(value) if type(value) in _MAPPINGS else iter(value), limit // 2))
    except RuntimeError:  # changed by another thread meanwhile
        return f"<{type_name(value)}>"
    for item in items:
        if used > limit:
            break
        text = (
            f"{describe(item[0], limit, depth + 1)}: {describe(item[1], limit, depth + 1)}"
            if type(value) in _MAPPINGS
            else describe(item, limit, depth + 1)
        )
        parts.append(text)
        used += len(text) + 2
    if type(value) is tuple and len(value) == 1:
        closing = ",)"
    return _cut(opening + ", ".join(parts) + closing, limit)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 3] + "..."


def builtin_bases(kind: type[BaseException]) -> list[str]:
    """Returns the names of the builtin exception classes that ``kind`` is or derives from, nearest first."""
    mro = type.__dict__["__mro__"].__get__(kind)
    names = [base.__name__ for base in mro if getattr(base, "__module__", "") == "builtins" and base is not object]
    return [name for name in names if isinstance(getattr(builtins, name, None), type)][:_MAX_BASES]


def base_names(kind: type[BaseException]) -> list[str]:
    """Returns the names of the exception classes that ``kind`` derives from, nearest first, and its own if it is a builtin.

    Those of the program's own classes are among them, as many as leave room for the builtin ones.
    """
    builtin, mro = builtin_bases(kind), type.__dict__["__mro__"].__get__(kind)
    own = [type.__dict__["__name__"].__get__(base)[:100] for base in mro[1:] if getattr(base, "__module__", "") != "builtins"]
    names = {*builtin, *own[: _MAX_BASES - len(builtin)]}
    ordered = [type.__dict__["__name__"].__get__(base)[:100] for base in mro]
    return [name for name in dict.fromkeys(ordered) if name in names]


def message_of(error: BaseException) -> str:
    """Returns the exception's text; its own ``__str__`` may fail without harm."""
    try:
        return _cut(str(error), MAX_MESSAGE)
    except BaseException:  # the program's code may raise anything here, SystemExit too
        return ""


def report(error: BaseException, *, details: bool) -> list[Any]:
    """Returns ``[type, message, bases, frames]`` of an exception, frames from the outermost to the one that raised.

    A frame is ``[line, end line, column, end column, function, [[name, text], ...]]``; columns are UTF-8 byte offsets, -1
    where unknown.  Without ``details`` there are no frames.
    """
    frames: list[list[Any]] = []
    if details:
        if isinstance(error, SyntaxError) and error.filename == SOURCE_FILE and type(error.lineno) is int:
            frames = [_syntax_frame(error, error.lineno)]
        else:
            frames = _frames(BaseException.__dict__["__traceback__"].__get__(error))
    return [type_name(error), message_of(error), base_names(type(error)), frames]


def _syntax_frame(error: SyntaxError, line: int) -> list[Any]:
    """Returns the place of a syntax error; its offsets are 1-based and count characters."""
    text = error.text if type(error.text) is str else ""

    def column(offset: Any) -> int:
        return len(text[: offset - 1].encode("utf-8", "replace")) if type(offset) is int and offset > 0 else -1

    end_line = getattr(error, "end_lineno", None)
    end = column(getattr(error, "end_offset", None)) if end_line == line else -1
    return [line, end_line if type(end_line) is int and end_line > 0 else -1, column(error.offset), end, "<module>", []]


def _frames(traceback: TracebackType | None) -> list[list[Any]]:
    own: list[tuple[FrameType, int, int]] = []
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == SOURCE_FILE:
            own.append((traceback.tb_frame, traceback.tb_lasti, traceback.tb_lineno))
        traceback = traceback.tb_next
    if len(own) > MAX_FRAMES:  # a deep recursion: how it began and where it broke
        own = own[: MAX_FRAMES // 2] + own[-MAX_FRAMES // 2 :]
    budget = MAX_LOCALS_TOTAL
    result = []
    for frame, instruction, line in reversed(own):  # the innermost frames get the budget first
        pairs = _locals(frame, budget)
        budget -= sum(len(name) + len(text) for name, text in pairs)
        end_line, column, end_column = _position(frame.f_code, instruction)
        result.append([line, end_line, column, end_column, str(frame.f_code.co_name)[:200], pairs])
    return result[::-1]


def _position(code: CodeType, instruction: int) -> tuple[int, int, int]:
    if sys.version_info < (3, 11) or instruction < 0:
        return -1, -1, -1
    place = next(itertools.islice(code.co_positions(), instruction // 2, None), (None, None, None, None))
    _, end_line, column, end_column = (-1 if part is None else part for part in place)
    return end_line, column, end_column


def _locals(frame: FrameType, budget: int) -> list[list[str]]:
    if frame.f_code.co_name == "<module>":
        return []
    names = frame.f_locals
    if type(names) is not dict and type(names).__module__ != "builtins":
        return []  # a namespace that a metaclass made
    pairs: list[list[str]] = []
    for name in itertools.islice(names, MAX_LOCALS):
        pair = [str(name)[:100], describe(names[name])]
        budget -= len(pair[0]) + len(pair[1])
        if budget < 0:
            break
        pairs.append(pair)
    return pairs
