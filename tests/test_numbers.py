"""What counts as a number, and as a share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rlvr_envs._numbers import check_share, is_number, is_whole


@pytest.mark.parametrize(
    ("interval", "inside", "outside"),
    [
        ("(0, 1]", [0.5, 1, 1.0, np.float32(0.25)], [0, -0.1, 1.1]),
        ("[0, 1]", [0, 0.0, 1], [-1e-9, 2]),
        ("(0, 1)", [1e-9, 0.999], [0.0, 1]),
        ("[0, 1)", [0, 0.5], [1.0, -1]),
    ],
)
def test_a_share_is_within_its_interval_or_named_with_it(interval: Any, inside: list[Any], outside: list[Any]) -> None:
    for value in inside:
        check_share("weight", value, interval)
    for value in (*outside, "0.5", None, True, float("nan"), float("inf"), 0.5 + 0j):
        with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
            check_share("weight", value, interval)
        assert str(caught.value) == f"weight must be in {interval}, got {value!r}"


def test_bools_and_texts_are_no_numbers() -> None:
    assert [is_number(value) for value in (1, 0.5, np.int8(1), True, "1", 1j)] == [True, True, True, False, False, False]
    assert [is_whole(value) for value in (1, np.int8(1), 1.0, True, "1")] == [True, True, False, False, False]
