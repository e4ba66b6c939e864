"""RepetitionPenalty: the share of n-grams that occurred before."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.envs.echo import EchoEnv
from rlvr_envs.wrappers import RepetitionPenalty
from rlvr_envs.wrappers.reward.repetition_penalty import repeated_share
from tests.wrappers.scripted import last


@given(st.lists(st.sampled_from("abc"), max_size=30), st.integers(1, 9))
def test_the_share_is_that_of_the_definition(words: list[str], n: int) -> None:
    grams = [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
    assert repeated_share(" ".join(words), n) == (1 - len(set(grams)) / len(grams) if grams else 0.0)


def test_repetition_beyond_the_free_share_is_charged_up_to_the_weight() -> None:
    env = RepetitionPenalty(EchoEnv(), n=1, weight=0.5, free=0.25)
    # repeated words: none, 1 of 4, 2 of 4, 99 of 100
    found = [last(env, text)[0] for text in ("a b c d", "a a b c", "a a b b", "a " * 100)]
    assert found == pytest.approx([0.0, 0.0, -0.5 * 0.25 / 0.75, -0.5 * 0.74 / 0.75])


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"n": 0}, "n must be an int of at least 1, got 0"),
        ({"weight": 1.0}, r"weight must be in \(0, 1\), got 1.0"),
        ({"free": 1.0}, r"free must be in \[0, 1\), got 1.0"),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        RepetitionPenalty(EchoEnv(), **options)
