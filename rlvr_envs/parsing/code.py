"""The program in an answer, with the place of each of its characters in that answer.

:func:`find_code` is total (any ``str``, also with NUL or lone surrogates) and takes linear time: one pass over the lines, in
which each is looked at once.  It decides by form alone: whether the program is valid Python is asked only of answers without a
code block.  So nothing that an answer says can make a hidden part of it count, and the rule can be stated in a prompt.

Fences are those of CommonMark, with what models write besides: text behind a closing fence, a fence that opens the next block
where the last one was not closed, info strings of other dialects (``{.python}``, ``{code-cell} python``, ``python:main.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rlvr_envs.parsing.syntax import MAX_SOURCE_CHARS, check_syntax

#: Info strings of fences that hold Python.  What may follow the name is left to the dialects; ``python-repl`` is no program.
_PYTHON: Final = re.compile(
    r"[ \t]*(?:\{code-(?:cell|block)\}[ \t]*)?(?:\{[ \t]*\.?)?i?(?:python|py)(?:3(?:\.[0-9]+)?)?(?![\w.+-])", re.IGNORECASE
)
#: Info strings of fences that hold a whole answer, whose blocks count as if it stood alone.
_MARKDOWN: Final = re.compile(r"[ \t]*(?:\{[ \t]*\.?)?(?:markdown|md)(?![\w.+-])", re.IGNORECASE)
#: An info string that follows its fence at once, so that the fence does not only end a block but begins the next one.
_INFO: Final = re.compile(r"[\w{.+]")

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

    It is the last block that is labelled as Python and not blank; without one, the last block without a label that is not blank;
    without one, the whole text if that parses as Python (or is too long to be parsed: the judge then says so).  So sample output
    without a label that follows the program is not taken for it, and a program that is given once more further down replaces it.

    - A block is fenced by three or more backticks or tildes, at the beginning of a line but for white space.
    - It ends at the next such mark of the same character that is no shorter and indented less than four columns deeper than the
      opening one.  Text behind that mark (``<|im_end|>``, a remark) does not count; an info string begins the next block.
    - A last block without an end counts: a completion may have been cut off.
    - In a block that is not labelled as Python, a fence that is labelled so begins one of its own, whatever its length.  A block
      labelled ``markdown`` or ``md`` is read like an answer of its own.
    """
    labelled = bare = None
    for opening, end in _blocks(action):
        if (opening.python or opening.bare) and action[opening.content : end].strip():
            if opening.python:
                labelled = opening.indent, opening.content, end
            else:
                bare = opening.indent, opening.content, end
    found = labelled or bare
    if found is not None:
        return _block(action, *found)
    if not action.strip():
        return None
    whole = _block(action, "", 0, len(action))
    readable = len(whole.source) > MAX_SOURCE_CHARS or check_syntax(whole.source) is None
    return whole if readable else None


def code_at(action: str, start: int, end: int) -> CodeBlock:
    """Returns the program at ``action[start:end]``, where :func:`find_code` found one in the same action.

    So a place that was told suffices to map lines to characters, and nothing is searched or parsed again.

    Raises:
        ValueError: ``start`` and ``end`` are no place in the action.
    """
    if not 0 <= start <= end <= len(action):
        raise ValueError(f"start and end must be a place within the action's {len(action)} characters, got ({start}, {end})")
    before = action[:start]
    before = before[:-2] if before.endswith("\r\n") else before[:-1]
    opening = _FENCE.fullmatch(before, max(before.rfind("\n"), before.rfind("\r")) + 1)
    return _block(action, opening.group(1) if opening is not None else "", start, end, whole=False)


class _Mark:
    """A fence and what stands behind it in its line, each part measured once: an open block is compared with every later mark."""

    def __init__(self, action: str, match: re.Match[str]) -> None:
        self.indent, fence, behind = match.groups()
        self.start = match.start()
        newline = _NEWLINE.match(action, match.end())
        self.content = len(action) if newline is None else newline.end()
        self.character, self.length = fence[0], len(fence)
        self.width = len(self.indent.expandtabs(_DEEPER))
        self.bare = not behind.strip()
        self.opens = not (self.character == "`" and "`" in behind)  # backticks behind backticks are inline code
        self.closes = self.character * 3 not in behind
        self.python = self.opens and _PYTHON.match(behind) is not None
        self.markdown = self.opens and _MARKDOWN.match(behind) is not None
        self.informs = self.python or (self.opens and _INFO.match(behind) is not None)

    def ends(self, opening: _Mark) -> bool:
        """Whether this ends the block that ``opening`` begins."""
        if self.width >= opening.width + _DEEPER:
            return False
        if self.python and not opening.python:
            return True
        return self.closes and self.character == opening.character and self.length >= opening.length


def _blocks(action: str) -> Iterator[tuple[_Mark, int]]:
    """Yields the opening mark of each block and the end of its text."""
    outer: _Mark | None = None  # begins a block of Markdown around what follows
    opening: _Mark | None = None
    for mark in (_Mark(action, match) for match in _FENCE.finditer(action)):
        if opening is not None:
            if not mark.ends(opening):
                continue
            yield opening, mark.start
            begins = mark.informs
        elif outer is not None and mark.ends(outer) and not mark.informs:
            outer, begins = None, False
        else:
            begins = mark.opens
        opening = mark if begins else None
        if opening is not None and outer is None and opening.markdown:
            outer, opening = opening, None
    if opening is not None:
        yield opening, len(action)


def _block(action: str, indent: str, start: int, end: int, *, whole: bool = True) -> CodeBlock:
    """Returns ``action[start:end]`` as a program: without its last line end, the fence's indentation and a common one.

    ``whole`` is False where the last line end is left out of the place already.
    """
    pieces: list[tuple[int, str]] = []
    at = start
    for newline in _NEWLINE.finditer(action, start, end):
        pieces.append((at, action[at : newline.start()]))
        at = newline.end()
    if at < end or not pieces or not whole:
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
