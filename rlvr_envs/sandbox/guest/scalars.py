"""Exact types without parts as text and back, for :mod:`.codec`."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

MAX_INT_BITS = 1_000_000
_MAX_DECIMAL_BITS = 14_000  # below the 4300 decimal digits that int() and str() take; longer ints are written in hexadecimal
MAX_EXPONENT = 10_000
MAX_TEXT = 4_400
MAX_INT_TEXT = MAX_INT_BITS // 4 + 8
_LONG_INT = re.compile(rf"-?0x[0-9a-f]{{{_MAX_DECIMAL_BITS // 4},}}")
_FOLD = "/fold"  # the second of two equal wall times, which ISO 8601 cannot say


class CodecError(ValueError):
    """Raised for data that no honest encoder writes, or for a value that may not be sent."""


def _encode_complex(value: complex) -> str:
    return f"{value.real.hex()} {value.imag.hex()}"


def _decode_complex(text: str) -> complex:
    real, imag = text.split(" ")
    return complex(float.fromhex(real), float.fromhex(imag))


def _encode_decimal(value: Decimal) -> str:
    if value.is_finite() and (abs(value.adjusted()) > MAX_EXPONENT or len(value.as_tuple().digits) > MAX_TEXT // 2):
        raise CodecError("too large: a Decimal of too many digits, or with too large an exponent")
    return str(value)


def _decode_decimal(text: str) -> Decimal:
    value = Decimal(text)
    _encode_decimal(value)
    return value


def _decode_fraction(text: str) -> Fraction:
    match = re.fullmatch(r"(-?[0-9]+)/([0-9]+)", text)
    if match is None:
        raise CodecError("a fraction must be written as integer/integer")
    return Fraction(int(match[1]), int(match[2]))


def _encode_int(value: int) -> str:
    _check_bits(value, MAX_INT_BITS)
    return int.__repr__(value) if value.bit_length() <= _MAX_DECIMAL_BITS else hex(value)


def _decode_int(text: str) -> int:
    if _LONG_INT.fullmatch(text) is None:
        return int(text)
    value = int(text, 16)
    _check_bits(value, MAX_INT_BITS)
    return value


def _check_bits(value: int, limit: int) -> None:
    if value.bit_length() > limit:
        raise CodecError(f"too large: an int of {value.bit_length():,} bits, at most {limit:,} come back")


def _encode_part(value: int) -> str:
    """Returns an int that is part of another value."""
    _check_bits(value, _MAX_DECIMAL_BITS)
    return int.__repr__(value)


def _encode_fraction(value: Fraction) -> str:
    return f"{_encode_part(value.numerator)}/{_encode_part(value.denominator)}"


def _encode_moment(value: datetime | time) -> str:
    if value.tzinfo is not None and type(value.tzinfo) is not timezone:
        raise CodecError("only fixed time zones are plain data")
    return value.isoformat() + _FOLD * value.fold


def _decode_moment(kind: type[datetime] | type[time]) -> Callable[[str], datetime | time]:
    def decode_text(text: str) -> datetime | time:
        value = kind.fromisoformat(text.removesuffix(_FOLD))
        return value.replace(fold=1) if text.endswith(_FOLD) else value

    return decode_text


def _encode_timedelta(value: timedelta) -> str:
    return f"{value.days} {value.seconds} {value.microseconds}"


def _encode_range(value: range) -> str:
    return " ".join(_encode_part(part) for part in (value.start, value.stop, value.step))


def _integers(text: str) -> list[int]:
    return [int(part) for part in text.split(" ")]


def _base64(value: bytes | bytearray) -> str:
    return base64.b64encode(value).decode("ascii")


def _unbase64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


#: Exact type -> (tag, value to text, text to value)
TEXT_FORMS: dict[type, tuple[str, Callable[[Any], str], Callable[[str], Any]]] = {
    int: ("int", _encode_int, _decode_int),
    float: ("float", float.hex, float.fromhex),
    complex: ("complex", _encode_complex, _decode_complex),
    bytes: ("bytes", _base64, _unbase64),
    bytearray: ("bytearray", _base64, lambda text: bytearray(_unbase64(text))),
    Decimal: ("decimal", _encode_decimal, _decode_decimal),
    Fraction: ("fraction", _encode_fraction, _decode_fraction),
    datetime: ("datetime", _encode_moment, _decode_moment(datetime)),
    date: ("date", date.isoformat, date.fromisoformat),
    time: ("time", _encode_moment, _decode_moment(time)),
    timedelta: ("timedelta", _encode_timedelta, lambda text: timedelta(*_integers(text))),
    range: ("range", _encode_range, lambda text: range(*_integers(text))),
}
