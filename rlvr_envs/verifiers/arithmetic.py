"""Python's operators over plain data, with bounds on the work that they may cause.

Within the bounds each gives what Python gives, its exceptions included; outside them each raises :class:`Unsupported`.  The
bounds matter because the operands may come from a hostile program: a power, a repetition, a long ``range``, a Decimal with a
huge exponent or a set of ints that share one hash would each stop the trusted process for long.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from rlvr_envs.sandbox.guest.operators import OPERATORS
from rlvr_envs.verifiers.canonical import NUMPY_NUMBERS, NotPlain, canonical

MAX_INT_BITS: Final = 20_000
MAX_ITEMS: Final = 100_000
MAX_SHARED_HASHES: Final = 1_000

_NUMBERS: Final = frozenset({bool, int, float, complex})
_SEQUENCES: Final = frozenset({str, bytes, list, tuple})

Binary = Callable[[Any, Any], Any]


class Unsupported(Exception):
    """Raised for an expression, or for values, that are left to a real interpreter in the sandbox."""


def hashable(items: Iterable[Any]) -> list[Any]:
    """Returns items that may enter a set or dict without quadratic time.

    Raises:
        Unsupported: Many different ones share a hash.
        TypeError: One has no hash, as in Python.
    """
    found = list(items)
    if len(found) > MAX_SHARED_HASHES:
        hashes = len({hash(item) for item in found})
        try:
            different = len({canonical(item) for item in found})
        except NotPlain as error:
            raise Unsupported(str(error)) from error
        if different - hashes > MAX_SHARED_HASHES:
            raise Unsupported("too many items with the same hash")
    return found


def number(value: Any) -> Any:
    """Returns a number of moderate size, that of NumPy as the one it holds."""
    value = value.item() if type(value) in NUMPY_NUMBERS else value
    if type(value) not in _NUMBERS or (type(value) is int and value.bit_length() > MAX_INT_BITS):
        raise Unsupported("arithmetic on other than numbers of moderate size")
    return value


def _bits(value: Any) -> int:
    return int(value).bit_length() if type(value) in (int, bool) else 0


def items_in(value: Any) -> int:
    """Returns the number of items of a value, those of inner sequences counted."""
    if type(value) in (list, tuple):
        return sum(items_in(item) for item in value) + 1
    return len(value) if type(value) in (str, bytes, set, frozenset, dict) else 1


def _on_numbers(function: Binary) -> Binary:
    return lambda left, right: function(number(left), number(right))


def _add(left: Any, right: Any) -> Any:
    if type(left) in _SEQUENCES and type(left) is type(right):
        if items_in(left) + items_in(right) > MAX_ITEMS:
            raise Unsupported("a sequence that is very long")
        return left + right
    return number(left) + number(right)


def _multiply(left: Any, right: Any) -> Any:
    if type(right) in _SEQUENCES:
        left, right = right, left
    if type(left) in _SEQUENCES:
        if type(right) is not int or right * items_in(left) > MAX_ITEMS:
            raise Unsupported("a repetition that is very long")
        return left * right
    if _bits(left) + _bits(right) > MAX_INT_BITS:
        raise Unsupported("a product that is very large")
    return number(left) * number(right)


def _power(base: Any, exponent: Any) -> Any:
    if type(exponent) in (int, bool) and _bits(base) * abs(exponent) > MAX_INT_BITS:
        raise Unsupported("a power that is very large")
    return number(base) ** number(exponent)


def _shift_left(value: Any, count: Any) -> Any:
    if type(count) is int and _bits(value) + count > MAX_INT_BITS:
        raise Unsupported("a shift that is very far")
    return number(value) << number(count)


#: Operators of two operands; ``@`` has no meaning for plain data.
BINARY: Final[Mapping[type[ast.operator], Binary]] = {
    ast.Add: _add,
    ast.Sub: _on_numbers(operator.sub),
    ast.Mult: _multiply,
    ast.Div: _on_numbers(operator.truediv),
    ast.FloorDiv: _on_numbers(operator.floordiv),
    ast.Mod: _on_numbers(operator.mod),
    ast.Pow: _power,
    ast.LShift: _shift_left,
    ast.RShift: _on_numbers(operator.rshift),
    ast.BitAnd: _on_numbers(operator.and_),
    ast.BitOr: _on_numbers(operator.or_),
    ast.BitXor: _on_numbers(operator.xor),
}

UNARY: Final[Mapping[type[ast.unaryop], Callable[[Any], Any]]] = {
    ast.Not: operator.not_,
    ast.USub: lambda value: -number(value),
    ast.UAdd: lambda value: +number(value),
    ast.Invert: lambda value: operator.invert(number(value)),
}

#: Comparisons but ``is``, which is a matter of values for constants alone, with the text that stands for each.
COMPARE: Final[Mapping[type[ast.cmpop], tuple[str, Binary]]] = {
    kind: found for kind, found in OPERATORS.items() if kind not in (ast.Is, ast.IsNot)
}
