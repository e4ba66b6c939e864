"""The walk over two values that finds where they first differ; a :class:`Rule` says which types and scalars are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from rlvr_envs.sandbox.base import Opaque
from rlvr_envs.verifiers.canonical import (
    MAPPING_TYPES,
    MAX_DEPTH,
    NUMPY_NUMBERS,
    ORDERED_TYPES,
    SCALAR_TYPES,
    UNORDERED_TYPES,
    NotPlain,
    canonical,
)
from rlvr_envs.verifiers.opaque import why_closed
from rlvr_envs.verifiers.show import show
from rlvr_envs.verifiers.tolerance import EXACT, Tolerance

SHOWN: Final = 100


@dataclass(frozen=True)
class Rule:
    """What a walk asks: which types belong together, and whether two scalars of such types are the same.

    With ``numbers``, a number of NumPy is the number that it holds, and ``1`` and ``1.0`` are one key.  ``tolerance`` is that of
    arrays; None asks for the same kind of elements, and the same elements.
    """

    kind: Callable[[type], type]
    same: Callable[[Any, Any], bool]
    numbers: bool = False
    tolerance: Tolerance | None = None


def walk(left: Any, right: Any, path: str, rule: Rule, depth: int = 0) -> str | None:
    """Returns None when two values are alike, else where they first differ, with both values there."""
    if rule.numbers:
        left, right = as_number(left), as_number(right)
    left_kind, right_kind = rule.kind(type(left)), rule.kind(type(right))
    if left_kind is not right_kind:
        return f"{path}: {why_closed(left) if left_kind is Opaque else f'{typed(left)} != {typed(right)}'}"
    if depth > MAX_DEPTH:
        return f"{path}: nested deeper than {MAX_DEPTH} levels"
    if left_kind in ORDERED_TYPES:
        return walk_items(left, right, path, rule, depth)
    if left_kind in MAPPING_TYPES:
        return _walk_mappings(left, right, path, rule, depth)
    if left_kind in UNORDERED_TYPES:
        return walk_multisets(left, right, path, numbers=rule.numbers)
    if left_kind is np.ndarray:
        return _walk_arrays(left, right, path, rule.tolerance)
    if left_kind in SCALAR_TYPES and rule.same(left, right):
        return None
    return f"{path}: {show(left, SHOWN)} != {show(right, SHOWN)}"


def walk_items(left: Any, right: Any, path: str, rule: Rule, depth: int = 0) -> str | None:
    """Compares two sized iterables item by item."""
    if len(left) != len(right):
        return f"{path}: length {len(left)} != {len(right)}"
    for index, (one, other) in enumerate(zip(left, right, strict=True)):
        found = walk(one, other, f"{path}[{index}]", rule, depth + 1)
        if found is not None:
            return found
    return None


def walk_multisets(left: Iterable[Any], right: Iterable[Any], path: str, *, numbers: bool, once: bool = False) -> str | None:
    """Compares without order, each item as often as it occurs, or with ``once`` as often as it likes."""
    try:
        right_texts = {canonical(item, numbers=numbers): item for item in right}
        missing = Counter(canonical(item, numbers=numbers) for item in right)
    except NotPlain as error:
        return f"{path}: {error}"
    for item in left:
        try:
            key = canonical(item, numbers=numbers)
        except NotPlain:
            return f"{path}: unexpected {show(item, SHOWN)}"
        if not missing[key] and not (once and key in right_texts):
            return f"{path}: unexpected {show(item, SHOWN)}"
        missing[key] = 0 if once else missing[key] - 1
    absent = sorted(key for key, count in missing.items() if count)
    return f"{path}: missing {show(right_texts[absent[0]], SHOWN)}" if absent else None


def _walk_mappings(left: Any, right: Any, path: str, rule: Rule, depth: int) -> str | None:
    try:
        found = {canonical(key, numbers=rule.numbers): item for key, item in dict.items(left)}
        wanted = {canonical(key, numbers=rule.numbers): key for key in dict.keys(right)}
    except NotPlain as error:
        return f"{path}: {error}"
    for key in dict.keys(left):
        if canonical(key, numbers=rule.numbers) not in wanted:
            return f"{path}: unexpected key {show(key, SHOWN)}"
    for text_of_key, key in wanted.items():
        if text_of_key not in found:
            return f"{path}: missing key {show(key, SHOWN)}"
        inside = walk(found[text_of_key], dict.__getitem__(right, key), path + _step(key), rule, depth + 1)
        if inside is not None:
            return inside
    return None


def _walk_arrays(left: Any, right: Any, path: str, tolerance: Tolerance | None) -> str | None:
    if left.shape != right.shape:
        return f"{path}: shape {left.shape} != {right.shape}"
    if tolerance is None and left.dtype != right.dtype:
        return f"{path}: array of {left.dtype} != array of {right.dtype}"
    far = (tolerance or EXACT).far(left, right)
    if not far.any():
        return None
    index = tuple(int(part) for part in np.argwhere(far)[0])
    return f"{path}{list(index) if index else ''}: {show(left[index].item(), SHOWN)} != {show(right[index].item(), SHOWN)}"


def as_number(value: Any) -> Any:
    """Returns the number (or bool) that a number of NumPy holds, any other value as it is."""
    return value.item() if type(value) in NUMPY_NUMBERS else value


def typed(value: Any) -> str:
    """Returns a value as text that tells its type."""
    shown, name = show(value, SHOWN), type(value).__name__
    return shown if value is None or shown.startswith(("<", name)) else f"{name} {shown}"


def _step(key: Any) -> str:
    """Returns a key as a step of a path: ``.name``, or ``[key]`` for all else."""
    return f".{key}" if type(key) is str and key.isidentifier() and len(key) <= SHOWN else f"[{show(key, SHOWN)}]"
