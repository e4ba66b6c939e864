"""Mutants: programs that differ from a right one by one small edit, as a mistake would.

Guaranteed: the same source and generator give the same mutants in every process; each compiles, differs from its source by
more than layout, and says by name which edit was made where.  Not guaranteed: that a mutant behaves differently.  Some are
equivalent to their source, and which ones cannot be told by a program.

Nothing is run here: a mutant is parsed, compiled and written out as text.
"""

from __future__ import annotations

import ast
import copy
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from rlvr_envs.parsing.mutations import Mutation, is_text, mutations_of, off_by_one
from rlvr_envs.parsing.syntax import parse_python

_SHOWN: Final = 60
_SKIPPED_FIELDS: Final = ("annotation", "returns", "format_spec", "decorator_list", "type_params")


@dataclass(frozen=True)
class Mutant:
    """One mutant; ``line`` (1-based) and ``column`` (0-based characters) are the place of the edit in the original source.

    ``before`` and ``after`` are the edited node as text, cut to 60 characters.
    """

    operator: str
    line: int
    column: int
    before: str
    after: str
    source: str

    @property
    def name(self) -> str:
        """Name and place, such as ``boundary@3:12``."""
        return f"{self.operator}@{self.line}:{self.column}"

    def __str__(self) -> str:
        """Shows name, place and edit in one line."""
        return f"{self.name} `{self.before}` -> `{self.after}`"


@dataclass(frozen=True)
class _Site:
    """A place in a tree, as the fields and indexes that lead to it from the module, and one edit for it."""

    path: tuple[str | int, ...]
    mutation: Mutation


def every_mutant(source: str, entry_point: str | None = None) -> list[Mutant]:
    """Returns all mutants of a program in a fixed order, none when it does not parse; see :func:`draw_mutants`."""
    tree = _parsed(source)
    if tree is None:
        return []
    seen = {ast.dump(tree)}
    return [made for site in _sites(tree, entry_point) if (made := _mutant(tree, site, source, seen)) is not None]


def draw_mutants(source: str, count: int, rng: np.random.Generator, *, entry_point: str | None = None) -> list[Mutant]:
    """Returns ``count`` different mutants in the order of their places, fewer if there are no more; all edits are equally likely.

    Args:
        source: A program.
        count: How many, at least 0.
        rng: The only source of chance; one permutation is drawn, however many edits turn out to be of no use.
        entry_point: The function or class that will be called.  Definitions that it never mentions are left alone, as no
            edit of them could show.  None: everything is edited.

    Raises:
        ValueError: ``count`` is negative.
    """
    if count < 0:
        raise ValueError(f"count must be at least 0, got {count}")
    tree = _parsed(source)
    if tree is None:
        return []
    sites = list(_sites(tree, entry_point))
    seen = {ast.dump(tree)}
    drawn: list[tuple[int, Mutant]] = []
    for index in rng.permutation(len(sites)).tolist():
        if len(drawn) == count:
            break
        made = _mutant(tree, sites[index], source, seen)
        if made is not None:
            drawn.append((index, made))
    return [made for _, made in sorted(drawn, key=lambda pair: pair[0])]


def _parsed(source: str) -> ast.Module | None:
    try:
        return parse_python(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _sites(tree: ast.Module, entry_point: str | None) -> Iterator[_Site]:
    """Yields every place and edit, in the order of a walk over the tree from top to bottom."""
    unused = set() if entry_point is None else _unused(tree, entry_point.split(".")[0])
    for index, statement in enumerate(tree.body):
        if index not in unused:
            yield from _below(statement, ("body", index))


def _below(node: ast.AST, path: tuple[str | int, ...]) -> Iterator[_Site]:
    """Yields the edits of a node and of all below it."""
    if is_text(node) or isinstance(node, ast.JoinedStr):
        return
    for mutation in mutations_of(node):
        yield _Site(path, mutation)
    for name, value in ast.iter_fields(node):
        if name in _SKIPPED_FIELDS:
            continue
        children = [((name, i), child) for i, child in enumerate(value)] if isinstance(value, list) else [((name,), value)]
        for step, child in children:
            if isinstance(child, ast.expr) and _is_index(node, name):
                yield from (_Site((*path, *step), mutation) for mutation in off_by_one(child))
            if isinstance(child, ast.AST):
                yield from _below(child, (*path, *step))


def _unused(tree: ast.Module, root: str) -> set[int]:
    """Returns the indexes of top-level functions and classes that neither ``root`` nor the module's own statements reach."""
    defined = {
        node.name: index
        for index, node in enumerate(tree.body)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    }
    if root not in defined:
        return set()
    reached = {root}
    waiting = [tree.body[defined[root]], *(node for index, node in enumerate(tree.body) if index not in defined.values())]
    while waiting:
        names = {node.id for node in ast.walk(waiting.pop()) if isinstance(node, ast.Name)} & defined.keys() - reached
        reached |= names
        waiting += [tree.body[defined[name]] for name in sorted(names)]
    return {index for name, index in defined.items() if name not in reached}


def _is_index(parent: ast.AST, name: str) -> bool:
    if isinstance(parent, ast.Call):
        return name == "args" and isinstance(parent.func, ast.Name) and parent.func.id == "range"
    return (isinstance(parent, ast.Subscript) and name == "slice") or (
        isinstance(parent, ast.Slice) and name in ("lower", "upper")
    )


def _mutant(tree: ast.Module, site: _Site, source: str, seen: set[str]) -> Mutant | None:
    """Returns the mutant of a site, None when it does not compile or an equal tree was ``seen`` before."""
    old = _at(tree, site.path)
    changed = copy.deepcopy(tree)
    parent, last = _at(changed, site.path[:-1]), site.path[-1]
    new = site.mutation.edit(_step(parent, last))
    if isinstance(last, int):
        parent[last] = new
    else:
        setattr(parent, last, new)
    ast.fix_missing_locations(changed)
    text = _written(changed)
    key = None if text is None else ast.dump(parse_python(text))
    if text is None or key is None or key in seen:
        return None
    seen.add(key)
    line, column = _place(old, source)
    return Mutant(site.mutation.operator, line, column, _shown(old), _shown(new), text)


def _at(root: ast.AST, path: tuple[str | int, ...]) -> Any:
    node: Any = root
    for step in path:
        node = _step(node, step)
    return node


def _step(node: Any, step: str | int) -> Any:
    return node[step] if isinstance(step, int) else getattr(node, step)


def _written(tree: ast.Module) -> str | None:
    """Returns a tree as source, None when it has none or the compiler refuses it."""
    try:
        text = ast.unparse(tree)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `"a" is x` and odd escapes are the data's, and legal
            compile(text, "<mutant>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return text


def _place(node: Any, source: str) -> tuple[int, int]:
    line, byte = int(node.lineno), int(node.col_offset)
    return line, len(source.split("\n")[line - 1].encode()[:byte].decode("utf-8", "ignore"))


def _shown(node: ast.AST) -> str:
    if isinstance(node, (ast.If, ast.While)):
        node = node.test  # all of the node that an edit changes
    text = " ".join(ast.unparse(ast.fix_missing_locations(node)).split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
