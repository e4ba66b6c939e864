"""Hypothesis strategies for exact plain data."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-2, 2),
    st.floats(),
    st.sampled_from([0.0, -0.0, 1.0, -1.0]),
    st.text(max_size=5),
    st.binary(max_size=3),
    st.builds(Fraction, st.integers(-9, 9), st.integers(1, 9)),
)
HASHABLE: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.one_of(st.tuples(inner), st.tuples(inner, inner), st.frozensets(inner, max_size=3)), max_leaves=4
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(HASHABLE, st.sets(HASHABLE, max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(HASHABLE, inner, max_size=3),
        st.lists(inner).map(tuple),
    ),
    max_leaves=10,
)
