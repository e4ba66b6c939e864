"""Statements of a program with the lines that they take: what a list of executed lines says about its text."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rlvr_envs.parsing.syntax import MAX_SOURCE_CHARS, parse_python

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(frozen=True)
class Statement:
    """One statement that the interpreter tells of when it executes it.

    Attributes:
        first: Its first line, 1-based; decorators belong to it.
        last: Its last line, of all that is nested in it.
        header: The last line before what is nested in it; ``last`` where nothing is.
        function: Whether it is in the body of a function, so that it runs when that is called.
        defines: Whether it is a function or a class.
        loop: First line of the innermost loop around it, or of itself if it is one; 0 where there is none.
    """

    first: int
    last: int
    header: int
    function: bool
    defines: bool
    loop: int


@lru_cache(maxsize=4)  # the wrappers of one environment ask in turn about the same program
def statements_of(source: str) -> tuple[Statement, ...]:
    """Returns the statements of a program in order; none where it cannot be parsed.

    Docstrings and other bare constants, declarations of names and bare annotations are left out: no line of code is theirs.
    """
    if len(source) > MAX_SOURCE_CHARS:
        return ()
    try:
        tree = parse_python(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # what a model writes is no failure of ours
        return ()
    found: list[Statement] = []
    waiting: list[tuple[ast.AST, bool, int]] = [(tree, False, 0)]
    while waiting:
        node, function, loop = waiting.pop()
        if isinstance(node, ast.stmt):
            first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
            loop = first if isinstance(node, _LOOPS) else loop
            if not _is_silent(node):
                defines = isinstance(node, (*_FUNCTIONS, ast.ClassDef))
                found.append(Statement(first, node.end_lineno or first, _header(node, first), function, defines, loop))
        inner = isinstance(node, _FUNCTIONS)
        inside = (function or inner, 0 if inner else loop)
        waiting.extend((child, *inside) for child in ast.iter_child_nodes(node) if _holds_statements(child))
    return tuple(sorted(found, key=lambda one: (one.first, -one.last)))


def _holds_statements(node: ast.AST) -> bool:
    return isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case))


def _is_silent(node: ast.stmt) -> bool:
    if isinstance(node, ast.AnnAssign):
        return node.value is None
    return isinstance(node, (ast.Global, ast.Nonlocal)) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _header(node: ast.stmt, first: int) -> int:
    nested: Sequence[ast.AST] = getattr(node, "body", ()) or getattr(node, "cases", ())
    if not nested:
        return node.end_lineno or first
    below = nested[0].pattern if isinstance(nested[0], ast.match_case) else nested[0]
    return max(first, getattr(below, "lineno", first) - 1)
