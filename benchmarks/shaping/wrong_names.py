"""Bugs of a kind that no wrapper tries to undo: one variable read in the place of another."""

from __future__ import annotations

import ast

import numpy as np

from rlvr_envs.audit.mutants import Mutant
from rlvr_envs.parsing.syntax import parse_python


def wrong_names(source: str, count: int, rng: np.random.Generator, *, entry_point: str | None) -> list[Mutant]:
    """Returns up to ``count`` programs in which the entry point reads another of its variables once; in the order of a draw.

    Raises:
        SyntaxError: ``source`` does not parse.
    """
    tree = parse_python(source)
    function = next((node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == entry_point), None)
    if function is None:
        return []
    names = dict.fromkeys(argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg))
    body = [node for part in function.body for node in ast.walk(part) if isinstance(node, ast.Name)]
    names |= dict.fromkeys(node.id for node in body if isinstance(node.ctx, ast.Store))
    places = [(node, other) for node in body if isinstance(node.ctx, ast.Load) and node.id in names for other in names]
    found = []
    for index in rng.permutation(len(places)).tolist():
        node, other = places[index]
        if len(found) == count:
            break
        if other == node.id:
            continue
        before, node.id = node.id, other
        found.append(Mutant("wrong-name", node.lineno, node.col_offset, before, other, ast.unparse(tree)))
        node.id = before
    return found
