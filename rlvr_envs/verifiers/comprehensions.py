"""Comprehensions over plain data, with bounds.

The first iterable may be anything; conditions, elements and inner iterables may be made of the comprehension's own variables
and of literals.  So the work is that of the items (:mod:`.work`) and no product of two values of the program.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from rlvr_envs.verifiers.arithmetic import items_in
from rlvr_envs.verifiers.holes import Expression, Fill, Hole, Local
from rlvr_envs.verifiers.work import Unsupported, spend, walked

_STEP: Final = 150  # units of work for an item, besides those of the expressions that are asked of it
_MAX_BUILT: Final = 1_000_000  # items of all elements together: each may be made of a range or a product of the item's own
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Build = Callable[[ast.expr], Expression]
#: A variable, or several that an item is unpacked to.
Target = Local | list[Local]


class _Variables(ast.NodeTransformer):
    """Replaces the variables of a comprehension by what stands for their values."""

    def __init__(self) -> None:
        self._locals: dict[str, Local] = {}

    def target(self, node: ast.expr) -> Target:
        if isinstance(node, ast.Name):
            return self._locals.setdefault(node.id, Local())
        if isinstance(node, (ast.Tuple, ast.List)) and all(isinstance(part, ast.Name) for part in node.elts):
            return [self._locals.setdefault(part.id, Local()) for part in node.elts if isinstance(part, ast.Name)]
        raise Unsupported("a comprehension with other than variables")

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self._locals:
            return node
        return ast.copy_location(ast.Constant(self._locals[node.id]), node)  # type: ignore[arg-type]

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, Hole):
            raise Unsupported("a value of the program inside a comprehension")
        return node

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, _COMPREHENSIONS):
            raise Unsupported("a comprehension inside another")
        return super().visit(node)


def comprehension(
    node: Comprehension,
    elements: list[ast.expr],
    plain: Build,
    iterable: Build,
    collect: Callable[[Iterable[list[Any]]], Any],
) -> Expression:
    """Returns a comprehension as an expression.

    Args:
        node: The comprehension.
        elements: Its element, or key and value.
        plain: Builds an expression whose value is plain data.
        iterable: Builds one whose value is walked.
        collect: Makes the result of the rows of elements.

    Raises:
        Unsupported: It is not of the known part.
    """
    variables = _Variables()
    sources, targets, conditions = [], [], []
    for level, part in enumerate(node.generators):
        if part.is_async:
            raise Unsupported("an asynchronous comprehension")
        sources.append(iterable(variables.visit(part.iter) if level else part.iter))
        targets.append(variables.target(part.target))
        conditions.append([plain(variables.visit(condition)) for condition in part.ifs])
    made = [plain(variables.visit(element)) for element in elements]

    def rows(level: int, values: dict[Any, Any], fill: Fill) -> Iterator[list[Any]]:
        def inner(key: Any) -> Any:
            return values[key] if key in values else fill(key)

        for item in sources[level](inner):
            spend(_STEP)
            _assign(targets[level], item, values)
            if all(condition(inner) for condition in conditions[level]):
                if level + 1 < len(sources):
                    yield from rows(level + 1, values, fill)
                else:
                    yield [element(inner) for element in made]

    return lambda fill: collect(_bounded(rows(0, {}, fill)))


def _bounded(rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    built = 0
    for row in rows:
        built += items_in(row)
        if built > _MAX_BUILT:
            raise Unsupported("a comprehension whose items are very long")
        yield row


def _assign(target: Target, item: Any, values: dict[Any, Any]) -> None:
    if isinstance(target, Local):
        values[target] = item
        return
    parts = list(walked(item))
    if len(parts) != len(target):
        raise ValueError(f"expected {len(target)} values to unpack, got {len(parts)}")
    values.update(zip(target, parts, strict=True))
