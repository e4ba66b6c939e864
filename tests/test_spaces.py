"""UnicodeText: membership, sampling, equality, size."""

from __future__ import annotations

import pickle

from gymnasium.vector.utils import batch_space
from hypothesis import given
from hypothesis import strategies as st

from rlvr_envs.spaces import UnicodeText


@given(st.text(st.characters(), max_size=50))
def test_any_string_up_to_the_length_is_a_member(text: str) -> None:
    assert (text in UnicodeText(20)) == (len(text) <= 20)


def test_other_types_are_no_members() -> None:
    assert 3 not in UnicodeText(20)
    assert b"abc" not in UnicodeText(20)
    assert None not in UnicodeText(20)


def test_samples_are_members_and_follow_the_seed() -> None:
    space, twin = UnicodeText(40, seed=1), UnicodeText(40, seed=1)
    texts = [space.sample() for _ in range(20)]
    assert all(text in space for text in texts)
    assert texts == [twin.sample() for _ in range(20)]
    assert len(set(texts)) > 10


def test_equality_is_by_length() -> None:
    assert UnicodeText(5) == UnicodeText(5)
    assert UnicodeText(5) != UnicodeText(6)
    assert len({UnicodeText(5), UnicodeText(5)}) == 1


def test_space_is_small_where_text_of_all_unicode_is_not() -> None:
    assert len(pickle.dumps(UnicodeText(1_000_000))) < 20_000
    assert repr(UnicodeText(7)) == "UnicodeText(7)"


def test_batching_gives_tuples() -> None:
    assert ("é", "漢") in batch_space(UnicodeText(5), 2)
