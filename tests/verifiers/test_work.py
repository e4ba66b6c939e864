"""The bound on the work that the values of a program may cause on the trusted side."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from rlvr_envs.sandbox.base import CallResult, Iterated, Opaque, Status
from rlvr_envs.sandbox.guest import codec
from rlvr_envs.verifiers.asserts import Decision
from rlvr_envs.verifiers.holes import Walk, measure, plain
from rlvr_envs.verifiers.planning import plan
from rlvr_envs.verifiers.work import (
    MAX_PROGRAM_WORK,
    MAX_WORK,
    Unsupported,
    bounded,
    of_one_program,
    recall,
    remember,
    spend,
    walked,
)

TOO_MUCH = "with these values the test would take more than 100,000,000 units of work"
PRIME = 2**61 - 1  # ints that differ by a multiple of it share a hash


def decide(source: str, *values: Any) -> Decision:
    found = plan(source, "f")
    assert found is not None
    return found.decide([CallResult(Status.OK, value=value) for value in values])


def nested(value: Any, levels: int) -> Any:
    for _ in range(levels):
        value = [value]
    return value


HOSTILE: list[tuple[str, Callable[[], tuple[Any, ...]]]] = [
    ("all(sum(range(n)) >= 0 for n in f(1))", lambda: ([100_000] * 20_000,)),
    ("all(n in set(range(5000)) for n in f(1))", lambda: ([7] * 20_000,)),
    ("all(n in list(range(100000)) for n in f(1))", lambda: ([99_999] * 20_000,)),
    ("all(1.5 in range(n) or True for n in f(1))", lambda: ([100_000] * 20_000,)),
    ("all(next(islice(range(n), n - 1, None)) for n in f(1))", lambda: ([100_000] * 20_000,)),
    ("all(len('ab' * n) for n in f(1))", lambda: ([50_000] * 20_000,)),
    ("all(n ** 1000 % 7 >= 0 for n in f(1))", lambda: ([2**20 - 1] * 20_000,)),
    ("all(round(n ** 900, -300) for n in f(1))", lambda: ([2**20 - 1] * 20_000,)),
    ("all(a.count(b) for a in f(1) for b in a)", lambda: ([[0] * 19_998],)),
    ("all(b in a for a in f(1) for b in a)", lambda: ([list(range(19_998))],)),
    ("all(len(a.replace('', 'x' * 5000)) for a in f(1))", lambda: (["a" * 1900] * 300,)),
    ("set(f(1)) == set(f(2))", lambda: ([Fraction(k * PRIME + 1) for k in range(90)] * 280,) * 2),
    ("sorted(f(1)) == sorted(f(2))", lambda: ([nested(k, 45) for k in range(8000)],) * 2),
    ("f(1).rfind(f(2)) == 0", lambda: ("a" * 500_000, "ab" + "a" * 250_000)),
    ("f(1).rsplit(f(2)) == []", lambda: ("a" * 500_000, "ab" + "a" * 250_000)),
    ("max(f(1)) == 0", lambda: ([Fraction(1, 3), *range(10**6)],)),
    ("f(1) in f(2)", lambda: (Fraction(1, 3), list(range(10**6)))),
    ("f(1) in f(2)", lambda: (Fraction(1, 3), Iterated("g", tuple([0] * 500 for _ in range(10_000)), True))),
    ("all(abs(x - 1.0) < 1e-6 and x in (1, 2) for x in f(1))", lambda: ([1] * 190_000,)),
]


@pytest.mark.parametrize(("source", "make"), HOSTILE, ids=[source for source, _ in HOSTILE])
def test_values_that_would_hold_up_the_trusted_side_are_wrong_and_the_reason_says_so(
    source: str, make: Callable[[], tuple[Any, ...]]
) -> None:
    found = decide(f"assert {source}", *make())
    assert (found.passed, found.error) == (False, TOO_MUCH)


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("sorted(f(1)) == sorted(f(2))", ([k * 7919 % 100_003 for k in range(100_000)],) * 2),
        ("all(x >= 0 for x in f(1)) and len(set(f(1))) == 100000", (list(range(100_000)),)),
        ("all(len(a) == 20000 for a in f(1) for b in a)", ([[0] * 20_000],)),
        ("all(a <= b for a, b in zip(f(1), f(1)[1:]))", (list(range(50_000)),) * 2),
        ("f(1) == [0] * 40000", ([0] * 40_000,)),
        ("f(1) in f(2) and f(3).count('a') == 1000000", ("a" * 999_999, "a" * 1_000_000, "a" * 1_000_000)),
        (
            "sorted(f(1)) == f(2)",
            ([Fraction(k % 997, 7) for k in range(5000)], sorted(Fraction(k % 997, 7) for k in range(5000))),
        ),
        ("len({k: 1 for k in f(1)}) == 30000", (list(range(30_000)),)),
        ("set(f(1)) == {0}", ([0] * 100_000,)),
    ],
    ids=lambda value: value if type(value) is str else "",
)
def test_large_right_answers_are_solved(source: str, values: tuple[Any, ...]) -> None:
    values *= source.count("f(") if len(values) == 1 else 1
    found = decide(f"assert {source}", *values)
    assert (found.passed, found.error) == (True, "")


def test_all_statements_of_a_test_share_one_bound() -> None:
    statement = "assert sorted(f(1)) == sorted(f(2))\n"
    values = [k * 7919 % 60_013 for k in range(60_000)]
    assert decide(statement, values, values).passed
    assert decide(statement * 10, *[values] * 20).error == TOO_MUCH


def test_no_more_comparisons_are_made_than_were_paid_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made = 0
    equal = Fraction.__eq__

    def counted(one: Fraction, other: object) -> Any:
        nonlocal made
        made += 1
        return equal(one, other)

    values = [Fraction(k * PRIME + 1) for k in range(100)] * 1000
    monkeypatch.setattr(Fraction, "__eq__", counted)
    for source in ("set(f(1)) == set(f(2))", "f(1) in f(2)", "f(1) == f(2)", "all(len(set(a)) for a in [f(1), f(2)])"):
        decide(f"assert {source}", values, [values, list(values)])
    assert made * 150 < 4 * MAX_WORK  # each comparison of Fractions is at least 150 units


@pytest.mark.parametrize(
    ("value", "units", "dearest", "parts"),
    [
        (7, 2, 2, 1),
        (2**1000, 2 + 7, 9, 1),  # 1001 ** 2 >> 17 is 7
        ("a" * 64, 2 + 4, 6, 1),
        ([], 4, 4, 0),
        ([1, 2, 3], 4 + 3 * 2, 4, 3),
        ([[1], "a" * 160], 4 + (2 + 10) + 2 * 4 + 2 * 2, 12, 3),
        ({"k": 1.5}, 4 + 2 + 2, 4, 2),
        ([Fraction(1, 3)], 4 + 150 + 2 + 2, 154, 1),
        ({1: 2}.items(), 4 + 2 * 4 + 2 * (2 + 2), 4, 3),
    ],
)
def test_sizes_worked_out_by_hand(value: Any, units: int, dearest: int, parts: int) -> None:
    with bounded():
        found = measure(value)
    assert (found.units, found.dearest, found.parts) == (units, dearest, parts)


@pytest.mark.parametrize(
    "value", [Opaque("Liar"), [[Opaque("Liar")]], {"k": Opaque("Liar")}, Iterated("g", (), True), [range(10**6)]]
)
def test_what_is_not_plain_has_no_size(value: Any) -> None:
    with bounded(), pytest.raises(Unsupported):
        plain(value)


def test_an_iterator_is_refused_as_a_value() -> None:
    with bounded(), pytest.raises(Unsupported, match="only list"):
        plain([Walk(Iterated("g", (1,), True))])


def test_work_ends_exactly_at_the_bound_and_begins_anew() -> None:
    for _ in range(2):
        with bounded():
            spend(MAX_WORK)
            with pytest.raises(Unsupported, match="units of work"):
                spend(1)


def test_work_outside_of_a_test_is_a_fault_of_ours() -> None:
    with pytest.raises(LookupError):
        spend(1)


def test_a_walk_is_paid_at_once_or_as_it_goes() -> None:
    with bounded(), pytest.raises(Unsupported):
        walked(range(MAX_WORK))
    with bounded():
        items = walked(iter(range(MAX_WORK)), MAX_WORK // 2)
        assert [next(iter(items)) for _ in range(2)] == [0, 1]
        with pytest.raises(Unsupported):
            next(iter(items))


def test_what_is_remembered_is_of_this_very_object_and_of_this_test() -> None:
    one, equal = [1], [1]
    with bounded():
        remember(one, "size", 1)
        remember(equal, "size", 10**6)  # too large to be held on to
        assert (recall(one), recall(equal)) == ("size", None)
    with bounded():
        assert recall(one) is None


@pytest.mark.parametrize("wanted", ["5", "[5]"])
def test_text_where_numbers_are_expected_takes_no_memory(wanted: str) -> None:
    texts = ["a" * 250_000, *["b"] * 60_000]  # NumPy would give each 1 MB
    assert decide(f"assert np.allclose(f(1), {wanted})", texts).error == "TypeError: an array of text is not one of numbers"


def test_a_set_of_many_ints_with_one_hash_is_no_value() -> None:
    few, many = ({k * PRIME for k in range(count)} for count in (101, 102))
    assert codec.decode(codec.encode(few), lambda *_: None) == few
    with pytest.raises(codec.CodecError, match="same hash"):
        codec.decode(codec.encode(many), lambda *_: None)


def test_all_tests_of_a_program_share_a_bound_of_their_own() -> None:
    with of_one_program():
        for _ in range(MAX_PROGRAM_WORK // MAX_WORK):
            with bounded():
                spend(MAX_WORK - 10)
        with bounded():
            spend(30)  # what the three before left
            with pytest.raises(Unsupported, match="the program's tests would take more than 300,000,000 units of work"):
                spend(1)
    with of_one_program(), bounded():
        spend(MAX_WORK)  # the next program begins afresh
