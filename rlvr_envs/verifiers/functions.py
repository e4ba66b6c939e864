"""Functions that tests may call on plain data, with bounds on the work that they may cause (as in :mod:`.arithmetic`)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rlvr_envs.sandbox.guest.approx import approx
from rlvr_envs.sandbox.guest.numpy_rules import fit
from rlvr_envs.verifiers.arithmetic import hashable, number
from rlvr_envs.verifiers.holes import MAX_ITEMS, measure
from rlvr_envs.verifiers.work import Unsupported, spend, walked

_MAX_DIGITS: Final = 400


def _round(value: Any, ndigits: Any = None) -> Any:
    if type(ndigits) is int and abs(ndigits) > _MAX_DIGITS:
        raise Unsupported(f"rounding to more than {_MAX_DIGITS} digits")
    spend(2 + measure(value).units)
    return round(number(value), ndigits)


def _sum(items: Iterable[Any], start: Any = 0) -> Any:
    return sum(map(number, walked(items, 30)), number(start))


def _sorted(items: Iterable[Any], reverse: Any = False) -> list[Any]:
    found = list(walked(items))
    spend(measure(found).units * len(found).bit_length())
    return sorted(found, reverse=reverse)


def _extreme(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns ``min`` or ``max``, whose best item so far is compared with each."""

    def find(*values: Any) -> Any:
        found = list(walked(values[0])) if len(values) == 1 else list(values)
        size = measure(found)
        spend(size.units + size.parts * size.dearest)
        return function(found) if found or len(values) == 1 else function()

    return find


def _walking(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a function that walks its arguments."""
    return lambda *values, **options: function(*(walked(value) for value in values), **options)


def _islice(items: Iterable[Any], *bounds: Any) -> Iterable[Any]:
    return itertools.islice(walked(items), *bounds)


def _enumerate(items: Iterable[Any], start: Any = 0) -> Iterable[tuple[int, Any]]:
    return enumerate(walked(items), start)


def _str(*value: Any) -> str:
    for one in value:
        spend(10 * measure(one).parts + 4 * measure(one).units)
    return str(*value)


def _approx(expected: Any, rel: Any = None, abs: Any = None, nan_ok: Any = False) -> Any:
    spend(10 * measure(expected).units)
    return approx(expected, rel, abs, nan_ok)


def _range(*bounds: Any) -> range:
    made = range(*bounds)
    if len(made[: MAX_ITEMS + 1]) > MAX_ITEMS:
        raise Unsupported("a range that is very long")
    return made


def _to_number(kind: Callable[[Any], Any]) -> Callable[..., Any]:
    """Returns a conversion from text or a number: from a Decimal or Fraction it could be very large."""

    def convert(value: Any = 0) -> Any:
        spend(len(value) ** 2 >> 12 if type(value) is str else 2)
        return kind(value if type(value) is str else number(value))

    return convert


def _to_set(kind: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda items=(): kind(hashable(items))


def _numbers(value: Any) -> Any:
    """Returns ``value``; refuses text in it, each of which NumPy would give as much memory as the longest one."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if type(part) in (list, tuple):
            waiting.extend(part)
        elif type(part) in (str, bytes, bytearray):
            raise TypeError("an array of text is not one of numbers")
    return value


def _array(value: Any) -> NDArray[Any]:
    spend(10 * measure(value).units)
    made = np.asarray(_numbers(value))
    if made.dtype.kind not in "biufc":
        raise TypeError(f"an array of {made.dtype} is not one of numbers")
    return made


def _allclose(left: Any, right: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: Any = False) -> bool:
    # Shapes that do not fit are not broadcast: nothing at all would be close to a number, and large ones would take long.
    one, other = _array(left), _array(right)
    with np.errstate(all="ignore"):
        return fit(one, other) and bool(np.allclose(one, other, rtol=number(rtol), atol=number(atol), equal_nan=bool(equal_nan)))


def _array_equal(left: Any, right: Any) -> bool:
    one, other = _array(left), _array(right)
    return one.shape == other.shape and bool((one == other).all())


_NOTHING: Final = frozenset[str]()
_CLOSE: Final = (math.isclose, frozenset({"rel_tol", "abs_tol"}))
_APPROX: Final = (_approx, frozenset({"rel", "abs", "nan_ok"}))
_ALLCLOSE: Final = (_allclose, frozenset({"rtol", "atol", "equal_nan"}))

#: Function name -> function and the keywords that it takes.
FUNCTIONS: Final[Mapping[str, tuple[Callable[..., Any], frozenset[str]]]] = {
    "abs": (lambda value: abs(number(value)), _NOTHING),
    "all": (_walking(all), _NOTHING),
    "any": (_walking(any), _NOTHING),
    "approx": _APPROX,
    "bool": (bool, _NOTHING),
    "enumerate": (_enumerate, frozenset({"start"})),
    "float": (_to_number(float), _NOTHING),
    "frozenset": (_to_set(frozenset), _NOTHING),
    "int": (_to_number(int), _NOTHING),
    "isclose": _CLOSE,
    "islice": (_islice, _NOTHING),
    "itertools.islice": (_islice, _NOTHING),
    "len": (len, _NOTHING),
    "list": (_walking(list), _NOTHING),
    "math.isclose": _CLOSE,
    "max": (_extreme(max), _NOTHING),
    "min": (_extreme(min), _NOTHING),
    "next": (next, _NOTHING),
    "np.allclose": _ALLCLOSE,
    "np.array": (_array, _NOTHING),
    "np.array_equal": (_array_equal, _NOTHING),
    "numpy.allclose": _ALLCLOSE,
    "numpy.array": (_array, _NOTHING),
    "numpy.array_equal": (_array_equal, _NOTHING),
    "pytest.approx": _APPROX,
    "range": (_range, _NOTHING),
    "round": (_round, frozenset({"ndigits"})),
    "set": (_to_set(set), _NOTHING),
    "sorted": (_sorted, frozenset({"reverse"})),
    "str": (_str, _NOTHING),
    "sum": (_sum, frozenset({"start"})),
    "tuple": (_walking(tuple), _NOTHING),
    "zip": (_walking(zip), _NOTHING),
}

#: Functions whose arguments may be iterators and generator expressions: they walk them and keep nothing of the iterator.
CONSUMING: Final = frozenset(
    [
        "all",
        "any",
        "enumerate",
        "frozenset",
        "islice",
        "itertools.islice",
        "list",
        "max",
        "min",
        "next",
        "set",
        "sorted",
        "sum",
        "tuple",
        "zip",
    ]
)

#: Types that ``isinstance`` may be asked about.
TYPES: Final[Mapping[str, type]] = {
    kind.__name__: kind for kind in (bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range)
}
