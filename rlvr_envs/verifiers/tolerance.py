"""When two numbers, or two arrays of numbers, are close.

``|left - right| <= max(rel * max(|left|, |right|), abs)``, symmetric in both; two ints exactly; an infinity is close to itself
alone, and nan to nan; a bool is no number here.
"""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_WHOLE: Final = "iu"


@dataclass(frozen=True)
class Tolerance:
    """Tolerances: ``rel`` as a share of the larger number, ``abs`` as a distance."""

    rel: float = 1e-6
    abs: float = 1e-9

    def close(self, left: Any, right: Any) -> bool | None:
        """Whether two numbers are close, None when they are not two of int and float, or two complex numbers."""
        kinds = {type(left), type(right)}
        if kinds in ({int, float}, {float}):
            try:
                if math.isnan(left) or math.isnan(right):
                    return math.isnan(left) and math.isnan(right)
                return math.isclose(left, right, rel_tol=self.rel, abs_tol=self.abs)
            except OverflowError:  # an int beyond the range of float is close to no float
                return False
        if kinds == {complex} and not (cmath.isnan(left) or cmath.isnan(right)):
            return cmath.isclose(left, right, rel_tol=self.rel, abs_tol=self.abs)
        return None

    def far(self, left: NDArray[Any], right: NDArray[Any]) -> NDArray[np.bool_]:
        """Returns where two arrays of one shape are not close; kinds of elements may differ, but not bool from number."""
        kinds = {left.dtype.kind, right.dtype.kind}
        if kinds <= set(_WHOLE) or kinds == {"b"}:
            return np.asarray(left != right)
        if "b" in kinds:
            return np.ones(left.shape, dtype=bool)
        with np.errstate(all="ignore"):
            wide = np.complex128 if "c" in kinds else np.float64
            one, other = left.astype(wide), right.astype(wide)
            allowed = np.maximum(self.rel * np.maximum(np.abs(one), np.abs(other)), self.abs)
            near = np.isfinite(one) & np.isfinite(other) & (np.abs(one - other) <= allowed)
        return np.asarray(~(near | (one == other) | (np.isnan(one) & np.isnan(other))))


#: Exactly the same, nan being nan.
EXACT: Final = Tolerance(0.0, 0.0)
