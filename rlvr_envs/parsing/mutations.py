"""The ways in which a mutant differs from its program: small edits of a syntax tree, each tied to one node.

An edit never touches a docstring, an annotation or a format specification: what is changed can change what the program does.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

#: Makes the new node from a copy of the old one.
Edit = Callable[[ast.AST], ast.AST]


@dataclass(frozen=True)
class Mutation:
    """One possible edit: ``operator`` is the kind of edit, ``edit`` makes the node that takes the old one's place."""

    operator: str
    edit: Edit


_ARITHMETIC: Final[Mapping[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.FloorDiv,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}
#: Operators that give another value when their operands change places.
_ORDERED: Final = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.LShift, ast.RShift)
_BOUNDARY: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_OPPOSITE: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
#: Functions that give the same value whatever the order of their arguments.
_SYMMETRIC: Final = frozenset({"max", "min", "gcd", "lcm", "isclose"})
_DROPPED: Final = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.Break, ast.Continue, ast.Raise, ast.Delete)


def mutations_of(node: ast.AST) -> Iterator[Mutation]:
    """Yields the edits that a node allows by its own form, in a fixed order."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in _ARITHMETIC:
        yield Mutation("arithmetic", _with_operator(_ARITHMETIC[type(node.op)]))
    if isinstance(node, ast.BinOp) and isinstance(node.op, _ORDERED):
        yield Mutation("swap-operands", _swap_operands)
    if isinstance(node, ast.Compare):
        yield from _of_comparison(node)
    if isinstance(node, ast.BoolOp):
        yield Mutation("boolean", _with_operator(ast.Or if isinstance(node.op, ast.And) else ast.And))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        yield Mutation("drop-unary", lambda copy: copy.operand)  # type: ignore[attr-defined]
    if isinstance(node, ast.Constant):
        yield from _of_constant(node.value)
    if isinstance(node, ast.Call) and _has_order(node):
        yield Mutation("swap-arguments", _swap_arguments)
    if isinstance(node, (ast.If, ast.While, ast.IfExp)) and not _has_opposite(node.test):
        yield Mutation("negate", _negate_test)
    if isinstance(node, _DROPPED) and not is_text(node):
        yield Mutation("drop-statement", lambda copy: ast.Pass())


def is_text(node: ast.AST) -> bool:
    """Whether a node is a statement that is a constant alone, such as a docstring: it says nothing to the interpreter."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def off_by_one(node: ast.expr) -> Iterator[Mutation]:
    """Yields one more and one less than an index, a bound of a slice or of ``range``; constants have edits of their own."""
    plain = node.operand if isinstance(node, ast.UnaryOp) else node
    if not isinstance(plain, (ast.Constant, ast.Slice, ast.Tuple, ast.Starred)):
        yield Mutation("plus-one", lambda copy: _plus(copy, ast.Add()))
        yield Mutation("minus-one", lambda copy: _plus(copy, ast.Sub()))


def _has_order(call: ast.Call) -> bool:
    """Whether a call has two positional arguments whose order may matter."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""
    starred = any(isinstance(argument, ast.Starred) for argument in call.args[:2])
    return len(call.args) > 1 and not starred and name not in _SYMMETRIC


def _has_opposite(test: ast.expr) -> bool:
    """Whether a condition is negated by turning its one comparison round, which is an edit of its own."""
    return isinstance(test, ast.Compare) and len(test.ops) == 1


def _of_comparison(node: ast.Compare) -> Iterator[Mutation]:
    for index, op in enumerate(node.ops):
        for name, table in (("boundary", _BOUNDARY), ("flip", _OPPOSITE)):
            if type(op) in table:
                yield Mutation(name, _with_comparison(index, table[type(op)]))


def _of_constant(value: object) -> Iterator[Mutation]:
    if isinstance(value, bool):
        yield Mutation("constant", lambda copy: ast.Constant(not value))
    elif isinstance(value, (int, float)):
        yield Mutation("constant-plus", lambda copy: ast.Constant(value + 1))
        yield Mutation("constant-minus", lambda copy: _number(value - 1))
    elif isinstance(value, str):
        yield Mutation("constant", lambda copy: ast.Constant("" if value else "?"))


def _number(value: float) -> ast.expr:
    """Returns a number as source writes it: a negative one is a minus before a constant."""
    return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))


def _with_operator(kind: type[ast.AST]) -> Edit:
    def edit(copy: ast.AST) -> ast.AST:
        copy.op = kind()  # type: ignore[attr-defined]
        return copy

    return edit


def _with_comparison(index: int, kind: type[ast.cmpop]) -> Edit:
    def edit(copy: ast.AST) -> ast.AST:
        copy.ops[index] = kind()  # type: ignore[attr-defined]
        return copy

    return edit


def _swap_operands(copy: ast.AST) -> ast.AST:
    copy.left, copy.right = copy.right, copy.left  # type: ignore[attr-defined]
    return copy


def _swap_arguments(copy: ast.AST) -> ast.AST:
    copy.args[0], copy.args[1] = copy.args[1], copy.args[0]  # type: ignore[attr-defined]
    return copy


def _negate_test(copy: ast.AST) -> ast.AST:
    copy.test = ast.UnaryOp(ast.Not(), copy.test)  # type: ignore[attr-defined]
    return copy


def _plus(copy: ast.AST, op: ast.operator) -> ast.AST:
    return ast.BinOp(copy, op, ast.Constant(1))  # type: ignore[arg-type]
