"""Asserts planned on the trusted side."""

from __future__ import annotations

import math
import warnings
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.sandbox.base import Call, CallResult, Iterated, Opaque, Raised, Status
from rlvr_envs.sandbox.guest.approx import approx
from rlvr_envs.verifiers.asserts import AssertPlan
from rlvr_envs.verifiers.planning import plan, rebinds_known_names


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
        "assert f(*[1]) == 1", "assert f(**{}) == 1", "x = f(1)", "x, y = f(1)\nassert x == y", "len = 3\nassert f(len) == 3",
        "f = 1\nassert f == 1", "x = [1]\nassert f(x) == 1\nassert x == [1]", "x = [1]\nassert f(x) == f(x)",
        "x = [1]\ny = x\nassert f(x) == y", "x = 1\nx = 2\nassert f(x) == 2", "x = 1\nassert f(1) == [x for x in [2]]",
        "x = f(1)\nassert f(x) == 1", "from fake import abs\nassert abs(f(1)) == 1", "import f\nassert f(1)",
        "with open('a'):\n    f(1)", "with raises(ValueError):\n    f(1)\n    f(2)", "with raises(ValueError):\n    pass",
        "with raises(ValueError, match='(a+)+$'):\n    f(1)", "with raises(ValueError) as error:\n    f(1)",
        "with raises(kinds[0]):\n    f(1)", "with raises(ValueError):\n    g(f(1))", "with raises():\n    f(1)",
        "assert all(x in f(1) for x in [1])", "assert [f(i) for i in [1, 2]] == [1, 2]", "assert Solution().f(1) == 1",
        "assert f([x for y in [[1]] for x in [z for z in y]])", "assert next(f) == 1", "async def g(): pass\nassert f(1)",
        "for i in range(3):\n    assert f(i) == i", "assert g(f(1)) == 1", "assert f(lambda x: x) == 1",
        "assert f.cache == 1", "assert m.f(1) == 1", "assert f(1) is f(1)",
        "assert f(10 ** 10 ** 10) == 1", "assert f('a' * 10 ** 9) == 1", "assert f(1 << 10 ** 9) == 1", "assert f(1 / 0) == 1",
        "assert (", "assert f(1) == 1 or f(2) == 2", 
        "assert f(1).format(2) == 'A'", "assert f(1).split(sep=',') == []", "assert f(1).pop() == 1",
        "assert f('\0')", "assert type(f(1)) == int",
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
        ("assert f(1).startswith('a')", ["abc"], True),
        ("assert f(1).startswith(('x', 'a')) and not f(2).endswith('c')", ["abc", "abc"], False),
        ("assert f(1).strip().upper().split(',') == ['A', 'B']", [" a,b "], True),
        ("assert ' '.join(sorted(f(1))) == 'a b'", [["b", "a"]], True),
        ("assert ''.join(f(1)) == 'ab'", [Iterated("generator", ("a", "b"), True)], True),
        ("assert f(1).replace('a', 'b', 1) == 'ba'", ["aa"], True),
        ("assert f(1).count(2) == 2 and f(2).index(3) == 1", [[2, 1, 2], (1, 3)], True),
        ("assert sorted(f(1).items()) == [(1, 2)]", [{1: 2}], True),
        ("assert f(1).get('k', 3) == 3", [{}], True),
        ("assert set(f(1).keys()) == {1} and list(f(2).values()) == [2]", [{1: 2}, {1: 2}], True),
        ("assert f(1).issubset([1, 2])", [{1}], True),
        ("assert f(1).startswith('a')", [["a"]], False),
        ("assert f(1).startswith('a')", [Opaque("Liar")], False),
        ("assert f(1).replace('', 'a' * 99999) == 'a'", ["a" * 1000], False),
    ],
)
def test_asserts_are_decided_as_python_would(source: str, values: list[Any], passed: bool) -> None:
    assert planned(source).decide(returned(*values)).passed is passed


def test_methods_of_what_a_class_makes_are_left_to_a_guest() -> None:
    assert plan("assert Stack().count(1) == 0", "Stack") is None
    assert plan("assert Solution().f(1).count(1) == 0", "Solution.f") is not None


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
    assert (decision.passed, decision.error) == (
        False,
        "an object of type Liar is not plain data; compare plain values that it gives",
    )


@pytest.mark.parametrize(
    ("source", "needs_object"),
    [
        ("assert f(1) == 3", False),
        ("assert 3 != f(1)", False),
        ("assert f(1) in [3]", False),
        ("assert 3 in f(1)", True),
        ("assert len(f(1)) == 3", True),
        ("assert f(1)[0] == 3", True),
        ("assert sorted(f(1)) == [3]", True),
        ("assert [x for x in f(1)] == [3]", True),
    ],
)
def test_what_is_asked_of_an_object_besides_comparison_needs_the_object(source: str, needs_object: bool) -> None:
    assert planned(source).decide(returned(Opaque("Stack"))).needs_object is needs_object
    assert not planned(source).decide(returned(Opaque("list", "too large: more than 200,000 items"))).needs_object


def test_an_iterator_is_shown_by_the_name_that_it_has_in_the_program() -> None:
    decision = planned("assert f(1) == 2").decide(returned(Iterated("generator", (2,))))
    assert decision.sides[0].type_name == "generator"


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


@pytest.mark.parametrize(
    ("source", "calls", "values", "passed"),
    [
        ("x = [3, 1]\nk = 2\nassert f(x, k) == k * 2", (Call(([3, 1], 2)),), [4], True),
        ("result = f(3)\nassert result > 1\nassert result == 9, result", (Call((3,)),), [9], True),
        ("result = f(3)\nassert result > 1\nassert result == 9", (Call((3,)),), [8], False),
        ("assert f(1) == 1\nassert f(2) == 2", (Call((1,)), Call((2,))), [1, 3], False),
        ("assert f(1) == 1\nassert f(2) == 2", (Call((1,)), Call((2,))), [0, 2], False),
        ("import math\nfrom math import isclose\nassert isclose(f(1), math.isclose(1, 1))", (Call((1,)),), [1.0], True),
        ("import numpy as np\nassert np.allclose(f(1), [0.1 + 0.2, 1])", (Call((1,)),), [[0.3, 1.0]], True),
        ("assert np.allclose(f(1), 2)", (Call((1,)),), [np.array([[2.0, 2.0]])], True),
        ("assert np.allclose(f(1), [2, 2])", (Call((1,)),), [[2.0]], False),
        ("assert np.allclose(f(1), 2)", (Call((1,)),), [[]], False),  # which NumPy takes for close
        ("assert np.allclose(2, f(1))", (Call((1,)),), [np.zeros((0, 3))], False),
        ("assert np.allclose(f(1), [])", (Call((1,)),), [[]], True),
        ("assert np.array_equal(f(1), np.array([1, 2]))", (Call((1,)),), [np.array([1, 2])], True),
        ("assert np.array_equal(f(1), [[1]])", (Call((1,)),), [["1"]], False),
        ("assert f(1) == 3", (Call((1,)),), [np.int64(3)], True),
        ("assert abs(f(1) - 0.5) < 1e-9", (Call((1,)),), [np.float64(0.5)], True),
        ("assert all(len(word) == 1 for word in f(1))", (Call((1,)),), [["a", "b"]], True),
        ("assert [a for a, b in f(1) if b] == [2]", (Call((1,)),), [[(1, 0), (2, 1)]], True),
    ],
)
def test_several_statements_and_functions(source: str, calls: tuple[Call, ...], values: list[Any], passed: bool) -> None:
    found = planned(source)
    assert found.calls == calls
    assert found.decide(returned(*values)).passed is passed


def test_a_value_that_is_bound_and_never_used_must_still_be_there() -> None:
    failed = CallResult(Status.ERROR)
    decision = planned("x = f(1)\nassert f(2) == 2").decide([failed, *returned(2)])
    assert (decision.passed, decision.failed) == (False, failed)


def test_a_method_is_called_on_a_new_instance() -> None:
    found = plan("assert Solution().f(1) == 2", "Solution.f")
    assert found is not None
    assert found.calls == (Call((1,), path=("f",)),)
    for other in ("assert Solution.f(1) == 2", "assert Solution(3).f(1) == 2", "assert Solution().g(1) == 2", "assert f(1) == 2"):
        assert plan(other, "Solution.f") is None


RAISED = Raised("NegativeError", "no roots of -1", bases=("ValueError", "Exception", "BaseException"))


@pytest.mark.parametrize(
    ("source", "passed", "error"),
    [
        ("with raises(ValueError):\n    f(-1)", True, ""),
        ("with pytest.raises(Exception, match='no roots'):\n    f(-1)", True, ""),
        ("with pytest.raises((KeyError, ValueError)):\n    f(-1)", True, ""),
        ("with raises(NegativeError):\n    f(-1)", True, ""),
        ("with raises(errors.NegativeError):\n    f(-1)", True, ""),
        ("with raises(ValueError, match=r'^no roots of -1$'):\n    f(-1)", True, ""),
        (
            "with raises(ValueError, match='imaginary'):\n    f(-1)",
            False,
            "raised NegativeError without 'imaginary' in its message",
        ),
    ],
)
def test_what_must_be_raised(source: str, passed: bool, error: str) -> None:
    decision = planned(source).decide([CallResult(Status.ERROR, raised=RAISED)])
    assert (decision.passed, decision.error, decision.failed) == (passed, error, None)


def test_another_exception_is_an_error_of_the_program() -> None:
    failed = CallResult(Status.ERROR, raised=RAISED)
    assert planned("with raises(KeyError):\n    f(1)").decide([failed]).failed is failed


@pytest.mark.parametrize("status", [Status.TIMEOUT, Status.CRASH, Status.FORBIDDEN, Status.NOT_RUN, Status.INFRA_ERROR])
def test_to_be_stopped_is_not_to_raise(status: Status) -> None:
    decision = planned("with raises(BaseException):\n    f(1)").decide([CallResult(status)])
    assert (decision.passed, decision.failed) == (False, CallResult(status))


def test_a_call_that_returns_did_not_raise() -> None:
    decision = planned("with raises(ValueError):\n    f(1)").decide(returned(7))
    assert (decision.passed, decision.error, decision.sides) == (False, "did not raise ValueError", (7,))


def walk(*items: Any, ended: bool = True) -> Iterated:
    return Iterated("generator", items, ended)


@pytest.mark.parametrize(
    ("source", "value", "passed"),
    [
        ("assert list(f(1)) == [1, 2]", walk(1, 2), True),
        ("assert tuple(f(1)) == (1, 2)", walk(1, 2), True),
        ("assert sum(f(1)) == 3", walk(1, 2), True),
        ("assert sorted(f(1), reverse=True) == [2, 1]", walk(1, 2), True),
        ("assert [x * 2 for x in f(1)] == [2, 4]", walk(1, 2), True),
        ("assert all(x > 0 for x in f(1))", walk(1, 2), True),
        ("assert 2 in f(1)", walk(1, 2), True),
        ("g = f(1)\nassert next(g) == 1\nassert next(g) == 2\nassert list(g) == []", walk(1, 2), True),
        ("g = f(1)\nassert list(g) == [1, 2]\nassert list(g) == [1, 2]", walk(1, 2), False),  # used up by the first
        ("assert next(f(1)) == 1", walk(), False),
        ("assert list(islice(f(1), 2)) == [0, 1]", walk(0, 1, 2, ended=False), True),
        ("assert list(f(1)) == [0, 1]", walk(0, 1, ended=False), False),
        ("assert f(1) == [1, 2]", walk(1, 2), False),
        ("assert f(1) != [1, 2]", walk(1, 2), False),
        ("assert f(1)", walk(1), False),
        ("assert not f(1)", walk(), False),
        ("assert len(f(1)) == 2", walk(1, 2), False),
        ("assert f(1) is not None", walk(1, 2), True),
        ("assert any(f(1))", walk(Opaque("Liar")), False),
        ("assert list(f(1)) != [1]", walk(Opaque("Liar")), False),
        ("assert 3 not in f(1)", walk(Opaque("Liar")), False),
        ("assert [list(part) for part in f(1)] == [[1]]", walk(walk(1)), False),
    ],
)
def test_iterators_are_walked_by_what_asks_for_their_items(source: str, value: Any, passed: bool) -> None:
    assert planned(source).decide(returned(value)).passed is passed


def test_an_endless_iterator_is_told_as_such() -> None:
    decision = planned("assert list(f(1)) == [0]").decide(returned(walk(0, 1, ended=False)))
    assert decision.error == "the iterator did not end within 10000 items"


NUMBERS: Any = st.one_of(
    st.integers(-3, 3), st.floats(), st.floats(0.999999, 1.000001), st.booleans(),
    st.sampled_from([1.0 + 1e-6, 1e-12, 2e-12, "a", None]),
    st.sampled_from([Fraction(1, 3), Decimal("1.0000001"), Decimal(1), 1j, math.inf, math.nan]),
)  # fmt: skip
SHAPES: Any = st.one_of(
    NUMBERS, st.lists(NUMBERS, max_size=2), st.tuples(NUMBERS), st.dictionaries(st.sampled_from("ab"), NUMBERS, max_size=2),
    st.just({1}), st.just([[1.0]]),
)  # fmt: skip
TOLERANCES: Any = st.one_of(st.none(), st.sampled_from([0.0, 1e-9, 1e-3, 0.5]))


def outcome(make: Any, actual: Any) -> Any:
    try:
        return bool(actual == make())
    except (TypeError, ValueError, ArithmeticError) as error:
        return type(error).__name__


@pytest.mark.filterwarnings("ignore:.*cannot be represented exactly as a Decimal")  # pytest's, of float tolerances
@given(actual=SHAPES, expected=SHAPES, rel=TOLERANCES, abs=TOLERANCES, nan_ok=st.booleans())
def test_approx_is_that_of_pytest(actual: Any, expected: Any, rel: Any, abs: Any, nan_ok: bool) -> None:
    theirs = outcome(lambda: pytest.approx(expected, rel=rel, abs=abs, nan_ok=nan_ok), actual)
    ours = outcome(lambda: approx(expected, rel=rel, abs=abs, nan_ok=nan_ok), actual)
    # Newer versions of pytest refuse some text with a tolerance outright, and take a set for a sequence.
    if isinstance(theirs, bool) and type(actual) is not set:
        assert (ours is True) is theirs
