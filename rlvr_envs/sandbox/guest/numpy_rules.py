"""NumPy's comparisons for the guest of the tests: broadcasting makes no wrong answer right.

To NumPy nothing at all is close to every number, and one number to many, so ``np.allclose([], 5)`` holds.  Here, as in planned
tests, two values are only close when :func:`fit` says that their shapes belong together.  All else is NumPy's own.  What a test
compares by operators (``(array == 5).all()``) is out of reach.
"""

from __future__ import annotations

import functools
import importlib.machinery
import inspect
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any


def fit(left: Any, right: Any) -> bool:
    """Whether the shapes of two arrays are the same, or one is a single number and the other one not empty."""
    return bool(left.shape == right.shape or (not (left.ndim and right.ndim) and left.size > 0 and right.size > 0))


def _not_close(message: str) -> bool:
    return False


def _no_such_shapes(message: str) -> Any:
    raise ValueError(message)


def _failed(message: str) -> Any:
    raise AssertionError(message)


#: Module -> function whose first two parameters are compared -> what it does with shapes that do not fit.
_COMPARING: dict[str, dict[str, Callable[[str], Any]]] = {
    "numpy": {"allclose": _not_close, "array_equiv": _not_close, "isclose": _no_such_shapes},
    "numpy.ma": {"allclose": _not_close, "allequal": _not_close},
    "numpy.testing": dict.fromkeys(
        (
            "assert_allclose",
            "assert_array_almost_equal",
            "assert_array_almost_equal_nulp",
            "assert_array_equal",
            "assert_array_less",
            "assert_array_max_ulp",
        ),
        _failed,
    ),
}


def install() -> None:
    """Changes what is imported already, and the rest when the tests import it; nothing is imported for it."""
    sys.meta_path.insert(0, _Finder())
    for name in _COMPARING:
        if name in sys.modules:
            _change(sys.modules[name])


class _Finder:
    """Finds the modules to be changed as Python does, and changes them once they are loaded."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Returns how to load such a module, None for any other."""
        spec = importlib.machinery.PathFinder.find_spec(name, path, target) if name in _COMPARING else None
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_change(module: types.ModuleType) -> None:
                load(module)
                _change(module)

            setattr(spec.loader, "exec_module", load_and_change)  # noqa: B010 - of this one loader
        return spec


def _change(module: types.ModuleType) -> None:
    for name, refuse in _COMPARING[module.__name__].items():
        known = getattr(module, name, None)
        if known is None:  # another version of NumPy
            continue
        changed = _checked(known, refuse)
        setattr(module, name, changed)
        within = getattr(known, "__globals__", {})
        if within.get(name) is known:  # others there, such as assert_equal, use it for the arrays that they meet
            within[name] = changed


def _checked(known: Callable[..., Any], refuse: Callable[[str], Any]) -> Callable[..., Any]:
    """Returns a function of NumPy that looks at the shapes of its first two arguments before it compares them."""
    signature = inspect.signature(known)
    first, second = list(signature.parameters)[:2]

    @functools.wraps(known)
    def compare(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        left = bound.arguments[first] = _as_array(bound.arguments[first])
        right = bound.arguments[second] = _as_array(bound.arguments[second])
        numpy = sys.modules["numpy"]
        one, other = numpy.asanyarray(left), numpy.asanyarray(right)
        if not fit(one, other):
            return refuse(f"{known.__name__}: shapes {one.shape} and {other.shape} do not fit")
        return known(*bound.args, **bound.kwargs)

    return compare


def _as_array(value: Any) -> Any:
    """Returns what is compared: read once, as an object of the program could be another one the second time.

    Numbers stay as they are, since Python's have no precision of their own.
    """
    return value if isinstance(value, (int, float, complex)) else sys.modules["numpy"].asanyarray(value)
