"""Python values as strict JSON and back, exactly: what task files write for ``args``, ``kwargs`` and ``expected``.

None, booleans, strings, finite floats, integers below 2**53, lists and dicts with plain string keys are themselves.  All else
is an object with one key that begins with ``$``::

    {"$tuple": [1, 2]}           {"$set": [1, 2]}             {"$frozenset": []}
    {"$dict": [[1, "a"]]}        {"$bytes": "00ff"}           {"$complex": [0.0, 1.0]}
    {"$float": "nan"}            {"$float": "-inf"}           {"$int": "-0x20000000000000"}

``$dict`` holds pairs in order and is used when a key is not a string or begins with ``$``; ``$bytes`` and ``$int`` are
hexadecimal.
Guaranteed: ``decode(encode(v))`` has the types, the values and (of dicts) the order of ``v``, also after ``json.dumps`` and
``json.loads``; equal sets are written alike in every process.  Not covered: subclasses and other types, which are refused.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, Final

from rlvr_envs.errors import TaskError

#: How deep values may nest; the sandbox sends no deeper ones.
MAX_DEPTH: Final = 50
#: From here on, readers that hold numbers as doubles would round an integer.
_EXACT_INT: Final = 2**53
_FLOATS: Final = ("nan", "inf", "-inf")


def encode(value: Any, field: str = "value") -> Any:
    """Returns ``value`` as JSON data.

    Args:
        value: The value to write.
        field: Its place, for the error.

    Raises:
        TaskError: A type that the notation has no form for, or more than :data:`MAX_DEPTH` levels.
    """
    return _encode(value, field, 0)


def decode(data: Any, field: str = "value") -> Any:
    """Returns the value that JSON ``data`` stands for.

    Raises:
        TaskError: The data is not in the notation; the error names the place below ``field``.
    """
    return _decode(data, field, 0)


def _check_depth(field: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise TaskError(rule=f"must nest at most {MAX_DEPTH} levels", field=field[:200], value=f"{depth} levels")


def _encode(value: Any, field: str, depth: int) -> Any:
    _check_depth(field, depth)
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is int:
        return value if -_EXACT_INT < value < _EXACT_INT else {"$int": hex(value)}
    if kind is float:
        return value if math.isfinite(value) else {"$float": repr(value)}
    if kind is complex:
        return {"$complex": [_encode(part, field, depth) for part in (value.real, value.imag)]}
    if kind is bytes:
        return {"$bytes": value.hex()}
    if kind in (list, tuple):
        items = [_encode(item, f"{field}[{i}]", depth + 1) for i, item in enumerate(value)]
        return items if kind is list else {"$tuple": items}
    if kind in (set, frozenset):
        members = sorted((_encode(item, f"{field}[...]", depth + 1) for item in value), key=json.dumps)
        return {f"${kind.__name__}": members}
    if kind is dict:
        return _encode_dict(value, field, depth)
    raise TaskError(
        rule="must be None, bool, int, float, complex, str, bytes, list, tuple, set, frozenset or dict, exactly",
        field=field,
        value=kind.__name__,
    )


def _encode_dict(value: dict[Any, Any], field: str, depth: int) -> Any:
    if all(type(key) is str and not key.startswith("$") for key in value):
        return {key: _encode(item, f"{field}.{key}", depth + 1) for key, item in value.items()}
    keys = [_encode(key, f"{field} key", depth + 1) for key in value]
    items = [_encode(item, f"{field}[{key!r}]", depth + 1) for key, item in value.items()]
    return {"$dict": [list(pair) for pair in zip(keys, items, strict=True)]}


def _decode(data: Any, field: str, depth: int) -> Any:
    _check_depth(field, depth)
    if isinstance(data, list):
        return _decode_items(data, field, depth)
    if not isinstance(data, dict):
        if isinstance(data, float) and not math.isfinite(data):
            raise TaskError(rule='must be written as {"$float": "nan"}, "inf" or "-inf"', field=field, value=data)
        if data is not None and type(data) not in (bool, int, float, str):
            raise TaskError(rule='must be JSON data; write {"$tuple": [...]} and the like', field=field, value=data)
        return data
    for key in data:
        if type(key) is not str:
            raise TaskError(rule="must have text as keys; write a dict with other keys as $dict", field=field, value=key)
    tag = next((key for key in data if key.startswith("$")), None)
    if tag is None:
        return {key: _decode(item, f"{field}.{key}", depth + 1) for key, item in data.items()}
    if tag not in _DECODERS:
        rule = f"must be one of {', '.join(_DECODERS)}; write a dict with such a key as $dict"
        raise TaskError(rule=rule, field=field, value=tag)
    if len(data) != 1:
        raise TaskError(rule=f"{tag} must be the only key of its object; write a dict as $dict", field=field, value=data)
    return _DECODERS[tag](data[tag], f"{field}.{tag}", depth)


def _decode_items(data: Any, field: str, depth: int) -> list[Any]:
    if not isinstance(data, list):
        raise TaskError(rule="must be a list", field=field, value=data)
    return [_decode(item, f"{field}[{i}]", depth + 1) for i, item in enumerate(data)]


def _distinct(members: list[Any], field: str) -> frozenset[Any]:
    try:
        made = frozenset(members)
    except TypeError:
        raise TaskError(rule="must hold only hashable values", field=field, value=members) from None
    # Two nan are two members; equal numbers of different types would silently become one.
    if len(made) != len(members):
        raise TaskError(rule="must hold each value once (1, 1.0 and true are equal)", field=field, value=members)
    return made


def _decode_dict(data: Any, field: str, depth: int) -> dict[Any, Any]:
    if not isinstance(data, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in data):
        raise TaskError(rule="must be a list of [key, value] pairs", field=field, value=data)
    keys = [_decode(key, f"{field}[{i}][0]", depth + 1) for i, (key, _) in enumerate(data)]
    _distinct(keys, field)
    return {key: _decode(item, f"{field}[{i}][1]", depth + 1) for i, (key, (_, item)) in enumerate(zip(keys, data, strict=True))}


def _decode_float(data: Any, field: str, depth: int) -> float:
    if not isinstance(data, str) or data not in _FLOATS:
        raise TaskError(rule=f"must be one of {', '.join(_FLOATS)}; write a finite float as a number", field=field, value=data)
    return float(data)  # a new nan each time: two of them are two members of a set


def _decode_int(data: Any, field: str, depth: int) -> int:
    try:
        # Base 16 has no limit on digits, and takes time linear in them.
        return int(data, 16)
    except (TypeError, ValueError):
        raise TaskError(rule='must be hexadecimal text such as "-0x1f"', field=field, value=data) from None


def _decode_bytes(data: Any, field: str, depth: int) -> bytes:
    try:
        return bytes.fromhex(data)
    except (TypeError, ValueError):
        raise TaskError(rule='must be pairs of hexadecimal digits such as "00ff"', field=field, value=data) from None


def _decode_complex(data: Any, field: str, depth: int) -> complex:
    parts = _decode_items(data, field, depth)
    if len(parts) != 2 or not all(type(part) in (int, float) for part in parts):
        raise TaskError(rule="must be [real, imaginary]", field=field, value=data)
    return complex(*parts)


_DECODERS: Final[dict[str, Callable[[Any, str, int], Any]]] = {
    "$tuple": lambda data, field, depth: tuple(_decode_items(data, field, depth)),
    "$set": lambda data, field, depth: set(_distinct(_decode_items(data, field, depth), field)),
    "$frozenset": lambda data, field, depth: _distinct(_decode_items(data, field, depth), field),
    "$dict": _decode_dict,
    "$bytes": _decode_bytes,
    "$int": _decode_int,
    "$float": _decode_float,
    "$complex": _decode_complex,
}
