"""Comparison rules: whether what a program gave is what was expected, and where the two first differ.

All comparison is of decoded, exact plain data on the trusted side: no method of the judged program is ever called.
:class:`~rlvr_envs.sandbox.base.Opaque` values, and all that is not plain data, equal nothing.  The rules are total: they never
raise.  docs/judging.md states them one by one.
"""

from __future__ import annotations

import cmath
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rlvr_envs.tasks.base import STDOUT_COMPARISONS, VALUE_COMPARISONS
from rlvr_envs.verifiers import text
from rlvr_envs.verifiers.canonical import (
    MAPPING_TYPES,
    MAX_DEPTH,
    ORDERED_TYPES,
    SCALAR_TYPES,
    UNORDERED_TYPES,
    NotPlain,
    canonical,
)
from rlvr_envs.verifiers.show import clip, show

MAX_DIFFERENCE_CHARS: Final = 300
_SHOWN: Final = 100

#: Tolerances of the rule ``numeric``: ``|left - right| <= max(REL * max(|left|, |right|), ABS)``.
RELATIVE_TOLERANCE: Final = 1e-6
ABSOLUTE_TOLERANCE: Final = 1e-9


def difference(left: Any, right: Any, mode: str) -> str | None:
    """Returns None when ``left`` (what a program gave) is ``right`` (what was expected) by the rule ``mode``.

    Otherwise one line of at most 300 characters that says where they first differ: ``$[3].name: 4 != 5``, left before right.

    Raises:
        ValueError: There is no rule of that name.
    """
    if mode not in COMPARISONS:
        raise ValueError(f"comparison must be one of {', '.join(COMPARISONS)}, got {mode!r}")
    found = COMPARISONS[mode](left, right)
    return None if found is None else clip(found, MAX_DIFFERENCE_CHARS)


def place_of_difference(left: Any, right: Any) -> str:
    """Returns where two values that Python's ``==`` finds different differ first, as in :func:`difference`."""
    found = _compare(left, right, "$", _PYTHON, 0)
    return clip(found or f"$: {show(left, _SHOWN)} != {show(right, _SHOWN)}", MAX_DIFFERENCE_CHARS)


@dataclass(frozen=True)
class _Rule:
    """What a walk over two values asks: which types belong together, and whether two scalars of such types are the same."""

    kind: Callable[[type], type]
    same: Callable[[Any, Any], bool]
    numbers: bool = False


def _compare(left: Any, right: Any, path: str, rule: _Rule, depth: int) -> str | None:
    left_kind, right_kind = rule.kind(type(left)), rule.kind(type(right))
    if left_kind is not right_kind:
        return f"{path}: {_typed(left)} != {_typed(right)}"
    if depth > MAX_DEPTH:
        return f"{path}: nested deeper than {MAX_DEPTH} levels"
    if left_kind in ORDERED_TYPES:
        return _compare_items(left, right, path, rule, depth)
    if left_kind in MAPPING_TYPES:
        return _compare_mappings(left, right, path, rule, depth)
    if left_kind in UNORDERED_TYPES:
        return _compare_multisets(left, right, path, numbers=rule.numbers)
    if left_kind in SCALAR_TYPES and rule.same(left, right):
        return None
    return f"{path}: {show(left, _SHOWN)} != {show(right, _SHOWN)}"


def _compare_items(left: Any, right: Any, path: str, rule: _Rule, depth: int) -> str | None:
    if len(left) != len(right):
        return f"{path}: length {len(left)} != {len(right)}"
    for index, (one, other) in enumerate(zip(left, right, strict=True)):
        found = _compare(one, other, f"{path}[{index}]", rule, depth + 1)
        if found is not None:
            return found
    return None


def _compare_mappings(left: Any, right: Any, path: str, rule: _Rule, depth: int) -> str | None:
    try:
        found = {canonical(key, numbers=rule.numbers): item for key, item in dict.items(left)}
        wanted = {canonical(key, numbers=rule.numbers): key for key in dict.keys(right)}
    except NotPlain as error:
        return f"{path}: {error}"
    for key in dict.keys(left):
        if canonical(key, numbers=rule.numbers) not in wanted:
            return f"{path}: unexpected key {show(key, _SHOWN)}"
    for text_of_key, key in wanted.items():
        if text_of_key not in found:
            return f"{path}: missing key {show(key, _SHOWN)}"
        inside = _compare(found[text_of_key], dict.__getitem__(right, key), path + _step(key), rule, depth + 1)
        if inside is not None:
            return inside
    return None


def _compare_multisets(left: Iterable[Any], right: Iterable[Any], path: str, *, numbers: bool) -> str | None:
    """Compares without order, each item as often as it occurs."""
    try:
        right_texts = {canonical(item, numbers=numbers): item for item in right}
        missing = Counter(canonical(item, numbers=numbers) for item in right)
    except NotPlain as error:
        return f"{path}: {error}"
    for item in left:
        try:
            key = canonical(item, numbers=numbers)
        except NotPlain:
            return f"{path}: unexpected {show(item, _SHOWN)}"
        if not missing[key]:
            return f"{path}: unexpected {show(item, _SHOWN)}"
        missing[key] -= 1
    absent = sorted(key for key, count in missing.items() if count)
    return f"{path}: missing {show(right_texts[absent[0]], _SHOWN)}" if absent else None


def _step(key: Any) -> str:
    """Returns a key as a step of a path: ``.name``, or ``[key]`` for all else."""
    return f".{key}" if type(key) is str and key.isidentifier() and len(key) <= _SHOWN else f"[{show(key, _SHOWN)}]"


def _typed(value: Any) -> str:
    """Returns a value as text that tells its type."""
    shown, name = show(value, _SHOWN), type(value).__name__
    return shown if value is None or shown.startswith(("<", name)) else f"{name} {shown}"


def _same_exactly(left: Any, right: Any) -> bool:
    return canonical(left) == canonical(right)


def _same_number(left: Any, right: Any) -> bool:
    """Whether two numbers are close: two ints exactly, else within the tolerances (PEP 485's formula); nan is nan."""
    kinds = {type(left), type(right)}
    if kinds in ({int, float}, {float}):
        if math.isnan(left) or math.isnan(right):
            return math.isnan(left) and math.isnan(right)
        return math.isclose(left, right, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE)
    if kinds == {complex} and not (cmath.isnan(left) or cmath.isnan(right)):
        return cmath.isclose(left, right, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE)
    return _same_exactly(left, right)


def _same_or_not_comparable(left: Any, right: Any) -> bool:
    try:
        return _same_number(left, right)
    except OverflowError:  # an int beyond the range of float is close to no float
        return False


def _exact_kind(kind: type) -> type:
    return dict if kind in MAPPING_TYPES else kind


def _numeric_kind(kind: type) -> type:
    return float if kind is int else _exact_kind(kind)


def _python_kind(kind: type) -> type:
    if kind in UNORDERED_TYPES:
        return set
    return float if kind in (int, bool) else _exact_kind(kind)


_STRICT: Final = _Rule(kind=_exact_kind, same=_same_exactly)
_NUMERIC: Final = _Rule(kind=_numeric_kind, same=_same_or_not_comparable, numbers=True)
_PYTHON: Final = _Rule(kind=_python_kind, same=lambda left, right: bool(left == right), numbers=True)


def strict(left: Any, right: Any) -> str | None:
    """Same type and same value at every place; nan is nan, ``-0.0`` is ``0.0``, stdlib mappings count as ``dict``."""
    return _compare(left, right, "$", _STRICT, 0)


def numeric(left: Any, right: Any) -> str | None:
    """As ``strict``, but int and float are one type, compared within the tolerances when one of them is a float."""
    return _compare(left, right, "$", _NUMERIC, 0)


def unordered(left: Any, right: Any) -> str | None:
    """The items of two collections (list, tuple, deque, set, frozenset) in any order, each compared as in ``strict``."""
    collections = ORDERED_TYPES | UNORDERED_TYPES
    if type(left) in collections and type(right) in collections:
        return _compare_multisets(left, right, "$", numbers=False)
    return strict(left, right)


def _printed(rule: Callable[[str, str], str | None]) -> Callable[[Any, Any], str | None]:
    """Returns a rule for text as a rule for all values: what is not text is compared as in ``strict``."""

    def compare(left: Any, right: Any) -> str | None:
        return rule(left, right) if type(left) is str and type(right) is str else strict(left, right)

    return compare


#: Every comparison rule by the name that a task gives it.
COMPARISONS: Final[Mapping[str, Callable[[Any, Any], str | None]]] = {
    **dict(zip(VALUE_COMPARISONS, (strict, numeric, unordered), strict=True)),
    **dict(zip(STDOUT_COMPARISONS, map(_printed, (text.lines, text.tokens, text.exact)), strict=True)),
}
