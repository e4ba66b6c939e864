"""Arguments travel by value, but what a call changes in them is seen by the caller: both sides of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

_MUTABLE = (list, dict, set, bytearray)


def changes(before: Sequence[Any], arguments: Sequence[Any], encode: Callable[[Any], Any]) -> list[Any]:
    """Returns for each argument its encoded content if the call changed it, else None; ``before`` is how they came."""
    return [_changed(old, argument, encode) for old, argument in zip(before, arguments, strict=True)]


def _changed(before: Any, argument: Any, encode: Callable[[Any], Any]) -> Any:
    if type(argument) not in _MUTABLE:
        return None
    after = encode(argument)
    return None if type(argument) is not set and after == before else after


def apply(arguments: Sequence[Any], changed: Sequence[Any], decode: Callable[[Any], Any]) -> None:
    """Gives mutable arguments the content that they have on the other side."""
    for argument, data in zip(arguments, changed, strict=False):
        if data is not None:
            _replace_content(argument, decode(data))


def _replace_content(target: Any, new: Any) -> None:
    if type(target) is not type(new):
        return
    if isinstance(target, (list, bytearray)):
        target[:] = new
    elif isinstance(target, (dict, set)):
        target.clear()
        target.update(new)
