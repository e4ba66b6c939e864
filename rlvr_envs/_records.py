"""Frozen dataclasses to plain JSON data and back, guided by their type hints."""

from __future__ import annotations

import dataclasses
import functools
import math
import types
import typing
from collections.abc import Hashable, Mapping
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")


def valid_text(text: str) -> str:
    """Returns ``text`` with lone surrogates replaced by U+FFFD, so that it can be encoded as UTF-8."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def to_plain(value: Any) -> Any:
    """Returns ``value`` as JSON data: dataclasses and mappings become dicts, tuples lists, nan and infinities None."""
    if isinstance(value, Enum):
        return to_plain(value.value)
    if isinstance(value, str):
        return value if value.isascii() else valid_text(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(k): to_plain(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(v) for v in value]
    if hasattr(value, "item") and getattr(value, "shape", None) == ():  # a numpy scalar
        return to_plain(value.item())
    raise TypeError(f"info and task data must be plain data or dataclasses of it, got {type(value).__name__}")


@functools.cache
def _hints(cls: Hashable) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def from_plain(cls: type[T], data: Mapping[str, Any]) -> T:
    """Returns the dataclass ``cls`` that :func:`to_plain` wrote as ``data``; a missing field keeps its default."""
    hints = _hints(typing.cast(Hashable, cls))
    fields = [f.name for f in dataclasses.fields(cls)]  # type: ignore[arg-type]
    unknown = set(data) - set(fields)
    if unknown:
        raise ValueError(f"{cls.__name__} has no field {sorted(unknown)[0]!r}; known: {', '.join(fields)}")
    return cls(**{name: _convert(hints[name], data[name]) for name in fields if name in data})


def _convert(hint: Any, value: Any) -> Any:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        inner = [a for a in args if a is not type(None)]
        return None if value is None else _convert(inner[0], value) if len(inner) == 1 else value
    if origin is tuple:
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_convert(args[0], v) for v in value)
        return tuple(_convert(a, v) for a, v in zip(args, value, strict=True))
    if hint is float:
        return math.nan if value is None else float(value)
    if dataclasses.is_dataclass(hint):
        return from_plain(typing.cast("type[Any]", hint), value)
    return value
