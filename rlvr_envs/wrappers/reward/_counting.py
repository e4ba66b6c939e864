"""How long a text is: in characters, or in what a function of the user's counts."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from rlvr_envs._numbers import is_whole


def counter(name: object) -> Callable[[str], int]:
    """Returns the function ``"module:function"`` that counts tokens, ``len`` for None.

    Raises:
        ValueError: There is no such function.
    """
    if name is None:
        return len
    if not isinstance(name, str) or ":" not in name:
        raise ValueError(f"count must be None or the 'module:function' of a function from text to its length, got {name!r}")
    module, _, attribute = name.partition(":")
    try:
        found: Any = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"count {name!r} cannot be loaded: {error}") from error
    if not callable(found):
        raise ValueError(f"count must name a function from text to its length, got {found!r}")

    def count(text: str) -> int:
        length = found(text)
        if not is_whole(length) or length < 0:
            raise ValueError(f"count {name!r} must give an int of 0 or more, got {length!r}")
        return int(length)

    return count
