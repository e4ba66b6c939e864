"""Python's operators over plain data, with bounds on the work that they may cause.

Within the bounds each gives what Python gives, its exceptions included; outside them each raises :class:`Unsupported`.  The
bounds matter because the operands may come from a hostile program: a power, a repetition, a long ``range``, a Decimal with a
huge exponent or a set of ints that share one hash would each stop the trusted process for long, or take its memory.  What stays
below them is paid from the work of the test (:mod:`.work`).
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from rlvr_envs.sandbox.guest.codec import MAX_ITERATED, MAX_SHARED_HASHES
from rlvr_envs.sandbox.guest.operators import OPERATORS
from rlvr_envs.sandbox.guest.scalars import MAX_INT_BITS
from rlvr_envs.verifiers.canonical import MAPPING_TYPES, NUMPY_NUMBERS, UNORDERED_TYPES, NotPlain, canonical
from rlvr_envs.verifiers.holes import MAX_ITEMS, Walk, measure
from rlvr_envs.verifiers.work import Unsupported, spend, walked

#: Items whose hashes are not worth a look.
_FEW: Final = 16
#: Units of work for the text that stands for a value, to each of its units.
_CANONICAL: Final = 50

_NUMBERS: Final = frozenset({bool, int, float, complex})
_SEQUENCES: Final = frozenset({str, bytes, list, tuple})

Binary = Callable[[Any, Any], Any]


def hashable(items: Iterable[Any]) -> list[Any]:
    """Returns items that may enter a set or dict without quadratic time.

    Raises:
        Unsupported: Many different ones share a hash.
        TypeError: One has no hash, as in Python.
    """
    found = list(walked(items))
    size = measure(found)
    spend(size.units + min(len(found), _FEW) ** 2 * size.dearest)
    hashes = len({hash(item) for item in found}) if len(found) > _FEW else len(found)
    if hashes == len(found):
        return found
    spend(_CANONICAL * size.units)
    try:
        different = len({canonical(item, numbers=True) for item in found})
    except NotPlain as error:
        raise Unsupported(str(error)) from error
    if different - hashes > MAX_SHARED_HASHES:
        raise Unsupported("too many items with the same hash")
    spend(len(found) * max(0, different - hashes) * size.dearest)
    return found


def number(value: Any) -> Any:
    """Returns a number of moderate size, that of NumPy as the one it holds."""
    value = value.item() if type(value) in NUMPY_NUMBERS else value
    if type(value) not in _NUMBERS or (type(value) is int and value.bit_length() > MAX_INT_BITS):
        raise Unsupported("arithmetic on other than numbers of moderate size")
    spend(_bits(value) >> 10)
    return value


def _bits(value: Any) -> int:
    return int(value).bit_length() if type(value) in (int, bool) else 0


def items_in(value: Any) -> int:
    """Returns the number of items of a value, those of inner sequences counted."""
    if type(value) in (list, tuple):
        return sum(items_in(item) for item in value) + 1
    return len(value) if type(value) in (str, bytes, set, frozenset, dict) else 1


def _on_numbers(function: Binary) -> Binary:
    def calculate(left: Any, right: Any) -> Any:
        spend(2 + (_bits(left) * _bits(right) >> 14))
        return function(number(left), number(right))

    return calculate


def _add(left: Any, right: Any) -> Any:
    if type(left) in _SEQUENCES and type(left) is type(right):
        if items_in(left) + items_in(right) > MAX_ITEMS:
            raise Unsupported("a sequence that is very long")
        spend(len(left) + len(right))
        return left + right
    return number(left) + number(right)


_TIMES: Final = _on_numbers(operator.mul)


def _multiply(left: Any, right: Any) -> Any:
    if type(right) in _SEQUENCES:
        left, right = right, left
    if type(left) in _SEQUENCES:
        if type(right) is not int or right * items_in(left) > MAX_ITEMS:
            raise Unsupported("a repetition that is very long")
        spend(max(0, right) * len(left) >> 2)
        return left * right
    if _bits(left) + _bits(right) > MAX_INT_BITS:
        raise Unsupported("a product that is very large")
    return _TIMES(left, right)


def _power(base: Any, exponent: Any) -> Any:
    if type(exponent) in (int, bool) and _bits(base) * abs(exponent) > MAX_INT_BITS:
        raise Unsupported("a power that is very large")
    spend(2 + ((_bits(base) * abs(exponent)) ** 2 >> 15 if type(exponent) in (int, bool) else 0))
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


def search_units(wanted: int, text: int) -> int:
    """Returns the units of a search for so many characters among so many: Python's takes longer for short texts."""
    return 2 + (text >> 2) + (text * min(wanted, 100) >> 5)


def lookup_units(key: Any) -> int:
    """Returns the units of finding a key in a set or mapping, where up to :data:`MAX_SHARED_HASHES` others share its hash."""
    return measure(key).units + MAX_SHARED_HASHES * measure(key).dearest


def membership_units(wanted: Any, items: Any) -> int:
    """Returns the units of ``wanted in items``."""
    kind = type(items)
    if kind in (str, bytes):
        return search_units(len(wanted) if type(wanted) is kind else 0, len(items))
    if kind in UNORDERED_TYPES or kind in MAPPING_TYPES:
        return lookup_units(wanted)
    if kind is range:
        return 2 if type(wanted) in (int, bool) else 5 * len(items)
    if kind is Walk:  # items are paid for as they come
        return MAX_ITERATED * measure(wanted).dearest
    size = measure(items)
    return size.units + size.parts * measure(wanted).dearest


def _compared(function: Binary) -> Binary:
    def compare(left: Any, right: Any) -> Any:
        spend(measure(left).units + measure(right).units)
        return function(left, right)

    return compare


def _contained(function: Binary) -> Binary:
    def contain(left: Any, right: Any) -> Any:
        spend(membership_units(left, right))
        return function(left, right)

    return contain


#: Comparisons but ``is``, which is a matter of values for constants alone, with the text that stands for each.
COMPARE: Final[Mapping[type[ast.cmpop], tuple[str, Binary]]] = {
    kind: (text, (_contained if kind in (ast.In, ast.NotIn) else _compared)(function))
    for kind, (text, function) in OPERATORS.items()
    if kind not in (ast.Is, ast.IsNot)
}
