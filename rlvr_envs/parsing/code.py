"""The program in an answer, with the place of each of its characters in that answer.

:func:`find_code` is total (any ``str``, also with NUL or lone surrogates) and takes linear time.  It decides by form alone:
whether the program is valid Python is asked only of answers without a code block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rlvr_envs.parsing.syntax import MAX_SOURCE_CHARS, check_syntax

#: Labels of fences that hold Python; the empty one is a fence without a label.
_LABELS: Final = frozenset({"", "python", "py", "python3"})

_FENCE: Final = re.compile(r"(?:^|(?<=[\r\n]))([ \t]*)(`{3,}|~{3,})([^\r\n]*)")
_NEWLINE: Final = re.compile(r"\r\n|\r|\n")  # what Python's tokenizer takes for one; str.splitlines knows more

#: A mark indented this much deeper than the opening one belongs to the code (a docstring that holds a fence).
_DEEPER: Final = 4


@dataclass(frozen=True)
class CodeBlock:
    r"""A program found in an action.

    ``source`` has ``\n`` as its only line end and no common indentation.  ``action[start:end]`` is the text it was made from.
    ``line_offsets[n]`` is the index in the action of the first kept character of line ``n + 1``.
    """

    source: str
    start: int
    end: int
    line_offsets: tuple[int, ...]

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines of ``source`` without their ends."""
        return tuple(self.source.split("\n"))

    def place(self, line: int, column: int, end_line: int, end_column: int) -> tuple[int, int] | None:
        """Returns where a piece of the program stands in the action, as half-open characters.

        Within one line the slice equals the program's text exactly; over several lines it also holds the action's own line ends
        and the indentation that was taken away.

        Args:
            line: First line, 1-based.
            column: First character, 0-based.
            end_line: Last line, 1-based.
            end_column: One past the last character of that line.

        Returns:
            The span, or None when it is empty or not within the program.
        """
        if not (self._holds(line, column) and self._holds(end_line, end_column)):
            return None
        start, end = self.line_offsets[line - 1] + column, self.line_offsets[end_line - 1] + end_column
        return (start, end) if start < end else None

    def line_span(self, line: int) -> tuple[int, int] | None:
        """Returns the span of a line (1-based) without the white space around it, None when it is blank or there is none."""
        if not 1 <= line <= len(self.lines):
            return None
        text = self.lines[line - 1]
        return self.place(line, len(text) - len(text.lstrip()), line, len(text.rstrip()))

    def column_of_byte(self, line: int, byte: int) -> int:
        """Returns the character column of a UTF-8 byte column (as CPython counts) of a 1-based line; -1 if there is none."""
        if not 1 <= line <= len(self.lines) or byte < 0:
            return -1
        encoded = self.lines[line - 1].encode("utf-8", "surrogatepass")
        if byte > len(encoded):
            return -1
        return len(encoded[:byte].decode("utf-8", "ignore"))

    def _holds(self, line: int, column: int) -> bool:
        return 1 <= line <= len(self.lines) and 0 <= column <= len(self.lines[line - 1])


def find_code(action: str) -> CodeBlock | None:
    """Returns the program that an action holds, None when it holds none; never raises.

    The program is the last block fenced by three or more backticks or tildes that is labelled ``python``, ``py``, ``python3``
    or nothing and is not blank.  A last fence without an end counts, as a completion may have been cut off, and a fence labelled
    as Python ends one that was never closed.  Without such a block it is the whole text if that parses as Python (or is too long
    to be parsed: the judge then says so).
    """
    found = None
    for indent, start, end in _python_blocks(action):
        if action[start:end].strip():
            found = indent, start, end
    if found is not None:
        return _block(action, *found)
    if not action.strip():
        return None
    whole = _block(action, "", 0, len(action))
    readable = len(whole.source) > MAX_SOURCE_CHARS or check_syntax(whole.source) is None
    return whole if readable else None


def _python_blocks(action: str) -> Iterator[tuple[str, int, int]]:
    """Yields indentation of the fence, start and end of the text of each block that may hold Python."""
    opening: re.Match[str] | None = None
    for mark in _FENCE.finditer(action):
        if opening is None:
            opening = mark if _may_open(mark) else None
            continue
        closes = _matches(opening, mark)
        if closes and _label(opening) in _LABELS:
            yield opening[1], _content_start(action, opening), mark.start()
        if closes:
            opening = mark if mark[3].strip() else None
    if opening is not None and _label(opening) in _LABELS:
        yield opening[1], _content_start(action, opening), len(action)


def _may_open(mark: re.Match[str]) -> bool:
    """Whether a mark can open a block: backticks behind backticks are inline code."""
    return not (mark[2][0] == "`" and "`" in mark[3])


def _matches(opening: re.Match[str], mark: re.Match[str]) -> bool:
    """Whether a mark ends the open block: same character, no shorter, bare or opening the next Python block, not far inside."""
    if mark[2][0] != opening[2][0] or len(mark[2]) < len(opening[2]):
        return False
    bare = not mark[3].strip()
    return (bare or (_may_open(mark) and _label(mark) in _LABELS)) and _width(mark[1]) < _width(opening[1]) + _DEEPER


def _label(mark: re.Match[str]) -> str:
    words = mark[3].split(None, 1)
    return words[0].lower() if words else ""


def _width(indent: str) -> int:
    return len(indent.expandtabs(_DEEPER))


def _content_start(action: str, opening: re.Match[str]) -> int:
    newline = _NEWLINE.match(action, opening.end())
    return len(action) if newline is None else newline.end()


def _block(action: str, indent: str, start: int, end: int) -> CodeBlock:
    """Returns ``action[start:end]`` as a program: without its last line end, the fence's indentation and a common one."""
    pieces: list[tuple[int, str]] = []
    at = start
    for newline in _NEWLINE.finditer(action, start, end):
        pieces.append((at, action[at : newline.start()]))
        at = newline.end()
    if at < end or not pieces:
        pieces.append((at, action[at:end]))
    pieces = [_without(indent, *piece) for piece in pieces]
    margin = _margin([text for _, text in pieces if text.strip()])
    pieces = [_without(margin, *piece) for piece in pieces]
    last_at, last_text = pieces[-1]
    return CodeBlock(
        source="\n".join(text for _, text in pieces),
        start=start,
        end=last_at + len(last_text),
        line_offsets=tuple(at for at, _ in pieces),
    )


def _margin(lines: list[str]) -> str:
    """Returns the white space that all lines begin with."""
    indents = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines]
    if not indents:
        return ""
    first, last = min(indents), max(indents)  # what these two share, all share
    return first[: _shared(first, last)]


def _without(prefix: str, at: int, text: str) -> tuple[int, str]:
    """Returns a line without what it shares with ``prefix`` at its start, and where the rest begins."""
    shared = _shared(prefix, text)
    return at + shared, text[shared:]


def _shared(first: str, second: str) -> int:
    """Returns the length of the longest common prefix."""
    length = 0
    for left, right in zip(first, second, strict=False):
        if left != right:
            break
        length += 1
    return length
