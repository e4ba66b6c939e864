"""Expressions over plain data without eval."""

from __future__ import annotations

import ast
import itertools
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.sandbox.base import Opaque
from rlvr_envs.verifiers.evaluate import EXPRESSION_ERRORS, expression, literal
from rlvr_envs.verifiers.holes import Hole
from rlvr_envs.verifiers.work import Unsupported, bounded


def parsed(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body


def with_value(source: str, value: Any) -> Any:
    """Evaluates ``source`` with ``x`` as the value of a hole."""
    tree = parsed(source)

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return ast.Constant(Hole(0)) if node.id == "x" else node  # type: ignore[arg-type]

    with bounded():
        return expression(Fill().visit(tree))(lambda _: value)


@pytest.mark.parametrize(
    "source",
    [
        "1", "-1.5", "'a' 'b'", "b'x'", "None", "[1, (2, {3}), {'a': [None]}]", "1 + 2 * 3 - 4 / 5", "7 // 2 ** 2 % 5",
        "1 << 4 | 3 & 6 ^ 9", "~5", "not []", "+True", "'ab' * 3", "3 * [0, 1]", "[[0] * 3] * 2", "(1,) + (2,)", "1 < 2 < 3",
        "1 < 2 > 3", "2 in [1, 2]", "'a' not in 'b'", "None is None", "[1] is not None", "0 or [] or 'x' or 1", "1 and 0 and 2",
        "[1, 2, 3][1]", "'abcdef'[1:-1:2]", "{'a': 1}['a']", "abs(-3)", "len('abc')", "round(2.567, 2)", "round(2.5)",
        "round(2.567, ndigits=1)", "sorted([3, 1], reverse=True)", "set([1, 1])", "list('ab')", "tuple([1])", "frozenset((1,))",
        "str(1.0)", "int('7')", "int(7.9)", "float('inf')", "bool([])", "min(3, 1)", "max([1, 4])", "sum([1, 2.5])",
        "sum([1], start=2)", "any([0, 1])", "all([0, 1])", "list(range(3, 0, -1))", "isinstance(1, int)",
        "isinstance(1, (str, float))", "isinstance(True, int)", "[1, 2.0] == [True, 2]", "(1,) == [1]", "{1: 2} == {1.0: 2}",
        "2 ** -1", "0.1 + 0.2 == 0.3", "1j * 1j", "[i * 2 for i in [1, 2]]", "{i % 2 for i in range(5)}",
        "{k: v for k, v in [(1, 2)]}",
        "[i + j for i in range(3) if i for j in [i, 10] if j > 1]", "all(i > 0 for i in [])", "sum(i for i in [1, 2])",
        "[list(zip([1, 2], 'ab')), list(enumerate('ab', start=1))]", "next(i for i in [1, 2] if i > 1)", "next([] for i in [1])",
        "max(len(word) for word in ['a', 'bb'])", "sorted(x for x in {3, 1})", "any(a == b for a, b in zip([1, 2], [2, 1]))",
        "list(islice(range(9), 3))",
    ],
)  # fmt: skip
def test_values_are_those_of_python(source: str) -> None:
    wanted = eval(source, {"islice": itertools.islice})  # the sources above, not a model's text
    found = literal(parsed(source))
    assert (type(found), found) == (type(wanted), wanted)


def test_isclose_is_known() -> None:
    assert literal(parsed("math.isclose(1.0, 1.05, rel_tol=0.1)")) is math.isclose(1.0, 1.05, rel_tol=0.1)


@pytest.mark.parametrize(
    "source",
    [
        "x", "f(1)", "print(1)", "open('a')", "__import__('os')", "().__class__", "'a'.format()", "math.pi", "math.isclose",
        "lambda: 1", "[[j for j in i] for i in [[1]]]", "(i for i in [1])", "[i for i.x in [1]]", "[f(i) for i in [1]]",
        "[i for i in f(1)]", "[i for i in [1] if g]",
        "f'{1}'", "1 if 2 else 3", "[*[1]]", "{**{}}", "max(*[1, 2])", "sorted([1], key=len)",
        "max([1], default=0)", "isinstance(1, object)", "isinstance(1)", "isinstance", "1 is 1", "[] is []", "...", "1 @ 2",
        "(y := 1)", "type(1)", "getattr(1, 'real')", "int('7', 8)[0]()", "os.system('a')", "len.__call__([1])",
    ],
)  # fmt: skip
def test_the_rest_of_python_is_unknown(source: str) -> None:
    with pytest.raises(Unsupported):
        expression(parsed(source))


@pytest.mark.parametrize(
    "source",
    [
        "10 ** 10 ** 10", "2 ** 1000001", "9 ** 9 ** 9", "(10 ** 200000) * (10 ** 200000)", "1 << 10 ** 9", "'a' * 10 ** 9",
        "10 ** 9 * [0]", "[[0] * 1000] * 1000", "'a' * 60000 + 'a' * 60000", "round(1, -10 ** 9)", "list(range(10 ** 9))",
        "sum(range(10 ** 12))", "1.5 in range(10 ** 12)", "1 / 0", "[][0]", "'%99999999d' % 1", "2 ** (10 ** 9 * 1.0)",
        "-(10 ** 200000) * 10 ** 200000",
    ],
)  # fmt: skip
def test_literals_that_would_be_large_or_fail_are_unsupported(source: str) -> None:
    with pytest.raises(Unsupported):
        literal(parsed(source))


HOSTILE: list[tuple[str, Callable[[], Any]]] = [
    ("list(x)", lambda: range(10**12)),
    ("sorted(x) == []", lambda: range(10**30)),
    ("1.5 in x", lambda: range(10**12)),
    ("sum(x[0])", lambda: [range(10**12)]),
    ("np.allclose(x, 1.5)", lambda: [range(50_000)] * 2000),
    ("tuple(x[1])", lambda: (range(60_000), {"a": range(60_000)})),
    ("[list(range(n)) for n in x]", lambda: [100_000] * 11),
    ("[text * count for text, count in x]", lambda: [("ab", 50_000)] * 11),
    ("int(x)", lambda: Decimal("1e999999999")),
    ("round(x)", lambda: Decimal("1e999999999")),
    ("x ** 2", lambda: Decimal("1e999999999")),
    ("set(x)", lambda: [n * (2**61 - 1) for n in range(50_000)]),
    ("x * x", lambda: 10**160_000),
    ("x == 3", lambda: Opaque("Liar")),
    ("x != 3", lambda: Opaque("Liar")),
    ("[1, x] != [1, 3]", lambda: Opaque("Liar")),
    ("not x", lambda: Opaque("Liar")),
    ("3 in x", lambda: {"k": [Opaque("Liar")]}),
    ("len(x) == 1", lambda: (Opaque("Liar"),)),
    ("isinstance(x, int)", lambda: Opaque("int")),
    ("x[0]", lambda: [1, Opaque("Liar")]),
]


@pytest.mark.parametrize(("source", "make"), HOSTILE, ids=[source for source, _ in HOSTILE])
def test_hostile_values_are_refused(source: str, make: Callable[[], Any]) -> None:
    with pytest.raises(Unsupported):
        with_value(source, make())


@pytest.mark.parametrize(("source", "expected"), [("x is None", False), ("x is not None", True), ("x is True", False)])
def test_an_opaque_value_can_be_asked_whether_it_is_none(source: str, expected: bool) -> None:
    assert with_value(source, Opaque("Node")) is expected


@pytest.mark.parametrize(
    ("source", "value", "error"),
    [
        ("x[5]", [1], IndexError),
        ("x['k']", {}, KeyError),
        ("sorted(x)", None, TypeError),
        ("x < 1", "a", TypeError),
        ("1 / x", 0, ZeroDivisionError),
        ("math.isclose(x, 1)", "a", TypeError),
        ("math.isclose(x, 1.0)", 10**400, OverflowError),
        ("float(x)", "a", ValueError),
    ],
)
def test_pythons_own_exceptions_go_through(source: str, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        with_value(source, value)


def test_many_equal_items_may_enter_a_set() -> None:
    assert with_value("set(x)", [0] * 50_000) == {0}


NUMBERS = st.one_of(st.integers(-50, 50), st.floats(-50, 50), st.booleans())
OPERATORS = st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "<", "<=", "==", "!="])


@given(left=NUMBERS, op=OPERATORS, right=NUMBERS)
def test_arithmetic_agrees_with_python_or_is_refused(left: Any, op: str, right: Any) -> None:
    source = f"({left!r}) {op} ({right!r})"
    try:
        found = literal(parsed(source))
    except Unsupported:
        return
    assert found == eval(source)  # a source made of two numbers and an operator


@given(st.text(alphabet="x()[]{}'\"+-*/%<>=!,.: 0123456789abcdefilnmorstu", max_size=40))
def test_any_expression_has_a_value_or_a_known_error(source: str) -> None:
    try:
        tree = parsed(source)
    except (SyntaxError, ValueError):
        return
    try:
        with bounded():
            expression(tree)(lambda _: None)
    except (Unsupported, *EXPRESSION_ERRORS):
        return
