"""How close a value is to another, by their types: 1 for equal ones, 0 for those that have nothing in common."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from rlvr_envs.wrappers.reward._shown import Unreadable, read

#: Of two texts, so many leading characters are compared: what a program gave may be long, and the work grows with its square.
MAX_COMPARED: Final = 200


def closeness_of_shown(left: str, right: str) -> float:
    """Returns how close two values are, given as the text that feedback shows; 0 where one of them cannot be read.

    Where neither can be read (printed text, values that were cut, other types) their text is compared.
    """
    found: list[tuple[Any, ...]] = []
    for text in (left, right):
        try:
            found.append((read(text),))
        except Unreadable:
            found.append(())
    if all(found):
        return closeness(found[0][0], found[1][0])
    return 0.0 if any(found) else _texts(left, right)


def closeness(left: Any, right: Any) -> float:
    """Returns how close ``left`` is to ``right``, in [0, 1]; values of different types have nothing in common.

    - Two numbers (ints and floats are one type, bools another): ``1 - min(1, |l - r| / max(1, |r|))``.
    - Two texts: ``1 -`` edit distance over the length of the longer one, of their first 200 characters.
    - Two lists or tuples: the mean over places of the closeness of their items, a missing item counts as 0.
    - Two sets: the share of the union that both have.  Two dicts: the mean over the union of keys.
    """
    kind = int if type(left) is float else type(left)
    if kind is not (int if type(right) is float else type(right)):
        return 0.0
    rule = _RULES.get(kind)
    return float(left == right) if rule is None else rule(left, right)


def _numbers(left: float, right: float) -> float:
    if left == right or (_is_nan(left) and _is_nan(right)):
        return 1.0
    try:
        distance = abs(left - right) / max(1, abs(right))
    except OverflowError:  # an int beyond all floats
        return 0.0
    return max(0.0, 1.0 - distance) if math.isfinite(distance) else 0.0


def _is_nan(value: float) -> bool:
    return type(value) is float and math.isnan(value)  # an int may be beyond all floats


def _texts(left: Sequence[Any], right: Sequence[Any]) -> float:
    left, right = left[:MAX_COMPARED], right[:MAX_COMPARED]
    longer = max(len(left), len(right))
    return 1.0 - edit_distance(left, right) / longer if longer else 1.0


def edit_distance(left: Sequence[Any], right: Sequence[Any]) -> int:
    """Returns the least number of insertions, deletions and replacements that make ``right`` of ``left``; a row at a time."""
    codes = np.array([ord(one) if isinstance(one, str) else one for one in right], dtype=np.int64)
    places = np.arange(len(right) + 1)
    row = places.copy()
    for number, one in enumerate(left, start=1):
        code = ord(one) if isinstance(one, str) else one
        best = np.minimum(row[1:] + 1, row[:-1] + (codes != code))  # a deletion, or a replacement
        # Insertions: the least of what any earlier place costs and the way from there.
        row = np.minimum.accumulate(np.concatenate(([number], best)) - places) + places
    return int(row[-1])


def _items(left: Sequence[Any], right: Sequence[Any]) -> float:
    longer = max(len(left), len(right))
    return sum(map(closeness, left, right)) / longer if longer else 1.0


def _sets(left: frozenset[Any], right: frozenset[Any]) -> float:
    union = left | right
    return len(left & right) / len(union) if union else 1.0


def _dicts(left: Mapping[Any, Any], right: Mapping[Any, Any]) -> float:
    union = left.keys() | right.keys()
    return math.fsum(closeness(left[key], right[key]) for key in left.keys() & right.keys()) / len(union) if union else 1.0


_RULES: Final[Mapping[type, Callable[[Any, Any], float]]] = {
    int: _numbers,
    str: _texts,
    bytes: _texts,
    list: _items,
    tuple: _items,
    frozenset: _sets,
    dict: _dicts,
}
