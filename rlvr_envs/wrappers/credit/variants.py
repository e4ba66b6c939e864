"""Variants of a program: one statement changed, the rest of the answer as it was, character for character.

Everything here is done on the trusted side, from the program's syntax tree; nothing is run.  A change is a piece of text put in
the place of another, so comments, layout and whatever else an answer holds stay what they were.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rlvr_envs.parsing.code import CodeBlock, find_code
from rlvr_envs.parsing.mutations import is_text, mutations_of, off_by_one
from rlvr_envs.parsing.syntax import check_syntax, parse_python

#: Larger programs get no variants: each statement has some, and each variant is parsed.
MAX_PROGRAM_CHARS: Final = 20_000

_NESTING: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SKIPPED_FIELDS: Final = ("annotation", "returns", "format_spec", "decorator_list", "type_params", "body", "orelse", "finalbody")
_UNTOUCHED: Final = (*_NESTING, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass)


@dataclass(frozen=True)
class Statement:
    """A statement of the program; ``span`` is its place in the action, of a compound one that of its header alone.

    ``whole`` is the place of all of it, ``line`` the 1-based line of the program on which it begins.
    """

    line: int
    span: tuple[int, int]
    whole: tuple[int, int]
    node: ast.stmt


@dataclass(frozen=True)
class Variant:
    """An action in which statement number ``statement`` is changed in the way that ``change`` names."""

    statement: int
    change: str
    action: str


def statements_of(block: CodeBlock) -> list[Statement]:
    """Returns the statements that could be wrong, in the order of the text.

    Definitions, imports, declarations of names, ``pass`` and docstrings are none of them.
    """
    if len(block.source) > MAX_PROGRAM_CHARS or check_syntax(block.source) is not None:
        return []
    nodes = [node for node in ast.walk(parse_python(block.source)) if isinstance(node, ast.stmt)]
    found = [made for node in nodes if not isinstance(node, _UNTOUCHED) and not is_text(node) and (made := _placed(node, block))]
    return sorted(found, key=lambda statement: (statement.whole[0], -statement.whole[1]))


def variants_of(action: str, block: CodeBlock, statements: Sequence[Statement]) -> list[list[Variant]]:
    """Returns the variants of each statement: those in which a part of it is another, then the one without it.

    Each parses, and no two are the same text.
    """
    seen = {action}
    return [list(_of_statement(action, block, statements, number, seen)) for number in range(len(statements))]


def in_turn(variants: Sequence[Sequence[Variant]], most: int) -> list[Variant]:
    """Returns up to ``most`` variants: one of each statement in order, then a second one of each, and so on."""
    rounds = max(map(len, variants), default=0)
    chosen = (one[turn] for turn in range(rounds) for one in variants if turn < len(one))
    return [variant for variant, _ in zip(chosen, range(most), strict=False)]


def without(action: str, statements: Iterable[Statement]) -> str:
    """Returns the action with ``pass`` in place of statements; one within another goes with it."""
    places = sorted((statement.whole for statement in statements), key=lambda place: (place[0], -place[1]))
    parts: list[str] = []
    at = 0
    for start, end in places:
        if start >= at:
            parts += [action[at:start], "pass"]
            at = end
    return "".join((*parts, action[at:]))


def _of_statement(
    action: str, block: CodeBlock, statements: Sequence[Statement], number: int, seen: set[str]
) -> Iterator[Variant]:
    statement = statements[number]
    changed = [(name, _put(action, place, text)) for name, place, text in _changes(statement.node, block)]
    changed.append(("drop", without(action, [statement])))
    for name, text in changed:
        if text not in seen and _parses(text):
            seen.add(text)
            yield Variant(number, name, text)


def _parses(action: str) -> bool:
    block = find_code(action)
    return block is not None and check_syntax(block.source) is None


def _put(action: str, place: tuple[int, int], text: str) -> str:
    return f"{action[: place[0]]}{text}{action[place[1] :]}"


def _placed(node: ast.stmt, block: CodeBlock) -> Statement | None:
    whole = _place(node, block)
    last = _last_of_header(node)
    end = whole if last is None else _place(last, block)
    if whole is None or end is None:
        return None
    return Statement(node.lineno, (whole[0], end[1]), whole, node)


def _last_of_header(node: ast.stmt) -> ast.AST | None:
    """Returns the last part of a compound statement's header that has a place, None for a simple statement."""
    if isinstance(node, (ast.If, ast.While)):
        return node.test
    if isinstance(node, (ast.For, ast.AsyncFor)):
        return node.iter
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return node.items[-1].optional_vars or node.items[-1].context_expr
    if isinstance(node, ast.Match):
        return node.subject
    return None


def _place(node: ast.AST, block: CodeBlock) -> tuple[int, int] | None:
    """Returns where a node stands in the action."""
    line, end_line = node.lineno, node.end_lineno  # type: ignore[attr-defined]
    start, end = block.column_of_byte(line, node.col_offset), block.column_of_byte(end_line, node.end_col_offset)  # type: ignore[attr-defined]
    return block.place(line, start, end_line, end)


def _changes(statement: ast.stmt, block: CodeBlock) -> Iterator[tuple[str, tuple[int, int], str]]:
    """Yields name, place and new text of each change of a part of a statement, its nested statements left alone."""
    for node, index in _parts(statement, False):
        edits = [*mutations_of(node), *(off_by_one(node) if index and isinstance(node, ast.expr) else ())]
        for mutation in edits:
            if mutation.operator == "drop-statement":
                continue
            new = mutation.edit(copy.deepcopy(node))
            old: ast.AST = node
            if mutation.operator == "negate":
                old, new = node.test, new.test  # type: ignore[attr-defined]
            place = _place(old, block)
            if place is not None:
                text = ast.unparse(ast.fix_missing_locations(new))
                yield mutation.operator, place, f"({text})" if isinstance(new, ast.expr) else text


def _parts(node: ast.AST, index: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Yields a statement and the expressions in it, and whether each is an index or an argument of ``range``."""
    yield node, index
    for name, value in ast.iter_fields(node):
        if name in _SKIPPED_FIELDS and not isinstance(node, (ast.IfExp, ast.Lambda)):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, (ast.stmt, ast.JoinedStr, ast.match_case, ast.ExceptHandler)):
                yield from _parts(child, _is_index(node, name))


def _is_index(parent: ast.AST, name: str) -> bool:
    if isinstance(parent, ast.Call):
        return name == "args" and isinstance(parent.func, ast.Name) and parent.func.id == "range"
    return (isinstance(parent, ast.Subscript) and name == "slice") or (
        isinstance(parent, ast.Slice) and name in ("lower", "upper")
    )
