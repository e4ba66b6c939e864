"""A small, closed part of Python's expressions, turned into functions over plain data without ``eval``.

Known: constants, displays of lists, tuples, sets and dicts, comprehensions, arithmetic, comparisons, ``and``, ``or``, ``not``,
subscripts and slices, the methods of :data:`~rlvr_envs.verifiers.methods.METHODS`, the functions of
:data:`~rlvr_envs.verifiers.functions.FUNCTIONS` and ``isinstance`` with builtin types.  What is unknown is refused when the
expression is built, before any value is there.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from rlvr_envs.verifiers.arithmetic import BINARY, COMPARE, UNARY, Binary, hashable, lookup_units
from rlvr_envs.verifiers.canonical import MAPPING_TYPES
from rlvr_envs.verifiers.comprehensions import comprehension
from rlvr_envs.verifiers.functions import CONSUMING, FUNCTIONS, TYPES
from rlvr_envs.verifiers.holes import Expression, Fill, Hole, Local, Walk, comparable, plain
from rlvr_envs.verifiers.methods import METHOD_NAMES, call_method
from rlvr_envs.verifiers.work import Unsupported, bounded, spend

#: What Python may raise for an expression that does not fit its values.
EXPRESSION_ERRORS: Final = (ArithmeticError, LookupError, TypeError, ValueError, RuntimeError, StopIteration, MemoryError)


def expression(node: ast.expr) -> Expression:
    """Returns an expression whose value is plain data.

    Raises:
        Unsupported: It is not of the known part.
    """
    inner = raw_expression(node)
    return lambda fill: plain(inner(fill))


def raw_expression(node: ast.expr) -> Expression:
    """Returns an expression whose value may hold opaque parts, of which only ``is None`` can be asked.

    Raises:
        Unsupported: It is not of the known part.
    """
    make = _MAKERS.get(type(node))
    if make is None:
        raise Unsupported(f"an expression of the form {type(node).__name__}")
    return make(node)


def literal(node: ast.expr) -> Any:
    """Returns the value of an expression without holes.

    Raises:
        Unsupported: It is not of the known part, or its value would be too large.
    """
    try:
        with bounded():
            return expression(node)(_no_hole)
    except EXPRESSION_ERRORS as error:
        raise Unsupported(f"{type(error).__name__}: {error}") from error


def comparison(op: ast.cmpop, right: ast.expr) -> tuple[str, Binary]:
    """Returns the text of a comparison and the function that makes it on two values.

    Raises:
        Unsupported: Identity with anything but None, True and False, which alone is a matter of values.
    """
    if isinstance(op, (ast.Is, ast.IsNot)):
        if not isinstance(right, ast.Constant) or not (right.value is None or type(right.value) is bool):
            raise Unsupported("identity with anything but None, True and False")
        wanted = isinstance(op, ast.Is)
        return "is" if wanted else "is not", lambda left, value: (left is value) is wanted
    text, function = COMPARE[type(op)]
    take = _items_or_plain if isinstance(op, (ast.In, ast.NotIn)) else comparable
    return text, lambda left, value: bool(function(comparable(left), take(value)))


def _no_hole(key: Any) -> Any:
    raise Unsupported(f"hole {key} in a literal")


def _items_or_plain(value: Any) -> Any:
    return value if type(value) is Walk else plain(value)


def _iterable(node: ast.expr) -> Expression:
    """Returns an expression whose value is walked at once, and may be an iterator."""
    if isinstance(node, ast.GeneratorExp):
        return comprehension(node, [node.elt], expression, _iterable, lambda rows: (row[0] for row in rows))
    inner = raw_expression(node)
    return lambda fill: _items_or_plain(inner(fill))


def _constant(node: ast.Constant) -> Expression:
    held: Any = node.value
    if type(held) is Hole:
        index = held.index
        return lambda fill: fill(index)
    if type(held) is Local:
        return lambda fill: fill(held)
    if held is Ellipsis:
        raise Unsupported("...")
    return lambda _: held


def _collection(kind: Callable[[list[Any]], Any]) -> Callable[[Any], Expression]:
    def make(node: ast.List | ast.Tuple | ast.Set) -> Expression:
        items = [expression(item) for item in node.elts]
        return lambda fill: kind([item(fill) for item in items])

    return make


def _dict(node: ast.Dict) -> Expression:
    keys = [expression(key) for key in node.keys if key is not None]
    items = [expression(item) for item in node.values]
    if len(keys) != len(items):
        raise Unsupported("** in a dict")
    return lambda fill: dict(zip(hashable(key(fill) for key in keys), [item(fill) for item in items], strict=True))


def _dict_of_rows(rows: Iterable[list[Any]]) -> dict[Any, Any]:
    pairs = list(rows)
    return dict(zip(hashable(key for key, _ in pairs), [item for _, item in pairs], strict=True))


def _unary(node: ast.UnaryOp) -> Expression:
    function, operand = UNARY[type(node.op)], expression(node.operand)
    return lambda fill: function(operand(fill))


def _binary(node: ast.BinOp) -> Expression:
    if type(node.op) not in BINARY:
        raise Unsupported(f"the operator {type(node.op).__name__}")
    function, left, right = BINARY[type(node.op)], expression(node.left), expression(node.right)
    return lambda fill: function(left(fill), right(fill))


def _boolean(node: ast.BoolOp) -> Expression:
    parts, decisive = [expression(part) for part in node.values], isinstance(node.op, ast.Or)

    def run(fill: Fill) -> Any:
        value: Any = None
        for part in parts:
            value = part(fill)
            if bool(value) is decisive:
                break
        return value

    return run


def _compare(node: ast.Compare) -> Expression:
    first = raw_expression(node.left)
    rest = [(comparison(op, right)[1], raw_expression(right)) for op, right in zip(node.ops, node.comparators, strict=True)]

    def run(fill: Fill) -> bool:
        left = first(fill)
        for holds, operand in rest:
            right = operand(fill)
            if not holds(left, right):
                return False
            left = right
        return True

    return run


def _subscript(node: ast.Subscript) -> Expression:
    value, index = expression(node.value), expression(node.slice)

    def run(fill: Fill) -> Any:
        held, key = value(fill), index(fill)
        if type(held) in MAPPING_TYPES:
            spend(lookup_units(key))
        found = held[key]
        spend(len(found) >> 4 if type(found) in (str, bytes) else 2)
        return found

    return run


def _slice(node: ast.Slice) -> Expression:
    parts = [None if part is None else expression(part) for part in (node.lower, node.upper, node.step)]
    return lambda fill: slice(*(None if part is None else part(fill) for part in parts))


def _call(node: ast.Call) -> Expression:
    name = ast.unparse(node.func) if isinstance(node.func, (ast.Name, ast.Attribute)) else ""
    if name == "isinstance":
        return _isinstance(node)
    if isinstance(node.func, ast.Attribute) and name not in FUNCTIONS:
        return _method(node.func, node)
    function, options = FUNCTIONS.get(name, (None, frozenset[str]()))
    if function is None or any(keyword.arg not in options for keyword in node.keywords):
        raise Unsupported(f"a call of {name or 'an expression'} with these arguments")
    known, take = function, _iterable if name in CONSUMING else expression
    arguments = [take(argument) for argument in node.args]
    keywords = {str(keyword.arg): expression(keyword.value) for keyword in node.keywords}
    return lambda fill: known(*(one(fill) for one in arguments), **{key: one(fill) for key, one in keywords.items()})


def _method(func: ast.Attribute, node: ast.Call) -> Expression:
    name, value = func.attr, expression(func.value)
    if name not in METHOD_NAMES or node.keywords:
        raise Unsupported(f"a call of the method {name} with these arguments")
    take = _iterable if name == "join" else expression
    arguments = [take(argument) for argument in node.args]
    return lambda fill: call_method(value(fill), name, [one(fill) for one in arguments])


def _isinstance(node: ast.Call) -> Expression:
    if len(node.args) != 2 or node.keywords:
        raise Unsupported("isinstance with other than two arguments")
    value, asked = expression(node.args[0]), node.args[1]
    names = [part.id if isinstance(part, ast.Name) else "" for part in (asked.elts if isinstance(asked, ast.Tuple) else [asked])]
    if not set(names) <= set(TYPES):
        raise Unsupported("isinstance with other than builtin types")
    kinds = tuple(TYPES[name] for name in names)
    return lambda fill: isinstance(value(fill), kinds)


_MAKERS: Final[Mapping[type, Callable[[Any], Expression]]] = {
    ast.Constant: _constant,
    ast.List: _collection(list),
    ast.Tuple: _collection(tuple),
    ast.Set: _collection(lambda items: set(hashable(items))),
    ast.Dict: _dict,
    ast.ListComp: lambda node: comprehension(node, [node.elt], expression, _iterable, lambda rows: [row[0] for row in rows]),
    ast.SetComp: lambda node: comprehension(
        node, [node.elt], expression, _iterable, lambda rows: set(hashable(row[0] for row in rows))
    ),
    ast.DictComp: lambda node: comprehension(node, [node.key, node.value], expression, _iterable, _dict_of_rows),
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Call: _call,
}
