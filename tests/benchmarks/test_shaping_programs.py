"""Statistics and restructured programs of the benchmark of shaping wrappers, by hand."""

from __future__ import annotations

import ast
import math
from typing import Any

import numpy as np
import pytest

from benchmarks.shaping.programs import is_straight, statements_of
from benchmarks.shaping.restructure import restructure
from benchmarks.shaping.statistics import difference, edit_distance, interval, placed, rank_correlation


def test_ties_are_shared_evenly() -> None:
    assert placed([3.0, 1.0, 2.0], 0) == (1.0, 1.0, 1.0)
    assert placed([3.0, 1.0, 2.0], 1) == (0.0, 1.0, 1 / 3)
    # rank 2, 3, 4 or 5 by lot: never first, third or better in two of four, (1/2 + 1/3 + 1/4 + 1/5) / 4
    assert placed([0.0, 0.0, 0.0, 0.0, 1.0], 2) == (0.0, 0.5, pytest.approx((1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 4))


def test_an_interval_draws_clusters_and_not_single_values() -> None:
    assert interval([0.0, 1.0], ["one", "one"]) == [0.5, 0.5, 0.5]  # the one cluster is all that can be drawn
    mean, low, high = interval([0.0] * 50 + [1.0] * 50, ["a"] * 50 + ["b"] * 50)
    assert (mean, low, high) == (0.5, 0.0, 1.0)  # both draws are the same cluster half of the time
    with pytest.raises(ValueError, match="must not be empty"):
        interval([], [])


def test_rank_correlation_shares_ranks_and_is_nothing_without_order() -> None:
    assert rank_correlation([1, 2, 3], [10, 20, 90]) == pytest.approx(1.0)
    assert rank_correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1.0)
    # ranks 1.5, 1.5, 3 and 1, 2, 3: (-.5 * -1 + 1 * 1) / sqrt(1.5 * 2)
    assert rank_correlation([0, 0, 1], [1, 2, 3]) == pytest.approx(1.5 / math.sqrt(3.0))
    assert rank_correlation([1, 1, 1], [1, 2, 3]) == 0.0


def test_edit_distance_counts_tokens_and_no_layout() -> None:
    assert edit_distance("x = 1\n", "x  =  1  # one\n") == 0
    assert edit_distance("x = a + 1\n", "x = b - 1\n") == 2
    assert edit_distance("x = a\n", "x = a + 1\n") == 2
    assert edit_distance("f(a, b)\n", "f(b, a)\n") == 2


def test_difference_leaves_names_aside() -> None:
    assert difference("def f(a):\n    return a", "def f(b):\n    return b") == 0.0
    # def f ( _ ) : NEWLINE INDENT return _ + 1 NEWLINE DEDENT are 14 tokens, two of them new
    assert difference("def f(a):\n    return a", "def f(b):\n    return b + 1") == pytest.approx(2 / 14)


def test_statements_leave_out_definitions_imports_and_texts() -> None:
    head = 'import math\ndef f(x):\n    """Doc."""\n    if (x and\n            math):\n'
    source = head + "        y = [\n            1]\n    pass\n    return y"
    assert statements_of(source) == ((4, 5), (6, 7), (8, 8), (9, 9))
    assert is_straight("def f(x):\n    return [y for y in x if y]")
    assert not is_straight("def f(x):\n    while x:\n        x -= 1")


def _value(source: str, *args: Any) -> Any:
    space: dict[str, Any] = {}
    exec(compile(source, "<restructured>", "exec"), space)
    return space["f"](*args)


_FOR = """\
def f(xs):
    s = 0
    for x in xs:
        if x == 2:
            continue
        s += x
    return s"""
_WHILE = """\
def f(n):
    s = 0
    while n > 0:
        n -= 1
        if n == 2:
            continue
        s += n
    return s"""
_TURN = "def f(n):\n    if 2 < n:\n        n += 1\n    else:\n        n = 0\n    return n"
_NESTED = "def f(xs):\n    return sum(sorted(xs)[1:]) * 2 + len(xs)"
_COMPREHENSION = "def f(xs):\n    return [x * y for x in xs if x for y in xs]"
_APPENDS = "def f(xs):\n    r = []\n    for x in xs:\n        if x > 1:\n            r.append(x)\n    return r"


@pytest.mark.parametrize(
    ("source", "args", "becomes"),
    [
        (_FOR, ([1, 2, 3],), ast.While),
        (_TURN, (3,), ast.Not),
        (_NESTED, ([3, 1],), ast.Assign),
        (_WHILE, (5,), ast.For),
        (_COMPREHENSION, ([0, 1, 2],), ast.For),
        (_APPENDS, ([1, 2, 3],), ast.ListComp),
    ],
)
def test_a_restructured_program_does_the_same_another_way(source: str, args: Any, becomes: type[ast.AST]) -> None:
    made = [restructure(source, np.random.default_rng(seed)) for seed in range(8)]
    assert made == [restructure(source, np.random.default_rng(seed)) for seed in range(8)]
    assert source not in made
    assert {repr(_value(program, *args)) for program in made} == {repr(_value(source, *args))}
    assert any(isinstance(node, becomes) for program in made for node in ast.walk(ast.parse(program)))


def test_only_statements_that_do_not_depend_on_each_other_are_swapped() -> None:
    free = "def f(a):\n    b = a + 1\n    c = a + 2\n    return (b, c)"
    bound = "def f(a):\n    b = a + 1\n    c = b + 2\n    b = 5\n    return (b, c)"
    for source in (free, bound):
        assert {_value(restructure(source, np.random.default_rng(seed)), 1) for seed in range(8)} == {_value(source, 1)}
    first = {restructure(free, np.random.default_rng(seed)).split("\n")[1].split("+")[1] for seed in range(8)}
    assert first == {" 1", " 2"}
