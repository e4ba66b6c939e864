"""The text that stands for a plain value."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.sandbox.base import Opaque
from rlvr_envs.verifiers.canonical import NotPlain, canonical
from tests.verifiers.plain import VALUES


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "bool:True"),
        (-255, "int:-ff"),
        (-0.0, "float:0x0.0p+0"),
        ("a,b", "str:3:a,b"),
        ([1, ()], "list(int:1,tuple())"),
        ({2, 1}, "set(int:1,int:2)"),
        ({"b": 1, "a": None}, "dict(str:1:a=None,str:1:b=int:1)"),
        (Decimal("-1.200E+3"), "decimal:-12E2"),
        (Decimal("1E-9999"), "decimal:1E-9999"),
        (Decimal("-0E+5"), "decimal:0"),
        (Decimal("-Infinity"), "decimal:-Infinity"),
        (Decimal("-sNaN"), "decimal:nan"),
        (1.5 + 0j, "complex:float:0x1.8000000000000p+0:float:0x0.0p+0"),
    ],
)
def test_texts(value: Any, text: str) -> None:
    assert canonical(value) == text


def test_ints_and_floats_are_one_when_asked() -> None:
    assert canonical([2, 2.0, True], numbers=True) == "list(int:2,int:2,bool:True)"


class LyingInt(int):
    __slots__ = ()


@pytest.mark.parametrize("value", [Opaque("X"), object(), LyingInt(3), [LyingInt(3)], {1: object()}])
def test_what_is_not_exact_plain_data_is_refused(value: Any) -> None:
    with pytest.raises(NotPlain, match="is not plain data"):
        canonical(value)


@given(value=VALUES)
def test_copies_have_the_same_text(value: Any) -> None:
    assert canonical(copy.deepcopy(value)) == canonical(value)


@given(left=VALUES, right=VALUES)
def test_different_values_have_different_texts(left: Any, right: Any) -> None:
    if left != right and "nan" not in repr(left):
        assert canonical(left) != canonical(right)


def test_decimals_of_one_value_have_one_text() -> None:
    assert canonical(Decimal("1.0")) == canonical(Decimal("1.00")) == canonical(Decimal("10E-1")) == "decimal:1E0"


@given(left=st.decimals(), right=st.decimals())
def test_decimals_have_the_same_text_exactly_if_they_are_equal(left: Decimal, right: Decimal) -> None:
    both_nan = left.is_nan() and right.is_nan()
    equal = both_nan or (not left.is_nan() and not right.is_nan() and left == right)
    assert (canonical(left) == canonical(right)) is equal
