"""Programs as flat statements: what counts, what does not, and that nothing a program holds can break the reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.parsing.contrast import rename
from rlvr_envs.parsing.statements import MAX_DEPTH, MAX_NODES, MAX_STATEMENTS, MAX_VARIABLES, Program, statements_of


def terms(source: str) -> list[object]:
    """The statements of a program with its names, operands in order."""
    program = statements_of(source)
    assert program is not None
    names = {name: name for name in program.variables}
    return sorted((rename(one.term, names) for one in program.statements), key=repr)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x += 1", "x = x + 1"),
        ("x += 1", "x = 1 + x"),
        ("x: int = 2", "x = 2  # two"),
        ("a = 1; b = 2", "a, b = 1, 2"),
        ("r = a > b", "r = b < a"),
        ("r = a >= b", "r = not a < b"),
        ("r = not (a == b or c)", "r = a != b and not c"),
        ("r = 1 < a < b", "r = 1 < a and a < b"),
        ("def f(x):\n    'words'\n    return x", "def f(x: int) -> int:\n    return x"),
        ("def f(x):\n    y = x + 1\n    return y", "def f(x):\n    return x + 1"),
        ("for i in range(n):\n    g(i)", "i = 0\nwhile i < n:\n    g(i)\n    i += 1"),
        ("for i in range(a, b, 2):\n    g(i)", "i = a\nwhile i < b:\n    g(i)\n    i += 2"),
        ("for i in range(9, 0, -1):\n    g(i)", "i = 9\nwhile i > 0:\n    g(i)\n    i -= 1"),
        ("r = [x * 2 for x in xs if x > 1]", "r = []\nfor x in xs:\n    if x > 1:\n        r.append(x * 2)"),
        ("r = a if c else b", "if c:\n    r = a\nelse:\n    r = b"),
        ("r = list(x for x in xs)", "r = [x for x in xs]"),
        ("import math\nr = 1", "r = 1"),
    ],
)
def test_two_ways_to_write_one_thing_are_alike(one: str, other: str) -> None:
    assert terms(one) == terms(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("r = a < b", "r = a <= b"),
        ("r = a - b", "r = b - a"),
        ("r = 1", "r = True"),
        ("r = 'a'", "r = b'a'"),
        ("x += 1", "x -= 1"),
        ("for i in range(n):\n    g(i)", "for i in range(1, n):\n    g(i)"),
        ("r = f(a, b)", "r = f(b, a)"),
    ],
)
def test_what_does_another_thing_is_not(one: str, other: str) -> None:
    assert terms(one) != terms(other)


def guards(source: str) -> list[list[bool]]:
    program = statements_of(source)
    assert program is not None
    return [[guard.holds for guard in one.guards] for one in program.statements if one.term[0] == "return"]


def test_an_early_return_and_an_else_put_the_rest_under_the_same_condition() -> None:
    early = "def f(x):\n    if x:\n        return 1\n    return 2"
    branch = "def f(x):\n    if x:\n        return 1\n    else:\n        return 2"
    turned = "def f(x):\n    if not x:\n        return 2\n    return 1"
    assert guards(early) == guards(branch) == [[True], [False]]
    assert guards(turned) == [[False], [True]]


def test_a_place_is_that_of_the_header_of_a_compound_statement() -> None:
    program = statements_of("if a:\n    b = 1\nfor c in d:\n    pass")
    assert program is not None
    assert [one.place for one in program.statements] == [(1, 3, 1, 4), (2, 4, 2, 9), (3, 4, 3, 10), (4, 4, 4, 8)]


@pytest.mark.parametrize(
    "source",
    [
        "def f(:",
        "x = '\0'",
        "x = '\ud800'",
        "(" * 500 + ")" * 500,
        "x = " + "-" * 5000 + "1",
        "x = " + "+".join("1" * 5000),
        "x = " + "f(" * MAX_DEPTH + ")" * MAX_DEPTH,
        "x = 1\n" * (MAX_STATEMENTS + 1),
        "\n".join(f"x{i} = 1" for i in range(MAX_VARIABLES + 1)),
        "f(" + "a," * MAX_NODES + ")",
        "x" * 300_000,
    ],
)
def test_what_cannot_be_read_has_no_normal_form(source: str) -> None:
    assert statements_of(source) is None


@pytest.mark.parametrize(
    "source",
    [
        "with open(a) as b, c:\n    d = b",
        "try:\n    a = 1\nexcept (ValueError, TypeError) as e:\n    raise e from None\nelse:\n    b = 2\nfinally:\n    c = 3",
        "match a:\n    case [1, *rest] if rest:\n        b = 1\n    case {'k': v, **more}:\n        b = 2",
        "async def f():\n    async for a in b:\n        await a\n    async with c as d:\n        yield d",
        "class A(B, metaclass=C):\n    x: int\n    def f(self, *args, y=1, **more): return lambda z, /: (z, y)",
        "f'{a!r:>{b}} {c}'\nx = y[1:2, ..., ::3]\ndel x[0]\nglobal g\nassert x, 'no'\n(z := 3)\nprint(*a, **b)",
        "r = {k: v for k, v in d.items()} | {*a, *b}\ns = {x for x in y for z in x if z}",
        "",
    ],
)
def test_every_kind_of_statement_is_read(source: str) -> None:
    assert isinstance(statements_of(source), Program)


@given(st.text())
def test_no_text_breaks_the_reader(source: str) -> None:
    assert statements_of(source) is None or isinstance(statements_of(source), Program)
