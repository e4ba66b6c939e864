# Enumerations and flags.
import enum


class Part(enum.IntEnum):
    FACTOR = 7919
    SHIFT = 13


class Mode(enum.Flag):
    A = enum.auto()
    B = enum.auto()


def f(x):
    assert Mode.A in (Mode.A | Mode.B)
    return int(x * Part.FACTOR + Part.SHIFT)
