"""The rule that composes spans, with numbers worked out by hand, and what holds for all spans."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.credit import compose_characters, place_blame, redistribute
from rlvr_envs.info import Span

LENGTH = 12
values = st.floats(-1, 1, allow_nan=False)


def spans_of(basis: Any) -> st.SearchStrategy[Span]:
    places = st.tuples(st.integers(0, LENGTH - 1), st.integers(1, LENGTH + 3))
    return st.builds(
        lambda place, value, source: Span(place[0], place[0] + place[1], value, source, basis),
        places,
        values,
        st.sampled_from(("traceback", "spectrum", "mask")),
    )


any_spans = st.lists(spans_of("verified") | spans_of("claimed"), max_size=8)


def test_a_verified_span_is_spread_evenly_and_sums_to_its_value() -> None:
    found = compose_characters([Span(0, 4, -0.5, "syntax", "verified"), Span(2, 4, 1.0, "steps", "verified")], 5)
    assert found.verified_u.tolist() == [-0.125, -0.125, 0.375, 0.375, 0.0]
    assert found.covered_u.tolist() == [True, True, True, True, False]
    assert found.blame_u.tolist() == [0.5, 0.5, 0.5, 0.5, 0.0]
    assert found.claimed_blame_u.tolist() == [0.0] * 5


def test_within_a_source_the_strongest_claim_counts_and_over_sources_they_add() -> None:
    same = [Span(0, 2, -0.5, "traceback", "claimed"), Span(1, 3, -0.25, "traceback", "claimed")]
    assert compose_characters(same, 4).claimed_blame_u.tolist() == [0.5, 0.5, 0.25, 0.0]
    other = [*same, Span(1, 2, -1.0, "spectrum", "claimed"), Span(1, 2, 0.75, "mask", "claimed")]
    assert compose_characters(other, 4).claimed_blame_u.tolist() == [0.5, 1.5, 0.25, 0.0]
    assert compose_characters(other, 4).praise_u.tolist() == [0.0, 0.75, 0.0, 0.0]  # a contradiction cancels nothing


def test_what_lies_beyond_the_end_is_cut_off_and_what_covers_nothing_has_no_effect() -> None:
    found = compose_characters([Span(3, 9, -1.0, "a", "verified"), Span(7, 9, 1.0, "a", "claimed")], 4)
    assert found.verified_u.tolist() == [0.0, 0.0, 0.0, -1.0]
    assert not found.praise_u.any()


@given(spans=any_spans, seed=st.integers(0, 99))
def test_the_order_of_spans_and_of_wrappers_does_not_matter(spans: list[Span], seed: int) -> None:
    mixed = list(spans)
    Random(seed).shuffle(mixed)
    one, other = compose_characters(spans, LENGTH), compose_characters(mixed, LENGTH)
    for name in ("verified_u", "praise_u", "claimed_blame_u", "blame_u", "covered_u"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


@given(verified=st.lists(spans_of("verified"), max_size=4), forged=st.lists(spans_of("claimed"), max_size=8))
@pytest.mark.parametrize("advantage", [-1.5, 0.0, 0.7])
def test_claims_change_where_credit_falls_and_its_sum_by_nothing(
    advantage: float, verified: list[Span], forged: list[Span]
) -> None:
    def total(spans: list[Span]) -> float:
        found = compose_characters(spans, LENGTH)
        weights = found.claimed_blame_u if advantage < 0.0 else found.praise_u
        return float((advantage * redistribute(weights, 0.5) + found.verified_u + 0.3 * place_blame(found.blame_u)).sum())

    assert total([*verified, *forged]) == pytest.approx(total(verified), abs=1e-9)


def test_blame_sums_to_minus_one_wherever_it_falls() -> None:
    assert place_blame(np.array([0.0, 0.3, 0.0, 0.0])).tolist() == [0.0, -1.0, 0.0, 0.0]
    assert place_blame(np.zeros(4)).tolist() == [-0.25] * 4
    assert place_blame(np.zeros(0)).tolist() == []


def test_redistribution_by_hand() -> None:
    # Relevance (0, 0, 3, 1) has mean 1, so w = .5 + .5 * relevance.
    assert redistribute(np.array([0.0, 0.0, 3.0, 1.0]), 0.5).tolist() == [0.5, 0.5, 2.0, 1.0]


def test_without_relevance_every_weight_is_exactly_one() -> None:
    assert redistribute(np.zeros(3), 0.5).tolist() == [1.0, 1.0, 1.0]
    assert redistribute(np.zeros(0), 0.5).tolist() == []


@given(
    relevance=st.lists(st.floats(0, 1e3), min_size=1, max_size=30),
    credit_lambda=st.floats(0, 0.5),
)
def test_redistribution_conserves_mass_and_keeps_the_uniform_part(relevance: list[float], credit_lambda: float) -> None:
    w_t = redistribute(np.array(relevance), credit_lambda)
    assert w_t.sum() == pytest.approx(len(relevance))
    assert w_t.min() >= 1.0 - credit_lambda - 1e-12


def test_redistribution_is_biased_by_the_documented_amount() -> None:
    # Two decisions right with p1 = .6 and p2 = .4, success needs both, baseline b = .24 (the success rate).
    # Score of the first decision by its logit: 1 - p1 if right, -p1 if wrong.
    p1, p2, b = 0.6, 0.4, 0.24
    outcomes = [(p1 * p2, 1.0, True), (p1 * (1 - p2), 0.0, True), ((1 - p1), 0.0, False)]
    score = {True: 1 - p1, False: -p1}
    exact = sum(p * (r - b) * score[first] for p, r, first in outcomes)
    # All blame of a failure on its first wrong decision: the first one is blamed only when it is the wrong one.
    localised = sum(p * (r - b) * (1.0 if r or not first else 0.0) * score[first] for p, r, first in outcomes)
    assert exact == pytest.approx(0.0960)
    assert localised == pytest.approx(0.1306, abs=5e-5)
