"""Syntax of a program, checked on the trusted side.

:func:`check_syntax` is total and never runs the program.  It knows what the parser knows; errors that only CPython's compiler
finds (``return`` outside a function, a name both ``nonlocal`` and a parameter) are left to the guest, which reports them when it
loads the program.
"""

from __future__ import annotations

import ast
import re
import threading
import warnings
from typing import Final

from rlvr_envs.info import ExceptionInfo, Frame

#: Longer sources are never parsed: an AST takes about a hundred times the memory of its text.
MAX_SOURCE_CHARS: Final = 256 * 1024

#: Characters that no Python source may hold.  How CPython reports them differs by version, so they are looked for here.
_UNREADABLE: Final = re.compile("[\0\ud800-\udfff]")

#: CPython's parser copies the whole name for each further part: memory and time grow with the square of its length.
_LONG_IMPORT: Final = re.compile(r"\b(?:import|from)\b[\w\s.\\]*")
_MAX_DOTS: Final = 200

#: Before Python 3.12 each field of an f-string is looked for from its beginning: time grows with the square of their number.
_F_STRING: Final = re.compile(r"\b(?:[fF][rR]?|[rR][fF])[\"']")
_MAX_BRACES: Final = 10_000

#: ``catch_warnings`` changes the whole process: two parses at once could leak a SyntaxWarning, which may be set to raise.
_PARSING: Final = threading.Lock()


def parse_python(source: str) -> ast.Module:
    """Returns the syntax tree of ``source`` without letting a warning about it out.

    Raises:
        SyntaxError: It is no Python (``IndentationError`` and ``TabError`` are kinds of it), imports a name of more
            than 200 parts, or has f-strings and more than 10,000 opening braces.
        ValueError: It holds characters that no source may hold.
        RecursionError: It is nested too deeply for CPython.
        MemoryError: It is nested too deeply for CPython's parser stack.
    """
    if any(match.group().count(".") > _MAX_DOTS for match in _LONG_IMPORT.finditer(source)):
        raise SyntaxError(f"an imported name may have at most {_MAX_DOTS} parts")
    if source.count("{") > _MAX_BRACES and _F_STRING.search(source):
        raise SyntaxError(f"a program with f-strings may hold at most {_MAX_BRACES} opening braces")
    with _PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def check_syntax(source: str) -> ExceptionInfo | None:
    """Returns the syntax error of ``source``, None when it parses; never raises.

    The error's one frame holds the line (1-based) and columns (0-based characters, half-open, -1 where CPython names none);
    it has no frame when the place is unknown.  The basis is ``"verified"``: it was found on the trusted side.
    """
    if len(source) > MAX_SOURCE_CHARS:
        return _error("ValueError", f"a program may hold at most {MAX_SOURCE_CHARS} characters, got {len(source)}")
    unreadable = _UNREADABLE.search(source)
    if unreadable is not None:
        kind = "null character" if unreadable.group() == "\0" else "lone surrogate"
        return _error("SyntaxError", f"source code cannot contain a {kind}", _character(source, unreadable.start()))
    try:
        parse_python(source)
    except SyntaxError as error:
        return _error(type(error).__name__, error.msg or "invalid syntax", _reported(source, error))
    except ValueError as error:
        return _error("SyntaxError", str(error))
    except (RecursionError, MemoryError) as error:
        return _error(type(error).__name__, "the program is nested too deeply to be parsed")
    return None


def _error(kind: str, message: str, frame: Frame | None = None) -> ExceptionInfo:
    return ExceptionInfo(type=kind, message=message, frames=() if frame is None else (frame,), basis="verified")


def _character(source: str, index: int) -> Frame:
    before = source[:index].split("\n")
    line, column = len(before), len(before[-1])
    return Frame(line=line, function="<module>", end_line=line, column=column, end_column=column + 1)


def _reported(source: str, error: SyntaxError) -> Frame | None:
    """Returns CPython's place of the error (1-based character offsets, sometimes past the end) as a frame within the source."""
    if not error.lineno:
        return None
    lines = source.split("\n")
    line = min(error.lineno, len(lines))
    if line < error.lineno or not error.offset or error.offset < 1:
        return Frame(line=line, function="<module>")
    column, width = error.offset - 1, len(lines[line - 1])
    if column > width:
        return Frame(line=line, function="<module>")
    end_line, end_column = error.end_lineno or line, (error.end_offset or 0) - 1
    inside = line <= end_line <= len(lines) and 0 <= end_column <= len(lines[end_line - 1])
    if not inside or (end_line, end_column) <= (line, column):
        end_line, end_column = line, min(column + 1, width)
    return Frame(line=line, function="<module>", end_line=end_line, column=column, end_column=end_column)
