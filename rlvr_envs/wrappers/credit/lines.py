"""Lines of the program in an answer, as characters of the action: what all credit wrappers that speak of lines share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from rlvr_envs.info import Info
from rlvr_envs.parsing.code import CodeBlock, code_at


def block_of(action: str, info: Info) -> CodeBlock | None:
    """Returns the program that was judged, with the place of its lines in the action, None where the action holds none.

    Raises:
        ValueError: ``feedback.code_span`` is no place in the action, so ``info`` is of another action.
    """
    start, end = info["feedback"].code_span
    return None if start < 0 else _block_at(action, start, end)


def program_of(action: str, info: Info) -> str | None:
    """Returns the text of the program that was judged, None where the action holds none; raises as :func:`block_of`."""
    block = block_of(action, info)
    return None if block is None else block.source


def line_spans(action: str, info: Info) -> Mapping[int, tuple[int, int]]:
    """Returns the place of each line of the program in the action: ``{line: (start, end)}``, lines from 1 on.

    A place is without indentation and trailing blanks.  Lines that are blank, or begin with ``#``, are left out: they do nothing.
    Empty where the action holds no program.

    Raises:
        ValueError: As :func:`block_of`.
    """
    block = block_of(action, info)
    return MappingProxyType({}) if block is None else _spans_of(block)


def outside(pieces: Iterable[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    """Yields, in order, the parts of ``range(length)`` that none of the half-open pieces covers."""
    at = 0
    for start, end in sorted(pieces):
        if at < start:
            yield at, start
        at = max(at, end)
    if at < length:
        yield at, length


@lru_cache(maxsize=4)  # the wrappers of one environment ask in turn about the same action
def _block_at(action: str, start: int, end: int) -> CodeBlock:
    return code_at(action, start, end)


@lru_cache(maxsize=4)
def _spans_of(block: CodeBlock) -> Mapping[int, tuple[int, int]]:
    found = {}
    for line, text in enumerate(block.lines, 1):
        span = block.line_span(line)
        if span is not None and not text.lstrip().startswith("#"):
            found[line] = span
    return MappingProxyType(found)
