"""Comparison rules: whether what a program gave is what was expected, and where the two first differ.

All comparison is of decoded, exact plain data on the trusted side: no method of the judged program is ever called.
:class:`~rlvr_envs.sandbox.base.Opaque` values, and all that is not plain data, equal nothing.  The rules are total: they never
raise.  docs/judging.md states them one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from rlvr_envs.sandbox.base import Iterated, Opaque
from rlvr_envs.sandbox.guest.codec import MAX_ITERATED
from rlvr_envs.tasks.base import STDOUT_COMPARISONS, VALUE_COMPARISONS
from rlvr_envs.tasks.comparisons import parse_comparison
from rlvr_envs.verifiers import text
from rlvr_envs.verifiers.canonical import MAPPING_TYPES, MAX_DEPTH, ORDERED_TYPES, SCALAR_TYPES, UNORDERED_TYPES, canonical
from rlvr_envs.verifiers.opaque import why_closed
from rlvr_envs.verifiers.show import clip, show
from rlvr_envs.verifiers.tolerance import EXACT, Tolerance
from rlvr_envs.verifiers.walk import SHOWN, Rule, as_number, typed, walk, walk_items, walk_multisets

MAX_DIFFERENCE_CHARS: Final = 300
#: A range of more items is not written out.
_MAX_RANGE: Final = 100_000

Compare = Callable[..., "str | None"]


def difference(left: Any, right: Any, mode: str) -> str | None:
    """Returns None when ``left`` (what a program gave) is ``right`` (what was expected) by the rule ``mode``.

    Otherwise one line of at most 300 characters that says where they first differ: ``$[3].name: 4 != 5``, left before right.

    Raises:
        ValueError: There is no rule of that name, or it has no such options.
    """
    try:
        rule = parse_comparison(mode)
    except ValueError as error:
        raise ValueError(f"comparison {error}, got {mode!r}") from None
    found = COMPARISONS[rule.name](left, right, **rule.options)
    return None if found is None else clip(found, MAX_DIFFERENCE_CHARS)


def place_of_difference(left: Any, right: Any) -> str:
    """Returns where two values that Python's ``==`` finds different differ first, as in :func:`difference`."""
    found = walk(left, right, "$", _PYTHON)
    return clip(found or f"$: {show(left, SHOWN)} != {show(right, SHOWN)}", MAX_DIFFERENCE_CHARS)


def _same_exactly(left: Any, right: Any) -> bool:
    return canonical(left) == canonical(right)


def _same_in_python(left: Any, right: Any) -> bool:
    try:
        return bool(left == right)
    except ArithmeticError:  # a signalling nan of Decimal
        return False


def _exact_kind(kind: type) -> type:
    return dict if kind in MAPPING_TYPES else kind


def _numeric_kind(kind: type) -> type:
    return float if kind is int else _exact_kind(kind)


def _python_kind(kind: type) -> type:
    if kind in UNORDERED_TYPES:
        return set
    return float if kind in (int, bool) else _exact_kind(kind)


_STRICT: Final = Rule(kind=_exact_kind, same=_same_exactly)
_PYTHON: Final = Rule(kind=_python_kind, same=_same_in_python, numbers=True, tolerance=EXACT)


def strict(left: Any, right: Any) -> str | None:
    """Same type and same value at every place; nan is nan, ``-0.0`` is ``0.0``, stdlib mappings count as ``dict``."""
    return walk(left, right, "$", _STRICT)


def numeric(left: Any, right: Any, **tolerances: float) -> str | None:
    """As ``strict``, but int and float are one type, compared within the tolerances when one of them is a float."""
    tolerance = Tolerance(**tolerances)

    def same(one: Any, other: Any) -> bool:
        close = tolerance.close(one, other)
        return _same_exactly(one, other) if close is None else close

    return walk(left, right, "$", Rule(kind=_numeric_kind, same=same, numbers=True, tolerance=tolerance))


def unordered(left: Any, right: Any) -> str | None:
    """The items of two collections (list, tuple, deque, set, frozenset, iterator) in any order, each as in ``strict``."""
    return _without_order(left, right, once=False)


def as_set(left: Any, right: Any) -> str | None:
    """As ``unordered``, but how often an item occurs does not count."""
    return _without_order(left, right, once=True)


def _without_order(left: Any, right: Any, *, once: bool) -> str | None:
    one, other = (
        value.items if type(value) is Iterated else value if type(value) in ORDERED_TYPES | UNORDERED_TYPES else None
        for value in (left, right)
    )
    if one is None or other is None:
        return strict(left, right)
    return _endless(left) or walk_multisets(one, other, "$", numbers=False, once=once)


def items(left: Any, right: Any) -> str | None:
    """The items of two ordered collections (list, tuple, deque, range, iterator) in order, each compared as in ``strict``."""
    one, other = _in_order(left), _in_order(right)
    if one is None or other is None:
        return strict(left, right)
    return _endless(left) or walk_items(one, other, "$", _STRICT)


def _in_order(value: Any) -> Any:
    """Returns a value as something with a length and items in order, None when it is not."""
    if type(value) is range:
        return value if len(value[:_MAX_RANGE]) == len(value[: _MAX_RANGE + 1]) else None
    return value.items if type(value) is Iterated else value if type(value) in ORDERED_TYPES else None


def _endless(left: Any) -> str | None:
    """Returns what is wrong with an iterator that did not end; the part that is known cannot be all that was asked for."""
    if type(left) is Iterated and not left.ended:
        return f"$: {show(left, SHOWN)} did not end within {MAX_ITERATED} items"
    return None


def python(left: Any, right: Any) -> str | None:
    """What Python's ``==`` says of exact plain data; a number of NumPy is the number it holds, arrays have equal items."""
    found = closed(left) or closed(right)
    if found:
        return f"$: {found}"
    if _same_in_python(_without_numpy(left), _without_numpy(right)):
        return None
    return place_of_difference(left, right)


class _Array:
    """An array that may be compared by ``==``: equal to an array of the same shape with equal items."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def __eq__(self, other: object) -> bool:
        return type(other) is _Array and self.array.shape == other.array.shape and bool((self.array == other.array).all())

    __hash__ = None  # type: ignore[assignment]


def closed(value: Any) -> str:
    """Returns why a value is not plain data (a part is opaque, an iterator or too deep), "" when it is."""
    waiting = [(value, 0)]
    while waiting:
        part, depth = waiting.pop()
        kind = type(part)
        if depth > MAX_DEPTH:
            return f"nested deeper than {MAX_DEPTH} levels"
        if kind in MAPPING_TYPES:
            waiting += [(inner, depth + 1) for inner in (*dict.keys(part), *dict.values(part))]
        elif kind in ORDERED_TYPES or kind in UNORDERED_TYPES:
            waiting += [(inner, depth + 1) for inner in part]
        elif kind not in SCALAR_TYPES:
            return why_closed(part) if kind is Opaque else f"{typed(part)} is not plain data"
    return ""


def _without_numpy(value: Any) -> Any:
    """Returns a value with arrays and numbers of NumPy in lists, tuples and dicts replaced by what ``==`` can compare."""
    kind = type(value)
    if kind is np.ndarray:
        return _Array(value)
    if kind in (list, tuple):
        return kind([_without_numpy(item) for item in value])
    if kind is dict:
        return {as_number(key): _without_numpy(item) for key, item in value.items()}
    return as_number(value)


def _printed(rule: Compare) -> Compare:
    """Returns a rule for text as a rule for all values: what is not text is compared as in ``strict``."""

    def compare(left: Any, right: Any, **options: float) -> str | None:
        return rule(left, right, **options) if type(left) is str and type(right) is str else strict(left, right)

    return compare


#: Every comparison rule by the name that a task gives it; options are those of :data:`rlvr_envs.tasks.comparisons.OPTIONS`.
COMPARISONS: Final[Mapping[str, Compare]] = {
    **dict(zip(VALUE_COMPARISONS, (strict, numeric, unordered, as_set, items, python), strict=True)),
    **dict(zip(STDOUT_COMPARISONS, map(_printed, (text.lines, text.tokens, text.exact, text.numbers)), strict=True)),
}
