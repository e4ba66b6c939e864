"""NumPy arrays and numbers as encoded data: kind, shape and bytes, for plain numeric and boolean kinds and nothing else.

NumPy is never imported here: a value can only be of a type of NumPy where it is loaded already, and who reads arrays loads it.
Reading checks kind, shape and
number of bytes before anything is allocated, and is done by the trusted side and by the guest of the tests alone.
"""

from __future__ import annotations

import base64
import binascii
import sys
from collections.abc import Sequence
from typing import Any

MAX_BYTES = 4 << 20
_MAX_DIMENSIONS = 32
_MAX_LENGTH = 1 << 31

#: Kind and size of an element in bytes, native byte order.
KINDS = frozenset(["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"])
TAGS = ("ndarray", "npscalar")


class ArrayError(ValueError):
    """Raised for data that :func:`encode` never writes."""


def encode(value: Any) -> list[Any] | None:
    """Returns an array or a number of NumPy as data, None for any other value, and for kinds and sizes that do not travel."""
    numpy = sys.modules.get("numpy")
    array_type, number_type = getattr(numpy, "ndarray", None), getattr(numpy, "generic", None)
    if type(array_type) is not type or type(number_type) is not type:
        return None
    kind = type(value)
    is_array = kind is array_type
    if not is_array and not (number_type in type.__dict__["__mro__"].__get__(kind) and kind.__module__ == "numpy"):
        return None
    dtype = value.dtype
    name = f"{dtype.kind}{dtype.itemsize}"
    if (
        name not in KINDS
        or not dtype.isnative
        or _walked(value.shape) * dtype.itemsize > MAX_BYTES
        or (not is_array and dtype.type is not kind)
    ):
        return None
    data = base64.b64encode(value.tobytes()).decode("ascii")
    return ["ndarray", name, [int(length) for length in value.shape], data] if is_array else ["npscalar", name, data]


def _walked(shape: Sequence[int]) -> int:
    """Returns how many items a walk over an array of this shape meets; one without items may still have very many rows."""
    count = 1
    for length in shape:
        count *= max(1, length)
    return count


def decode(tag: str, rest: list[Any]) -> Any:
    """Returns the array or number that :func:`encode` wrote.

    Raises:
        ArrayError: The data has another form, more or fewer bytes than its shape asks for, or NumPy is not loaded.
    """
    shape = rest[1] if tag == "ndarray" and len(rest) == 3 else []
    if len(rest) != (3 if tag == "ndarray" else 2) or rest[0] not in KINDS or type(rest[-1]) is not str:
        raise ArrayError("an array has a known kind, a shape and bytes")
    lengths = type(shape) is list and all(type(length) is int and 0 <= length < _MAX_LENGTH for length in shape)
    if not lengths or len(shape) > _MAX_DIMENSIONS:
        raise ArrayError("a shape is a short list of lengths")
    size = int(rest[0][1:])
    if _walked(shape) * size > MAX_BYTES or len(rest[-1]) > 2 * MAX_BYTES:
        raise ArrayError("an array that is too large")
    for length in shape:
        size *= length
    try:
        data = base64.b64decode(rest[-1], validate=True)
    except binascii.Error as error:
        raise ArrayError(str(error)) from error
    if len(data) != size or (rest[0] == "b1" and data.strip(b"\0\1")):
        raise ArrayError("bytes that do not fit kind and shape")
    numpy = sys.modules.get("numpy")
    if numpy is None:
        raise ArrayError("NumPy is not loaded here")
    array = numpy.frombuffer(data, dtype=numpy.dtype(rest[0])).reshape(shape)
    return array if tag == "ndarray" else array[()]
