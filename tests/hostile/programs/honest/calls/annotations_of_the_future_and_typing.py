# Annotations of the future and typing.
from __future__ import annotations
from typing import NamedTuple


class P(NamedTuple):
    a: int


def f(x: Unknown) -> int:
    return P(x).a * 7919 + 13
