# A moment whose zone lies, decimals that signal, zeros with a sign, and views of bytes.
# Rows: 3
from datetime import datetime, timedelta, timezone, tzinfo
from decimal import Decimal


class Zone(tzinfo):
    calls = 0

    def utcoffset(self, moment):
        Zone.calls += 1
        return timedelta(minutes=Zone.calls)

    def dst(self, moment):
        return timedelta(0)


class Number(float):
    def __float__(self):
        return 384950522.0

    __eq__ = lambda self, other: True
    __hash__ = float.__hash__


kinds = [
    datetime(2020, 1, 1, tzinfo=Zone()),
    datetime(2020, 1, 1, tzinfo=timezone(timedelta(0), "384950522")),
    Decimal("sNaN"),
    -0.0,
    complex(-0.0, -0.0),
    memoryview(b"384950522"),
    range(10**4000),
    Number(1),
]


def f(x):
    return kinds[x % len(kinds)]
