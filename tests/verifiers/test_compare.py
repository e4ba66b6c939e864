"""Comparison rules on exact plain data."""

from __future__ import annotations

import copy
import math
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.sandbox.base import Iterated, Opaque
from rlvr_envs.tasks.base import STDOUT_COMPARISONS, VALUE_COMPARISONS
from rlvr_envs.verifiers.compare import COMPARISONS, difference, place_of_difference
from tests.verifiers.plain import VALUES

NAN = math.nan
HUGE = 10**5000


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (4, 4, None),
        (4, 5, "$: 4 != 5"),
        (1, True, "$: int 1 != bool True"),
        (1, 1.0, "$: int 1 != float 1.0"),
        (None, 0, "$: None != int 0"),
        ("a", "b", "$: 'a' != 'b'"),
        ("1", b"1", "$: str '1' != bytes b'1'"),
        (NAN, NAN, None),
        (NAN, 1.0, "$: nan != 1.0"),
        (0.0, -0.0, None),
        (0.1 + 0.2, 0.3, "$: 0.30000000000000004 != 0.3"),
        (complex(NAN, 1), complex(NAN, 1), None),
        ([1, 2, 3], [1, 2, 3, 4], "$: length 3 != 4"),
        ([1, 2], (1, 2), "$: list [1, 2] != tuple (1, 2)"),
        ([[0], [1, {"name": 4}]], [[0], [1, {"name": 5}]], "$[1][1].name: 4 != 5"),
        ({"a b": 1}, {"a b": 2}, "$['a b']: 1 != 2"),
        ({(1, 2): [3]}, {(1, 2): [4]}, "$[(1, 2)][0]: 3 != 4"),
        ({1: 0}, {True: 0}, "$: unexpected key 1"),
        ({}, {"k": 0}, "$: missing key 'k'"),
        ({NAN: 1}, {float("nan"): 1}, None),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, None),
        (Counter("aab"), {"a": 2, "b": 1}, None),
        (OrderedDict(a=1, b=2), OrderedDict(b=2, a=1), None),
        (defaultdict(list, {"a": []}), {"a": []}, None),
        ({1, 2}, {2, 1}, None),
        ({1, 2}, {1, 3}, "$: unexpected 2"),
        ({1}, {1, 3}, "$: missing 3"),
        ({1}, frozenset({1}), "$: set {1} != frozenset({1})"),
        ({1}, {1.0}, "$: unexpected 1"),
        (deque([1]), deque([1]), None),
        (deque([1]), [1], "$: deque([1]) != list [1]"),
        (Decimal("1.0"), Decimal("1.00"), None),
        (Decimal("NaN"), Decimal("NaN"), None),
        (Fraction(1, 2), Fraction(2, 4), None),
        (Fraction(2), 2, "$: Fraction(2, 1) != int 2"),
        (date(2020, 1, 2), date(2020, 1, 2), None),
        (datetime(2020, 1, 2), date(2020, 1, 2), "$: datetime.datetime(2020, 1, 2, 0, 0) != datetime.date(2020, 1, 2)"),
        (range(0, 4, 2), range(0, 3, 2), "$: range(0, 4, 2) != range(0, 3, 2)"),
        (Opaque("Liar"), 3, "$: an object of type Liar is not plain data; compare plain values that it gives"),
        ([1, Opaque("Liar")], [1, 3], "$[1]: an object of type Liar is not plain data; compare plain values that it gives"),
    ],
)
def test_strict(left: Any, right: Any, expected: str | None) -> None:
    assert difference(left, right, "strict") == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (1, 1.0, None),
        (3, 4, "$: 3 != 4"),
        (10**9, 10**9 + 1, "$: 1000000000 != 1000000001"),  # two ints are compared exactly
        (1.0 + 1e-6, 1.0, None),
        (1.0 + 3e-6, 1.0, "$: 1.000003 != 1.0"),
        (1e-9, 0.0, None),  # the absolute tolerance
        (2e-9, 0.0, "$: 2e-09 != 0.0"),
        (1, True, "$: int 1 != bool True"),
        (1.0, True, "$: float 1.0 != bool True"),
        (NAN, NAN, None),
        (NAN, 1, "$: nan != 1"),
        (math.inf, math.inf, None),
        (math.inf, 1e308, "$: inf != 1e+308"),
        (1j + 1e-8, 1j, None),
        ([1, 2.0], [1.0, 2], None),
        ([1], (1,), "$: list [1] != tuple (1,)"),
        ({1: 2}, {1.0: 2.0}, None),
        ({1}, {1.0}, None),
        ({0.1 + 0.2}, {0.3}, "$: unexpected 0.30000000000000004"),  # items of sets are matched exactly
        ("1", 1, "$: str '1' != int 1"),
        (Fraction(1, 2), 0.5, "$: Fraction(1, 2) != float 0.5"),
        ("1.0", "1", "$: '1.0' != '1'"),
    ],
)
def test_numeric(left: Any, right: Any, expected: str | None) -> None:
    assert difference(left, right, "numeric") == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ([3, 1, 2], [1, 2, 3], None),
        ([1, 1, 2], [1, 2, 2], "$: unexpected 1"),
        ([1, 2], [1, 2, 2], "$: missing 2"),
        ((2, 1), {1, 2}, None),
        ([[2, 1], [0]], [[0], [2, 1]], None),
        ([[1, 2]], [[2, 1]], "$: unexpected [1, 2]"),  # only the outermost order is free
        ([{"a": [1]}, NAN], [NAN, {"a": [1]}], None),
        ([1, True], [True, True], "$: unexpected 1"),
        ([Opaque("Liar")], [1], "$: unexpected <Liar>"),
        (3, 3, None),
        ([3], 3, "$: list [3] != int 3"),
        ({"a": [1, 2]}, {"a": [2, 1]}, "$.a[0]: 1 != 2"),
    ],
)
def test_unordered(left: Any, right: Any, expected: str | None) -> None:
    assert difference(left, right, "unordered") == expected


def test_ints_too_long_to_write_are_compared() -> None:
    assert difference(HUGE, HUGE, "strict") is None
    assert difference(HUGE, HUGE + 1, "numeric") == "$: <int of 16610 bits> != <int of 16610 bits>"
    assert difference(HUGE, 1.0, "numeric") == "$: <int of 16610 bits> != 1.0"  # beyond the range of float


def test_rules_for_text_compare_other_values_strictly() -> None:
    assert difference("a \n", "a", "lines") is None
    assert difference("a  b", "a\nb", "tokens") is None
    assert difference("a ", "a", "exact") == "line 1, column 2: 'a ' != 'a'"
    assert difference(1, 1.0, "lines") == "$: int 1 != float 1.0"


def test_every_rule_that_a_task_may_name_exists() -> None:
    assert set(COMPARISONS) == {*VALUE_COMPARISONS, *STDOUT_COMPARISONS}


def test_unknown_rule_names_the_known_ones() -> None:
    known = "strict, numeric, unordered, set, items, python, lines, tokens, exact, numbers"
    with pytest.raises(ValueError, match=rf"^comparison must be one of {known}, got 'loose'$"):
        difference(1, 1, "loose")


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("mode", COMPARISONS)
def test_nothing_equals_a_value_that_is_too_deep(mode: str) -> None:
    assert difference(nested(5000), nested(5000), mode) is not None


@pytest.mark.parametrize("mode", COMPARISONS)
def test_opaque_values_equal_nothing(mode: str) -> None:
    opaque = Opaque("Liar")
    for value in (opaque, [opaque], {"a": opaque}, (1, [opaque])):
        assert difference(value, value, mode) is not None


def test_the_difference_is_one_bounded_line() -> None:
    found = difference({"k" * 1000: ["\n" * 10**6]}, {"k" * 1000: ["\n" * 10**6 + "x"]}, "strict")
    assert found is not None
    assert len(found) <= 300
    assert "\n" not in found


@pytest.mark.parametrize("mode", sorted(set(COMPARISONS) - {"python"}))
@given(value=VALUES)
def test_rules_are_reflexive(mode: str, value: Any) -> None:
    assert difference(value, copy.deepcopy(value), mode) is None


@pytest.mark.parametrize("mode", COMPARISONS)
@given(left=VALUES, right=VALUES)
def test_rules_are_symmetric(mode: str, left: Any, right: Any) -> None:
    assert (difference(left, right, mode) is None) == (difference(right, left, mode) is None)


@given(left=VALUES, right=VALUES)
def test_what_is_strictly_equal_is_equal_in_python_unless_it_holds_nan(left: Any, right: Any) -> None:
    if difference(left, right, "strict") is None and "nan" not in repr(left):
        assert left == right


@given(left=VALUES, right=VALUES)
def test_a_place_is_found_for_every_pair_that_python_finds_different(left: Any, right: Any) -> None:
    if left != right:
        assert place_of_difference(left, right).startswith("$")


@pytest.mark.parametrize(
    ("left", "right", "place"),
    [
        ([1, 2.0, True], [1.0, 2, 2], "$[2]: True != 2"),
        ({1}, frozenset({2}), "$: unexpected 1"),
        (NAN, NAN, "$: nan != nan"),
        ([1], (1,), "$: list [1] != tuple (1,)"),
        ({"a": 1}, {"a": 1, "b": 2}, "$: missing key 'b'"),
    ],
)
def test_place_of_difference_by_pythons_equality(left: Any, right: Any, place: str) -> None:
    assert place_of_difference(left, right) == place


def test_many_ints_of_one_hash_do_not_slow_comparison_down() -> None:
    shared = [n * (2**61 - 1) for n in range(50_000)]  # each hashes to 0
    assert difference(shared, shared[::-1], "unordered") is None


@pytest.mark.parametrize(
    ("left", "right", "mode", "equal"),
    [
        (1.01, 1.0, "numeric(rel=1e-1)", True),
        (1.01, 1.0, "numeric(rel=1e-3)", False),
        (0.5, 0.0, "numeric(rel=0, abs=0.5)", True),
        (1.0 + 1e-12, 1.0, "numeric(rel=0, abs=0)", False),
        ("1.01", "1", "numbers(abs=0.1)", True),
    ],
)
def test_tolerances_are_given_in_the_text_of_the_rule(left: Any, right: Any, mode: str, equal: bool) -> None:
    assert (difference(left, right, mode) is None) is equal


@pytest.mark.parametrize(
    "mode",
    [
        "numeric(rel=1)", "numeric(abs=1e999)", "numeric(rel=-1)", "numeric(rel=nan)", "numeric(rel=0.1, rel=0.1)", "numeric()",
        "numeric(tol=1)", "numeric(rel=0x1)", "numeric(rel=1e-3,)", "numeric(rel=.1)", "numeric(0.1)", "strict(rel=0.1)",
        "numeric (rel=0.1)", "numeric(rel=0.1", "Numeric", " numeric", "numeric(rel=0.1)x", "",
    ],
)  # fmt: skip
def test_options_are_read_strictly(mode: str) -> None:
    with pytest.raises(
        ValueError, match=r"^comparison must be|^comparison numeric takes|^comparison strict takes|^comparison rel must"
    ):
        difference(1, 1, mode)


WALKED = Iterated("generator", (1, 2, 2), ended=True)
ENDLESS = Iterated("count", (0, 1, 2), ended=False)


@pytest.mark.parametrize(
    ("left", "right", "mode", "expected"),
    [
        (WALKED, [1, 2, 2], "strict", "$: <generator of [1, 2, 2]> != list [1, 2, 2]"),
        (WALKED, [1, 2, 2], "items", None),
        (WALKED, (1, 2.0, 2), "items", "$[1]: int 2 != float 2.0"),
        (WALKED, [1, 2], "items", "$: length 3 != 2"),
        (WALKED, [2, 1, 2], "unordered", None),
        (WALKED, {1, 2}, "set", None),
        (ENDLESS, [0, 1, 2], "items", "$: <count of [0, 1, 2] and more> did not end within 10000 items"),
        (ENDLESS, [0, 1, 2], "set", "$: <count of [0, 1, 2] and more> did not end within 10000 items"),
        ([1, 2], (1, 2), "items", None),
        (range(3), [0, 1, 2], "items", None),
        (range(10**12), range(10**12), "items", None),
        (range(10**12), [0], "items", "$: range(0, 1000000000000) != list [0]"),
        ("ab", ["a", "b"], "items", "$: str 'ab' != list ['a', 'b']"),
        ([WALKED], [[1, 2, 2]], "items", "$[0]: <generator of [1, 2, 2]> != list [1, 2, 2]"),
        ([2, 1, 1], [1, 2, 2], "set", None),
        ([1], [1.0], "set", "$: unexpected 1"),
        ([1, 2], {1}, "set", "$: unexpected 2"),
        ([1], {1, 2}, "set", "$: missing 2"),
    ],
)
def test_items_and_set(left: Any, right: Any, mode: str, expected: str | None) -> None:
    assert difference(left, right, mode) == expected


@pytest.mark.parametrize("mode", ["strict", "numeric", "python", "unordered", "set", "lines"])
def test_an_iterator_equals_nothing_unless_its_items_are_asked_for(mode: str) -> None:
    equal = mode in ("unordered", "set")
    assert (difference(WALKED, [1, 2, 2], mode) is None) is equal
    assert difference([WALKED], [WALKED], mode) is not None


PLAIN = VALUES.filter(lambda value: "nan" not in repr(value))


@given(left=PLAIN, right=PLAIN)
def test_the_rule_python_agrees_with_python(left: Any, right: Any) -> None:
    assert (difference(left, right, "python") is None) == (left == right)
    assert difference(left, copy.deepcopy(left), "python") is None


@given(
    left=st.lists(st.sampled_from([0, 0.0, -0.0, False, 1, True, 1.0, (), [], NAN])),
    right=st.lists(st.sampled_from([0, 0.0, False, 1, True, 1.0, (), [], math.inf])),
)
def test_the_rule_python_knows_of_no_types(left: list[Any], right: list[Any]) -> None:
    assert (difference(left, right, "python") is None) == (left == right)


@pytest.mark.parametrize(
    ("left", "right", "strictly", "numerically", "in_python"),
    [
        (np.int64(3), 3, False, True, True),
        (np.float64(0.5), 0.5, False, True, True),
        (np.float32(0.1), 0.1, False, True, False),  # 0.10000000149...
        (np.bool_(True), True, False, True, True),
        (np.bool_(True), 1, False, False, True),
        (np.int64(3), np.int64(3), True, True, True),
        (np.int64(3), np.int32(3), False, True, True),
        ([np.int64(3)], [3], False, True, True),
        ({np.int64(3): 1}, {3: 1}, False, True, True),
        ({np.int64(3)}, {3}, False, True, True),
        (np.array([1, 2]), np.array([1, 2]), True, True, True),
        (np.array([1, 2]), np.array([1.0, 2.0]), False, True, True),
        (np.array([1.0]), np.array([1.0 + 1e-8]), False, True, False),
        (np.array([NAN]), np.array([NAN]), True, True, False),
        (np.array([1, 2]), np.array([[1, 2]]), False, False, False),
        (np.array([1, 2]), [1, 2], False, False, False),
        (np.array([True]), np.array([1]), False, False, True),
        ([np.array([1])], [np.array([1])], True, True, True),
        (np.array(2.0), np.array(2.0), True, True, True),
    ],
)
def test_numbers_and_arrays_of_numpy(left: Any, right: Any, strictly: bool, numerically: bool, in_python: bool) -> None:
    found = [difference(left, right, mode) is None for mode in ("strict", "numeric", "python")]
    assert found == [strictly, numerically, in_python]


def test_the_place_of_a_difference_in_an_array_is_its_index() -> None:
    left, right = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 2.0], [3.5, 4.0]])
    assert difference(left, right, "numeric") == "$[1, 0]: 3.0 != 3.5"
    assert difference(left, right[:1], "numeric") == "$: shape (2, 2) != (1, 2)"
    assert difference(left.astype(int), right, "strict") == "$: array of int64 != array of float64"
