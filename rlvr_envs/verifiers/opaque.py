"""What is told of a value that did not come back as plain data, and what would mend it."""

from __future__ import annotations

from typing import Final

from rlvr_envs.sandbox.base import Opaque
from rlvr_envs.sandbox.guest.codec import SUBCLASS_OF

_ASYNC: Final = frozenset({"coroutine", "async_generator"})


def is_object(value: Opaque) -> bool:
    """Whether a value is an object of a type that is not plain data, and not one that is too large or too deep."""
    return not value.text or value.text.startswith(SUBCLASS_OF)


def why_closed(value: Opaque) -> str:
    """Returns why a value cannot be compared, and what the program or the test could do instead, in one line."""
    name = value.type_name
    if not is_object(value):
        return f"the {name} did not come back: {value.text}"
    if name in _ASYNC:
        return f"the value is a {name}: the function is async; let it return the result"
    if value.text:
        base = value.text.removeprefix(SUBCLASS_OF)
        return f"{name} is a class of the program's own ({value.text}), not plain data; return a plain {base}"
    return f"an object of type {name} is not plain data; compare plain values that it gives"
