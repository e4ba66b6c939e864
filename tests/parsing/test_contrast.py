"""What two programs do differently, whatever their variables are called."""

from __future__ import annotations

from rlvr_envs.parsing.contrast import Contrast, contrast, match_variables
from rlvr_envs.parsing.statements import Program, statements_of


def read(source: str) -> Program:
    program = statements_of(source)
    assert program is not None
    return program


def compared(left: str, right: str) -> Contrast:
    return contrast(read(left), read(right))


def best_line(found: Contrast) -> int:
    return max(found.left, key=lambda one: one.weight).place[0]


COUNT = """def f(items, limit):
    total = 0
    for item in items:
        if item > limit:
            total += 1
    return total"""
OTHER = """def f(xs, most):
    i = 0
    found = 0
    while i < len(xs):
        value = xs[i]
        if most < value:
            found = found + 1
        i += 1
    return found"""


def test_a_program_differs_from_itself_renamed_and_reordered_in_nothing() -> None:
    one = "def f(a, b):\n    x = 1\n    y = 2\n    return x * a + y * b"
    other = "def f(u, v):\n    '''Words.'''\n    s = 2  # first\n    r: int = 1\n    return (s * v) + (r * u)"
    assert compared(one, other) == Contrast((), (), 0.0)


def test_nothing_in_common_is_a_distance_of_one() -> None:
    assert compared("x = 1", "print('a')").distance == 1.0


def test_the_distance_is_the_share_of_terms_without_a_counterpart() -> None:
    # x = 1 is three terms on each side and pairs; print(2) is three more on one side: call, print and 2.
    assert compared("x = 1\nprint(2)", "y = 1").distance == 3 / 9


def test_variables_go_by_what_is_done_with_them() -> None:
    assert match_variables(read(COUNT), read(OTHER)) == {"xs": "items", "most": "limit", "found": "total", "value": "item"}


def test_a_small_change_weighs_more_than_another_way_to_write_it() -> None:
    for line, old, new in [(2, "= 0", "= 1"), (4, ">", "<"), (4, ">", ">="), (5, "+= 1", "+= 2"), (4, "limit", "total")]:
        lines = COUNT.split("\n")
        lines[line - 1] = lines[line - 1].replace(old, new)
        assert best_line(compared("\n".join(lines), OTHER)) == line, (line, new)


def test_a_condition_turned_round_is_where_the_programs_part() -> None:
    one = "def f(x):\n    y = x\n    if not x:\n        return 1\n    return 2"
    other = "def f(z):\n    w = z\n    if z:\n        return 1\n    else:\n        return 2"
    assert [one.place[0] for one in compared(one, other).left] == [3]


def test_the_difference_is_seen_from_both_sides() -> None:
    one, other = "def f(x):\n    y = 2\n    return x + 1", "def f(z):\n    return z + 2"
    found = compared(one, other)
    assert {difference.place[0] for difference in found.left} == {2, 3}
    assert {difference.place[0] for difference in found.right} == {2}
    turned = compared(other, one)
    assert (turned.left, turned.right, turned.distance) == (found.right, found.left, found.distance)
