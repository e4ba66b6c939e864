"""Other programs that do the same: what a sibling that solves the task another way may look like.

Renames variables, turns loops and comprehensions into one another, swaps statements that do not depend on each other, turns
conditions and comparisons round, and gives parts of expressions names; all of it drawn from a generator.  Not guaranteed: that
the meaning stays (a loop over an endless iterator becomes a list), so whoever uses a result has it judged.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Final

import numpy as np

from rlvr_envs.parsing.syntax import parse_python

#: How often an opportunity is taken.
_SHARE: Final = 0.7
_WORDS: Final = ("item", "part", "state", "piece", "total", "mark", "entry", "value", "left", "other", "step", "pool")
#: Calls of these read their arguments alone.
_PURE: Final = frozenset({"len", "min", "max", "sum", "abs", "int", "float", "str", "list", "set", "dict", "sorted", "tuple"})
_TURNED: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    **{ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE},
    **{ast.Eq: ast.Eq, ast.NotEq: ast.NotEq},
}


def restructure(source: str, rng: np.random.Generator) -> str:
    """Returns a program that reads differently; the same source and generator give the same one.

    Raises:
        SyntaxError: ``source`` does not parse.
    """
    tree = parse_python(source)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            _Blocks(rng).visit(node)
            _rename(node, rng)
    return ast.unparse(ast.fix_missing_locations(tree))


class _Blocks(ast.NodeTransformer):
    """Rewrites every block of statements, the innermost first."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng, self._numbers = rng, count()

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                setattr(node, name, self._block(block))
        return node

    def _taken(self) -> bool:
        return bool(self._rng.random() < _SHARE)

    def _block(self, block: list[ast.stmt]) -> list[ast.stmt]:
        joined: list[ast.stmt] = []
        for node in block:
            made = _as_comprehension(joined[-1], node) if joined else None
            if made is not None and self._taken():
                joined[-1] = made
                continue
            joined += self._statement(node)
        for i in range(len(joined) - 1):
            if _independent(joined[i], joined[i + 1]) and self._taken():
                joined[i], joined[i + 1] = joined[i + 1], joined[i]
        return joined

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """Turns ``a < b`` round, where neither side does anything."""
        plain = all(isinstance(side, (ast.Name, ast.Constant)) for side in (node.left, *node.comparators))
        if len(node.ops) == 1 and type(node.ops[0]) in _TURNED and plain and self._taken():
            return ast.Compare(node.comparators[0], [_TURNED[type(node.ops[0])]()], [node.left])
        return node

    def _parts(self, node: ast.Return | ast.Assign) -> list[ast.stmt]:
        """Gives what a statement works out first a name of its own."""
        value, name = node.value, f"part_{next(self._numbers)}"
        if isinstance(value, ast.BinOp) and not isinstance(value.left, (ast.Name, ast.Constant)):
            first, value.left = value.left, ast.Name(name, ast.Load())
        elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.args and _is_work(value.args[0]):
            first, value.args[0] = value.args[0], ast.Name(name, ast.Load())
        elif isinstance(node, ast.Return) and value is not None and _is_work(value):
            first, node.value = value, ast.Name(name, ast.Load())
        else:
            return [node]
        return [ast.Assign(targets=[ast.Name(name, ast.Store())], value=first), node]

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        """Returns what a statement becomes, if the opportunity is taken."""
        if not self._taken():
            return [node]
        if isinstance(node, ast.For) and not node.orelse:
            return self._for_as_while(node)
        if isinstance(node, ast.While) and not node.orelse:
            return _while_as_for(node)
        if isinstance(node, (ast.Assign, ast.Return)):
            return self._comprehension_as_loop(node) if isinstance(node.value, ast.ListComp) else self._parts(node)
        if isinstance(node, ast.If) and node.orelse:
            return [ast.If(ast.UnaryOp(ast.Not(), node.test), node.orelse, node.body)]
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and isinstance(node.value, ast.Constant):
            name = node.target.id  # with a number or a text, as `+=` changes a list in place
            return [ast.Assign([ast.Name(name, ast.Store())], ast.BinOp(ast.Name(name, ast.Load()), node.op, node.value))]
        return [node]

    def _for_as_while(self, node: ast.For) -> list[ast.stmt]:
        number = next(self._numbers)
        items, index = f"items_{number}", f"index_{number}"
        head = _parsed(
            f"{items} = list(0)\n{index} = 0\nwhile {index} < len({items}):\n    x = {items}[{index}]\n    {index} += 1"
        )
        fill, _, loop = head
        assert isinstance(fill, ast.Assign)
        assert isinstance(fill.value, ast.Call)
        assert isinstance(loop, ast.While)
        fill.value.args = [node.iter]
        first = loop.body[0]
        assert isinstance(first, ast.Assign)
        first.targets = [node.target]
        loop.body += node.body
        return head

    def _comprehension_as_loop(self, node: ast.Assign | ast.Return) -> list[ast.stmt]:
        found = f"found_{next(self._numbers)}"
        first, add = _parsed(f"{found} = []\n{found}.append(0)")
        comprehension = node.value
        assert isinstance(comprehension, ast.ListComp)
        assert isinstance(add, ast.Expr)
        assert isinstance(add.value, ast.Call)
        add.value.args = [comprehension.elt]
        inner: ast.stmt = add
        for part in reversed(comprehension.generators):
            for test in reversed(part.ifs):
                inner = ast.If(test=test, body=[inner], orelse=[])
            inner = ast.For(target=part.target, iter=part.iter, body=[inner], orelse=[])
        node.value = ast.Name(found, ast.Load())
        return [first, inner, node]


def _is_work(node: ast.expr) -> bool:
    return isinstance(node, (ast.BinOp, ast.BoolOp, ast.Call, ast.Compare, ast.IfExp, ast.Subscript, ast.ListComp))


def _while_as_for(node: ast.While) -> list[ast.stmt]:
    stop = ast.If(test=ast.UnaryOp(ast.Not(), node.test), body=[ast.Break()], orelse=[])
    (loop,) = _parsed("for _ in iter(int, 1):\n    pass")
    assert isinstance(loop, ast.For)
    loop.body = [stop, *node.body]
    return [loop]


def _as_comprehension(before: ast.stmt, node: ast.stmt) -> ast.stmt | None:
    """Returns ``x = [e for ...]`` for ``x = []`` and a loop that does nothing but append ``e`` to ``x``, else None."""
    if not (isinstance(before, ast.Assign) and isinstance(before.value, ast.List) and not before.value.elts):
        return None
    if not (isinstance(node, ast.For) and not node.orelse and len(before.targets) == 1):
        return None
    name, body, tests = before.targets[0], node.body, []
    while len(body) == 1 and isinstance(body[0], ast.If) and not body[0].orelse:
        tests.append(body[0].test)
        body = body[0].body
    call = body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "append"):
        return None
    if not (isinstance(name, ast.Name) and isinstance(call.func.value, ast.Name) and call.func.value.id == name.id):
        return None
    read = {one.id for part in (node.iter, *tests, *call.args) for one in ast.walk(part) if isinstance(one, ast.Name)}
    if len(call.args) != 1 or name.id in read:
        return None
    part = ast.comprehension(target=node.target, iter=node.iter, ifs=tests, is_async=0)
    return ast.Assign(targets=[name], value=ast.ListComp(elt=call.args[0], generators=[part]))


def _independent(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether two assignments to names neither read nor write what the other writes, and do nothing else."""
    if not all(isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) for node in (one, other)):
        return False
    for node in (one, other):
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call) and not (isinstance(inner.func, ast.Name) and inner.func.id in _PURE):
                return False
            if isinstance(inner, (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)):
                return False
    names = [{inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)} for node in (one, other)]
    written = [
        {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)}
        for node in (one, other)
    ]
    return not (written[0] & names[1] or written[1] & names[0])


def _rename(function: ast.FunctionDef, rng: np.random.Generator) -> None:
    """Gives every variable of a function, its arguments included, another name."""
    kept = {name for node in ast.walk(function) if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names}
    kept |= {node.name for node in ast.walk(function) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    kept |= {node.arg for node in ast.walk(function) if isinstance(node, ast.keyword) and node.arg}
    bound = [node.arg for node in ast.walk(function) if isinstance(node, ast.arg)]
    bound += [node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    old = [name for name in dict.fromkeys(bound) if name not in kept]
    new = dict(zip(old, _fresh(rng, len(old)), strict=True))
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            node.arg = new.get(node.arg, node.arg)
        elif isinstance(node, ast.Name):
            node.id = new.get(node.id, node.id)


def _fresh(rng: np.random.Generator, size: int) -> Sequence[str]:
    order = rng.permutation(len(_WORDS)).tolist()
    return [f"{_WORDS[order[i % len(order)]]}_{i}" for i in range(size)]


def _parsed(source: str) -> list[ast.stmt]:
    return ast.parse(source).body
