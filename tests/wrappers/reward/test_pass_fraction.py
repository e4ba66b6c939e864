"""PassFraction over hidden and over visible tests."""

from __future__ import annotations

from typing import Any

import pytest

from rlvr_envs.wrappers import PassFraction
from tests.wrappers.scripted import Scripted, outcome, rewards


def test_visible_tests_are_counted_where_they_are_asked_for() -> None:
    def turns() -> Scripted:
        counts = {"visible_total": 4, "hidden_total": 2}
        return Scripted(
            outcome("wrong", 0.5, visible_passed=1, hidden_passed=1, **counts),
            outcome("wrong", 0.0, visible_passed=4, hidden_passed=0, **counts),
            outcome("solved", 1.0, visible_passed=4, hidden_passed=2, **counts),
        )

    assert rewards(PassFraction(turns(), weight=0.5, which="visible"), *"xxx") == [0.125, 0.375, 0.5]
    assert rewards(PassFraction(turns(), weight=0.5), *"xxx") == [0.25, -0.25, 1.0]


def test_without_visible_tests_their_share_is_nothing() -> None:
    assert rewards(PassFraction(Scripted(outcome("wrong", 0.5)), weight=0.5, which="visible"), "x") == [0.0]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"which": "visable"}, "unknown which 'visable'; did you mean 'visible'"),
        ({"which": "visible"}, "weight must be below 1 with which='visible'"),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        PassFraction(Scripted(outcome("wrong")), **options)
