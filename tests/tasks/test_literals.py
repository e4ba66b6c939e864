"""Values as source, and values that are a little different."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.tasks.literals import SPECIAL_FLOATS, as_source, changed
from rlvr_envs.verifiers.compare import difference

NUMBERS = st.booleans() | st.integers() | st.floats() | st.complex_numbers(max_magnitude=1e300) | st.just(complex(0, math.inf))
SCALARS = st.none() | NUMBERS | st.text(max_size=5) | st.binary(max_size=5)
KEYS = st.booleans() | st.integers() | st.text(max_size=3)
VALUES = st.recursive(
    SCALARS | st.sets(KEYS, max_size=3) | st.frozensets(KEYS, max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@given(VALUES, st.integers(0, 2**32))
def test_a_changed_value_is_told_apart_by_every_rule(value: Any, seed: int) -> None:
    other = changed(value, np.random.default_rng(seed))
    assert type(other) is type(value) or value is None
    assert [rule for rule in ("strict", "numeric", "unordered", "python") if difference(other, value, rule) is None] == []


@given(st.text())
def test_a_changed_text_is_told_apart_as_output(text: str) -> None:
    other = changed(text, np.random.default_rng(0))
    assert [rule for rule in ("lines", "tokens", "exact") if difference(other, text, rule) is None] == []


@given(VALUES)
def test_source_of_a_value_is_that_value(value: Any) -> None:
    text = as_source(value)
    namespace: dict[str, Any] = {}
    exec(f"{SPECIAL_FLOATS}value = {text}", namespace)
    assert difference(namespace["value"], value, "strict") is None


@pytest.mark.parametrize(
    ("value", "others"),
    [
        (5, {"4", "6"}),
        (-2500, {"-2502", "-2498"}),  # a thousandth, rounded down
        (0.5, {"-0.5", "1.5"}),
        (math.inf, {"0.0"}),
        (True, {"False"}),
        (None, {"0"}),
        ("z9 !", {"'a9 !'", "'z0 !'"}),
        ("!", {"'!a'"}),
        (b"", {"b'a'"}),
        ([], {"[0]"}),
        ((1,), {"(0,)", "(2,)"}),
        ({"b", "a"}, {"{'a'}", "{'b'}"}),
        (set(), {"{0}"}),
        ({"k": False}, {"{'k': True}"}),
        ({}, {"{0: 0}"}),
    ],
)
def test_changes_by_hand(value: Any, others: set[str]) -> None:
    assert {as_source(changed(value, np.random.default_rng(seed))) for seed in range(40)} == others


def test_a_value_of_another_type_is_refused() -> None:
    with pytest.raises(TypeError, match="must be of a type that task files hold, got object"):
        changed(object(), np.random.default_rng(0))
