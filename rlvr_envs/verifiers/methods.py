"""Pure methods that tests may call on plain data, with bounds on the work that they may cause (as in :mod:`.arithmetic`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from rlvr_envs.sandbox.guest.stubs import TEXT_METHODS
from rlvr_envs.verifiers.arithmetic import hashable, lookup_units, membership_units, search_units
from rlvr_envs.verifiers.canonical import MAPPING_TYPES
from rlvr_envs.verifiers.holes import MAX_ITEMS, measure
from rlvr_envs.verifiers.work import Unsupported, spend, walked

#: Searches for text that take time in proportion to the product of both lengths.
_FROM_THE_END: Final = frozenset({"rfind", "rindex", "rsplit"})
#: Characters that a method may make of the text that it is given.
_MAX_CHARS: Final = 10_000_000


def _join(separator: str, items: Any) -> str:
    parts = list(walked(items))
    if len(separator) * len(parts) > _MAX_CHARS or sum(len(part) for part in parts if type(part) is str) > _MAX_CHARS:
        raise Unsupported("a text that is very long")
    spend(len(separator) * len(parts) + measure(parts).units)
    return separator.join(parts)


def _replace(text: str, old: str, new: str, *count: Any) -> str:
    if (len(text) + 1) * len(new) > _MAX_CHARS:
        raise Unsupported("a text that is very long")
    spend((len(text) + 1) * len(new) >> 4)
    return text.replace(old, new, *count)


def _split(text: str, *arguments: Any) -> list[str]:
    return text.split(*arguments)


def _with_set(name: str) -> Callable[[Any, Any], Any]:
    """Returns a method of sets with one argument, which becomes a set without quadratic time."""
    return lambda value, other: getattr(value, name)(set(hashable(other)))


_TEXT: Final[Mapping[str, Callable[..., Any]]] = {
    **{name: getattr(str, name) for name in (*sorted(TEXT_METHODS), "count", "find", "index", "capitalize", "title")},
    "join": _join,
    "replace": _replace,
    "split": _split,
}
_SET: Final[Mapping[str, Callable[..., Any]]] = {name: _with_set(name) for name in ("isdisjoint", "issubset", "issuperset")}
_MAPPING: Final[Mapping[str, Callable[..., Any]]] = {name: getattr(dict, name) for name in ("get", "items", "keys", "values")}

#: Methods by the exact type of the value.
METHODS: Final[Mapping[type, Mapping[str, Callable[..., Any]]]] = {
    str: _TEXT,
    list: {"count": list.count, "index": list.index},
    tuple: {"count": tuple.count, "index": tuple.index},
    set: _SET,
    frozenset: _SET,
    **dict.fromkeys(MAPPING_TYPES, _MAPPING),
}
#: Their names.
METHOD_NAMES: Final = frozenset(name for known in METHODS.values() for name in known)


def call_method(value: Any, name: str, arguments: list[Any]) -> Any:
    """Returns what the method gives.

    Raises:
        TypeError: The value has no such method; Python's AttributeError, as one that tests of plain values raise.
        Unsupported: It would be much work, or is not among the known methods of that type.
    """
    method = METHODS.get(type(value), {}).get(name)
    if method is None:
        if hasattr(type(value), name):
            raise Unsupported(f"the method {name} of {type(value).__name__}")
        raise TypeError(f"{type(value).__name__!r} object has no attribute {name!r}")
    if any(type(item) in (list, tuple) and len(item) > MAX_ITEMS for item in arguments) and name != "join":
        raise Unsupported("an argument that is very long")
    spend(_units(value, name, arguments))
    return method(value, *arguments)


def _units(value: Any, name: str, arguments: list[Any]) -> int:
    """Returns the units of work of a method, but for what it makes of its arguments."""
    kind = type(value)
    if kind is str:
        longest = max([len(one) for one in arguments if type(one) is str], default=0)
        if name in _FROM_THE_END:  # Python looks at each place in turn
            return len(value) * (2 + min(longest, len(value)) // 8)
        return 2 * len(value) + search_units(longest, len(value))
    if kind in (list, tuple):
        return membership_units(arguments[0] if arguments else None, value)
    if kind in MAPPING_TYPES:
        return sum(lookup_units(one) for one in arguments[:1])
    return measure(value).units
