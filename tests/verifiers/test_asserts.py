"""Asserts planned on the trusted side."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.sandbox.base import Call, CallResult, Opaque, Status
from rlvr_envs.verifiers.asserts import AssertPlan, plan, rebinds_known_names


def planned(source: str) -> AssertPlan:
    found = plan(source, "f")
    assert found is not None
    return found


def returned(*values: Any) -> list[CallResult]:
    return [CallResult(Status.OK, value=value) for value in values]


@pytest.mark.parametrize(
    ("source", "calls"),
    [
        ("assert f(1, 'a') == 2", (Call((1, "a")),)),
        ("assert f([1, -2], k={'a': (1,)}) == 2, 'message'", (Call(([1, -2],), {"k": {"a": (1,)}}),)),
        ("assert f(2 ** 10, list(range(3)), [0] * 2) == 2", (Call((1024, [0, 1, 2], [0, 0])),)),
        ("assert f(1) == f(2)", (Call((1,)), Call((2,)))),
        ("assert not f()", (Call(),)),
        ("assert abs(f(1) - 0.5) < 1e-6", (Call((1,)),)),
        ("assert sorted(f([2, 1])) == [1, 2]\n", (Call(([2, 1],)),)),
        ("assert math.isclose(f(1), 0.5, abs_tol=0.1)", (Call((1,)),)),
        ("assert f(1) == 1 and f(2) == 2", (Call((1,)), Call((2,)))),
        ("assert f(1)[0] is None", (Call((1,)),)),
    ],
)
def test_calls_are_found(source: str, calls: tuple[Call, ...]) -> None:
    assert planned(source).calls == calls


@pytest.mark.parametrize(
    "source",
    [
        "", "f(1)", "assert True", "assert 1 == 1", "assert f", "assert f(f(1)) == 1", "assert f(x) == 1",
        "assert f(*[1]) == 1", "assert f(**{}) == 1", "x = 1\nassert f(x) == 1", "assert f(1) == 1\nassert f(2) == 2",
        "for i in range(3):\n    assert f(i) == i", "assert g(f(1)) == 1", "assert f(lambda x: x) == 1",
        "assert f(1) == [i for i in range(3)]", "assert f.cache == 1", "assert m.f(1) == 1", "assert f(1) is f(1)",
        "assert f(10 ** 10 ** 10) == 1", "assert f('a' * 10 ** 9) == 1", "assert f(1 << 10 ** 9) == 1", "assert f(1 / 0) == 1",
        "assert (", "assert f(1) == 1 or f(2) == 2", "assert f(1).upper() == 'A'", "assert f('\0')", "assert type(f(1)) == int",
        "assert " + "-" * 5000 + "f(1)",
    ],
)  # fmt: skip
def test_other_tests_have_no_plan(source: str) -> None:
    assert plan(source, "f") is None


@pytest.mark.parametrize(
    ("source", "values", "passed"),
    [
        ("assert f(1) == 2", [2], True),
        ("assert f(1) == 2", [2.0], True),  # Python's ==, not the rule strict
        ("assert f(1) == True", [1], True),
        ("assert f(1) == [1, 2]", [(1, 2)], False),
        ("assert f(1) != 2", [3], True),
        ("assert f(1) < f(2) <= 5", [1, 5], True),
        ("assert f(1) < f(2) <= 5", [5, 5], False),
        ("assert f(1)", [[]], False),
        ("assert not f(1)", [0], True),
        ("assert f(1) in (1, 2)", [2], True),
        ("assert 'a' not in f(1)", ["bcd"], True),
        ("assert f(1) is None", [None], True),
        ("assert f(1) is True", [1], False),
        ("assert isinstance(f(1), (int, float)) and f(1) > 0", [1, 1], True),
        ("assert abs(f(1) - 0.3) < 1e-9", [0.1 + 0.2], True),
        ("assert round(f(1), 2) == 3.14", [3.14159], True),
        ("assert set(f(1)) == {1, 2}", [[2, 1, 2]], True),
        ("assert f(1) or 1 == 2", [0], False),
        ("assert f(1) == float('nan')", [float("nan")], False),
        ("assert f(1)[-1]['k'] == 'v'", [[{"k": "v"}]], True),
    ],
)
def test_asserts_are_decided_as_python_would(source: str, values: list[Any], passed: bool) -> None:
    assert planned(source).decide(returned(*values)).passed is passed


def test_a_comparison_keeps_both_sides() -> None:
    decision = planned("assert sorted(f(1)) == [1, 2]").decide(returned([3, 1]))
    assert (decision.passed, decision.sides, decision.op, decision.error) == (False, ([1, 3], [1, 2]), "==", "")


def test_a_truth_keeps_its_value() -> None:
    decision = planned("assert f(1)").decide(returned(0))
    assert (decision.sides, decision.op) == ((0,), "")


def test_an_expression_that_does_not_fit_the_value_fails_with_pythons_error() -> None:
    decision = planned("assert len(f(1)) == 2").decide(returned(None))
    assert (decision.passed, decision.sides) == (False, ())
    assert decision.error == "TypeError: object of type 'NoneType' has no len()"


@pytest.mark.parametrize(
    "source", ["assert f(1) != 3", "assert f(1) == 3", "assert f(1)", "assert not f(1)", "assert f(1) not in [3]"]
)
def test_a_value_that_is_not_plain_passes_no_comparison(source: str) -> None:
    decision = planned(source).decide(returned(Opaque("Liar")))
    assert (decision.passed, decision.error) == (False, "the value is not plain data")


def test_a_value_that_is_not_plain_is_not_none() -> None:
    assert planned("assert f(1) is not None").decide(returned(Opaque("Node"))).passed


def test_the_first_needed_call_without_a_value_decides() -> None:
    failed = CallResult(Status.ERROR)
    decision = planned("assert f(1) == f(2)").decide([*returned(1), failed])
    assert (decision.passed, decision.failed) == (False, failed)


def test_a_call_behind_a_false_and_is_not_needed() -> None:
    decision = planned("assert f(1) == 1 and f(2) == 2").decide([*returned(0), CallResult(Status.ERROR)])
    assert (decision.passed, decision.failed) == (False, None)


def test_an_entry_point_named_like_a_known_function_is_called_in_the_guest() -> None:
    found = plan("assert sorted([2, 1]) == [1, 2]", "sorted")
    assert found is not None
    assert found.calls == (Call(([2, 1],)),)


def test_warnings_of_test_code_stay_inside() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert plan("assert f('\\d') is 1", "f") is None


@pytest.mark.parametrize(
    ("setup", "rebinds"),
    [
        ("", False),
        ("import math\nimport numpy as np\nroot = 1", False),
        ("from math import isclose", False),
        ("def abs(x): return 0", True),
        ("class set: pass", True),
        ("sorted = 1", True),
        ("import decimal as math", True),
        ("import fake as len", True),
        ("from numpy import *", True),
        ("for sum in []: pass", True),
        ("not python (", True),
    ],
)
def test_set_up_code_that_rebinds_known_names_forbids_plans(setup: str, rebinds: bool) -> None:
    assert rebinds_known_names(setup) is rebinds


@given(st.text(alphabet="assertf()[]{}=<>!+-*1x,.'\n :", max_size=60).map(lambda text: "assert f(" + text))
def test_planning_never_raises(source: str) -> None:
    found = plan(source, "f")
    if found is not None:
        found.decide(returned(*[None] * len(found.calls)))
