"""NearMiss: distances by type, safe reading of hostile text, and an order that pass counts alone decide."""

from __future__ import annotations

import ast
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.envs.echo import EchoEnv
from rlvr_envs.info import CaseResult
from rlvr_envs.verifiers.show import show
from rlvr_envs.wrappers import NearMiss, PassFraction
from rlvr_envs.wrappers.reward._closeness import closeness, closeness_of_shown, edit_distance
from rlvr_envs.wrappers.reward._shown import Unreadable, read
from tests.wrappers.scripted import Scripted, last, outcome, rewards

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=8)
HASHABLE = st.recursive(SCALARS, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3), max_leaves=5)
VALUES = st.recursive(
    SCALARS | st.frozensets(HASHABLE, max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HASHABLE, inner, max_size=3) | st.tuples(inner),
    max_leaves=8,
)


@given(VALUES)
def test_what_feedback_shows_whole_is_read_back(value: Any) -> None:
    text = show(value, 600)
    if not text.endswith("..."):
        assert repr(read(text)) == repr(value) or closeness(read(text), value) == 1.0


@given(st.text(max_size=80) | st.text("[](){}'\"\\,:-0123456789abenrstuxfN. ", max_size=80))
def test_reading_any_text_gives_a_value_or_refuses(text: str) -> None:
    try:
        read(text)
    except Unreadable:
        return
    ast.literal_eval(text.strip().replace("inf", "9").replace("nan", "9").replace("frozenset", "").replace("set", ""))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 500,
        "(" * 60 + ")" * 60,
        "9" * 601,
        "__import__('os')",
        "[1 2]",
        "[1,, 2]",
        "{1: 2, 3}",
        "{3, 1: 2}",
        "{[1]}",
        "1+2j",
        "'a",
        "'\\q'",
        "b'\\u0100'",
        "'\\Uffffffff'",
        "set([1])",
        "frozenset(1)",
        "<object>",
        "[1, ...",
        "x",
        "1 1",
        "{1: 2}}",
        "f''",
    ],
)
def test_text_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (8, 10, 0.8),
        (9.5, 10, 0.95),
        (0.25, 0, 0.75),
        (30, 10, 0.0),
        (10**500, 1.5, 0.0),
        (10**500, 10**500 + 1, 1.0),
        (float("nan"), float("nan"), 1.0),
        (float("inf"), 1.0, 0.0),
        (True, 1, 0.0),
        (False, True, 0.0),
        ("8", 8, 0.0),
        (None, None, 1.0),
        ("kitten", "sitting", 1 - 3 / 7),
        ("", "", 1.0),
        (b"ab", b"abcd", 0.5),
        ([1, 2, 4], [1, 2, 4, 8], 0.75),
        ([9], [10, 10], 0.45),
        ((1, 2), [1, 2], 0.0),
        ([], [], 1.0),
        (frozenset({1, 2, 3}), frozenset({2, 3, 4}), 0.5),
        ({"a": 8, "b": 1}, {"a": 10, "c": 1}, 0.8 / 3),
        ([["ab", 1]], [["ax", 1]], 0.75),
    ],
)
def test_closeness_by_type(left: Any, right: Any, expected: float) -> None:
    assert closeness(left, right) == pytest.approx(expected, abs=1e-12)


@given(st.text("ab", max_size=6), st.text("ab", max_size=6))
def test_edit_distance_is_that_of_the_definition(left: str, right: str) -> None:
    def slow(a: str, b: str) -> int:
        if not a or not b:
            return len(a) + len(b)
        return min(slow(a[1:], b) + 1, slow(a, b[1:]) + 1, slow(a[1:], b[1:]) + (a[0] != b[0]))

    assert edit_distance(left, right) == slow(left, right)


@given(VALUES, VALUES)
def test_closeness_is_a_share_and_1_for_the_same(left: Any, right: Any) -> None:
    assert 0.0 <= closeness(left, right) <= 1.0
    assert closeness(left, left) == pytest.approx(1.0)


def test_what_neither_side_can_be_read_of_is_compared_as_text() -> None:
    assert closeness_of_shown("abxx", "abcd") == 0.5
    assert closeness_of_shown("<object>", "[1, 2]") == 0.0
    assert closeness_of_shown("[1, 2]", "[1, 2, ...") == 0.0


def test_of_long_texts_the_beginning_is_compared() -> None:
    assert closeness("a" * 200 + "b" * 300, "a" * 200 + "c" * 300) == 1.0
    assert closeness("a" * 100 + "b" * 400, "a" * 500) == 0.5


def case(left: str, right: str, verdict: str = "wrong") -> CaseResult:
    return CaseResult("v", verdict, left=left, right=right)


def test_the_term_is_a_tie_break_below_one_test() -> None:
    cases = (case("4", "4", "solved"), case("8", "10"), case("", "3", "error"))
    env = NearMiss(Scripted(outcome("wrong", cases=cases, visible_passed=1, visible_total=3, hidden_total=5)), weight=0.5)
    # c = (.8 + 0) / 2; .5 / 5 * (1 + .99 * .4) / 4
    assert last(env, "x")[1]["reward_terms"]["near_miss"] == pytest.approx(0.0349, abs=1e-12)


def test_the_first_eight_failing_cases_are_compared() -> None:
    cases = (case("4", "4", "solved"), *(case("5", "10"),) * 8, *(case("10.0", "10"),) * 3)
    env = NearMiss(Scripted(outcome("wrong", cases=cases, visible_passed=1, visible_total=12)))
    # 1/12 * (1 + .99 * .5) / 13
    assert last(env, "x")[1]["reward_terms"]["near_miss"] == pytest.approx(1.495 / 156, abs=1e-12)


def test_turns_add_up_to_the_last_answers_and_a_solved_one_has_none() -> None:
    turns = [
        outcome("wrong", cases=(case("8", "10"),), visible_total=1),
        outcome("wrong", cases=(case("5", "10"),), visible_total=1),
        outcome("solved", 1.0, cases=(case("10", "10", "solved"),), visible_passed=1, visible_total=1),
    ]
    assert rewards(NearMiss(Scripted(*turns)), *"xxx") == pytest.approx([0.396, -0.1485, 0.7525])
    assert rewards(NearMiss(Scripted(outcome("wrong"))), "x") == [0.0]  # no visible case at all


CLOSE = {0.0: "30", 0.5: "5", 1.0: "10.0"}


@pytest.mark.parametrize("weight", [0.25, 1.0])
@pytest.mark.parametrize("which", ["hidden", "visible", None])
def test_answers_of_different_pass_count_are_never_reordered(which: str | None, weight: float) -> None:
    base, found = weight, []
    for hidden, visible, near in itertools.product(range(4), range(3), CLOSE):
        solved = hidden == 3
        cases = (case("10", "10", "solved"),) * visible + (case(CLOSE[near], "10"),) * (2 - visible)
        counts = {"visible_passed": visible, "visible_total": 2, "hidden_passed": hidden, "hidden_total": 3}
        env: Any = Scripted(outcome("solved" if solved else "wrong", hidden / 3, cases=cases, **counts))
        if which == "hidden":
            env = PassFraction(env, weight=weight)
        elif which == "visible":
            env, weight = PassFraction(env, weight=base / 2, which="visible"), base / 2
        key = hidden if which == "hidden" else visible
        found.append((solved, key, last(NearMiss(env, weight=weight * 0.99), "x")[0]))
    for (solved, passed, reward), (other_solved, other_passed, other) in itertools.product(found, repeat=2):
        if (solved, passed) < (other_solved, other_passed) and not (solved and other_solved):
            assert reward < other


@pytest.mark.parametrize("weight", [0.0, 1.5, True, "a"])
def test_other_weights_are_refused(weight: Any) -> None:
    with pytest.raises(ValueError, match=r"weight must be in \(0, 1\]"):
        NearMiss(Scripted(outcome("wrong")), weight=weight)


def test_an_environment_without_cases_is_refused() -> None:
    with pytest.raises(ValueError, match=r"NearMiss needs feedback\.cases"):
        NearMiss(EchoEnv())
